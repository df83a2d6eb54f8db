import { PACKED, Plan } from "./plan";

/** Pixels that are compared together: one v128 of bytes. */
const CHUNK: u32 = 16;

/** A bit for each of the next 16 bytes that is not background, the first `left` of them at most. */
// @ts-ignore: decorator
@inline
function presentAt(plan: Plan, bytes: usize, left: u32): u32 {
  const background = i8x16.splat(<i8>plan.background);
  const present = i8x16.bitmask(i8x16.ne(v128.load(bytes), background));
  return left < CHUNK ? present & ((1 << left) - 1) : present;
}

/** How many bytes are not background. Reads whole chunks, so up to 15 bytes past the end. */
export function countPixels(plan: Plan, bytes: usize, length: u32): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < length; i += CHUNK) {
    count += popcnt(presentAt(plan, bytes + i, length - i));
  }
  return count;
}

/**
 * Packs the pixels of images that are not background, in ascending order: number and value of each in four
 * bytes. About 80 % of the pixels of a digit are background, and cost nothing from here on.
 *
 * @param images u8 (count, inputSize), read in whole chunks as by countPixels
 * @param begins u32 (count + 1) where the pixels of each image begin, and where the last ones end;
 *               the first is given, the others are written
 */
export function packPixels(plan: Plan, images: usize, count: u32, begins: usize): void {
  const D = plan.inputSize;
  let packed: usize = load<u32>(begins);
  let image = images;
  for (let n: u32 = 0; n < count; n++) {
    for (let chunk: u32 = 0; chunk < D; chunk += CHUNK) {
      let present = presentAt(plan, image + chunk, D - chunk);
      while (present != 0) {
        const d = chunk + ctz(present);
        present &= present - 1;
        store<u32>(packed, (d << 8) | load<u8>(image + d));
        packed += PACKED;
      }
    }
    image += D;
    begins += 4;
    store<u32>(begins, packed);
  }
}
