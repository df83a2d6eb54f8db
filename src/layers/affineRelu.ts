import { affineBackward, affineForward } from "./affine.js";
import { reluBackward, reluForward } from "./relu.js";
import { checkShape, columnsOf, rowsOf, type Tensor, zerosLike } from "./tensor.js";

/**
 * Affine, then ReLU: out = max(0, x·W + b).
 *
 * @param out (N, M) activations, overwritten
 * @param x   (N, d1, …, dk) with d1 · … · dk = D
 * @param W   (D, M) weights
 * @param b   (M) biases
 * @returns   out
 * @throws {RangeError} when shapes disagree
 * Source: Stanford CS231n, notes on neural networks, https://cs231n.github.io
 */
export function affineReluForward(out: Tensor, x: Tensor, W: Tensor, b: Tensor): Tensor {
  affineForward(out, x, W, b);
  return reluForward(out, out);
}

/**
 * Backward through ReLU, then through affine.
 *
 * @param dx     gradient of x, in the shape of x, overwritten; null where nobody needs it
 * @param dW     (D, M) gradient of W, overwritten
 * @param db     (M) gradient of b, overwritten
 * @param dout   (N, M) upstream gradient
 * @param out    (N, M), what forward returned
 * @param x      (N, d1, …, dk), as in forward
 * @param W      (D, M), as in forward
 * @param dsums  (N, M) working space for the gradient before the ReLU, overwritten; may be dout
 *               itself; a fresh one when omitted
 * @throws {RangeError} when shapes disagree
 * Source: Stanford CS231n, notes on backpropagation, https://cs231n.github.io
 */
export function affineReluBackward(
  dx: Tensor | null,
  dW: Tensor,
  db: Tensor,
  dout: Tensor,
  out: Tensor,
  x: Tensor,
  W: Tensor,
  dsums: Tensor = zerosLike(dout),
): void {
  checkShape("out", out, rowsOf(x), columnsOf(W)); // here, where it is not called x
  checkShape("dout", dout, ...out.shape);
  checkShape("dsums", dsums, ...out.shape);
  reluBackward(dsums, dout, out);
  affineBackward(dx, dW, db, dsums, x, W);
}
