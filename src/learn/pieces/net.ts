import { affineBackward } from "../../layers/affine.js";
import { affineReluForward } from "../../layers/affineRelu.js";
import { reluBackward } from "../../layers/relu.js";
import { map2, type Tensor } from "../../layers/tensor.js";
import { TwoLayerNet } from "../../net/twoLayerNet.js";
import type { Random } from "../../random.js";
import type { Inputs } from "../piece.js";
import { abs, affineTerms, labelsOf, normal, tensorOf, uneven } from "./inputs.js";

/*
 * What the pieces on the whole net share: their parameters as inputs, and the size of their rounding errors.
 */

/** N examples; D inputs, the shape of one example; H hidden units; C classes. */
export interface NetSize {
  readonly N: number;
  readonly example: readonly number[];
  readonly H: number;
  readonly C: number;
}

/** A random net with biases that are not 0, and a batch for it. */
export function netInputs(random: Random, { N, example, H, C }: NetSize): Inputs {
  const D = example.reduce((product, d) => product * d, 1);
  return {
    W1: normal(random, 0.7, D, H),
    b1: normal(random, 0.5, H),
    W2: normal(random, 0.7, H, C),
    b2: normal(random, 0.5, C),
    x: uneven(random, N, ...example),
    labels: labelsOf(random, N, C),
  };
}

/** The parameters among the inputs, as a net takes them. */
export function parametersOf({ W1, b1, W2, b2 }: Inputs) {
  return { W1, b1, W2, b2 } as { W1: Tensor; b1: Tensor; W2: Tensor; b2: Tensor };
}

/** Σ|terms| of the scores. */
export function scoreTerms(inputs: Inputs): Tensor {
  const { W1, b1, W2, b2 } = parametersOf(inputs);
  return affineTerms(affineTerms(tensorOf(inputs, "x"), W1, b1), W2, b2);
}

/** Σ|terms| of the loss and of the gradients; those of the scores reach the gradients through softmax. */
export function lossTerms(inputs: Inputs): Record<string, ArrayLike<number>> {
  const { W1, b1, W2, b2 } = parametersOf(inputs);
  const x = tensorOf(inputs, "x");
  const reg = inputs.reg as number;
  const scores = scoreTerms(inputs);
  const N = x.shape[0];
  const largest = Math.max(1, ...scores.data);
  const dscores = map2(scores, scores, () => (2 * largest) / N);
  const hidden = affineTerms(x, W1, b1);
  const second = affineBackward(dscores, hidden, abs(W2));
  const masked = reluBackward(second.dx, affineReluForward(x, W1, b1));
  const first = affineBackward(masked, abs(x), abs(W1));
  const withL2 = (dW: Tensor, W: Tensor) => map2(dW, W, (d, w) => d + reg * Math.abs(w)).data;
  const { loss } = new TwoLayerNet({ W1, b1, W2, b2 }).lossAndGradients(
    x,
    inputs.labels as Uint8Array,
    reg,
  );
  return {
    loss: [loss + 2 * largest],
    W1: withL2(first.dW, W1),
    b1: first.db.data,
    W2: withL2(second.dW, W2),
    b2: second.db.data,
  };
}
