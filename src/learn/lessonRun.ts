import type { LabelledImages } from "../dataset/labelledImages.js";
import { tensor } from "../layers/tensor.js";
import { initialize } from "../net/initialize.js";
import type { TwoLayerParameters } from "../net/twoLayerNet.js";
import { Random, streams } from "../random.js";
import type { Functions } from "./piece.js";

/*
 * A run by the lesson's own functions from end to end: split, mean image, centering, batches, loop, prediction.
 * So a mistake in any of them is felt.
 */

/** The settings of such a run. */
export interface LessonRunSettings {
  readonly hidden: number;
  readonly iterations: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Factor of the learning rate after each epoch. */
  readonly decay: number;
  readonly reg: number;
  /** Standard deviation of the first weights. */
  readonly std: number;
  readonly validation: number;
  readonly seed: number;
}

/** How it ended. */
export interface LessonRunResult {
  readonly losses: readonly number[];
  /** Share of the validation images, 0..1. */
  readonly validationAccuracy: number;
}

/**
 * Trains on all images but the last `validation` ones, and predicts those.
 *
 * @throws whatever a function throws
 */
export function lessonRun(
  functions: Functions,
  all: LabelledImages,
  settings: LessonRunSettings,
): LessonRunResult {
  const { validation, hidden, std, seed } = settings;
  const split = functions.splitImages(all, { validation, limit: null }) as {
    train: LabelledImages;
    validation: LabelledImages;
    meanImage: Float32Array;
  };
  const D = all.rows * all.columns;
  const inputsOf = ({ images, labels }: LabelledImages) => {
    const { meanImage } = split;
    const x = functions.preprocess(images, { meanImage, scale: 1 }) as Float32Array;
    return { x: tensor(x, x.length / D, D), labels };
  };
  const classCount = all.labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const size = { inputSize: D, hiddenSize: hidden, classCount, std };
  const parameters = initialize(size, Random.fromSeed(seed, streams.weights));
  const random = Random.fromSeed(seed, streams.batches);
  const losses = functions.train(parameters, inputsOf(split.train), settings, random) as number[];
  const validationAccuracy = accuracyOf(functions, parameters, inputsOf(split.validation));
  return { losses, validationAccuracy };
}

function accuracyOf(
  functions: Functions,
  parameters: TwoLayerParameters,
  { x, labels }: ReturnType<() => { x: ReturnType<typeof tensor>; labels: Uint8Array }>,
): number {
  const predictions = functions.predict(parameters, x) as ArrayLike<number>;
  let right = 0;
  for (let n = 0; n < labels.length; n++) if (predictions[n] === labels[n]) right++;
  return right / labels.length;
}
