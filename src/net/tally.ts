import type { Labels } from "../layers/softmaxLoss.js";
import { softmaxLossForward } from "../layers/softmaxLoss.js";
import { type FloatArray, tensor } from "../layers/tensor.js";

/** How well predictions agree with labels. */
export interface Figures {
  readonly count: number;
  /** Share of examples whose highest score is their label's, 0..1. */
  readonly accuracy: number;
  /** Mean softmax loss in nats per example, without the L2 term. */
  readonly meanLoss: number;
  /** confusion[label][prediction] counts examples. */
  readonly confusion: number[][];
}

/** Adds up figures batch by batch, so that a whole split never needs its scores in memory. */
export class Tally {
  #count = 0;
  #lossSum = 0;
  readonly #confusion: number[][];

  /** @param classCount C */
  constructor(readonly classCount: number) {
    this.#confusion = Array.from({ length: classCount }, () => new Array(classCount).fill(0));
  }

  /**
   * Counts a batch in.
   *
   * @param scores (N, C)
   * @param labels (N) the class of each example, 0..C-1
   * @throws {RangeError} when shapes disagree, or a label is not a class; then nothing is counted
   */
  add(scores: FloatArray, labels: Labels): void {
    const N = labels.length;
    const shaped = tensor(scores, N, this.classCount);
    const probabilities = tensor(new Float64Array(scores.length), N, this.classCount);
    this.#lossSum += N * softmaxLossForward(probabilities, shaped, labels);
    for (let n = 0; n < N; n++) {
      this.#confusion[labels[n]][classWithHighestScore(scores, n, this.classCount)] += 1;
    }
    this.#count += N;
  }

  /** The figures of all batches so far; accuracy and loss are NaN while nothing is counted. */
  get figures(): Figures {
    let right = 0;
    for (let c = 0; c < this.classCount; c++) right += this.#confusion[c][c];
    return {
      count: this.#count,
      accuracy: right / this.#count,
      meanLoss: this.#lossSum / this.#count,
      confusion: this.#confusion,
    };
  }
}

/** The class with the highest score in row n of (N, C) scores, the first of equals. */
export function classWithHighestScore(scores: FloatArray, n: number, C: number): number {
  const row = n * C;
  let best = 0;
  for (let c = 1; c < C; c++) if (scores[row + c] > scores[row + best]) best = c;
  return best;
}
