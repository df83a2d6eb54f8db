import { combineRows } from "./combineRows.js";
import { checkShape, columnsOf, rowsOf, type Tensor } from "./tensor.js";

/**
 * Affine forward: out = x·W + b, each example of x flattened to a row.
 *
 * @param out (N, M) weighted sums, overwritten
 * @param x   (N, d1, …, dk) with d1 · … · dk = D
 * @param W   (D, M) weights
 * @param b   (M) biases
 * @returns   out
 * @throws {RangeError} when shapes disagree
 * Source: Stanford CS231n, notes on neural networks, https://cs231n.github.io
 */
export function affineForward(out: Tensor, x: Tensor, W: Tensor, b: Tensor): Tensor {
  const N = rowsOf(x);
  const D = columnsOf(x);
  const M = b.data.length;
  checkShape("x", x, ...x.shape); // D comes from it, so what is left to check is its data
  checkShape("W", W, D, M);
  checkShape("b", b, M);
  checkShape("out", out, N, M);

  const sum = new Float64Array(M);
  for (let n = 0; n < N; n++) {
    sum.set(b.data);
    combineRows(sum, x.data, n * D, 1, W.data); // out_n = b + Σ_d x_nd · W_d
    out.data.set(sum, n * M);
  }
  return out;
}

/**
 * Affine backward: dx = dout·Wᵀ, dW = xᵀ·dout, db = Σ_n dout_n.
 *
 * @param dx   gradient of x, in the shape of x, overwritten; null where nobody needs it, as for
 *             the first layer, whose input is not trained
 * @param dW   (D, M) gradient of W, overwritten
 * @param db   (M) gradient of b, overwritten
 * @param dout (N, M) upstream gradient
 * @param x    (N, d1, …, dk), as in forward
 * @param W    (D, M), as in forward
 * @throws {RangeError} when shapes disagree
 * Source: Stanford CS231n, notes on backpropagation, https://cs231n.github.io
 */
export function affineBackward(
  dx: Tensor | null,
  dW: Tensor,
  db: Tensor,
  dout: Tensor,
  x: Tensor,
  W: Tensor,
): void {
  const N = rowsOf(x);
  const D = columnsOf(x);
  const M = columnsOf(W);
  checkShape("x", x, ...x.shape);
  checkShape("W", W, D, M);
  checkShape("dout", dout, N, M);
  checkShape("dW", dW, D, M);
  checkShape("db", db, M);
  if (dx !== null) checkShape("dx", dx, ...x.shape);

  const sum = new Float64Array(M);
  for (let d = 0; d < D; d++) {
    sum.fill(0);
    combineRows(sum, x.data, d, D, dout.data); // dW_d = Σ_n x_nd · dout_n
    dW.data.set(sum, d * M);
  }

  sum.fill(0);
  for (let n = 0; n < N; n++) {
    for (let m = 0; m < M; m++) sum[m] += dout.data[n * M + m];
  }
  db.data.set(sum);

  if (dx === null) return;
  for (let n = 0; n < N; n++) {
    for (let d = 0; d < D; d++) {
      let product = 0;
      for (let m = 0; m < M; m++) product += dout.data[n * M + m] * W.data[d * M + m];
      dx.data[n * D + d] = product;
    }
  }
}
