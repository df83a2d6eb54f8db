import type { FloatArray } from "./tensor.js";

/**
 * sum += Σ_k coefficient_k · row_k: one row of a matrix product, written as a combination of the
 * rows of its right-hand matrix.
 *
 * Both products of the affine layer are of this form, and in this loop order every row is read
 * from front to back. Four rows at a time, so that each entry of `sum` is loaded and stored once
 * for four products.
 *
 * @param sum          (M), added to, in float64 and rounded only by who stores it
 * @param coefficients coefficient_k is coefficients[start + k·stride]
 * @param rows         (K, M)
 */
export function combineRows(
  sum: Float64Array,
  coefficients: FloatArray,
  start: number,
  stride: number,
  rows: FloatArray,
): void {
  const M = sum.length;
  const K = rows.length / M;
  let k = 0;
  for (; k + 3 < K; k += 4) {
    const c0 = coefficients[start + k * stride];
    const c1 = coefficients[start + (k + 1) * stride];
    const c2 = coefficients[start + (k + 2) * stride];
    const c3 = coefficients[start + (k + 3) * stride];
    const r0 = k * M;
    const r1 = r0 + M;
    const r2 = r1 + M;
    const r3 = r2 + M;
    for (let m = 0; m < M; m++) {
      sum[m] += c0 * rows[r0 + m] + c1 * rows[r1 + m] + c2 * rows[r2 + m] + c3 * rows[r3 + m];
    }
  }
  for (; k < K; k++) {
    const c = coefficients[start + k * stride];
    const r = k * M;
    for (let m = 0; m < M; m++) sum[m] += c * rows[r + m];
  }
}
