import { checkShape } from "../layers/tensor.js";
import { parameterNames, type TwoLayerParameters } from "../net/twoLayerNet.js";
import type { Batch, EngineSetup, Images } from "./engine.js";

/*
 * What an engine checks before it computes, once a batch: behind this border nobody looks again,
 * and an index past the end of a set would read foreign memory.
 */

/**
 * Checks parameters, or numbers that belong to them, against those of a net.
 *
 * @throws {RangeError} when a shape is another
 */
export function checkParameters(values: TwoLayerParameters, net: TwoLayerParameters): void {
  for (const name of parameterNames) checkShape(name, values[name], ...net[name].shape);
}

/**
 * Checks preprocessing against a net.
 *
 * @throws {RangeError} when the mean image, or rows times columns, are not the net's D pixels
 */
export function checkPreprocessing(
  { meanImage, rows, columns }: EngineSetup["preprocessing"],
  D: number,
): void {
  if (meanImage.length !== D) {
    throw new RangeError(`meanImage holds ${meanImage.length} pixels, expected ${D}`);
  }
  if (rows * columns !== D || !Number.isInteger(rows)) {
    throw new RangeError(`images of ${rows} x ${columns}, expected ${D} pixels`);
  }
}

/** What images, labels and distortions must fit. */
interface NetSizes {
  /** D */
  readonly inputSize: number;
  /** C */
  readonly classCount: number;
}

/**
 * Checks images with labels against a net.
 *
 * @param data (N, D) pixels and N labels; N may be 0
 * @throws {RangeError} when the images are not of D pixels, or a label is outside 0..C-1
 */
export function checkImages(
  { images, labels }: { readonly images: Uint8Array; readonly labels: Uint8Array },
  { inputSize: D, classCount: C }: NetSizes,
): void {
  const N = labels.length;
  if (images.length !== N * D) {
    throw new RangeError(
      `${images.length} pixels, expected ${N * D} for ${N} labels and images of ${D} pixels`,
    );
  }
  for (let n = 0; n < N; n++) {
    if (labels[n] >= C) {
      throw new RangeError(`label ${labels[n]} at index ${n}, expected 0 to ${C - 1}`);
    }
  }
}

/**
 * Checks a batch to learn from, or images to score.
 *
 * @param counts   how many images each loaded set has, by its id
 * @param distorts whether the engine was given an augmentation
 * @throws {RangeError} when it is empty, its set was never loaded, an index lies outside the set, fresh
 *                      images do not fit the net, or a distortion is asked for without an augmentation
 */
export function checkBatch(
  batch: Batch | Images,
  counts: readonly number[],
  sizes: NetSizes,
  distorts: boolean,
): void {
  if (batchSizeOf(batch, sizes.inputSize) === 0) {
    throw new RangeError("an empty batch, expected at least one image");
  }
  if ("from" in batch) {
    checkIndices(batch.indices, batch.from.id, counts);
    if (batch.distortionKey !== undefined && !distorts) {
      throw new RangeError("a distortion key, expected an engine with an augmentation");
    }
  } else if ("labels" in batch) checkImages(batch, sizes);
  else if (batch.images.length % sizes.inputSize !== 0) {
    throw new RangeError(
      `${batch.images.length} pixels, expected images of ${sizes.inputSize} pixels`,
    );
  }
}

/** N, images in a batch of images of D pixels. */
export function batchSizeOf(batch: Batch | Images, D: number): number {
  if ("from" in batch) return batch.indices.length;
  return "labels" in batch ? batch.labels.length : Math.ceil(batch.images.length / D);
}

function checkIndices(indices: Uint32Array, id: number, counts: readonly number[]): void {
  const count = counts[id];
  if (count === undefined) {
    throw new RangeError(`set ${id}, expected one of the ${counts.length} that were loaded`);
  }
  for (let n = 0; n < indices.length; n++) {
    if (indices[n] >= count) {
      const expected = count > 0 ? `0 to ${count - 1}` : "none: the set is empty";
      throw new RangeError(`index ${indices[n]} at position ${n}, expected ${expected}`);
    }
  }
}
