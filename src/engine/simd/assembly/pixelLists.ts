import { ENTRY, PACKED, Plan, ROW } from "./plan";

/** Pixels that are looked at together: one v128 of bytes. */
const CHUNK: u32 = 16;

/** How many bytes are not 0. */
export function countPixels(bytes: usize, length: u32): u32 {
  const whole = length - (length % CHUNK);
  const zero = i8x16.splat(0);
  let count: u32 = 0;
  for (let i: u32 = 0; i < whole; i += CHUNK) {
    count += popcnt(i8x16.bitmask(i8x16.ne(v128.load(bytes + i), zero)));
  }
  for (let i = whole; i < length; i++) count += u32(load<u8>(bytes + i) != 0);
  return count;
}

/**
 * Packs the pixels of images that are not 0: for each image, its pixels in ascending order, the
 * number of the pixel and its value in four bytes. Four of five pixels of a digit are 0 and cost
 * nothing from here on.
 *
 * @param images u8 (count, D)
 * @param begins u32 (count + 1) where the pixels of each image begin, those of the next one
 *               beginning where they end; the first is there already
 */
export function packPixels(images: usize, count: u32, D: u32, begins: usize): void {
  const whole = D - (D % CHUNK);
  const zero = i8x16.splat(0);
  let packed: usize = load<u32>(begins);
  let image = images;
  for (let n: u32 = 0; n < count; n++) {
    for (let chunk: u32 = 0; chunk < whole; chunk += CHUNK) {
      let present = i8x16.bitmask(i8x16.ne(v128.load(image + chunk), zero));
      while (present != 0) {
        const d = chunk + ctz(present);
        present &= present - 1;
        store<u32>(packed, (d << 8) | load<u8>(image + d));
        packed += PACKED;
      }
    }
    for (let d = whole; d < D; d++) {
      const value = load<u8>(image + d);
      if (value == 0) continue;
      store<u32>(packed, (d << 8) | value);
      packed += PACKED;
    }
    image += D;
    begins += 4;
    store<u32>(begins, packed);
  }
}

/**
 * Lists the pixels of the batch, for its images from..to-1: entries with the offset of a pixel's row
 * in a panel of W1, and the pixel times the scale. The lists follow each other, so that what is read
 * for every panel lies close together, wherever in the set the images come from.
 */
export function listPixels(plan: Plan, from: u32, to: u32): void {
  if (from == to) return;
  // kept where scores will be, so that no compiler leaves it out
  store<u32>(plan.scores + 4 * from * plan.paddedClasses, fetchPixels(plan, from, to));
  let entry = plan.entries;
  for (let n: u32 = 0; n < from; n++) entry += listBytes(plan, n);
  for (let n = from; n < to; n++) {
    store<u32>(plan.lists + 4 * n, entry);
    const begin = plan.packed + 4 * load<u32>(plan.indices + 4 * n);
    const end: usize = load<u32>(begin, 4);
    for (let packed: usize = load<u32>(begin); packed < end; packed += PACKED) {
      const pixel = load<u32>(packed);
      store<u32>(entry, ROW * (pixel >> 8));
      store<f32>(entry, <f32>(<i32>(pixel & 255)) * plan.scale, 4);
      entry += ENTRY;
    }
  }
  store<u32>(plan.lists + 4 * to, entry);
}

/**
 * Reads every cache line of the pixels of images from..to-1. Images of a shuffled batch lie far apart;
 * reads that do not wait for each other come from memory together rather than image by image.
 *
 * @returns something that takes all of them to know
 */
function fetchPixels(plan: Plan, from: u32, to: u32): u32 {
  let seen: u32 = 0;
  for (let n = from; n < to; n++) {
    const begin = plan.packed + 4 * load<u32>(plan.indices + 4 * n);
    const end: usize = load<u32>(begin, 4);
    for (let line: usize = load<u32>(begin); line < end; line += 64) seen ^= load<u32>(line);
  }
  return seen;
}

/** Bytes of the list of an image of the batch. */
// @ts-ignore: decorator
@inline
function listBytes(plan: Plan, n: u32): u32 {
  const begin = plan.packed + 4 * load<u32>(plan.indices + 4 * n);
  return (load<u32>(begin, 4) - load<u32>(begin)) * (ENTRY / PACKED);
}

/**
 * The batch's lists turned by pixel, for one thread's share of the pixels: for each pixel, the
 * images that have it in the order of the batch, with the offset of their row in a panel of dhidden.
 * The lists are counted first, so that they too follow each other.
 */
export function transposeLists(plan: Plan, thread: u32): void {
  const D = plan.inputSize;
  const N = plan.batchSize;
  const from = (D * thread) / plan.threads;
  const to = (D * (thread + 1)) / plan.threads;
  const bound = ROW * to;
  const ends = plan.pixelListEnds;
  const cursors = plan.cursors + 4 * thread * plan.capacity;
  for (let d = from; d < to; d++) store<u32>(ends + 4 * d, 0);
  for (let n: u32 = 0; n < N; n++) {
    const end: usize = load<u32>(plan.lists + 4 * n, 4);
    let entry = firstAtLeast(load<u32>(plan.lists + 4 * n), end, ROW * from);
    store<u32>(cursors + 4 * n, entry);
    for (; entry < end; entry += ENTRY) {
      const offset = load<u32>(entry);
      if (offset >= bound) break;
      const bytes = ends + offset / (ROW / 4); // 4 · d
      store<u32>(bytes, load<u32>(bytes) + ENTRY);
    }
  }

  let start = plan.pixelEntries + ENTRY * from * plan.capacity;
  for (let d = from; d < to; d++) {
    const bytes = load<u32>(ends + 4 * d);
    store<u32>(plan.pixelLists + 4 * d, start);
    store<u32>(ends + 4 * d, start);
    start += bytes;
  }
  for (let n: u32 = 0; n < N; n++) {
    const end: usize = load<u32>(plan.lists + 4 * n, 4);
    for (let entry: usize = load<u32>(cursors + 4 * n); entry < end; entry += ENTRY) {
      const offset = load<u32>(entry);
      if (offset >= bound) break;
      const listEnd = ends + offset / (ROW / 4);
      const place: usize = load<u32>(listEnd);
      store<u32>(place, ROW * n);
      store<u32>(place, load<u32>(entry, 4), 4); // the value, bit for bit
      store<u32>(listEnd, place + ENTRY);
    }
  }
}

/** The first entry of a list whose offset is not below a bound, found by halving. */
// @ts-ignore: decorator
@inline
function firstAtLeast(list: usize, end: usize, bound: u32): usize {
  if (bound == 0) return list;
  let count = (end - list) / ENTRY;
  let first = list;
  while (count > 0) {
    const half = count / 2;
    const middle = first + half * ENTRY;
    if (load<u32>(middle) < bound) {
      first = middle + ENTRY;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first;
}
