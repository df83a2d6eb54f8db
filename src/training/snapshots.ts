import type { TwoLayerParameters } from "../net/twoLayerNet.js";
import type { RunLength } from "../settings/learningRate.js";

/** How the weights of a run are kept now and then. */
export interface SnapshotOptions {
  /** Updates done, rising; see `snapshotIterations`. */
  readonly at: readonly number[];
  /** Keeps the weights after so many updates; training waits for it. */
  readonly save: (iteration: number, parameters: TwoLayerParameters) => Promise<void>;
}

/**
 * When to keep the weights of a run: at its start, at growing distances within the first epoch, after every
 * epoch or every few of them, and at its end.
 *
 * @param most how many, at least 2
 * @returns    updates done, rising, each once
 */
export function snapshotIterations(
  { iterations, iterationsPerEpoch }: RunLength,
  most: number,
): number[] {
  const chosen = new Set([0, ...growing(Math.min(iterations, iterationsPerEpoch))]);
  const epochs = Math.floor(iterations / iterationsPerEpoch);
  const every = Math.max(1, Math.ceil(epochs / Math.max(1, most - chosen.size - 1)));
  for (let epoch = every; epoch <= epochs; epoch += every) chosen.add(epoch * iterationsPerEpoch);
  chosen.add(iterations);
  const all = [...chosen];
  if (all.length <= most) return all;
  const last = all.length - 1;
  return Array.from({ length: most }, (_, i) => all[Math.round((i * last) / (most - 1))]);
}

/** 1, 2, 5, 10, 20, 50 and so on, below a limit. */
function growing(limit: number): number[] {
  const numbers: number[] = [];
  for (let ten = 1; ten < limit; ten *= 10) numbers.push(ten, 2 * ten, 5 * ten);
  return numbers.filter((number) => number < limit);
}
