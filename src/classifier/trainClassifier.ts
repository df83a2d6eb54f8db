import { fitSplit } from "../dataset/fitSplit.js";
import type { LabelledImages } from "../dataset/labelledImages.js";
import { preprocessingOf, splitImages } from "../dataset/split.js";
import type { Model } from "../documents/model.js";
import { defaultEngine } from "../engine/createEngine.js";
import { UsageError } from "../errors.js";
import { initialize } from "../net/initialize.js";
import { TwoLayerNet } from "../net/twoLayerNet.js";
import { Random, streams } from "../random.js";
import { type RecipeName, recipes } from "../settings/recipes.js";
import { changeSettings, type Settings, type SettingValues } from "../settings/settings.js";
import { type TrainOptions, train } from "../training/train.js";
import type { TrainingEvent } from "../training/trainer.js";
import { type Classifier, classifierOf } from "./classifier.js";

/** Images of one's own, in memory. */
export interface OwnImages {
  /** (N, rows · columns) intensity 0..255, row by row, one image after another. */
  readonly images: Uint8Array;
  /** (N) the class of each image, 0..C-1. */
  readonly labels: ArrayLike<number>;
  /** Height and width in pixels; of square images by default. */
  readonly rows?: number;
  readonly columns?: number;
  /** (C) names of the classes; their numbers by default, up to the largest label. */
  readonly classNames?: readonly string[];
}

/** How to train a classifier; everything has a default. */
export interface ClassifierOptions
  extends Pick<TrainOptions, "engine" | "threads" | "signal" | "warn"> {
  /** The settings to begin with; "fast" by default. */
  readonly recipe?: RecipeName;
  /** Settings of the recipe to replace, named as the flags of mnist-train; images are deskewed only with `deskew`. */
  readonly settings?: Partial<SettingValues>;
  /** Random seed; 1 by default. */
  readonly seed?: number;
  /** Called with everything that there is to report. */
  readonly listen?: (event: TrainingEvent) => void;
}

/** With the recipe `fast`, which takes one pass over 60000 images, a classifier sees so many in all. */
const SEEN = 180_000;
const MOST_EPOCHS = 100;
/** The learning rate for it: that of the recipe is too high for several passes. */
const LONGER_RATE = 0.4;

/**
 * Trains a classifier on images in memory.
 *
 * @throws {RangeError} when images, labels and class names do not fit together
 * @throws {UsageError} when all images are of one class, or a setting is out of range
 * @throws {DivergedError} when a loss or a weight is no longer finite
 */
export async function trainClassifier(
  own: OwnImages,
  options: ClassifierOptions = {},
): Promise<Classifier<Model>> {
  const { recipe = "fast", seed = 1, engine = defaultEngine, listen, ...runOptions } = options;
  const { classNames, ...all } = checkImages(own);
  const settings = settingsFor(all, recipe, options.settings ?? {});
  const split = splitImages(all, settings);
  const size = {
    inputSize: all.rows * all.columns,
    hiddenSize: settings.hidden,
    classCount: classNames.length,
    std: settings.std,
  };
  const net = new TwoLayerNet(initialize(size, Random.fromSeed(seed, streams.weights)));
  const trainOptions = { ...runOptions, engine, settings, seed };
  const { history, ...figures } = await train(net, split, trainOptions, listen);
  return classifierOf({
    preprocessing: preprocessingOf(split, settings.scale),
    classNames,
    training: { recipe, seed, engine },
    settings,
    figures,
    data: null,
    parameters: net.parameters,
  });
}

/** The settings of a recipe, fitted to the number of images where the caller chose nothing else. */
function settingsFor(
  all: LabelledImages,
  recipe: RecipeName,
  given: Partial<SettingValues>,
): Settings {
  const N = all.labels.length;
  const epochs = Math.min(MOST_EPOCHS, Math.ceil(SEEN / N));
  const isChosen = given.epochs !== undefined || given.iterations !== undefined;
  const length = isChosen ? {} : { epochs };
  const longer = recipe === "fast" ? { ...length, learningRate: LONGER_RATE } : {};
  const settings = changeSettings(recipes[recipe].settings, {
    deskew: false, // slant may tell classes apart
    ...longer,
    ...given,
  });
  const { validation, limit, split } = given;
  const chosen = { validation, ...(limit && { limit }), split };
  return { ...settings, ...fitSplit(all, settings, chosen) };
}

/** Checks images of one's own, and fills in what is left to be guessed. */
function checkImages({ images, labels, classNames, ...size }: OwnImages) {
  const N = labels.length;
  const D = images.length / N;
  if (N === 0 || !Number.isInteger(D) || D === 0) {
    const expected = "as many pixels for each image";
    throw new RangeError(`${images.length} pixels for ${N} labels, expected ${expected}`);
  }
  const side = Math.round(Math.sqrt(D));
  const rows = size.rows ?? (size.columns === undefined ? side : D / size.columns);
  const columns = size.columns ?? D / rows;
  if (rows * columns !== D || !Number.isInteger(rows) || !Number.isInteger(columns)) {
    throw new RangeError(
      `${D} pixels for each image of ${rows} x ${columns}, expected rows and columns that give it`,
    );
  }
  const classes = new Set(Array.from(labels));
  const C = classNames?.length ?? Math.max(...classes) + 1;
  const astray = [...classes].find((label) => !Number.isInteger(label) || label < 0 || label >= C);
  if (astray !== undefined || C > 256) {
    const expected = `whole numbers from 0 to ${Math.min(C, 256) - 1}, a class each`;
    throw new RangeError(`a label is ${astray ?? C - 1}, expected ${expected}`);
  }
  if (classes.size < 2) throw new UsageError("all images are of one class, expected at least two");
  const names = classNames ?? Array.from({ length: C }, (_, c) => String(c));
  return { images, labels: Uint8Array.from(labels), rows, columns, classNames: names };
}
