import { type FloatArray, zerosLike } from "../layers/tensor.js";
import { mapParameters, parameterNames, type TwoLayerParameters } from "./twoLayerNet.js";

/*
 * How parameters follow their gradients: stochastic gradient descent, on arrays of equal length, in place.
 */

/** How large a step is, and what it keeps of the steps before. */
export interface SgdSettings {
  readonly learningRate: number;
  /** Share of the velocity that stays from step to step; 0, the default, is plain SGD. */
  readonly momentum?: number;
  /** Whether momentum looks ahead (Nesterov). */
  readonly nesterov?: boolean;
}

/** Plain SGD: w -= learningRate · dw. */
export function sgd(w: FloatArray, dw: FloatArray, learningRate: number): void {
  for (let i = 0; i < w.length; i++) w[i] -= learningRate * dw[i];
}

/**
 * SGD with momentum: v = momentum · v + dw, w -= learningRate · v.
 *
 * Source: Stanford CS231n, notes on learning, https://cs231n.github.io
 */
export function sgdMomentum(
  w: FloatArray,
  dw: FloatArray,
  v: FloatArray,
  learningRate: number,
  momentum: number,
): void {
  for (let i = 0; i < w.length; i++) {
    v[i] = momentum * v[i] + dw[i];
    w[i] -= learningRate * v[i];
  }
}

/**
 * SGD with Nesterov momentum: v = momentum · v + dw, w -= learningRate · (dw + momentum · v).
 *
 * Source: I. Sutskever, J. Martens, G. Dahl and G. Hinton, "On the Importance of Initialization and
 * Momentum in Deep Learning" (2013)
 */
export function sgdNesterov(
  w: FloatArray,
  dw: FloatArray,
  v: FloatArray,
  learningRate: number,
  momentum: number,
): void {
  for (let i = 0; i < w.length; i++) {
    v[i] = momentum * v[i] + dw[i];
    w[i] -= learningRate * (dw[i] + momentum * v[i]);
  }
}

/**
 * One update of every parameter, in place.
 *
 * @param velocity changed in place; null before the first step with momentum
 * @returns the velocity to pass to the next update
 */
export function updateParameters(
  parameters: TwoLayerParameters,
  gradients: TwoLayerParameters,
  velocity: TwoLayerParameters | null,
  { learningRate, momentum = 0, nesterov = false }: SgdSettings,
): TwoLayerParameters | null {
  if (momentum === 0) {
    for (const name of parameterNames) {
      sgd(parameters[name].data, gradients[name].data, learningRate);
    }
    return velocity;
  }
  const follow = nesterov ? sgdNesterov : sgdMomentum;
  const v = velocity ?? mapParameters(parameters, (w) => zerosLike(w));
  for (const name of parameterNames) {
    follow(parameters[name].data, gradients[name].data, v[name].data, learningRate, momentum);
  }
  return v;
}
