import { cos, sin } from "./math";
import { bitsBytes, CHUNK, packPixels } from "./packedPixels";
import { BETWEEN, LINE, Plan } from "./plan";

/*
 * Distorted copies of images, as src/dataset/augment.ts defines them, in float32: four pixels at a
 * time except for the interpolation.
 */

/** Pixels of background around the original image: one before, two behind. */
const BORDER: u32 = 3;

/** The function of the same name in src/random.ts. */
// @ts-ignore: decorator
@inline
export function mix(x: u32): u32 {
  x ^= x >> 16;
  x *= 0x7feb352d;
  x ^= x >> 15;
  x *= 0x846ca68b;
  return x ^ (x >> 16);
}

/** Four words mixed. */
// @ts-ignore: decorator
@inline
export function mixVector(x: v128): v128 {
  let bits = v128.xor(x, i32x4.shr_u(x, 16));
  bits = i32x4.mul(bits, i32x4.splat(0x7feb352d));
  bits = v128.xor(bits, i32x4.shr_u(bits, 15));
  bits = i32x4.mul(bits, i32x4.splat(0x846ca68b));
  return v128.xor(bits, i32x4.shr_u(bits, 16));
}

/** The i-th random number of an image, -1 to 1. */
// @ts-ignore: decorator
@inline
function random(plan: Plan, key: u32, i: u32): f64 {
  return <f64>(<i32>(mix(load<u32>(plan.noise + 4 * i) ^ key) >> 8) - 8388608) / 8388608;
}

/*
 * The parts of this thread's working space: globals of a WebAssembly instance belong to one thread.
 * Only layOut knows their order and sizes.
 */

/** u8 (rows + BORDER, columns + BORDER), the original image; bytes past its end are read, but never counted. */
let original: usize = 0;
/** u32 (rows + BORDER - 1, columns + BORDER), each pixel of it with the one to its right and those below. */
let quads: usize = 0;
/** u8 (rows, columns), the copy; up to 15 bytes past its end are read, and three written. */
let copy: usize = 0;
/** Two words: where the packed copy begins, and where it ends. */
let begins: usize = 0;
let packed: usize = 0;
let affineAt: usize = 0;
/** f32 (2, noiseStride), a row of noise of both fields. */
let noise: usize = 0;
/** f32 (noiseRows, 2, gridStride), the noise of both fields smoothed along rows. */
let smoothed: usize = 0;
/** f32 (gridRows + 1, 2, gridStride), both fields at the points of the grid; the last row stays 0. */
let fields: usize = 0;
/** f32 (2, gridStride), the displacements across and down at the grid's columns, for one row of the copy. */
let bends: usize = 0;

/** Puts the parts one behind the other from an address on; returns their end. */
function layOut(plan: Plan, scratch: usize): usize {
  const pixels = plan.rows * plan.columns;
  const gridBytes = gridBytesOf(plan);
  original = scratch;
  const stride = plan.columns + BORDER;
  quads = align(original + (plan.rows + BORDER) * stride + 16);
  copy = align(quads + 4 * (plan.rows + BORDER - 1) * stride + 64);
  begins = align(copy + pixels + 15);
  affineAt = begins + 16;
  packed = affineAt + offsetof<Affine>();
  noise = align(packed + bitsBytes(plan) + pixels);
  smoothed = noise + 8 * plan.noiseStride;
  fields = smoothed + plan.noiseRows * gridBytes;
  bends = fields + (plan.gridRows + 1) * gridBytes;
  return bends + gridBytes + 16; // a vector is read from the last column
}

/** Bytes of the working space that a thread needs to distort images, in whole cache lines. */
export function distortionScratchBytes(plan: Plan): u32 {
  return (<u32>layOut(plan, 0) + LINE - 1) & ~(LINE - 1);
}

/** Bytes of a row of the grid, both fields together. */
// @ts-ignore: decorator
@inline
function gridBytesOf(plan: Plan): u32 {
  return 8 * plan.gridStride;
}

function align(address: usize): usize {
  return (address + 15) & ~15;
}

/**
 * A distorted copy of image `index` of the set, packed.
 *
 * @param scratch working space of this thread, distortionScratchBytes
 * @returns the address of two words: where the packed pixels begin, and where they end
 */
export function distort(plan: Plan, index: u32, scratch: usize): usize {
  layOut(plan, scratch);
  unpack(plan, index);
  gatherQuads(plan);
  const key = mix(mix(index) ^ plan.distortionKey);
  if (plan.gridRows != 0) computeFields(plan, key);
  const affine = changetype<Affine>(affineAt);
  drawAffine(plan, affine, key);
  sample(plan, affine);
  store<u32>(begins, packed);
  packPixels(plan, copy, 1, begins);
  return begins;
}

/** Unpacks an image into `original`, with a border of background. */
function unpack(plan: Plan, index: u32): void {
  const columns = plan.columns;
  const stride = columns + BORDER;
  memory.fill(original, <u8>plan.background, stride * (plan.rows + BORDER));
  const image: usize = load<u32>(plan.packed + 4 * index);
  const end = image + bitsBytes(plan);
  let pixels = end;
  let row = original + stride + 1; // address of the row's first pixel, less its number
  let rowEnd = columns;
  let chunk: u32 = 0;
  for (let bits = image; bits < end; bits += 2) {
    for (let present: u32 = load<u16>(bits); present != 0; present &= present - 1) {
      const d = chunk + ctz(present);
      while (d >= rowEnd) {
        rowEnd += columns;
        row += BORDER;
      }
      store<u8>(row + d, load<u8>(pixels++));
    }
    chunk += CHUNK;
  }
}

/** Lays the four pixels between which a position lies next to each other, sixteen positions at a time. */
function gatherQuads(plan: Plan): void {
  const stride = plan.columns + BORDER;
  const end = original + stride * (plan.rows + BORDER - 1);
  let to = quads;
  for (let from = original; from < end; from += 16) {
    const a = v128.load(from);
    const b = v128.load(from, 1);
    const c = v128.load(from + stride);
    const d = v128.load(from + stride, 1);
    const aboveLow = i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const belowLow = i8x16.shuffle(c, d, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    v128.store(to, i16x8.shuffle(aboveLow, belowLow, 0, 8, 1, 9, 2, 10, 3, 11), 0);
    v128.store(to, i16x8.shuffle(aboveLow, belowLow, 4, 12, 5, 13, 6, 14, 7, 15), 16);
    const aboveHigh = i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const belowHigh = i8x16.shuffle(c, d, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    v128.store(to, i16x8.shuffle(aboveHigh, belowHigh, 0, 8, 1, 9, 2, 10, 3, 11), 32);
    v128.store(to, i16x8.shuffle(aboveHigh, belowHigh, 4, 12, 5, 13, 6, 14, 7, 15), 48);
    to += 64;
  }
}

/** Both fields at the points of the grid: noise, smoothed along rows, then along columns. */
function computeFields(plan: Plan, key: u32): void {
  const rows = plan.noiseRows;
  const noiseBytes = 4 * plan.noiseStride;
  const fieldBytes = 4 * plan.gridStride;
  const gridBytes = gridBytesOf(plan);
  let wordsX = plan.fieldNoise;
  let wordsY = wordsX + rows * noiseBytes;
  let to = smoothed;
  for (let row: u32 = 0; row < rows; row++) {
    drawNoise(noise, wordsX, noiseBytes, key);
    drawNoise(noise + noiseBytes, wordsY, noiseBytes, key);
    const toY = to + fieldBytes;
    weightedSums(to, toY, fieldBytes, noise, noise + noiseBytes, plan.noiseColumns, plan.across, fieldBytes);
    wordsX += noiseBytes;
    wordsY += noiseBytes;
    to += gridBytes;
  }
  for (let point: u32 = 0; point < plan.gridRows; point += 2) {
    const weights = plan.down + 4 * rows * point;
    const at = fields + point * gridBytes;
    weightedSums(at, at + gridBytes, gridBytes, weights, weights + 4 * rows, rows, smoothed, gridBytes);
  }
}

/** Random numbers, -1 to 1, from the mixed counters behind them. */
// @ts-ignore: decorator
@inline
function drawNoise(to: usize, words: usize, bytes: u32, key: u32): void {
  const keys = i32x4.splat(key);
  const unit = f32x4.splat(1.0 / 8388608);
  for (let i: u32 = 0; i < bytes; i += 16) {
    const bits = i32x4.shr_u(mixVector(v128.xor(v128.load(words + i), keys)), 8);
    const whole = i32x4.sub(bits, i32x4.splat(8388608));
    v128.store(to + i, f32x4.mul(f32x4.convert_i32x4_s(whole), unit));
  }
}

/**
 * Two sums over the same rows, each with weights of its own: a[i] = Σ_t aWeights[t] · rows[t][i], and so b.
 * Each row is loaded once for both, and four additions do not wait for each other.
 *
 * @param bytes of a sum, a multiple of 32
 * @param count how many rows
 * @param step  bytes from one row to the next
 */
// @ts-ignore: decorator
@inline
function weightedSums(
  a: usize,
  b: usize,
  bytes: u32,
  aWeights: usize,
  bWeights: usize,
  count: u32,
  rows: usize,
  step: u32,
): void {
  for (let i: u32 = 0; i < bytes; i += 32) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let b0 = a0;
    let b1 = a0;
    let at = rows + i;
    for (let t: u32 = 0; t < 4 * count; t += 4) {
      const aWeight = v128.load32_splat(aWeights + t);
      const bWeight = v128.load32_splat(bWeights + t);
      const first = v128.load(at, 0);
      const second = v128.load(at, 16);
      a0 = f32x4.add(a0, f32x4.mul(aWeight, first));
      a1 = f32x4.add(a1, f32x4.mul(aWeight, second));
      b0 = f32x4.add(b0, f32x4.mul(bWeight, first));
      b1 = f32x4.add(b1, f32x4.mul(bWeight, second));
      at += step;
    }
    v128.store(a + i, a0, 0);
    v128.store(a + i, a1, 16);
    v128.store(b + i, b0, 0);
    v128.store(b + i, b1, 16);
  }
}

/** The displacements of a row of the copy at the columns of the grid: linear between two rows of it. */
// @ts-ignore: decorator
@inline
function bendRow(plan: Plan, row: u32): void {
  const gridBytes = gridBytesOf(plan);
  const above = fields + (row / plan.spacing) * gridBytes;
  const share = f32x4.splat(<f32>(row % plan.spacing) / <f32>plan.spacing);
  const alpha = f32x4.splat(plan.elasticAlpha);
  for (let i: u32 = 0; i < gridBytes; i += 16) {
    const near = v128.load(above + i);
    const far = v128.load(above + i + gridBytes);
    const value = f32x4.add(near, f32x4.mul(share, f32x4.sub(far, near)));
    v128.store(bends + i, f32x4.mul(alpha, value));
  }
}

/** How four pixels of a row lie between columns of the grid. */
@unmanaged
class Between {
  /** Bytes before the first column that they need. */
  first: u32;
  /** Shuffles of the four columns from there on: what is to the left of each pixel, and to the right. */
  @inline
  near(): v128 {
    return v128.load(changetype<usize>(this), 16);
  }
  @inline
  far(): v128 {
    return v128.load(changetype<usize>(this), 32);
  }
  /** f32, how far each pixel is on its way from left to right. */
  @inline
  share(): v128 {
    return v128.load(changetype<usize>(this), 48);
  }
}

/** The displacements of four pixels, from those at the columns of the grid. */
// @ts-ignore: decorator
@inline
function bendOf(between: Between, columns: usize): v128 {
  const values = v128.load(columns + between.first);
  const near = i8x16.swizzle(values, between.near());
  const far = i8x16.swizzle(values, between.far());
  return f32x4.add(near, f32x4.mul(between.share(), f32x4.sub(far, near)));
}

/**
 * The affine part of the distortion: where the pixels of a row of the copy lie in the original image.
 * In memory rather than in variables, since V8 would compute them again for every pixel.
 */
@unmanaged
class Affine {
  /** Steps in the image for a column of the copy. */
  xx: f32;
  yx: f32;
  /** The same for a row. */
  xy: f64;
  yy: f64;
  /** Where the middle of the copy comes from. */
  fromX: f64;
  fromY: f64;
  /** Where the middle of this row comes from. */
  rowX: f32;
  rowY: f32;
}

function drawAffine(plan: Plan, affine: Affine, key: u32): void {
  const angle = random(plan, key, 0) * <f64>plan.rotation;
  const cosine = cos(angle);
  const sine = sin(angle);
  const width = 1 + random(plan, key, 1) * <f64>plan.zoom;
  const height = 1 + random(plan, key, 2) * <f64>plan.zoom;
  const slant = random(plan, key, 3) * <f64>plan.shear;
  affine.xx = <f32>(cosine * width);
  affine.yx = <f32>(sine * width);
  affine.xy = cosine * slant - sine * height;
  affine.yy = sine * slant + cosine * height;
  affine.fromX = random(plan, key, 4) * <f64>plan.shift + <f64>(plan.columns - 1) / 2;
  affine.fromY = random(plan, key, 5) * <f64>plan.shift + <f64>(plan.rows - 1) / 2;
}

/** A float to which a whole number below 2^23 is added exactly: its lowest bits are then that number. */
const WHOLE: f32 = 8388608;

/** Reads the copy's pixels from where the distortion takes them. */
function sample(plan: Plan, affine: Affine): void {
  const rows = plan.rows;
  const columns = plan.columns;
  const stride = f32x4.splat(<f32>(columns + BORDER));
  const middleX = f32x4.splat(<f32>(<f64>(columns - 1) / 2));
  const middleY = <f64>(rows - 1) / 2;
  const isElastic = plan.gridRows != 0;
  const bendsY = bends + 4 * plan.gridStride;
  const blank = i8x16.splat(<i8>plan.background);
  const zero = f32x4.splat(0);
  const farX = f32x4.splat(<f32>(columns + 1));
  const farY = f32x4.splat(<f32>(rows + 1));
  // the address of a quad, less four times the bits of WHOLE
  const base = quads - (reinterpret<u32>(WHOLE) << 2);

  for (let row: u32 = 0; row < rows; row++) {
    const y = <f64>row - middleY;
    // counted from the border's corner, so that nothing is negative
    affine.rowX = <f32>(affine.fromX + affine.xy * y + 1);
    affine.rowY = <f32>(affine.fromY + affine.yy * y + 1);
    if (isElastic) bendRow(plan, row);
    let between = plan.between;
    let x = f32x4.sub(f32x4(0, 1, 2, 3), middleX);
    for (let column: u32 = 0; column < columns; column += 4) {
      let atX = f32x4.add(f32x4.splat(affine.rowX), f32x4.mul(f32x4.splat(affine.xx), x));
      let atY = f32x4.add(f32x4.splat(affine.rowY), f32x4.mul(f32x4.splat(affine.yx), x));
      x = f32x4.add(x, f32x4.splat(4));
      if (isElastic) {
        atX = f32x4.add(atX, bendOf(changetype<Between>(between), bends));
        atY = f32x4.add(atY, bendOf(changetype<Between>(between), bendsY));
        between += BETWEEN;
      }
      atX = f32x4.pmin(f32x4.pmax(atX, zero), farX);
      atY = f32x4.pmin(f32x4.pmax(atY, zero), farY);
      const left = f32x4.floor(atX);
      const top = f32x4.floor(atY);
      const right = f32x4.sub(atX, left);
      const down = f32x4.sub(atY, top);
      const place = f32x4.add(f32x4.add(f32x4.mul(top, stride), left), f32x4.splat(WHOLE));
      let words = v128.load32_zero(base + (i32x4.extract_lane(place, 0) << 2));
      words = v128.load32_lane(base + (i32x4.extract_lane(place, 1) << 2), words, 1);
      words = v128.load32_lane(base + (i32x4.extract_lane(place, 2) << 2), words, 2);
      words = v128.load32_lane(base + (i32x4.extract_lane(place, 3) << 2), words, 3);
      // what goes past the end of a row is written over by the next one
      const to = copy + row * columns + column;
      if (!v128.any_true(v128.xor(words, blank))) {
        store<u32>(to, i32x4.extract_lane(blank, 0));
        continue;
      }
      const above = mixed(words, 0, 8, right);
      const below = mixed(words, 16, 24, right);
      const value = f32x4.add(above, f32x4.mul(down, f32x4.sub(below, above)));
      const whole = f32x4.add(f32x4.floor(f32x4.add(value, f32x4.splat(0.5))), f32x4.splat(WHOLE));
      const bytes = i8x16.shuffle(whole, whole, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12);
      v128.store32_lane(to, bytes, 0);
    }
  }
}

/** Linear between two bytes of each word: near + share · (far - near). */
// @ts-ignore: decorator
@inline
function mixed(words: v128, near: i32, far: i32, share: v128): v128 {
  const mask = i32x4.splat(255);
  const first = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(words, near), mask));
  const second = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(words, far), mask));
  return f32x4.add(first, f32x4.mul(share, f32x4.sub(second, first)));
}
