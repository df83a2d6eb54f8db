/** Gray images of one size, each with its class. Pixels stay bytes until a kernel reads them. */
export interface LabelledImages {
  /** (N, rows · columns) intensity 0..255, row by row, 0 the background. */
  readonly images: Uint8Array;
  /** (N) the class of each image. */
  readonly labels: Uint8Array;
  /** Height in pixels. */
  readonly rows: number;
  /** Width in pixels. */
  readonly columns: number;
}

/**
 * A view of some images; nothing is copied.
 *
 * @param all  N images
 * @param from index of the first image, 0..N
 * @param to   index after the last image, 0..N
 */
export function sliceImages(all: LabelledImages, from: number, to: number): LabelledImages {
  const D = all.rows * all.columns;
  return {
    ...all,
    images: all.images.subarray(from * D, to * D),
    labels: all.labels.subarray(from, to),
  };
}

/**
 * A copy of some images, in the order of their indices.
 *
 * @param all     N images
 * @param indices each 0..N-1
 */
export function pickImages(all: LabelledImages, indices: Uint32Array): LabelledImages {
  const D = all.rows * all.columns;
  const images = new Uint8Array(indices.length * D);
  indices.forEach((from, to) => {
    images.set(all.images.subarray(from * D, (from + 1) * D), to * D);
  });
  return { ...all, images, labels: Uint8Array.from(indices, (index) => all.labels[index]) };
}
