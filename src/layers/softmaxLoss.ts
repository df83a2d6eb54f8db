import { exp, log } from "../math.js";
import { checkShape, columnsOf, rowsOf, type Tensor } from "./tensor.js";

/** The class of each example, 0..C-1. */
export type Labels = ArrayLike<number>;

/**
 * Softmax forward: probabilities p = exp(s) / Σ exp(s) of each row, and their loss
 * L = -1/N Σ_n Σ_c target[n, c] · log p[n, c], the target being all at the label, or a share of it
 * spread over all classes.
 *
 * @param probabilities (N, C), each row sums to 1, overwritten; may be scores itself
 * @param scores        (N, C) one score a class; only their differences matter
 * @param labels        (N) the class of each example, 0..C-1
 * @param smoothing     the share of the target that all classes share alike, 0 to 1
 * @returns mean loss in nats per example; not finite when NaN or +Infinity is among the scores, or
 *          -Infinity is the score of a label; -Infinity elsewhere is a probability of 0
 * @throws {RangeError} when shapes disagree, or a label is not a whole number from 0 to C - 1
 * Source: C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), section 4.3.4; smoothing:
 * C. Szegedy and others, "Rethinking the Inception Architecture for Computer Vision" (2016)
 */
export function softmaxLossForward(
  probabilities: Tensor,
  scores: Tensor,
  labels: Labels,
  smoothing = 0,
): number {
  const N = rowsOf(scores);
  const C = columnsOf(scores);
  checkShape("scores", scores, N, C);
  checkShape("probabilities", probabilities, N, C);
  checkLabels(labels, N, C);

  const s = scores.data;
  const p = probabilities.data;
  const exps = new Float64Array(C);
  let loss = 0;
  for (let n = 0; n < N; n++) {
    const row = n * C;
    let max = s[row]; // exp(score - max) cannot overflow
    for (let c = 1; c < C; c++) if (s[row + c] > max) max = s[row + c];
    let sum = 0;
    let scoreSum = 0;
    for (let c = 0; c < C; c++) {
      exps[c] = exp(s[row + c] - max);
      sum += exps[c];
      scoreSum += s[row + c] - max;
    }
    let targetScore = (1 - smoothing) * (s[row + labels[n]] - max);
    if (smoothing !== 0) targetScore += (smoothing / C) * scoreSum; // 0 · -Infinity would be NaN
    loss += log(sum) - targetScore; // -Σ target · log p, without dividing first
    for (let c = 0; c < C; c++) p[row + c] = exps[c] / sum;
  }
  return loss / N;
}

/**
 * Softmax loss backward: dscores = (p - target) / N.
 *
 * @param dscores       (N, C) gradient of the mean loss, overwritten; may be probabilities itself
 * @param probabilities (N, C) from forward
 * @param labels        (N) the class of each example, 0..C-1
 * @param smoothing     as in forward
 * @returns dscores
 * @throws {RangeError} when shapes disagree, or a label is not a whole number from 0 to C - 1
 * Source: C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), section 4.3.4
 */
export function softmaxLossBackward(
  dscores: Tensor,
  probabilities: Tensor,
  labels: Labels,
  smoothing = 0,
): Tensor {
  const N = rowsOf(probabilities);
  const C = columnsOf(probabilities);
  checkShape("probabilities", probabilities, N, C);
  checkShape("dscores", dscores, N, C);
  checkLabels(labels, N, C);
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      const target = smoothing / C + (c === labels[n] ? 1 - smoothing : 0);
      dscores.data[n * C + c] = (probabilities.data[n * C + c] - target) / N;
    }
  }
  return dscores;
}

function checkLabels(labels: Labels, N: number, C: number): void {
  if (labels.length !== N) throw new RangeError(`${labels.length} labels, expected ${N}`);
  for (let n = 0; n < N; n++) {
    if (!(Number.isInteger(labels[n]) && labels[n] >= 0 && labels[n] < C)) {
      throw new RangeError(`label ${labels[n]} at index ${n}, expected 0 to ${C - 1}`);
    }
  }
}
