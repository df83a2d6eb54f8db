import { mix } from "../random.js";
import { checkShape, columnsOf, rowsOf, type Tensor } from "./tensor.js";

/** Which units are left out of a training step. */
export interface Dropout {
  /** Chance of each unit to be left out, 0 to below 1. */
  readonly share: number;
  /** Decides which; whole number, 0 to 2^32 - 1. */
  readonly key: number;
}

/**
 * Dropout forward: x = 0 where a unit is left out, x / (1 - share) elsewhere, so that its expectation
 * stays. Whether a unit of an example is left out depends on the key and its place alone.
 *
 * @param x (N, M) overwritten
 * @returns x
 * Source: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout: A
 * Simple Way to Prevent Neural Networks from Overfitting" (2014), scaled in training
 */
export function dropoutForward(x: Tensor, { share, key }: Dropout): Tensor {
  const N = rowsOf(x);
  const M = columnsOf(x);
  const threshold = Math.floor(share * 2 ** 32);
  const factor = 1 / (1 - share);
  for (let i = 0; i < N * M; i++) {
    x.data[i] = mix((mix(i) ^ key) >>> 0) < threshold ? 0 : x.data[i] * factor;
  }
  return x;
}

/**
 * Dropout backward, behind a ReLU: dx = dx / (1 - share) where out is not 0. Elsewhere the gradient
 * ends, whether it was dropout or ReLU that put the 0 there.
 *
 * @param dx  (N, M) upstream gradient, overwritten
 * @param out (N, M) what forward returned
 * @returns dx
 * @throws {RangeError} when shapes disagree
 * Source: as forward
 */
export function dropoutBackward(dx: Tensor, out: Tensor, { share }: Dropout): Tensor {
  checkShape("dx", dx, ...out.shape);
  const factor = 1 / (1 - share);
  for (let i = 0; i < dx.data.length; i++) dx.data[i] = out.data[i] === 0 ? 0 : dx.data[i] * factor;
  return dx;
}
