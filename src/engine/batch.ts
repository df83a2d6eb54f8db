import type { LabelledImages } from "../dataset/labelledImages.js";
import type { Preprocessing } from "../dataset/preprocessing.js";
import { checkShape } from "../layers/tensor.js";
import { parameterNames, type TwoLayerParameters } from "../net/twoLayerNet.js";
import type { Batch, Images } from "./engine.js";

/*
 * The checks of an engine's input, once per batch. Kernels do not check again: an index past the end of
 * a set would read foreign memory.
 */

/**
 * Checks the shapes of parameters, or of their velocity or average, against those of a net.
 *
 * @throws {RangeError} when a shape differs
 */
export function checkParameters(values: TwoLayerParameters, net: TwoLayerParameters): void {
  for (const name of parameterNames) checkShape(name, values[name], ...net[name].shape);
}

/**
 * Checks preprocessing against a net.
 *
 * @throws {RangeError} when the mean image, or rows times columns, do not have the net's D pixels
 */
export function checkPreprocessing({ meanImage, rows, columns }: Preprocessing, D: number): void {
  if (meanImage.length !== D) {
    throw new RangeError(`meanImage holds ${meanImage.length} pixels, expected ${D}`);
  }
  if (rows * columns !== D || !Number.isInteger(rows)) {
    throw new RangeError(`images of ${rows} x ${columns}, expected ${D} pixels`);
  }
}

/** Sizes of a net. */
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
 * @throws {RangeError} when images do not have D pixels, or a label is outside 0..C-1
 */
export function checkImages(
  { images, labels }: Pick<LabelledImages, "images" | "labels">,
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
 * @param distorts whether the engine was told to `augment`
 * @throws {RangeError} when it is empty, its set was never loaded, an index lies outside the set, fresh
 *                      images do not fit the net, or it has a distortionKey without `augment`
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
      throw new RangeError("a distortion key, expected an engine with settings that augment");
    }
  } else if ("labels" in batch) checkImages(batch, sizes);
  else if (batch.images.length % sizes.inputSize !== 0) {
    throw new RangeError(
      `${batch.images.length} pixels, expected images of ${sizes.inputSize} pixels`,
    );
  }
}

/** N, the number of images in a batch; each has D pixels. */
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
