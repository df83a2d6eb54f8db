import { type AffineGradients, affineBackward, affineForward } from "./affine.js";
import { reluBackward, reluForward } from "./relu.js";
import { checkShape, columnsOf, rowsOf, type Tensor } from "./tensor.js";

/**
 * Affine, then ReLU: out = max(0, x·W + b).
 *
 * @param x (N, d1, …, dk) with d1 · … · dk = D
 * @param W (D, M) weights
 * @param b (M) biases
 * @returns (N, M) activations
 * @throws {RangeError} when shapes disagree
 * Source: Stanford CS231n, notes on neural networks, https://cs231n.github.io
 */
export function affineReluForward(x: Tensor, W: Tensor, b: Tensor): Tensor {
  return reluForward(affineForward(x, W, b));
}

/**
 * Backward through ReLU, then through affine.
 *
 * @param dout (N, M) upstream gradient
 * @param out  (N, M) what forward returned
 * @param x    (N, d1, …, dk), as in forward
 * @param W    (D, M), as in forward
 * @returns dx in the shape of x, dW (D, M), db (M)
 * @throws {RangeError} when shapes disagree
 * Source: Stanford CS231n, notes on backpropagation, https://cs231n.github.io
 */
export function affineReluBackward(
  dout: Tensor,
  out: Tensor,
  x: Tensor,
  W: Tensor,
): AffineGradients {
  checkShape("out", out, rowsOf(x), columnsOf(W)); // here, since reluBackward calls it x
  const dsums = reluBackward(dout, out);
  return affineBackward(dsums, x, W);
}
