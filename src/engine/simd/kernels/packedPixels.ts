import { Plan } from "./plan";

/*
 * Packed images: the pixels that are not background, about 20 % of a digit; the others cost nothing from
 * here on. First come bits that tell which pixels these are, a u16 for each chunk of 16, then their bytes, in
 * ascending order.
 */

/** Pixels that are compared together: one v128 of bytes. */
export const CHUNK: u32 = 16;

/** Bytes of the bits of an image. */
// @ts-ignore: decorator
@inline
export function bitsBytes(plan: Plan): u32 {
  return 2 * ((plan.inputSize + CHUNK - 1) / CHUNK);
}

/** A bit for each of the next 16 bytes that is not background, the first `left` of them at most. */
// @ts-ignore: decorator
@inline
function presentAt(background: v128, bytes: usize, left: u32): u32 {
  const present = i8x16.bitmask(i8x16.ne(v128.load(bytes), background));
  return left < CHUNK ? present & ((1 << left) - 1) : present;
}

/** Bytes that images take once they are packed. Reads whole chunks, so up to 15 bytes past their end. */
export function packedBytes(plan: Plan, images: usize, count: u32): u32 {
  const background = i8x16.splat(<i8>plan.background);
  const length = count * plan.inputSize;
  let pixels: u32 = 0;
  for (let i: u32 = 0; i < length; i += CHUNK) {
    pixels += popcnt(presentAt(background, images + i, length - i));
  }
  return count * bitsBytes(plan) + pixels;
}

/**
 * Packs images one after another.
 *
 * @param images u8 (count, inputSize), read in whole chunks as by packedBytes
 * @param begins u32 (count + 1) where each image begins, and where the last one ends; the first is given,
 *               the others are written
 */
export function packPixels(plan: Plan, images: usize, count: u32, begins: usize): void {
  const D = plan.inputSize;
  const background = i8x16.splat(<i8>plan.background);
  let bits: usize = load<u32>(begins);
  for (let n: u32 = 0; n < count; n++) {
    let packed = bits + bitsBytes(plan);
    for (let chunk: u32 = 0; chunk < D; chunk += CHUNK) {
      let present = presentAt(background, images + chunk, D - chunk);
      store<u16>(bits, present);
      bits += 2;
      for (; present != 0; present &= present - 1) {
        store<u8>(packed++, load<u8>(images + chunk + ctz(present)));
      }
    }
    bits = packed;
    images += D;
    begins += 4;
    store<u32>(begins, packed);
  }
}
