import { type Precision, tensor } from "../layers/tensor.js";
import type { Random } from "../random.js";
import type { TwoLayerParameters } from "./twoLayerNet.js";

/** The size of a two-layer net and the spread of its first weights. */
export interface Initialization {
  /** D, numbers in one example. */
  readonly inputSize: number;
  /** H, hidden units. */
  readonly hiddenSize: number;
  /** C, classes. */
  readonly classCount: number;
  /** Standard deviation of the weights; null for He's, sqrt(2 / inputs). Biases start at 0. */
  readonly std: number | null;
  /** float32 by default. */
  readonly precision?: Precision;
}

/**
 * Initial parameters: weights std · normal, biases 0.
 *
 * He's deviation keeps the size of activations from layer to layer, although ReLU zeroes half of
 * them. It is meant for inputs of a size near 1.
 *
 * @param random drawn from D·H + H·C times, W1 before W2, row by row
 * @returns W1 (D, H), b1 (H), W2 (H, C), b2 (C)
 * Source: Stanford CS231n, notes on setting up the data and the model, https://cs231n.github.io;
 * K. He, X. Zhang, S. Ren and J. Sun, "Delving Deep into Rectifiers" (2015)
 */
export function initialize(net: Initialization, random: Random): TwoLayerParameters {
  const { inputSize: D, hiddenSize: H, classCount: C, std } = net;
  const FloatArray = net.precision === "float64" ? Float64Array : Float32Array;

  const normal = (rows: number, columns: number) => {
    const weights = new FloatArray(rows * columns);
    const deviation = std ?? Math.sqrt(2 / rows);
    for (let i = 0; i < weights.length; i++) weights[i] = deviation * random.gaussian();
    return tensor(weights, rows, columns);
  };

  return {
    W1: normal(D, H),
    b1: tensor(new FloatArray(H), H),
    W2: normal(H, C),
    b2: tensor(new FloatArray(C), C),
  };
}
