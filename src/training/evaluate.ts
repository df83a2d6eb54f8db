import type { LabelledImages } from "../dataset/labelledImages.js";
import type { Engine, LoadedImages, ParameterSet } from "../engine/engine.js";
import { softmaxLossForward } from "../layers/softmaxLoss.js";
import { tensor } from "../layers/tensor.js";
import { classWithHighestScore, type Figures, Tally } from "../net/tally.js";

/** Images scored at a time: enough to keep an engine busy, few enough to stay responsive. */
const CHUNK = 500;

/** What to measure on: a set that the engine has taken in, and the images of it that count. */
export interface EvaluationSet {
  readonly from: LoadedImages;
  readonly labels: Uint8Array;
  /** Which of them. */
  readonly indices: Uint32Array;
  /** Whose scores; the parameters' unless given. */
  readonly parameters?: ParameterSet;
}

/**
 * All images of a set, or a sample of them spread evenly from the first to the last.
 *
 * @param from   the set as the engine took it in
 * @param labels (N) of the same images
 * @param most   the size of the sample where there are more images; all of them unless told
 */
export function evaluationSet(
  from: LoadedImages,
  { labels }: LabelledImages,
  most = labels.length,
): EvaluationSet {
  const N = labels.length;
  const count = Math.min(N, most);
  const indices = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * N) / count));
  return { from, labels, indices };
}

/**
 * Accuracy, loss and confusion of the parameters as they stand in an engine.
 *
 * @param goOn asked between chunks, and may take its time; false ends the measurement
 * @returns null when it was ended
 */
export async function evaluate(
  engine: Engine,
  set: EvaluationSet,
  goOn?: () => Promise<boolean>,
): Promise<Figures | null> {
  const tally = new Tally(engine.classCount);
  const add = (scores: Float32Array, labels: Uint8Array) => tally.add(scores, labels);
  return (await scoreInChunks(engine, set, add, goOn)) ? tally.figures : null;
}

/**
 * Accuracy alone, 0..1, for the many times that it is wanted on the way.
 *
 * @param goOn asked between chunks, and may take its time; false ends the measurement
 * @returns null when it was ended
 */
export async function measureAccuracy(
  engine: Engine,
  set: EvaluationSet,
  goOn?: () => Promise<boolean>,
): Promise<number | null> {
  let right = 0;
  const { classCount } = engine;
  const count = (scores: Float32Array, labels: Uint8Array) => {
    for (let n = 0; n < labels.length; n++) {
      if (classWithHighestScore(scores, n, classCount) === labels[n]) right++;
    }
  };
  const done = await scoreInChunks(engine, set, count, goOn);
  return done ? right / set.indices.length : null;
}

/**
 * The scores of a set's images.
 *
 * @returns (N, C) for N indices
 */
export async function scoresOf(engine: Engine, set: EvaluationSet): Promise<Float32Array> {
  const all = new Float32Array(set.indices.length * engine.classCount);
  let at = 0;
  await scoreInChunks(engine, set, (scores) => {
    all.set(scores, at);
    at += scores.length;
  });
  return all;
}

/** What a net answers to one image. */
export interface Answer {
  /** Its place in the set. */
  readonly index: number;
  readonly label: number;
  /** The class with the highest score. */
  readonly prediction: number;
  /** Of the prediction, 0..1. */
  readonly probability: number;
}

/** The answers to a set's images, in the order of its indices. */
export async function answersOf(engine: Engine, set: EvaluationSet): Promise<Answer[]> {
  const { classCount } = engine;
  const N = set.indices.length;
  const scores = await scoresOf(engine, set);
  const labels = Uint8Array.from(set.indices, (index) => set.labels[index]);
  const probabilities = tensor(new Float64Array(N * classCount), N, classCount);
  softmaxLossForward(probabilities, tensor(scores, N, classCount), labels);
  return Array.from(labels, (label, n) => {
    const prediction = classWithHighestScore(scores, n, classCount);
    const probability = probabilities.data[n * classCount + prediction];
    return { index: set.indices[n], label, prediction, probability };
  });
}

/** Hands the scores of every chunk on; returns whether it came to the end. */
async function scoreInChunks(
  engine: Engine,
  { from, labels, indices, parameters }: EvaluationSet,
  take: (scores: Float32Array, labels: Uint8Array) => void,
  goOn: () => Promise<boolean> = async () => true,
): Promise<boolean> {
  for (let start = 0; start < indices.length; start += CHUNK) {
    const chunk = indices.subarray(start, start + CHUNK);
    const scores = await engine.scores({ from, indices: chunk }, parameters);
    const chunkLabels = new Uint8Array(chunk.length);
    for (let n = 0; n < chunk.length; n++) chunkLabels[n] = labels[chunk[n]];
    take(scores, chunkLabels);
    if (!(await goOn())) return false;
  }
  return true;
}
