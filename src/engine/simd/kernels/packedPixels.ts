import { PACKED } from "./plan";

/** Pixels that are compared together: one v128 of bytes. */
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
 * Packs the pixels of images that are not 0, in ascending order: number and value of each in four
 * bytes. About 80 % of the pixels of a digit are 0, and cost nothing from here on.
 *
 * @param images u8 (count, D)
 * @param begins u32 (count + 1) where the pixels of each image begin, and where the last ones end;
 *               the first is given, the others are written
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
