import { checkShape } from "../layers/tensor.js";
import { parameterNames, type TwoLayerParameters } from "../net/twoLayerNet.js";
import type { Batch } from "./engine.js";

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

/** The sizes that images and labels must fit. */
interface NetSizes {
  /** D */
  readonly inputSize: number;
  /** C */
  readonly classCount: number;
}

/**
 * Checks images against a net.
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
 * Checks a batch.
 *
 * @param counts how many images each loaded set has, by its id
 * @throws {RangeError} when it is empty, its set was never loaded, an index lies outside the set,
 *                      or fresh images or a distortion do not fit the net
 */
export function checkBatch(batch: Batch, counts: readonly number[], sizes: NetSizes): void {
  const size = "from" in batch ? batch.indices.length : batch.labels.length;
  if (size === 0) throw new RangeError("an empty batch, expected at least one image");
  if (!("from" in batch)) {
    checkImages(batch, sizes);
    return;
  }
  checkIndices(batch.indices, batch.from.id, counts);
  if (batch.distortion === undefined) return;
  const { rows, columns } = batch.distortion;
  if (rows * columns !== sizes.inputSize || !Number.isInteger(rows)) {
    throw new RangeError(
      `a distortion for images of ${rows} x ${columns}, expected ${sizes.inputSize} pixels`,
    );
  }
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
