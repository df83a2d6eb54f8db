import { mix } from "../random.js";
import { map, type Tensor } from "./tensor.js";

/** Which units are left out of a training step. */
export interface Dropout {
  /** Probability that a unit is left out, 0 to below 1. */
  readonly share: number;
  /** Random key that decides which; whole number, 0 to 2^32 - 1. */
  readonly key: number;
}

/**
 * Dropout forward: 0 where a unit is left out, x / (1 - share) elsewhere, so that the expectation
 * stays. The key and the place of a number alone decide whether it is left out.
 *
 * @param x (N, M) activations
 * @returns (N, M)
 * Source: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout: A
 * Simple Way to Prevent Neural Networks from Overfitting" (2014), scaled in training
 */
export function dropoutForward(x: Tensor, { share, key }: Dropout): Tensor {
  const threshold = Math.floor(share * 2 ** 32);
  const factor = 1 / (1 - share);
  return map(x, (value, i) => (mix((mix(i) ^ key) >>> 0) < threshold ? 0 : value * factor));
}

/**
 * Dropout backward: dx = 0 where a unit was left out, dout / (1 - share) elsewhere.
 *
 * @param dout (N, M) upstream gradient
 * @returns dx, (N, M)
 * Source: as forward
 */
export function dropoutBackward(dout: Tensor, dropout: Dropout): Tensor {
  return dropoutForward(dout, dropout); // the derivative of a product with a constant is the constant
}
