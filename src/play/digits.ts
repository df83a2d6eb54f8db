import type { LabelledImages } from "../dataset/labelledImages.js";

/*
 * The images that the page holds, as one block of bytes: Node writes it, the page reads it. Training images have
 * 4 bits a pixel, which costs no accuracy and half of the room; test images have all 8.
 */

/** The images of a page. */
export interface PageImages {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/** The 16 intensities of 4 bits lie so far apart, from 0 to 255. */
const STEP = 17;

/** Bytes before the images: how many to train on, how many to test on, rows, columns; uint32 each. */
const HEADER = 16;

/** Images as bytes; their training images come back with 16 intensities. */
export function packImages({ train, test }: PageImages): Uint8Array {
  const { rows, columns } = train;
  const counts = [train.labels.length, test.labels.length];
  const half = Math.ceil(train.images.length / 2);
  const bytes = new Uint8Array(HEADER + half + counts[0] + test.images.length + counts[1]);
  new Uint32Array(bytes.buffer, 0, HEADER / 4).set([...counts, rows, columns]);
  const nibble = (i: number) => Math.round((train.images[i] ?? 0) / STEP);
  for (let i = 0; i < half; i++) bytes[HEADER + i] = 16 * nibble(2 * i) + nibble(2 * i + 1);
  bytes.set(train.labels, HEADER + half);
  bytes.set(test.images, HEADER + half + counts[0]);
  bytes.set(test.labels, HEADER + half + counts[0] + test.images.length);
  return bytes;
}

/** The inverse of `packImages`. */
export function unpackImages(bytes: Uint8Array): PageImages {
  const header = bytes.slice(0, HEADER); // aligned for words
  const [trained, tested, rows, columns] = new Uint32Array(header.buffer);
  const D = rows * columns;
  let at = HEADER;
  const next = (length: number) => {
    at += length;
    return bytes.slice(at - length, at);
  };
  const packed = next(Math.ceil((trained * D) / 2));
  const images = new Uint8Array(trained * D);
  for (let i = 0; i < images.length; i++) {
    const byte = packed[i >> 1];
    images[i] = STEP * (i % 2 === 0 ? byte >> 4 : byte & 15);
  }
  const train = { images, labels: next(trained), rows, columns };
  return { train, test: { images: next(tested * D), labels: next(tested), rows, columns } };
}
