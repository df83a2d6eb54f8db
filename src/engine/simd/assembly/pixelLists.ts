import { ENTRY, Plan, pixelListBytes, ROW } from "./plan";

/** Pixels that are looked at together: one v128 of bytes. */
const CHUNK: u32 = 16;

/** Pixels whose lists grow together: few enough that the ends of all of them stay in the nearest cache. */
const BLOCK: u32 = 128;

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
 * Lists the pixels of images that are not 0: for each image, its pixels in ascending order, with the
 * offset of their row in a panel of W1. Four of five pixels of a digit are 0 and cost nothing from
 * here on.
 *
 * @param images u8 (count, D)
 * @param lists  u32 (count + 1) where each list begins, the next one's beginning being its end; the
 *               first is there already
 * @param scale  multiplies every pixel
 */
export function listPixels(images: usize, count: u32, D: u32, lists: usize, scale: f32): void {
  const whole = D - (D % CHUNK);
  const zero = i8x16.splat(0);
  let entry: usize = load<u32>(lists);
  let image = images;
  for (let n: u32 = 0; n < count; n++) {
    for (let chunk: u32 = 0; chunk < whole; chunk += CHUNK) {
      let present = i8x16.bitmask(i8x16.ne(v128.load(image + chunk), zero));
      while (present != 0) {
        const d = chunk + ctz(present);
        present &= present - 1;
        store<u32>(entry, ROW * d);
        store<f32>(entry, <f32>load<u8>(image + d) * scale, 4);
        entry += ENTRY;
      }
    }
    for (let d = whole; d < D; d++) {
      if (load<u8>(image + d) == 0) continue;
      store<u32>(entry, ROW * d);
      store<f32>(entry, <f32>load<u8>(image + d) * scale, 4);
      entry += ENTRY;
    }
    image += D;
    lists += 4;
    store<u32>(lists, entry);
  }
}

/**
 * The batch's lists turned by pixel, for one thread's share of the pixels: for each pixel, the
 * images that have it in the order of the batch, with the offset of their row in a panel of dhidden.
 */
export function transposeLists(plan: Plan, thread: u32): void {
  const D = plan.inputSize;
  const from = (D * thread) / plan.threads;
  const to = (D * (thread + 1)) / plan.threads;
  const ends = plan.pixelListEnds;
  const cursors = plan.cursors + 4 * thread * plan.capacity;
  for (let n: u32 = 0; n < plan.batchSize; n++) {
    const list = plan.lists + 4 * load<u32>(plan.indices + 4 * n);
    store<u32>(cursors + 4 * n, firstAtLeast(load<u32>(list), load<u32>(list, 4), ROW * from));
  }
  for (let first = from; first < to; first += BLOCK) {
    const last = min(to, first + BLOCK);
    for (let d = first; d < last; d++) {
      store<u32>(ends + 4 * d, plan.pixelEntries + d * pixelListBytes(plan));
    }
    const bound = ROW * last;
    for (let n: u32 = 0; n < plan.batchSize; n++) {
      const listEnd: usize = load<u32>(plan.lists + 4 * load<u32>(plan.indices + 4 * n), 4);
      let entry: usize = load<u32>(cursors + 4 * n);
      for (; entry < listEnd; entry += ENTRY) {
        const offset = load<u32>(entry);
        if (offset >= bound) break;
        const end = ends + offset / (ROW / 4); // 4 · d
        const place: usize = load<u32>(end);
        store<u32>(place, ROW * n);
        store<u32>(place, load<u32>(entry, 4), 4); // the value, bit for bit
        store<u32>(end, place + ENTRY);
      }
      store<u32>(cursors + 4 * n, entry);
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
