import { cos, sin } from "./math";
import { packPixels } from "./packedPixels";
import { Plan } from "./plan";

/*
 * Distorted copies of images, as src/dataset/augment.ts defines them, in float32: four pixels at a
 * time but for the reading between pixels.
 */

/** Random words of an image that serve the affine part; those of the field come behind. */
const AFFINE_NUMBERS: u32 = 16;

/** Black pixels around an image that is read from: one before, two behind. */
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

/**
 * A distorted copy of image `index` of the set, packed.
 *
 * @param scratch this thread's working space
 * @returns where the first packed pixel lies and, four bytes on, the end of the last
 */
export function distort(plan: Plan, index: u32, scratch: usize): usize {
  const rows = plan.rows;
  const columns = plan.columns;
  const source = scratch;
  const stride = columns + BORDER;
  const copy = align(source + stride * (rows + BORDER));
  const begins = align(copy + rows * columns);
  const packed = begins + 16;
  const fieldX = align(packed + 4 * rows * columns);
  const fieldBytes: u32 = 4 * rows * plan.rowStride;
  const fieldY = fieldX + fieldBytes;
  const work = fieldY + fieldBytes;

  unpack(plan, index, source, stride);
  const key = mix(mix(index) ^ plan.distortionKey);
  if (plan.radius != 0) {
    smoothField(plan, fieldX, AFFINE_NUMBERS, key, work);
    smoothField(plan, fieldY, AFFINE_NUMBERS + rows * plan.rowStride, key, work);
  }
  sample(plan, copy, source, stride, fieldX, fieldY, key);
  store<u32>(begins, packed);
  packPixels(copy, 1, rows * columns, begins);
  return begins;
}

// @ts-ignore: decorator
@inline
function align(address: usize): usize {
  return (address + 15) & ~15;
}

/** The packed pixels of an image, spread out again: bytes with a black border. */
function unpack(plan: Plan, index: u32, to: usize, stride: u32): void {
  memory.fill(to, 0, stride * (plan.rows + BORDER));
  const begin = plan.packed + 4 * index;
  const end: usize = load<u32>(begin, 4);
  const first = to + stride + 1;
  const columns = plan.columns;
  for (let at: usize = load<u32>(begin); at < end; at += 4) {
    const pixel = load<u32>(at);
    const d = pixel >> 8;
    store<u8>(first + d + (d / columns) * BORDER, pixel);
  }
}

/**
 * A field of random numbers, -1 to 1, smoothed along rows, then along columns; 0 outside.
 *
 * @param field f32 (rows, rowStride), overwritten
 * @param start number of the first random word
 * @param work  f32 (rows, rowStride + 2 · margin), then (rows + 2 · radius, rowStride), whose parts
 *              outside the field are 0
 */
function smoothField(plan: Plan, field: usize, start: u32, key: u32, work: usize): void {
  const rows = plan.rows;
  const columns = plan.columns;
  const rowBytes: u32 = 4 * plan.rowStride;
  const radius = plan.radius;
  const margin: u32 = 4 * ((radius + 3) & ~3);
  const noiseBytes = rowBytes + 2 * margin;
  const along = work + rows * noiseBytes;
  const keys = i32x4.splat(key);
  const unit = f32x4.splat(1.0 / 8388608);

  let noise = plan.noise + 4 * start;
  for (let row: u32 = 0; row < rows; row++) {
    const to = work + row * noiseBytes + margin;
    for (let i: u32 = 0; i < rowBytes; i += 16) {
      const bits = i32x4.shr_u(mixVector(v128.xor(v128.load(noise + i), keys)), 8);
      const whole = i32x4.sub(bits, i32x4.splat(8388608));
      v128.store(to + i, f32x4.mul(f32x4.convert_i32x4_s(whole), unit));
    }
    for (let column = columns; column < plan.rowStride; column++) store<f32>(to + 4 * column, 0);
    noise += rowBytes;
  }

  const taps = 2 * radius + 1;
  for (let row: u32 = 0; row < rows; row++) {
    const from = work + row * noiseBytes + margin - 4 * radius;
    weightedSum(along + (radius + row) * rowBytes, from, rowBytes, plan.taps, taps, 4);
  }
  for (let row: u32 = 0; row < rows; row++) {
    weightedSum(field + row * rowBytes, along + row * rowBytes, rowBytes, plan.taps, taps, rowBytes);
  }
}

/** to[i] = Σ_t taps[t] · from[i + t · step] for a row; four vectors at a time share each weight. */
// @ts-ignore: decorator
@inline
function weightedSum(
  to: usize,
  from: usize,
  bytes: u32,
  taps: usize,
  count: u32,
  step: u32,
): void {
  let i: u32 = 0;
  for (; i + 64 <= bytes; i += 64) {
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
  for (; i < bytes; i += 16) {
    let sum = f32x4.splat(0);
    let at = from + i;
    for (let t: u32 = 0; t < count; t++) {
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(taps + 4 * t), v128.load(at)));
      at += step;
    }
    v128.store(to + i, sum);
  }
}

/** Reads the copy's pixels from where the distortion takes them. */
function sample(
  plan: Plan,
  copy: usize,
  source: usize,
  stride: u32,
  fieldX: usize,
  fieldY: usize,
  key: u32,
): void {
  const rows = plan.rows;
  const columns = plan.columns;
  const angle = random(plan, key, 0) * <f64>plan.rotation;
  const cosine = cos(angle);
  const sine = sin(angle);
  const width = 1 + random(plan, key, 1) * <f64>plan.zoom;
  const height = 1 + random(plan, key, 2) * <f64>plan.zoom;
  const slant = random(plan, key, 3) * <f64>plan.shear;
  const xx = f32x4.splat(<f32>(cosine * width));
  const xy = cosine * slant - sine * height;
  const yx = f32x4.splat(<f32>(sine * width));
  const yy = sine * slant + cosine * height;
  const middleX = <f64>(columns - 1) / 2;
  const middleY = <f64>(rows - 1) / 2;
  const fromX = random(plan, key, 4) * <f64>plan.shift + middleX;
  const fromY = random(plan, key, 5) * <f64>plan.shift + middleY;
  const bends = plan.radius != 0;
  const alpha = f32x4.splat(plan.elasticAlpha);
  const least = f32x4.splat(-1);
  const mostX = f32x4.splat(<f32>columns);
  const mostY = f32x4.splat(<f32>rows);
  const one = f32x4.splat(1);

  for (let row: u32 = 0; row < rows; row++) {
    const y = <f64>row - middleY;
    const rowX = f32x4.splat(<f32>(fromX + xy * y));
    const rowY = f32x4.splat(<f32>(fromY + yy * y));
    let x = f32x4.sub(f32x4(0, 1, 2, 3), f32x4.splat(<f32>middleX));
    for (let column: u32 = 0; column < columns; column += 4) {
      let atX = f32x4.add(rowX, f32x4.mul(xx, x));
      let atY = f32x4.add(rowY, f32x4.mul(yx, x));
      x = f32x4.add(x, f32x4.splat(4));
      if (bends) {
        const bend: u32 = 4 * (row * plan.rowStride + column);
        atX = f32x4.add(atX, f32x4.mul(alpha, v128.load(fieldX + bend)));
        atY = f32x4.add(atY, f32x4.mul(alpha, v128.load(fieldY + bend)));
      }
      // from here on counted from the border's corner, so that nothing is negative
      atX = f32x4.add(f32x4.pmin(f32x4.pmax(atX, least), mostX), one);
      atY = f32x4.add(f32x4.pmin(f32x4.pmax(atY, least), mostY), one);
      const left = i32x4.trunc_sat_f32x4_s(atX);
      const top = i32x4.trunc_sat_f32x4_s(atY);
      const right = f32x4.sub(atX, f32x4.convert_i32x4_s(left));
      const down = f32x4.sub(atY, f32x4.convert_i32x4_s(top));
      const place = i32x4.add(i32x4.mul(top, i32x4.splat(stride)), left);
      const a = pair(source + i32x4.extract_lane(place, 0), stride);
      const b = pair(source + i32x4.extract_lane(place, 1), stride);
      const c = pair(source + i32x4.extract_lane(place, 2), stride);
      const d = pair(source + i32x4.extract_lane(place, 3), stride);
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
      const to = copy + row * columns + column;
      store<u8>(to, i32x4.extract_lane(bytes, 0));
      if (column + 1 < columns) store<u8>(to, i32x4.extract_lane(bytes, 1), 1);
      if (column + 2 < columns) store<u8>(to, i32x4.extract_lane(bytes, 2), 2);
      if (column + 3 < columns) store<u8>(to, i32x4.extract_lane(bytes, 3), 3);
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
