import type { LabelledImages } from "../dataset/labelledImages.js";
import type { Engine, LoadedImages, ParameterSet } from "../engine/engine.js";
import { softmax } from "../layers/softmax.js";
import { type Labels, softmaxLoss } from "../layers/softmaxLoss.js";
import { argmax, type FloatArray, tensor } from "../layers/tensor.js";
import { drawSample, Random, streams } from "../random.js";

/** Images per call of the engine: enough to keep it busy, few enough to stay responsive. */
const CHUNK = 500;

/** What to measure on: images of a set that the engine has loaded. */
export interface EvaluationSet {
  readonly from: LoadedImages;
  /** Of the whole set. */
  readonly labels: Uint8Array;
  /** (N) which images of the set to measure on. */
  readonly indices: Uint32Array;
  /** Whose scores; by default those of the parameters, not of their average. */
  readonly parameters?: ParameterSet;
}

/**
 * All images of a set, or a random sample of them.
 *
 * @param from   the set as the engine loaded it
 * @param data   the same images with their labels
 * @param most   largest size of the sample; all images by default
 * @param random draws the sample; by default the same one every time
 */
export function evaluationSet(
  from: LoadedImages,
  { labels }: Pick<LabelledImages, "labels">,
  most = labels.length,
  random = Random.fromSeed(0, streams.sample),
): EvaluationSet {
  return { from, labels, indices: drawSample(labels.length, most, random) };
}

/** How well predictions agree with labels. */
export interface Figures {
  readonly count: number;
  /** Share of examples whose highest score is their label's, 0..1. */
  readonly accuracy: number;
  /** Mean softmax loss in nats per example, without the L2 term. */
  readonly meanLoss: number;
  /** confusion[label][prediction] counts examples. */
  readonly confusion: number[][];
}

/** Adds up figures batch by batch, so that a whole split never needs its scores in memory. */
export class Tally {
  #count = 0;
  #lossSum = 0;
  readonly #confusion: number[][];

  /** @param classCount C */
  constructor(readonly classCount: number) {
    this.#confusion = Array.from({ length: classCount }, () => new Array(classCount).fill(0));
  }

  /**
   * Counts a batch.
   *
   * @param scores (N, C)
   * @param labels (N) the class of each example, 0..C-1
   * @throws {RangeError} when shapes disagree, or a label is not a class; then nothing is counted
   */
  add(scores: FloatArray, labels: Labels): void {
    const batch = tensor(scores, labels.length, this.classCount);
    this.#lossSum += labels.length * softmaxLoss(batch, labels).loss;
    this.#count += labels.length;
    argmax(batch).forEach((prediction, n) => {
      this.#confusion[labels[n]][prediction] += 1;
    });
  }

  /** The figures of all batches so far; accuracy and loss are NaN before the first. */
  get figures(): Figures {
    let correct = 0;
    for (let c = 0; c < this.classCount; c++) correct += this.#confusion[c][c];
    return {
      count: this.#count,
      accuracy: correct / this.#count,
      meanLoss: this.#lossSum / this.#count,
      confusion: this.#confusion,
    };
  }
}

/**
 * Accuracy, loss and confusion of an engine's parameters.
 *
 * @param pause awaited between chunks; if it throws, the measurement ends with what it throws
 */
export async function evaluate(
  engine: Engine,
  set: EvaluationSet,
  pause?: () => Promise<void>,
): Promise<Figures> {
  const tally = new Tally(engine.classCount);
  await scoreInChunks(engine, set, (scores, labels) => tally.add(scores, labels), pause);
  return tally.figures;
}

/**
 * Accuracy alone, 0..1: cheaper than `evaluate`, for measurements during training.
 *
 * @param pause awaited between chunks; if it throws, the measurement ends with what it throws
 */
export async function measureAccuracy(
  engine: Engine,
  set: EvaluationSet,
  pause?: () => Promise<void>,
): Promise<number> {
  let correct = 0;
  const count = (scores: Float32Array, labels: Labels) => {
    const predictions = argmax(tensor(scores, labels.length, engine.classCount));
    for (let n = 0; n < labels.length; n++) if (predictions[n] === labels[n]) correct++;
  };
  await scoreInChunks(engine, set, count, pause);
  return correct / set.indices.length;
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
  const C = engine.classCount;
  const answers: Answer[] = [];
  await scoreInChunks(engine, set, (values, labels) => {
    const scores = tensor(Float64Array.from(values), labels.length, C);
    const probabilities = softmax(scores).data;
    argmax(scores).forEach((prediction, n) => {
      const index = set.indices[answers.length];
      const probability = probabilities[n * C + prediction];
      answers.push({ index, label: labels[n], prediction, probability });
    });
  });
  return answers;
}

/** Calls `take` with the (N, C) scores and the labels of each chunk of a set's images, in order. */
export async function scoreInChunks(
  engine: Engine,
  { from, labels, indices, parameters }: EvaluationSet,
  take: (scores: Float32Array, labels: Labels) => void,
  pause?: () => Promise<void>,
): Promise<void> {
  for (let start = 0; start < indices.length; start += CHUNK) {
    const chunk = indices.subarray(start, start + CHUNK);
    const scores = await engine.scores({ from, indices: chunk }, parameters);
    const chunkLabels = chunk.map((index) => labels[index]);
    take(scores, chunkLabels);
    await pause?.();
  }
}
