import { type FloatArray, zerosLike } from "../layers/tensor.js";
import { mapParameters, parameterNames, type TwoLayerParameters } from "./twoLayerNet.js";

/*
 * How parameters follow their gradients: stochastic gradient descent (SGD). Arrays change in place.
 *
 * Source: Stanford CS231n, notes on learning, https://cs231n.github.io
 */

/** How far an update goes, and how much it keeps of the updates before. */
export interface SgdSettings {
  readonly learningRate: number;
  /** Share of the velocity that is kept from update to update; 0, the default, for plain SGD. */
  readonly momentum?: number;
  /** Whether to look ahead by the velocity (Nesterov). */
  readonly nesterov?: boolean;
}

/** Plain SGD: w -= learningRate · dw. */
export function sgd(w: FloatArray, dw: FloatArray, { learningRate }: SgdSettings): void {
  for (let i = 0; i < w.length; i++) w[i] -= learningRate * dw[i];
}

/** SGD with momentum: v = momentum · v + dw, then w -= learningRate · v. */
export function sgdMomentum(w: FloatArray, dw: FloatArray, v: FloatArray, settings: SgdSettings) {
  const { learningRate, momentum = 0 } = settings;
  for (let i = 0; i < w.length; i++) {
    v[i] = momentum * v[i] + dw[i];
    w[i] -= learningRate * v[i];
  }
}

/** Nesterov's momentum: v = momentum · v + dw, then w -= learningRate · (dw + momentum · v). */
export function sgdNesterov(w: FloatArray, dw: FloatArray, v: FloatArray, settings: SgdSettings) {
  const { learningRate, momentum = 0 } = settings;
  for (let i = 0; i < w.length; i++) {
    v[i] = momentum * v[i] + dw[i];
    w[i] -= learningRate * (dw[i] + momentum * v[i]);
  }
}

/**
 * Updates every parameter by its gradient.
 *
 * @param velocity null before the first update with momentum
 * @returns the velocity to pass to the next update
 */
export function updateParameters(
  parameters: TwoLayerParameters,
  gradients: TwoLayerParameters,
  velocity: TwoLayerParameters | null,
  settings: SgdSettings,
): TwoLayerParameters | null {
  const { momentum = 0, nesterov = false } = settings;
  const v = momentum > 0 ? (velocity ?? mapParameters(parameters, (w) => zerosLike(w))) : null;
  for (const name of parameterNames) {
    const [w, dw] = [parameters[name].data, gradients[name].data];
    if (v === null) sgd(w, dw, settings);
    else (nesterov ? sgdNesterov : sgdMomentum)(w, dw, v[name].data, settings);
  }
  return v ?? velocity;
}
