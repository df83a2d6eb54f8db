/*
 * What src/dataset/deskew.ts does, to the same bytes, 16 pixels at a time; see there for the formulas. Rows of 16
 * pixels at least: where their number is no multiple of 16, the last 16 overlap those before.
 */

import { CHUNK } from "./packedPixels";

/** Bytes of working space for rows of so many pixels. */
export function deskewScratchBytes(columns: u32): u32 {
  return 3 * columns + 1 + 2 * CHUNK;
}

/**
 * Takes the slant off images, in place.
 *
 * @param images  u8 (count, rows, columns)
 * @param scratch as deskewScratchBytes says
 */
export function deskewImages(
  images: usize,
  count: u32,
  rows: u32,
  columns: u32,
  background: u32,
  scratch: usize,
): void {
  memory.fill(scratch, <u8>background, deskewScratchBytes(columns));
  const D = rows * columns;
  for (let n: u32 = 0; n < count; n++) deskewImage(images + n * D, rows, columns, background, scratch);
}

function deskewImage(image: usize, rows: u32, columns: u32, background: u32, scratch: usize): void {
  let mass: f64 = 0;
  let x: f64 = 0;
  let y: f64 = 0;
  let xy: f64 = 0;
  let yy: f64 = 0;
  let first = rows; // with ink
  let last: u32 = 0;
  for (let r: u32 = 0; r < rows; r++) {
    const row = image + r * columns;
    const rowMass = <f64>massOf(row, columns, background);
    if (rowMass == 0) continue;
    first = min(first, r);
    last = r;
    const rowX = <f64>momentOf(row, columns, background);
    mass += rowMass;
    x += rowX;
    y += <f64>r * rowMass;
    xy += <f64>r * rowX;
    yy += <f64>(r * r) * rowMass;
  }
  const variance = mass * yy - y * y;
  if (variance <= 0) return;
  const slant = max<f64>(-1, min<f64>(1, (mass * xy - x * y) / variance));
  if (slant == 0) return;
  const middle = y / mass;
  for (let r = first; r <= last; r++) {
    const row = image + r * columns;
    shiftRow(row, columns, <i32>floor<f64>(slant * (<f64>r - middle) * 256 + 0.5), scratch);
  }
}

/** How far each of 16 pixels lies from the background. */
// @ts-ignore: decorator
@inline
function inkAt(pixels: usize, background: v128): v128 {
  const values = v128.load(pixels);
  return v128.or(i8x16.sub_sat_u(values, background), i8x16.sub_sat_u(background, values));
}

/** Where the chunk that begins at column c lies: the last one ends with the row. */
// @ts-ignore: decorator
@inline
function placeOf(c: u32, columns: u32): u32 {
  return min(c, columns - CHUNK);
}

/** The ink of the chunk for column c, without pixels of the chunk before. */
// @ts-ignore: decorator
@inline
function newInk(row: usize, c: u32, columns: u32, background: v128): v128 {
  const place = placeOf(c, columns);
  const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return v128.and(inkAt(row + place, background), i8x16.ge_u(lanes, i8x16.splat(<i8>(c - place))));
}

/** The ink of a row. */
function massOf(row: usize, columns: u32, background: u32): u32 {
  const around = i8x16.splat(<i8>background);
  let sums = i32x4.splat(0);
  for (let c: u32 = 0; c < columns; c += CHUNK) {
    const pairs = i16x8.extadd_pairwise_i8x16_u(newInk(row, c, columns, around));
    sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(pairs));
  }
  return lanesOf(sums);
}

/** The ink of a row, each times its column. */
function momentOf(row: usize, columns: u32, background: u32): u32 {
  const around = i8x16.splat(<i8>background);
  const low = i16x8(0, 1, 2, 3, 4, 5, 6, 7);
  let sums = i32x4.splat(0);
  for (let c: u32 = 0; c < columns; c += CHUNK) {
    const ink = newInk(row, c, columns, around);
    const here = i16x8.add(low, i16x8.splat(<i16>placeOf(c, columns)));
    const next = i16x8.add(here, i16x8.splat(8));
    sums = i32x4.add(sums, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(ink), here));
    sums = i32x4.add(sums, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(ink), next));
  }
  return lanesOf(sums);
}

// @ts-ignore: decorator
@inline
function lanesOf(sums: v128): u32 {
  return (
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3)
  );
}

/** Shifts a row to the left by so many 256ths of a pixel. The scratch is background, and stays so around the row. */
function shiftRow(row: usize, columns: u32, parts: i32, scratch: usize): void {
  const middle = scratch + columns + 1;
  for (let c: u32 = 0; c < columns; c += CHUNK) {
    const place = placeOf(c, columns);
    v128.store(middle + place, v128.load(row + place));
  }
  const wide = <i32>columns;
  const left = max(-wide - 1, min(wide, parts >> 8)); // nothing of the row is left beyond
  const share = i16x8.splat(<i16>(parts & 255));
  const rest = i16x8.splat(<i16>(256 - (parts & 255)));
  for (let c: u32 = 0; c < columns; c += CHUNK) {
    const place = placeOf(c, columns);
    const from = <usize>(<i32>middle + left) + place;
    const here = v128.load(from);
    const next = v128.load(from, 1);
    const low = mixed(
      i16x8.extend_low_i8x16_u(here),
      i16x8.extend_low_i8x16_u(next),
      rest,
      share,
    );
    const high = mixed(
      i16x8.extend_high_i8x16_u(here),
      i16x8.extend_high_i8x16_u(next),
      rest,
      share,
    );
    v128.store(row + place, i8x16.narrow_i16x8_u(low, high));
  }
}

/** (here · rest + next · share + 128) / 256 of eight pixels; 255 · 256 + 128 is below 2^16. */
// @ts-ignore: decorator
@inline
function mixed(here: v128, next: v128, rest: v128, share: v128): v128 {
  const sum = i16x8.add(i16x8.mul(here, rest), i16x8.mul(next, share));
  return i16x8.shr_u(i16x8.add(sum, i16x8.splat(128)), 8);
}

/**
 * Adds up images, pixel by pixel: sums += Σ images.
 *
 * @param images u8 (count, D), at most 256 of them, of 16 pixels at least
 * @param sums   u32 (D)
 */
export function addImages(images: usize, count: u32, D: u32, sums: usize): void {
  for (let d: u32 = 0; d < D; d += CHUNK) {
    const place = min(d, D - CHUNK);
    let low = i16x8.splat(0); // 256 bytes of 255 stay below 2^16
    let high = i16x8.splat(0);
    for (let n: u32 = 0; n < count; n++) {
      const pixels = v128.load(images + n * D + place);
      low = i16x8.add(low, i16x8.extend_low_i8x16_u(pixels));
      high = i16x8.add(high, i16x8.extend_high_i8x16_u(pixels));
    }
    const to = sums + 4 * place;
    // Of a last chunk that overlaps the one before, only what is new counts.
    const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const isNew = i8x16.ge_u(lanes, i8x16.splat(<i8>(d - place)));
    low = v128.and(low, i16x8.extend_low_i8x16_s(isNew));
    high = v128.and(high, i16x8.extend_high_i8x16_s(isNew));
    addTo(to, i32x4.extend_low_i16x8_u(low));
    addTo(to + 16, i32x4.extend_high_i16x8_u(low));
    addTo(to + 32, i32x4.extend_low_i16x8_u(high));
    addTo(to + 48, i32x4.extend_high_i16x8_u(high));
  }
}

// @ts-ignore: decorator
@inline
function addTo(sums: usize, more: v128): void {
  v128.store(sums, i32x4.add(v128.load(sums), more));
}
