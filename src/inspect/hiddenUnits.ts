import { type Preprocessing, preprocess } from "../dataset/preprocessing.js";
import { columnsOf, rowsOf, type Tensor } from "../layers/tensor.js";
import type { TwoLayerParameters } from "../net/twoLayerNet.js";

/**
 * How strongly each hidden unit can change the scores: |column of W1| · |row of W2|, Euclidean norms.
 *
 * A product, because a unit computes the same with its weights in doubled and its weights out halved.
 *
 * @returns (H)
 */
export function unitStrengths({ W1, W2 }: TwoLayerParameters): Float64Array {
  const [H, C] = [rowsOf(W2), columnsOf(W2)];
  return Float64Array.from({ length: H }, (_, h) => {
    let outgoing = 0;
    for (let c = 0; c < C; c++) outgoing += W2.data[h * C + c] * W2.data[h * C + c];
    let incoming = 0;
    for (const weight of weightsInto(W1, h)) incoming += weight * weight;
    return Math.sqrt(incoming * outgoing);
  });
}

/** Hidden units by decreasing strength. */
export function strongestFirst(strengths: Float64Array): number[] {
  return Array.from(strengths, (_, unit) => unit).sort((a, b) => strengths[b] - strengths[a]);
}

/** The weights from every input to hidden unit h: column h of W1, (D). */
export function weightsInto(W1: Tensor, h: number): Float64Array {
  const H = columnsOf(W1);
  return Float64Array.from({ length: rowsOf(W1) }, (_, i) => W1.data[i * H + h]);
}

/**
 * The activation of one hidden unit for each of some images, without computing the others: max(0, x·W1 + b1).
 *
 * @param images (D) each, intensity 0..255
 */
export function activationsOf(
  { W1, b1 }: TwoLayerParameters,
  h: number,
  images: readonly Uint8Array[],
  preprocessing: Preprocessing,
): Float64Array {
  const weights = weightsInto(W1, h);
  return Float64Array.from(images, (image) => {
    const x = preprocess(image, preprocessing);
    let sum = b1.data[h];
    for (let d = 0; d < weights.length; d++) sum += x[d] * weights[d];
    return Math.max(0, sum);
  });
}
