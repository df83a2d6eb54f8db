import { exp, log } from "../math.js";
import { sumOfExps } from "./softmax.js";
import { checkShape, columnsOf, rowsOf, type Tensor, zerosLike } from "./tensor.js";

/** The class of each example, 0..C-1. */
export type Labels = ArrayLike<number>;

/**
 * Mean cross-entropy of the softmax of scores, and its gradient:
 * loss = -1/N Σ_n Σ_c target_nc · log p_nc, dscores = (p - target) / N.
 *
 * The target is 1 at the label and 0 elsewhere; smoothing spreads a share of it over all classes.
 *
 * @param scores    (N, C) one score a class
 * @param labels    (N) the class of each example, 0..C-1
 * @param smoothing share of the target spread evenly over all classes, 0 to 1
 * @returns mean loss per example in nats (natural-log units), and dscores (N, C). The loss is not
 *          finite if a score is NaN or +Infinity, or that of the label is -Infinity; -Infinity elsewhere
 *          is a probability of 0
 * @throws {RangeError} when shapes disagree, or a label is not a whole number from 0 to C - 1
 * Source: C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), section 4.3.4;
 * smoothing: C. Szegedy and others, "Rethinking the Inception Architecture for Computer Vision" (2016)
 */
export function softmaxLoss(
  scores: Tensor,
  labels: Labels,
  smoothing = 0,
): { loss: number; dscores: Tensor } {
  const [N, C] = [rowsOf(scores), columnsOf(scores)];
  checkShape("scores", scores, N, C);
  checkLabels(labels, N, C);

  const dscores = zerosLike(scores);
  let loss = 0;
  for (let n = 0; n < N; n++) {
    const { max, sum } = sumOfExps(scores, n);
    const logSum = log(sum);
    for (let c = 0; c < C; c++) {
      const shifted = scores.data[n * C + c] - max; // p = exp(shifted) / sum
      const target = (c === labels[n] ? 1 - smoothing : 0) + smoothing / C;
      if (target > 0) loss -= target * (shifted - logSum); // not 0 · -Infinity, which is NaN
      dscores.data[n * C + c] = (exp(shifted) / sum - target) / N;
    }
  }
  return { loss: loss / N, dscores };
}

function checkLabels(labels: Labels, N: number, C: number): void {
  if (labels.length !== N) throw new RangeError(`${labels.length} labels, expected ${N}`);
  for (let n = 0; n < N; n++) {
    if (!(Number.isInteger(labels[n]) && labels[n] >= 0 && labels[n] < C)) {
      throw new RangeError(`label ${labels[n]} at index ${n}, expected 0 to ${C - 1}`);
    }
  }
}
