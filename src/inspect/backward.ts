import { affineBackward } from "../layers/affine.js";
import { reluBackward } from "../layers/relu.js";
import { softmax } from "../layers/softmax.js";
import { softmaxLoss } from "../layers/softmaxLoss.js";
import { argmax, map, type Tensor, tensor } from "../layers/tensor.js";
import { updateParameters } from "../net/sgd.js";
import { mapParameters, TwoLayerNet, type TwoLayerParameters } from "../net/twoLayerNet.js";
import type { Pass } from "./explain.js";
import { weightsInto } from "./hiddenUnits.js";

/*
 * What one image and its label would change in a net: the gradients on their way back through the
 * layers, and the step of SGD that follows them. A batch of one, without L2, label smoothing and dropout.
 */

/** What a net answers to the image, and what that costs. */
export interface Answered {
  /** -ln p_label, in nats. */
  readonly loss: number;
  /** (C) they sum to 1. */
  readonly probabilities: Float32Array;
  /** The class with the highest score. */
  readonly prediction: number;
}

/** What the layers send back for one image, and what they were given on the way forward. */
export interface BackwardPass extends Answered, Pick<Pass, "x" | "hidden"> {
  /** The class that the image belongs to. */
  readonly label: number;
  /** (C) p - y, with y = 1 for the label and 0 for other classes; also db2. */
  readonly dscores: Float32Array;
  /** (H) dscores·W2ᵀ, which reaches the hidden units. */
  readonly dhidden: Float32Array;
  /** (H) what the ReLU lets through: dhidden where hidden > 0, else 0; also db1. */
  readonly dsums: Float32Array;
  /** Keyed and shaped like the parameters, as `lossAndGradients` returns them. */
  readonly gradients: TwoLayerParameters;
}

/**
 * The way back of one image, layer by layer, with the same functions as `TwoLayerNet.lossAndGradients`.
 *
 * @param pass  what the layers made of the image
 * @param label the class that it belongs to
 * @throws {RangeError} when the label is not a class of the net
 */
export function backwardThrough(net: TwoLayerNet, pass: Pass, label: number): BackwardPass {
  const { W1, W2 } = net.parameters;
  const [x, hidden, scores] = [pass.x, pass.hidden, pass.scores].map((row) =>
    tensor(row, 1, row.length),
  );
  const { loss, dscores } = softmaxLoss(scores, [label]);
  const { dx: dhidden, dW: dW2, db: db2 } = affineBackward(dscores, hidden, W2);
  const dsums = reluBackward(dhidden, hidden);
  const { dW: dW1, db: db1 } = affineBackward(dsums, x, W1);
  return {
    ...pass,
    label,
    loss,
    dscores: numbers(dscores),
    dhidden: numbers(dhidden),
    dsums: numbers(dsums),
    gradients: { W1: dW1, b1: db1, W2: dW2, b2: db2 },
  };
}

/**
 * What the net answers after one step of plain SGD on the image alone. The net itself stays as it is.
 *
 * @param learningRate how far the step goes: w -= learningRate · dw
 * @returns the answer of the changed net; not finite where the step was far too large
 */
export function answerAfterStep(
  net: TwoLayerNet,
  { x, label, gradients }: BackwardPass,
  learningRate: number,
): Answered {
  const parameters = mapParameters(net.parameters, (w) => map(w, (value) => value));
  updateParameters(parameters, gradients, null, { learningRate });
  const { scores } = new TwoLayerNet(parameters).forward(tensor(x, 1, x.length));
  return {
    loss: softmaxLoss(scores, [label]).loss,
    probabilities: numbers(softmax(scores)),
    prediction: argmax(scores)[0],
  };
}

/** What a step adds to the weights into hidden unit h: -learningRate · dW1, (D). */
export function weightChange({ gradients }: BackwardPass, h: number, learningRate: number) {
  return weightsInto(gradients.W1, h).map((slope) => -learningRate * slope);
}

/**
 * The hidden units that the ReLU lets a gradient through to, and those where it stops it, both by
 * decreasing |dhidden|; of equals, the first comes first.
 */
export function unitsBySlope({ hidden, dhidden }: BackwardPass) {
  const bySize = [...dhidden.keys()].sort((a, b) => Math.abs(dhidden[b]) - Math.abs(dhidden[a]));
  const passes = (h: number) => hidden[h] > 0;
  return { passed: bySize.filter(passes), stopped: bySize.filter((h) => !passes(h)) };
}

function numbers({ data }: Tensor): Float32Array {
  return data as Float32Array;
}
