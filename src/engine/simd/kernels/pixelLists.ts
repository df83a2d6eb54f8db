import { distort, distortionScratchBytes } from "./augment";
import { bitsBytes, CHUNK } from "./packedPixels";
import { ENTRY, LINE, Plan, ROW } from "./plan";

/**
 * Lists the pixels of each image of the batch, from..to-1, distorted if the plan says so: entries
 * with the offset of a pixel's row in a panel of W1, and how much the pixel lies above the background, times
 * the scale. The lists are
 * close together in memory, wherever the images lie in their set, since every panel reads them.
 */
export function listPixelsByImage(plan: Plan, thread: u32, from: u32, to: u32): void {
  const distorts = plan.distortionScratch != 0;
  store<u32>(plan.prefetched + LINE * thread, prefetchPixels(plan, from, to));
  const scratch = plan.distortionScratch + thread * distortionScratchBytes(plan);
  let entry = plan.entries + ENTRY * from * plan.inputSize;
  for (let n = from; n < to; n++) {
    store<u32>(plan.lists + 8 * n, entry);
    const index = load<u32>(plan.indices + 4 * n);
    const begin = distorts ? distort(plan, index, scratch) : plan.packed + 4 * index;
    entry = listPixels(plan, load<u32>(begin), entry);
    store<u32>(plan.lists + 8 * n, entry, 4);
  }
}

/** Lists the pixels of one packed image from an entry on; returns the end of the list. */
// @ts-ignore: decorator
@inline
function listPixels(plan: Plan, image: usize, entry: usize): usize {
  const background = <i32>plan.background;
  const scale = plan.scale;
  const end = image + bitsBytes(plan);
  let packed = end;
  let offset: u32 = 0; // of the first row of a chunk
  for (let bits = image; bits < end; bits += 2) {
    for (let present: u32 = load<u16>(bits); present != 0; present &= present - 1) {
      store<u32>(entry, offset + ROW * ctz(present));
      store<f32>(entry, <f32>(<i32>load<u8>(packed++) - background) * scale, 4);
      entry += ENTRY;
    }
    offset += CHUNK * ROW;
  }
  return entry;
}

/**
 * Reads every cache line of the pixels of images from..to-1. Images of a shuffled batch lie far apart;
 * independent reads overlap instead of stalling image by image.
 *
 * @returns a value that depends on all of them
 */
function prefetchPixels(plan: Plan, from: u32, to: u32): u32 {
  let seen: u32 = 0;
  for (let n = from; n < to; n++) {
    const begin = plan.packed + 4 * load<u32>(plan.indices + 4 * n);
    const end: usize = load<u32>(begin, 4);
    for (let line: usize = load<u32>(begin); line < end; line += LINE) seen ^= load<u32>(line);
  }
  return seen;
}

/**
 * The transpose of listPixelsByImage, for one thread's share of the pixels: for each pixel, the images in
 * which it is not background, in the order of the batch, with the offset of their row in a panel of dhidden.
 * The entries are counted first, so that these lists are close together as well.
 */
export function listImagesByPixel(plan: Plan, thread: u32): void {
  const D = plan.inputSize;
  const N = plan.batchSize;
  const from = (D * thread) / plan.threads;
  const to = (D * (thread + 1)) / plan.threads;
  const bound = ROW * to;
  const ends = plan.pixelListEnds;
  const cursors = plan.cursors + 4 * thread * plan.capacity;
  for (let d = from; d < to; d++) store<u32>(ends + 4 * d, 0);
  for (let n: u32 = 0; n < N; n++) {
    const end: usize = load<u32>(plan.lists + 8 * n, 4);
    let entry = firstAtLeast(load<u32>(plan.lists + 8 * n), end, ROW * from);
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
    const end: usize = load<u32>(plan.lists + 8 * n, 4);
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

/** The first entry of a list whose offset is at least a bound, by binary search. */
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
