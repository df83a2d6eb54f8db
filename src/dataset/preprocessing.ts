import type { PixelValues } from "./pixelValues.js";

/** How pixels become the numbers that a net takes: (pixel - mean) · scale. */
export interface Preprocessing {
  /** Height of an image in pixels. */
  readonly rows: number;
  /** Width of an image in pixels. */
  readonly columns: number;
  readonly scale: number;
  /** (rows · columns) mean intensity of the training images, 0..255. */
  readonly meanImage: Float32Array;
  /** Whether images are deskewed before anything else, as src/dataset/deskew.ts does; they are not by default. */
  readonly deskew?: boolean;
  /** Intensities of the training images; those of MNIST by default. They change no input. */
  readonly pixels?: PixelValues;
}

/**
 * Images as a net takes them: (pixel - mean) · scale.
 *
 * @param images (N, D) intensity 0..255
 * @returns      (N, D)
 */
export function preprocess(
  images: ArrayLike<number>,
  { meanImage, scale }: Preprocessing,
): Float32Array {
  const D = meanImage.length;
  const x = new Float32Array(images.length);
  for (let start = 0; start < x.length; start += D) {
    for (let d = 0; d < D; d++) x[start + d] = (images[start + d] - meanImage[d]) * scale;
  }
  return x;
}
