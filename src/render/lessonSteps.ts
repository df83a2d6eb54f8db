/*
 * The steps of the way forward and back in the words of the lesson, for every view of them: what each computes,
 * and the function that does.
 */

/** One step. */
export interface LessonStep {
  /** The function that computes it. */
  readonly name: string;
  /** Where that function is. */
  readonly file: string;
  readonly formulas: readonly string[];
}

/** From an image to probabilities, in this order. */
export const forwardSteps = {
  centering: {
    name: "preprocess",
    file: "src/dataset/preprocessing.ts",
    formulas: ["x = (pixel - mean)·scale"],
  },
  firstLayer: {
    name: "affineReluForward",
    file: "src/layers/affineRelu.ts",
    formulas: ["hidden = max(0, x·W1 + b1)"],
  },
  secondLayer: {
    name: "affineForward",
    file: "src/layers/affine.ts",
    formulas: ["scores = hidden·W2 + b2"],
  },
  softmax: {
    name: "softmax",
    file: "src/layers/softmax.ts",
    formulas: ["p = exp(scores) / Σ exp(scores)"],
  },
} as const satisfies Record<string, LessonStep>;

/** From the loss back to the weights, in this order. */
export const backwardSteps = {
  loss: {
    name: "softmaxLoss",
    file: "src/layers/softmaxLoss.ts",
    formulas: ["dscores = p - y"],
  },
  secondLayer: {
    name: "affineBackward",
    file: "src/layers/affine.ts",
    formulas: ["dhidden = dscores·W2ᵀ", "dW2 = hiddenᵀ·dscores", "db2 = dscores"],
  },
  relu: {
    name: "reluBackward",
    file: "src/layers/relu.ts",
    formulas: ["dsums = dhidden where hidden > 0, else 0"],
  },
  firstLayer: {
    name: "affineBackward",
    file: "src/layers/affine.ts",
    formulas: ["dW1 = xᵀ·dsums", "db1 = dsums"],
  },
  update: {
    name: "sgd",
    file: "src/net/sgd.ts",
    formulas: ["w -= learningRate·dw"],
  },
} as const satisfies Record<string, LessonStep>;
