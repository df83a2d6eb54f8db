import { affineBackward, affineForward } from "../layers/affine.js";
import { affineReluBackward, affineReluForward } from "../layers/affineRelu.js";
import { type Dropout, dropoutBackward, dropoutForward } from "../layers/dropout.js";
import { type Labels, softmaxLossBackward, softmaxLossForward } from "../layers/softmaxLoss.js";
import {
  checkShape,
  columnsOf,
  emptyLike,
  rowsOf,
  type Tensor,
  zerosLike,
} from "../layers/tensor.js";
import { classWithHighestScore } from "./tally.js";

/** Everything that training changes. Gradients carry the same keys. */
export interface TwoLayerParameters {
  /** (D, H) */
  readonly W1: Tensor;
  /** (H) */
  readonly b1: Tensor;
  /** (H, C) */
  readonly W2: Tensor;
  /** (C) */
  readonly b2: Tensor;
}

/** The keys of the parameters, in the order of the layers. */
export const parameterNames = ["W1", "b1", "W2", "b2"] as const;

/** What keeps a net from trusting its training images too much. */
export interface Regularization {
  /** Share of the target that goes to all classes alike; 0 unless told. */
  readonly labelSmoothing?: number;
  /** Hidden units to leave out; none unless told. */
  readonly dropout?: Dropout;
}

/** What a training step writes; made once, it serves every batch of its size. */
export interface Workspace {
  /** (N, H) activations of the hidden units. */
  readonly hidden: Tensor;
  /** (N, C) scores, then probabilities, then their gradient. */
  readonly scores: Tensor;
  /** (N, H) gradient of the hidden units. */
  readonly dhidden: Tensor;
  readonly gradients: TwoLayerParameters;
}

/**
 * Input - affine - ReLU - affine - softmax: a fully connected net with one hidden layer.
 *
 * It knows how to compute, and nothing of data sets or learning rates: whoever trains it
 * subtracts the gradients from `parameters`.
 */
export class TwoLayerNet {
  /** @throws {RangeError} when the shapes do not make a net */
  constructor(readonly parameters: TwoLayerParameters) {
    const D = rowsOf(parameters.W1);
    const { hiddenSize: H, classCount: C } = this;
    checkShape("W1", parameters.W1, D, H);
    checkShape("b1", parameters.b1, H);
    checkShape("W2", parameters.W2, H, C);
    checkShape("b2", parameters.b2, C);
  }

  /** D, numbers in one example. */
  get inputSize(): number {
    return rowsOf(this.parameters.W1);
  }

  /** H, hidden units. */
  get hiddenSize(): number {
    return columnsOf(this.parameters.W1);
  }

  /** C, classes. */
  get classCount(): number {
    return columnsOf(this.parameters.W2);
  }

  /**
   * The score of each class: max(0, x·W1 + b1)·W2 + b2.
   *
   * @param x (N, d1, …, dk) with d1 · … · dk = D
   * @returns (N, C)
   * @throws {RangeError} when x does not fit the net
   */
  scores(x: Tensor): Tensor {
    const { W1, b1, W2, b2 } = this.parameters;
    const N = rowsOf(x);
    const hidden = affineReluForward(emptyLike(b1, N, this.hiddenSize), x, W1, b1);
    return affineForward(emptyLike(b2, N, this.classCount), hidden, W2, b2);
  }

  /**
   * The class with the highest score, the first of equals.
   *
   * @param x (N, d1, …, dk) with d1 · … · dk = D
   * @returns (N) classes, 0..C-1
   */
  predict(x: Tensor): Uint32Array {
    const scores = this.scores(x);
    const classes = new Uint32Array(rowsOf(x));
    for (let n = 0; n < classes.length; n++) {
      classes[n] = classWithHighestScore(scores.data, n, this.classCount);
    }
    return classes;
  }

  /**
   * Loss and gradients of a batch: softmax loss + reg/2 · (Σ W1² + Σ W2²).
   *
   * @param x         (N, d1, …, dk) with d1 · … · dk = D
   * @param labels    (N) the class of each example, 0..C-1
   * @param reg       strength of the L2 term, 0 for none; biases are left out of it
   * @param workspace written into, for who takes many steps; a fresh one when omitted
   * @param more      label smoothing and dropout
   * @returns the loss in nats, and the gradients, keyed and shaped like the parameters
   * @throws {RangeError} when shapes disagree, or a label is outside 0..C-1
   */
  lossAndGradients(
    x: Tensor,
    labels: Labels,
    reg: number,
    workspace: Workspace = this.workspace(rowsOf(x)),
    { labelSmoothing = 0, dropout }: Regularization = {},
  ): { loss: number; gradients: TwoLayerParameters } {
    const { W1, b1, W2, b2 } = this.parameters;
    const { hidden, scores, dhidden, gradients } = workspace;

    affineReluForward(hidden, x, W1, b1);
    if (dropout !== undefined) dropoutForward(hidden, dropout);
    affineForward(scores, hidden, W2, b2);
    const dataLoss = softmaxLossForward(scores, scores, labels, labelSmoothing);
    const loss = dataLoss + 0.5 * reg * (sumOfSquares(W1) + sumOfSquares(W2));

    softmaxLossBackward(scores, scores, labels, labelSmoothing);
    affineBackward(dhidden, gradients.W2, gradients.b2, scores, hidden, W2);
    if (dropout !== undefined) dropoutBackward(dhidden, hidden, dropout);
    affineReluBackward(null, gradients.W1, gradients.b1, dhidden, hidden, x, W1, dhidden);
    addScaled(gradients.W1, reg, W1);
    addScaled(gradients.W2, reg, W2);
    return { loss, gradients };
  }

  /** Buffers for `lossAndGradients` on batches of N examples. */
  workspace(N: number): Workspace {
    const { b1, b2 } = this.parameters;
    return {
      hidden: emptyLike(b1, N, this.hiddenSize),
      scores: emptyLike(b2, N, this.classCount),
      dhidden: emptyLike(b1, N, this.hiddenSize),
      gradients: zeroParameters(this.parameters),
    };
  }
}

/** Zeros in the shapes of a net's parameters: for gradients, velocities and the like. */
export function zeroParameters({ W1, b1, W2, b2 }: TwoLayerParameters): TwoLayerParameters {
  return { W1: zerosLike(W1), b1: zerosLike(b1), W2: zerosLike(W2), b2: zerosLike(b2) };
}

function sumOfSquares(weights: Tensor): number {
  const w = weights.data;
  let sum = 0;
  for (let i = 0; i < w.length; i++) sum += w[i] * w[i];
  return sum;
}

/** to += factor · from */
function addScaled(to: Tensor, factor: number, from: Tensor): void {
  const sums = to.data;
  const terms = from.data;
  for (let i = 0; i < sums.length; i++) sums[i] += factor * terms[i];
}
