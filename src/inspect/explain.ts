import { type Preprocessing, preprocess } from "../dataset/preprocessing.js";
import { softmax } from "../layers/softmax.js";
import { argmax, columnsOf, type Tensor, tensor } from "../layers/tensor.js";
import type { TwoLayerNet } from "../net/twoLayerNet.js";

/*
 * Why a net answers as it does. While the same hidden units are on, a score is a plain sum over
 * pixels, so each pixel has an exact share of it.
 */

/** What the layers make of one image. */
export interface Pass {
  /** (D) what the net is given. */
  readonly x: Float32Array;
  /** (H) activations of the hidden units, 0 where a unit is off. */
  readonly hidden: Float32Array;
  /** (C) */
  readonly scores: Float32Array;
  /** (C) they sum to 1. */
  readonly probabilities: Float32Array;
  /** The class with the highest score. */
  readonly prediction: number;
}

/**
 * Passes one image through a net and keeps what every layer makes of it.
 *
 * @param pixels (D) intensity 0..255
 */
export function passThrough(
  net: TwoLayerNet,
  pixels: ArrayLike<number>,
  preprocessing: Preprocessing,
): Pass {
  const x = preprocess(pixels, preprocessing);
  const { hidden, scores } = net.forward(tensor(x, 1, net.inputSize));
  const numbers = ({ data }: Tensor) => data as Float32Array;
  return {
    x,
    hidden: numbers(hidden),
    scores: numbers(scores),
    probabilities: numbers(softmax(scores)),
    prediction: argmax(scores)[0],
  };
}

/** Σ_c weights[c] · ∂score_c/∂x for one input x (D). */
function inputGradient(net: TwoLayerNet, x: Float32Array, weights: number[]): Float32Array {
  const dscores = tensor(Float32Array.from(weights), 1, weights.length);
  return net.inputGradient(tensor(x, 1, x.length), dscores).data as Float32Array;
}

/**
 * What each pixel adds to the lead of a class over the mean of the others, positive in its favor.
 *
 * @param target the class
 * @returns (D); together with what the biases add, they sum to the lead
 */
export function contributions(net: TwoLayerNet, { x, scores }: Pass, target: number): Float32Array {
  const others = Math.max(1, scores.length - 1);
  const weights = Array.from(scores, (_, c) => (c === target ? 1 : -1 / others));
  return inputGradient(net, x, weights).map((slope, i) => slope * x[i]);
}

/**
 * What each hidden unit adds to the lead of a class over the mean of the others, positive in its favor.
 *
 * @param target the class
 * @returns (H); together with what b2 adds, they sum to the lead
 */
export function unitContributions(
  net: TwoLayerNet,
  { hidden }: Pass,
  target: number,
): Float32Array {
  const { W2 } = net.parameters;
  const C = columnsOf(W2);
  const others = Math.max(1, C - 1);
  return hidden.map((activation, h) => {
    let lead = 0;
    for (let c = 0; c < C; c++) lead += W2.data[h * C + c] * (c === target ? 1 : -1 / others);
    return activation * lead;
  });
}

/** Steps after which the search for another answer ends. */
const MOST_STEPS = 60;
/** How far each step aims beyond the border between two classes; falling short costs another step. */
const OVERSHOOT = 0.02;

/**
 * The image with a small change that leads the net to another answer.
 *
 * @param pixels (D) intensity 0..255; they stay in this range
 * @param target the class to reach
 * @returns      (D) intensities, not whole; null when no such change is found
 * Source: S.-M. Moosavi-Dezfooli, A. Fawzi and P. Frossard, "DeepFool" (2016), for one class
 */
export function smallChange(
  net: TwoLayerNet,
  pixels: ArrayLike<number>,
  preprocessing: Preprocessing,
  target: number,
): Float32Array | null {
  const changed = Float32Array.from(pixels);
  for (let step = 0; step < MOST_STEPS; step++) {
    const { x, scores, prediction } = passThrough(net, changed, preprocessing);
    if (prediction === target) return changed;
    const weights = Array.from(scores, (_, c) => Number(c === target) - Number(c === prediction));
    const gradient = inputGradient(net, x, weights);
    let square = 0; // of the gradient, over pixels that can still move along it
    for (let i = 0; i < gradient.length; i++) {
      const stuck = gradient[i] > 0 ? changed[i] >= 255 : changed[i] <= 0;
      if (stuck) gradient[i] = 0;
      square += gradient[i] * gradient[i];
    }
    if (square === 0) return null;
    const behind = scores[prediction] - scores[target];
    const stride = ((1 + OVERSHOOT) * behind + 1e-4) / (square * preprocessing.scale);
    for (let i = 0; i < changed.length; i++) {
      changed[i] = Math.min(255, Math.max(0, changed[i] + stride * gradient[i]));
    }
  }
  return null;
}
