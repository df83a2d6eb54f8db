import { affineBackward, affineForward } from "../layers/affine.js";
import { affineReluBackward, affineReluForward } from "../layers/affineRelu.js";
import { type Dropout, dropoutBackward, dropoutForward } from "../layers/dropout.js";
import { type Labels, softmaxLoss } from "../layers/softmaxLoss.js";
import { argmax, checkShape, columnsOf, map2, rowsOf, type Tensor } from "../layers/tensor.js";

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

/** Makes one tensor for each parameter: gradients, velocities, copies. */
export function mapParameters(
  parameters: TwoLayerParameters,
  f: (parameter: Tensor, name: (typeof parameterNames)[number]) => Tensor,
): TwoLayerParameters {
  const { W1, b1, W2, b2 } = parameters;
  return { W1: f(W1, "W1"), b1: f(b1, "b1"), W2: f(W2, "W2"), b2: f(b2, "b2") };
}

/** What keeps a net from learning its training images by heart. */
export interface Regularization {
  /** Share of the target spread evenly over all classes; 0 by default. */
  readonly labelSmoothing?: number;
  /** Hidden units to leave out; none by default. */
  readonly dropout?: Dropout;
}

/** What the layers make of a batch. */
export interface Activations {
  /** (N, H) max(0, x·W1 + b1) */
  readonly hidden: Tensor;
  /** (N, H) what dropout leaves of hidden; without dropout, hidden itself. */
  readonly kept: Tensor;
  /** (N, C) kept·W2 + b2 */
  readonly scores: Tensor;
}

/**
 * Input - affine - ReLU - affine - softmax: a fully connected net with one hidden layer.
 *
 * It computes, and knows nothing of data sets or learning rates; sgd.ts updates its parameters.
 */
export class TwoLayerNet {
  /** @throws {RangeError} when the shapes do not make a net */
  constructor(readonly parameters: TwoLayerParameters) {
    const { inputSize: D, hiddenSize: H, classCount: C } = this;
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
   * Forward through every layer, up to the scores.
   *
   * @param x       (N, d1, …, dk) with d1 · … · dk = D
   * @param dropout hidden units to leave out, in training only
   * @throws {RangeError} when x does not fit the net
   */
  forward(x: Tensor, dropout?: Dropout): Activations {
    const { W1, b1, W2, b2 } = this.parameters;
    const hidden = affineReluForward(x, W1, b1);
    const kept = dropout === undefined ? hidden : dropoutForward(hidden, dropout);
    const scores = affineForward(kept, W2, b2);
    return { hidden, kept, scores };
  }

  /** The score of each class, (N, C), for x as in `forward`. */
  scores(x: Tensor): Tensor {
    return this.forward(x).scores;
  }

  /** The class with the highest score, the first of equals, (N), for x as in `forward`. */
  predict(x: Tensor): Uint32Array {
    return argmax(this.scores(x));
  }

  /**
   * Loss and gradients of a batch: softmax loss + reg/2 · (Σ W1² + Σ W2²).
   *
   * @param x      (N, d1, …, dk) with d1 · … · dk = D
   * @param labels (N) the class of each example, 0..C-1
   * @param reg    strength of the L2 term, 0 for none; it leaves the biases out
   * @returns the loss in nats, and the gradients, keyed and shaped like the parameters
   * @throws {RangeError} when shapes disagree, or a label is outside 0..C-1
   */
  lossAndGradients(
    x: Tensor,
    labels: Labels,
    reg: number,
    { labelSmoothing, dropout }: Regularization = {},
  ): { loss: number; gradients: TwoLayerParameters } {
    const { W1, W2 } = this.parameters;
    const { hidden, kept, scores } = this.forward(x, dropout);
    const { loss, dscores } = softmaxLoss(scores, labels, labelSmoothing);

    const { dx: dkept, dW: dW2, db: db2 } = affineBackward(dscores, kept, W2);
    const dhidden = dropout === undefined ? dkept : dropoutBackward(dkept, dropout);
    const { dW: dW1, db: db1 } = affineReluBackward(dhidden, hidden, x, W1);

    const addL2 = (dW: Tensor, W: Tensor) => map2(dW, W, (slope, weight) => slope + reg * weight);
    return {
      loss: loss + this.penalty(reg),
      gradients: { W1: addL2(dW1, W1), b1: db1, W2: addL2(dW2, W2), b2: db2 },
    };
  }

  /** The L2 term of the loss: reg/2 · (Σ W1² + Σ W2²). */
  penalty(reg: number): number {
    const { W1, W2 } = this.parameters;
    return 0.5 * reg * (sumOfSquares(W1) + sumOfSquares(W2));
  }

  /**
   * The gradient of Σ dscores · scores for the input.
   *
   * @param x       (N, d1, …, dk), as in `forward`
   * @param dscores (N, C) weight of each score in the sum
   * @returns in the shape of x
   * @throws {RangeError} when shapes disagree
   */
  inputGradient(x: Tensor, dscores: Tensor): Tensor {
    const { W1, W2 } = this.parameters;
    const { hidden } = this.forward(x);
    const { dx: dhidden } = affineBackward(dscores, hidden, W2);
    return affineReluBackward(dhidden, hidden, x, W1).dx;
  }
}

function sumOfSquares({ data }: Tensor): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i] * data[i];
  return sum;
}
