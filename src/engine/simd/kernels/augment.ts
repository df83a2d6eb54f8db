import { cos, sin } from "./math";
import { packPixels } from "./packedPixels";
import { LINE, PACKED, Plan } from "./plan";

/*
 * Distorted copies of images, as src/dataset/augment.ts defines them, in float32: four pixels at a
 * time except for the interpolation.
 */

/** Pixels of background around the original image: one before, two behind. */
const BORDER: u32 = 3;

/** Bytes past the end of a field that weightedSum writes or reads when a row is shorter than 64. */
const SHORT_ROW: u32 = 64;

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

/** u8 (rows + BORDER, columns + BORDER), the original image. */
let original: usize = 0;
/** u8 (rows, columns), the copy; up to 15 bytes past its end are read, and three written. */
let copy: usize = 0;
/** Two words: where the packed pixels of the copy begin, and where they end. */
let begins: usize = 0;
let packed: usize = 0;
let affineAt: usize = 0;
/** f32 (rows, rowStride), the displacements across and down. */
let fieldX: usize = 0;
let fieldY: usize = 0;
/** f32 (rows, rowStride + 2 · margin), the noise of a field, its margins always 0. */
let noise: usize = 0;
/** f32 (rows, rowStride), the noise smoothed along rows. */
let smoothed: usize = 0;

/** Puts the parts one behind the other from an address on; returns their end. */
function layOut(plan: Plan, scratch: usize): usize {
  const pixels = plan.rows * plan.columns;
  const fieldBytes = plan.rows * rowBytesOf(plan) + SHORT_ROW;
  original = scratch;
  copy = align(original + (plan.rows + BORDER) * (plan.columns + BORDER));
  begins = align(copy + pixels + 15);
  affineAt = begins + 16;
  packed = affineAt + offsetof<Affine>();
  fieldX = align(packed + PACKED * pixels);
  fieldY = fieldX + fieldBytes;
  noise = fieldY + fieldBytes;
  smoothed = noise + fieldBytes + plan.rows * 2 * marginOf(plan);
  return smoothed + fieldBytes;
}

/** Bytes of the working space that a thread needs to distort images, in whole cache lines. */
export function distortionScratchBytes(plan: Plan): u32 {
  return (<u32>layOut(plan, 0) + LINE - 1) & ~(LINE - 1);
}

/** Bytes of a row of a field. */
function rowBytesOf(plan: Plan): u32 {
  return 4 * plan.rowStride;
}

/** Bytes before and behind a row of noise: the radius in whole vectors. */
function marginOf(plan: Plan): u32 {
  return 4 * ((plan.radius + 3) & ~3);
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
  const key = mix(mix(index) ^ plan.distortionKey);
  if (plan.radius != 0) {
    smoothField(plan, fieldX, plan.fieldNoise, key);
    smoothField(plan, fieldY, plan.fieldNoise + plan.rows * rowBytesOf(plan), key);
  }
  const affine = changetype<Affine>(affineAt);
  drawAffine(plan, affine, key);
  sample(plan, affine);
  store<u32>(begins, packed);
  packPixels(plan, copy, 1, begins);
  return begins;
}

/** Unpacks an image into `original`, with a border of background. */
function unpack(plan: Plan, index: u32): void {
  const stride = plan.columns + BORDER;
  memory.fill(original, <u8>plan.background, stride * (plan.rows + BORDER));
  const begin = plan.packed + 4 * index;
  const end: usize = load<u32>(begin, 4);
  let row = original + stride + 1; // address of the row's first pixel, less its number
  let rowEnd = plan.columns;
  for (let at: usize = load<u32>(begin); at < end; at += PACKED) {
    const pixel = load<u32>(at);
    const d = pixel >> 8;
    while (d >= rowEnd) {
      rowEnd += plan.columns;
      row += BORDER;
    }
    store<u8>(row + d, pixel);
  }
}

/**
 * A field of random numbers, -1 to 1, smoothed along rows, then along columns; 0 outside.
 *
 * @param field f32 (rows, rowStride), overwritten
 * @param words u32 (rows, rowStride), the mixed counters behind it
 */
function smoothField(plan: Plan, field: usize, words: usize, key: u32): void {
  const rows = plan.rows;
  const rowBytes = rowBytesOf(plan);
  const radius = plan.radius;
  const margin = marginOf(plan);
  const noiseBytes = rowBytes + 2 * margin;
  const keys = i32x4.splat(key);
  const unit = f32x4.splat(1.0 / 8388608);

  for (let row: u32 = 0; row < rows; row++) {
    const to = noise + row * noiseBytes + margin;
    for (let i: u32 = 0; i < rowBytes; i += 16) {
      const bits = i32x4.shr_u(mixVector(v128.xor(v128.load(words + i), keys)), 8);
      const whole = i32x4.sub(bits, i32x4.splat(8388608));
      v128.store(to + i, f32x4.mul(f32x4.convert_i32x4_s(whole), unit));
    }
    for (let column = plan.columns; column < plan.rowStride; column++) {
      store<f32>(to + 4 * column, 0);
    }
    words += rowBytes;
  }

  for (let row: u32 = 0; row < rows; row++) {
    const from = noise + row * noiseBytes + margin - 4 * radius;
    weightedSum(smoothed + row * rowBytes, from, rowBytes, plan.taps, 2 * radius + 1, 4);
  }
  for (let row: u32 = 0; row < rows; row++) {
    const first = row > radius ? row - radius : 0;
    const last = min(row + radius, rows - 1);
    const taps = plan.taps + 4 * (first + radius - row);
    const from = smoothed + first * rowBytes;
    weightedSum(field + row * rowBytes, from, rowBytes, taps, last - first + 1, rowBytes);
  }
}

/**
 * to[i] = Σ_t taps[t] · from[i + t · step] for a row. Four vectors at a time, whose additions do not
 * wait for each other; where they do not divide a row, the last four begin within those before. A row
 * of less than four is written past its end: the next one is written later.
 */
function weightedSum(
  to: usize,
  from: usize,
  bytes: u32,
  taps: usize,
  count: u32,
  step: u32,
): void {
  for (let block: u32 = 0; block < bytes; block += 64) {
    const i = bytes < 64 ? 0 : min(block, bytes - 64);
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let at = from + i;
    for (let t: u32 = 0; t < count; t++) {
      const weight = v128.load32_splat(taps + 4 * t);
      s0 = f32x4.add(s0, f32x4.mul(weight, v128.load(at, 0)));
      s1 = f32x4.add(s1, f32x4.mul(weight, v128.load(at, 16)));
      s2 = f32x4.add(s2, f32x4.mul(weight, v128.load(at, 32)));
      s3 = f32x4.add(s3, f32x4.mul(weight, v128.load(at, 48)));
      at += step;
    }
    v128.store(to + i, s0, 0);
    v128.store(to + i, s1, 16);
    v128.store(to + i, s2, 32);
    v128.store(to + i, s3, 48);
  }
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

/** Reads the copy's pixels from where the distortion takes them. */
function sample(plan: Plan, affine: Affine): void {
  const rows = plan.rows;
  const columns = plan.columns;
  const stride = columns + BORDER;
  const middleX = f32x4.splat(<f32>(<f64>(columns - 1) / 2));
  const middleY = <f64>(rows - 1) / 2;
  const bends = plan.radius != 0;
  const least = f32x4.splat(-1);
  const one = f32x4.splat(1);

  for (let row: u32 = 0; row < rows; row++) {
    const y = <f64>row - middleY;
    affine.rowX = <f32>(affine.fromX + affine.xy * y);
    affine.rowY = <f32>(affine.fromY + affine.yy * y);
    let x = f32x4.sub(f32x4(0, 1, 2, 3), middleX);
    for (let column: u32 = 0; column < columns; column += 4) {
      let atX = f32x4.add(f32x4.splat(affine.rowX), f32x4.mul(f32x4.splat(affine.xx), x));
      let atY = f32x4.add(f32x4.splat(affine.rowY), f32x4.mul(f32x4.splat(affine.yx), x));
      x = f32x4.add(x, f32x4.splat(4));
      if (bends) {
        const bend: u32 = 4 * (row * plan.rowStride + column);
        const alpha = f32x4.splat(plan.elasticAlpha);
        atX = f32x4.add(atX, f32x4.mul(alpha, v128.load(fieldX + bend)));
        atY = f32x4.add(atY, f32x4.mul(alpha, v128.load(fieldY + bend)));
      }
      // from here on counted from the border's corner, so that nothing is negative
      atX = f32x4.add(f32x4.pmin(f32x4.pmax(atX, least), f32x4.splat(<f32>columns)), one);
      atY = f32x4.add(f32x4.pmin(f32x4.pmax(atY, least), f32x4.splat(<f32>rows)), one);
      const left = i32x4.trunc_sat_f32x4_s(atX);
      const top = i32x4.trunc_sat_f32x4_s(atY);
      const right = f32x4.sub(atX, f32x4.convert_i32x4_s(left));
      const down = f32x4.sub(atY, f32x4.convert_i32x4_s(top));
      const place = i32x4.add(i32x4.mul(top, i32x4.splat(stride)), left);
      const a = pair(original + i32x4.extract_lane(place, 0), stride);
      const b = pair(original + i32x4.extract_lane(place, 1), stride);
      const c = pair(original + i32x4.extract_lane(place, 2), stride);
      const d = pair(original + i32x4.extract_lane(place, 3), stride);
      // each word holds the four neighbours of a pixel: two above, two below
      const words = i32x4.replace_lane(
        i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(a), 1, b), 2, c),
        3,
        d,
      );
      const above = between(words, 0, 8, right);
      const below = between(words, 16, 24, right);
      const value = f32x4.add(above, f32x4.mul(down, f32x4.sub(below, above)));
      const bytes = i32x4.trunc_sat_f32x4_s(f32x4.add(value, f32x4.splat(0.5)));
      // what goes past the end of a row is written over by the next one
      const narrow = i16x8.narrow_i32x4_u(bytes, bytes);
      v128.store32_lane(copy + row * columns + column, i8x16.narrow_i16x8_u(narrow, narrow), 0);
    }
  }
}

/** A pixel, the one to its right, and the two below them, as the bytes of a word. */
// @ts-ignore: decorator
@inline
function pair(at: usize, stride: u32): u32 {
  return load<u16>(at) | (<u32>load<u16>(at + stride) << 16);
}

/** Between two bytes of each word: near + share · (far - near). */
// @ts-ignore: decorator
@inline
function between(words: v128, near: i32, far: i32, share: v128): v128 {
  const mask = i32x4.splat(255);
  const first = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(words, near), mask));
  const second = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(words, far), mask));
  return f32x4.add(first, f32x4.mul(share, f32x4.sub(second, first)));
}
