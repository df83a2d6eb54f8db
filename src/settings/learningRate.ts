import { scheduleFactor } from "./schedules.js";
import type { Settings } from "./settings.js";

/** How long a run is. */
export interface RunLength {
  /** Total updates. */
  readonly iterations: number;
  /** Updates in an epoch; the last one of an epoch may be a smaller batch. */
  readonly iterationsPerEpoch: number;
}

/**
 * The length of a run on N training images.
 *
 * An epoch is N / batchSize updates, rounded up, so that a shuffled pass sees every image.
 */
export function runLength(
  { iterations, epochs, batchSize }: Pick<Settings, "iterations" | "epochs" | "batchSize">,
  N: number,
): RunLength {
  const iterationsPerEpoch = Math.ceil(N / batchSize);
  return { iterations: iterations ?? (epochs ?? 0) * iterationsPerEpoch, iterationsPerEpoch };
}

/**
 * The learning rate at an update: a linear rise during the warm-up, then learningRate times the factor of
 * the schedule.
 *
 * @param iteration counted from 0
 */
export function learningRateAt(
  iteration: number,
  { learningRate, schedule, warmUp }: Pick<Settings, "learningRate" | "schedule" | "warmUp">,
  { iterations, iterationsPerEpoch }: RunLength,
): number {
  const warmUpIterations = Math.ceil(warmUp * iterationsPerEpoch);
  if (iteration < warmUpIterations)
    return (learningRate * (iteration + 1)) / (warmUpIterations + 1);
  const epoch = Math.floor(iteration / iterationsPerEpoch);
  const share = (iteration - warmUpIterations) / Math.max(1, iterations - warmUpIterations);
  return learningRate * scheduleFactor(schedule, { epoch, share });
}
