import { affineForward } from "../layers/affine.js";
import { affineReluForward } from "../layers/affineRelu.js";
import { softmaxLossForward } from "../layers/softmaxLoss.js";
import { type Tensor, zeros } from "../layers/tensor.js";
import { classWithHighestScore } from "../net/tally.js";
import type { TwoLayerNet, TwoLayerParameters } from "../net/twoLayerNet.js";

/*
 * Why a net answers as it does. With the hidden units that are on held fixed, a score is a plain sum
 * over pixels, so that what each pixel gave can be said exactly.
 */

/** How pixels become the numbers that a net takes: (pixel - mean) · scale. */
export interface Centring {
  readonly scale: number;
  /** (D) mean intensity of the training images, 0..255. */
  readonly meanImage: Float32Array;
}

/** What happens to one image on its way through a net. */
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
 * Takes one image through a net, and keeps what it was at every step.
 *
 * @param pixels (D) intensity 0..255
 */
export function passThrough(
  { parameters, inputSize: D, hiddenSize: H, classCount: C }: TwoLayerNet,
  pixels: ArrayLike<number>,
  { scale, meanImage }: Centring,
): Pass {
  const { W1, b1, W2, b2 } = parameters;
  const x = zeros(1, D);
  for (let i = 0; i < D; i++) x.data[i] = (pixels[i] - meanImage[i]) * scale;
  const hidden = affineReluForward(zeros(1, H), x, W1, b1);
  const scores = affineForward(zeros(1, C), hidden, W2, b2);
  const probabilities = zeros(1, C);
  softmaxLossForward(probabilities, scores, [0]);
  const numbers = ({ data }: Tensor) => data as Float32Array;
  return {
    x: numbers(x),
    hidden: numbers(hidden),
    scores: numbers(scores),
    probabilities: numbers(probabilities),
    prediction: classWithHighestScore(scores.data, 0, C),
  };
}

/**
 * The gradient of a sum of scores for the net's input: Σ_c share[c] · ∂score_c/∂x.
 *
 * @param hidden (H) activations: units that are 0 are off, and pass nothing
 * @param shares (C) the weight of each score in the sum
 * @returns      (D)
 */
export function inputGradient(
  { W1, W2 }: TwoLayerParameters,
  hidden: Float32Array,
  shares: ArrayLike<number>,
): Float64Array {
  const H = hidden.length;
  const C = shares.length;
  const dhidden = new Float64Array(H);
  for (let h = 0; h < H; h++) {
    if (hidden[h] <= 0) continue;
    for (let c = 0; c < C; c++) dhidden[h] += W2.data[h * C + c] * shares[c];
  }
  const gradient = new Float64Array(W1.data.length / H);
  for (let i = 0; i < gradient.length; i++) {
    for (let h = 0; h < H; h++) gradient[i] += W1.data[i * H + h] * dhidden[h];
  }
  return gradient;
}

/**
 * What each pixel gave to the lead of a class over the mean of all others: positive where it spoke for the class.
 *
 * @returns (D); with what an average image gives by itself, they sum to the lead
 */
export function contributions(
  parameters: TwoLayerParameters,
  { x, hidden, scores }: Pass,
  of: number,
): Float64Array {
  const others = Math.max(1, scores.length - 1);
  const shares = Array.from(scores, (_, c) => (c === of ? 1 : -1 / others));
  const given = inputGradient(parameters, hidden, shares);
  for (let i = 0; i < given.length; i++) given[i] *= x[i];
  return given;
}

/** Steps towards another answer before it is given up. */
const MOST_STEPS = 60;
/** How far beyond the border between two classes each step aims: a step that falls short costs another. */
const OVERSHOOT = 0.02;

/**
 * The image with a small change that makes the net answer otherwise, pixels staying within 0..255.
 *
 * @param pixels (D) intensity 0..255
 * @param to     the class that it should answer
 * @returns      (D) intensities, not whole; null where no such change was found
 * Source: S.-M. Moosavi-Dezfooli, A. Fawzi and P. Frossard, "DeepFool" (2016), for one class
 */
export function smallChange(
  net: TwoLayerNet,
  pixels: ArrayLike<number>,
  centring: Centring,
  to: number,
): Float32Array | null {
  const changed = Float32Array.from(pixels);
  const C = net.classCount;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { hidden, scores, prediction } = passThrough(net, changed, centring);
    if (prediction === to) return changed;
    const shares = Array.from({ length: C }, (_, c) => Number(c === to) - Number(c === prediction));
    const gradient = inputGradient(net.parameters, hidden, shares);
    let square = 0; // of the gradient, over pixels that can still go its way
    for (let i = 0; i < gradient.length; i++) {
      const stuck = gradient[i] > 0 ? changed[i] >= 255 : changed[i] <= 0;
      if (stuck) gradient[i] = 0;
      square += gradient[i] * gradient[i];
    }
    if (square === 0) return null;
    const behind = scores[prediction] - scores[to];
    const stride = ((1 + OVERSHOOT) * behind + 1e-4) / (square * centring.scale);
    for (let i = 0; i < changed.length; i++) {
      changed[i] = Math.min(255, Math.max(0, changed[i] + stride * gradient[i]));
    }
  }
  return null;
}
