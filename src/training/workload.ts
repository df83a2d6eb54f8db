import { runLength } from "../settings/learningRate.js";
import type { Settings } from "../settings/settings.js";

/** Training accuracy is measured on at most so many images after an epoch; on all at the end. */
export const TRAINING_SAMPLE = 10000;

/** What is left to compute in a run. */
export interface Workload {
  readonly updates: number;
  /** Images to score, to measure accuracies. */
  readonly scored: number;
}

/**
 * What a run computes, if it is not stopped.
 *
 * @param N          training images
 * @param validation validation images
 * @param done       updates that are done
 */
export function workload(settings: Settings, N: number, validation: number, done = 0): Workload {
  const { iterations, iterationsPerEpoch } = runLength(settings, N);
  const { every } = settings;
  const multiples = (n: number) => Math.floor(iterations / n) - Math.floor(done / n);
  const epochs = multiples(iterationsPerEpoch);
  const both = multiples(leastCommonMultiple(every, iterationsPerEpoch));
  const validations = multiples(every) + epochs - both;
  const scored = validations * validation + epochs * Math.min(N, TRAINING_SAMPLE) + N + validation;
  return { updates: Math.max(0, iterations - done), scored };
}

function leastCommonMultiple(a: number, b: number): number {
  let [larger, smaller] = [a, b];
  while (smaller > 0) [larger, smaller] = [smaller, larger % smaller];
  return (a / larger) * b;
}
