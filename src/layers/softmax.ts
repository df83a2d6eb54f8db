import { exp } from "../math.js";
import { checkShape, columnsOf, rowsOf, type Tensor, zerosLike } from "./tensor.js";

/**
 * Softmax of each row: p_c = exp(s_c) / Σ_j exp(s_j).
 *
 * @param scores (N, C) one score a class; only their differences matter
 * @returns (N, C) probabilities; each row sums to 1
 * @throws {RangeError} when scores does not fill its shape
 * Source: C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), section 4.3.4
 */
export function softmax(scores: Tensor): Tensor {
  const [N, C] = [rowsOf(scores), columnsOf(scores)];
  checkShape("scores", scores, N, C);
  const probabilities = zerosLike(scores);
  for (let n = 0; n < N; n++) {
    const { max, sum } = sumOfExps(scores, n);
    for (let c = 0; c < C; c++) {
      probabilities.data[n * C + c] = exp(scores.data[n * C + c] - max) / sum;
    }
  }
  return probabilities;
}

/** Of row n: max_c s_c, and Σ_c exp(s_c - max), which cannot overflow. */
export function sumOfExps(scores: Tensor, n: number): { max: number; sum: number } {
  const C = columnsOf(scores);
  const row = scores.data.subarray(n * C, (n + 1) * C);
  let max = row[0];
  for (let c = 1; c < C; c++) if (row[c] > max) max = row[c];
  let sum = 0;
  for (let c = 0; c < C; c++) sum += exp(row[c] - max);
  return { max, sum };
}
