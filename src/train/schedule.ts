import { power } from "../math.js";
import type { Settings } from "./settings.js";

/** How long a run is. */
export interface RunLength {
  /** Updates in all. */
  readonly iterations: number;
  /** Updates that make one pass's worth of images; the last of a pass may be a smaller batch. */
  readonly iterationsPerEpoch: number;
}

/**
 * How many updates settings ask for on N training images.
 *
 * An epoch is N / batchSize updates, rounded up, so that a shuffled pass sees every image.
 */
export function runLength(settings: Settings, N: number): RunLength {
  const iterationsPerEpoch = Math.ceil(N / settings.batchSize);
  const iterations = settings.iterations ?? (settings.epochs ?? 0) * iterationsPerEpoch;
  return { iterations, iterationsPerEpoch };
}

/**
 * The learning rate at an update: learningRate · decay^epochs, the whole epochs done before it.
 *
 * @param iteration counted from 0
 */
export function learningRateAt(
  iteration: number,
  { learningRate, decay }: Settings,
  { iterationsPerEpoch }: RunLength,
): number {
  return learningRate * power(decay, Math.floor(iteration / iterationsPerEpoch));
}
