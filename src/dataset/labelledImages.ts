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
