import { checkShape, columnsOf, rowsOf, type Tensor, zerosLike } from "./tensor.js";

/**
 * Affine forward: out = x·W + b, each example of x flattened to a row.
 *
 * @param x (N, d1, …, dk) with d1 · … · dk = D
 * @param W (D, M) weights
 * @param b (M) biases
 * @returns (N, M) weighted sums
 * @throws {RangeError} when shapes disagree
 * Source: Stanford CS231n, notes on neural networks, https://cs231n.github.io
 */
export function affineForward(x: Tensor, W: Tensor, b: Tensor): Tensor {
  const [N, D, M] = [rowsOf(x), columnsOf(x), columnsOf(W)];
  checkShape("x", x, ...x.shape); // D comes from its shape, so only its data is left to check
  checkShape("W", W, D, M);
  checkShape("b", b, M);

  const out = zerosLike(W, N, M);
  const sum = new Float64Array(M); // float64, rounded once
  for (let n = 0; n < N; n++) {
    sum.set(b.data); // out_n = b + Σ_d x_nd · W_d
    for (let d = 0; d < D; d++) {
      const x_nd = x.data[n * D + d];
      const W_d = W.data.subarray(d * M, (d + 1) * M);
      for (let m = 0; m < M; m++) sum[m] += x_nd * W_d[m];
    }
    out.data.set(sum, n * M);
  }
  return out;
}

/** The gradients of an affine layer. */
export interface AffineGradients {
  /** In the shape of x. */
  readonly dx: Tensor;
  /** (D, M) */
  readonly dW: Tensor;
  /** (M) */
  readonly db: Tensor;
}

/**
 * Affine backward: dx = dout·Wᵀ, dW = xᵀ·dout, db = Σ_n dout_n.
 *
 * @param dout (N, M) upstream gradient
 * @param x    (N, d1, …, dk), as in forward
 * @param W    (D, M), as in forward
 * @returns the gradients; dx is computed when it is read, since the first layer of a net needs none
 * @throws {RangeError} when shapes disagree
 * Source: Stanford CS231n, notes on backpropagation, https://cs231n.github.io
 */
export function affineBackward(dout: Tensor, x: Tensor, W: Tensor): AffineGradients {
  const [N, D, M] = [rowsOf(x), columnsOf(x), columnsOf(W)];
  checkShape("x", x, ...x.shape);
  checkShape("W", W, D, M);
  checkShape("dout", dout, N, M);
  return {
    get dx() {
      return inputGradient(dout, x, W);
    },
    dW: weightGradient(dout, x, W),
    db: biasGradient(dout),
  };
}

/** dx_nd = Σ_m dout_nm · W_dm */
function inputGradient(dout: Tensor, x: Tensor, W: Tensor): Tensor {
  const [N, D, M] = [rowsOf(x), columnsOf(x), columnsOf(W)];
  const dx = zerosLike(x);
  for (let n = 0; n < N; n++) {
    for (let d = 0; d < D; d++) {
      let sum = 0;
      for (let m = 0; m < M; m++) sum += dout.data[n * M + m] * W.data[d * M + m];
      dx.data[n * D + d] = sum;
    }
  }
  return dx;
}

/** dW_dm = Σ_n x_nd · dout_nm */
function weightGradient(dout: Tensor, x: Tensor, W: Tensor): Tensor {
  const [N, D, M] = [rowsOf(x), columnsOf(x), columnsOf(W)];
  const dW = zerosLike(W);
  const sum = new Float64Array(D);
  for (let m = 0; m < M; m++) {
    sum.fill(0);
    for (let n = 0; n < N; n++) {
      const dout_nm = dout.data[n * M + m];
      if (dout_nm === 0) continue; // as behind a ReLU that is off
      const x_n = x.data.subarray(n * D, (n + 1) * D);
      for (let d = 0; d < D; d++) sum[d] += x_n[d] * dout_nm;
    }
    for (let d = 0; d < D; d++) dW.data[d * M + m] = sum[d];
  }
  return dW;
}

/** db_m = Σ_n dout_nm */
function biasGradient(dout: Tensor): Tensor {
  const [N, M] = dout.shape;
  const db = zerosLike(dout, M);
  for (let m = 0; m < M; m++) {
    let sum = 0;
    for (let n = 0; n < N; n++) sum += dout.data[n * M + m];
    db.data[m] = sum;
  }
  return db;
}
