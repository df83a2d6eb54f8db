import { ENTRY, Plan, ROW } from "./plan";

/** Pixels that are looked at together: one v128 of bytes. */
const CHUNK: u32 = 16;

/** The first pixel of a thread's share: whole chunks, so that no two threads share one. */
export function firstPixel(plan: Plan, thread: u32): u32 {
  const chunks = (plan.inputSize + CHUNK - 1) / CHUNK;
  return min(plan.inputSize, CHUNK * ((chunks * thread) / plan.threads));
}

/**
 * Lists the pixels of the batch that are not 0, for one thread's share of the pixels.
 *
 * By image: for each image, its pixels in ascending order, with the offset of their row in a panel
 * of W1. By pixel, for training: for each pixel, the images that have it in ascending order, with
 * the offset of their row in a panel of dhidden. Four of five pixels of a digit are 0 and cost
 * nothing from here on.
 */
export function gather(plan: Plan, thread: u32): void {
  const D = plan.inputSize;
  const N = plan.batchSize;
  const from = firstPixel(plan, thread);
  const to = firstPixel(plan, thread + 1);
  const training = plan.training != 0;
  const ends = plan.pixelListEnds;
  for (let d = from; d < to; d++) {
    store<u32>(ends + 4 * d, plan.pixelEntries + ENTRY * d * plan.capacity);
  }

  const wholeChunks = from + ((to - from) / CHUNK) * CHUNK;
  let entry = plan.imageEntries + ENTRY * from * plan.capacity;
  const lists = plan.imageLists + 4 * thread * plan.capacity;
  const listEnds = plan.imageListEnds + 4 * thread * plan.capacity;
  const zero = i8x16.splat(0);
  for (let n: u32 = 0; n < N; n++) {
    const image = plan.images + D * load<u32>(plan.indices + 4 * n);
    store<u32>(lists + 4 * n, entry);
    for (let chunk = from; chunk < wholeChunks; chunk += CHUNK) {
      let present = i8x16.bitmask(i8x16.ne(v128.load(image + chunk), zero));
      while (present != 0) {
        const d = chunk + ctz(present);
        present &= present - 1;
        entry = add(plan, entry, n, d, image, training, ends);
      }
    }
    for (let d = wholeChunks; d < to; d++) {
      if (load<u8>(image + d) != 0) entry = add(plan, entry, n, d, image, training, ends);
    }
    store<u32>(listEnds + 4 * n, entry);
  }
}

/** Adds pixel d of image n to its lists; returns the end of the image's list. */
// @ts-expect-error: decorator
@inline
function add(
  plan: Plan,
  entry: usize,
  n: u32,
  d: u32,
  image: usize,
  training: bool,
  ends: usize,
): usize {
  const value = <f32>load<u8>(image + d) * plan.scale;
  store<u32>(entry, ROW * d);
  store<f32>(entry, value, 4);
  if (training) {
    const end: usize = load<u32>(ends + 4 * d);
    store<u32>(end, ROW * n);
    store<f32>(end, value, 4);
    store<u32>(ends + 4 * d, end + ENTRY);
  }
  return entry + ENTRY;
}
