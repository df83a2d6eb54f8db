import { pickImages } from "../dataset/labelledImages.js";
import { type Preprocessing, preprocess } from "../dataset/preprocessing.js";
import { preprocessingOf, type Split } from "../dataset/split.js";
import { tensor } from "../layers/tensor.js";
import type { TwoLayerNet } from "../net/twoLayerNet.js";
import { drawSample, Random, streams } from "../random.js";
import type { Settings } from "../settings/settings.js";
import { type BestStep, bestStep } from "./bestStep.js";
import { countDeadUnits } from "./deadUnits.js";
import { nearestMeanAccuracy } from "./nearestMean.js";
import { type DataHashes, isPoor, linearLevel } from "./verdict/levels.js";

/** What the verdict rests on besides the curves: measured on the data and on the trained net. */
export interface Evidence {
  readonly trainingImages: number;
  readonly classCount: number;
  /** Share of the most frequent class, 0..1; null without validation images. */
  readonly mostFrequent: { readonly training: number; readonly validation: number | null };
  /** Share of the validation images whose class no training image has. */
  readonly unseen: number;
  /** Root mean square of the length of an input, (pixel - mean) · scale. */
  readonly inputLength: number;
  /** Of a classifier that answers with the nearest class mean, on a sample; null if a better one is known. */
  readonly nearestMean: number | null;
  /** Hidden units that no image of a sample turns on. */
  readonly deadUnits: number;
  /** Whether there are several hidden units, and all have the same weights. */
  readonly alike: boolean;
  /** Measured only where training accuracy is poor, since it takes as long as some updates. */
  readonly step: BestStep | null;
}

/** Images for the length of inputs, and for the best step. */
const SAMPLE = 200;

/**
 * Measures a trained net and the data that it learned from.
 *
 * @param run what the net was trained with, and what it reached on all training images
 */
export function gatherEvidence(
  net: TwoLayerNet,
  split: Split,
  run: {
    readonly settings: Settings;
    readonly trainingAccuracy: number | null;
    readonly data: DataHashes | null;
  },
): Evidence {
  const { train, validation } = split;
  const preprocessing = preprocessingOf(split, run.settings.scale);
  const { x, labels } = sampleOf(split, preprocessing);
  const counts = countsOf(train.labels);
  const known = {
    trainingImages: train.labels.length,
    classCount: net.classCount,
    mostFrequent: {
      training: largestShare(counts, train.labels.length) ?? 0,
      validation: largestShare(countsOf(validation.labels), validation.labels.length),
    },
    unseen: shareOf(validation.labels, (label) => counts[label] === 0),
    inputLength: Math.sqrt(meanSquare(x.data) * net.inputSize),
    nearestMean:
      linearLevel(train.labels.length, run.data) === null ? nearestMeanAccuracy(split) : null,
    deadUnits: countDeadUnits(net, train.images, preprocessing) ?? 0,
    alike: areUnitsAlike(net),
  };
  const poor = isPoor(run.trainingAccuracy, known, run.data);
  return { ...known, step: poor ? bestStep(net, x, labels, run.settings) : null };
}

function sampleOf({ train }: Split, preprocessing: Preprocessing) {
  const random = Random.fromSeed(0, streams.sample);
  const sample = pickImages(train, drawSample(train.labels.length, SAMPLE, random));
  const { images, labels, rows, columns } = sample;
  return { x: tensor(preprocess(images, preprocessing), labels.length, rows * columns), labels };
}

function meanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return sum / values.length;
}

/** How often each label occurs. */
function countsOf(labels: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256);
  for (const label of labels) counts[label]++;
  return counts;
}

/** The share of the most frequent of N labels; null when there is none. */
function largestShare(counts: Uint32Array, N: number): number | null {
  return N === 0 ? null : Math.max(...counts) / N;
}

function shareOf(labels: Uint8Array, test: (label: number) => boolean): number {
  return labels.length === 0 ? 0 : labels.filter(test).length / labels.length;
}

/** Units with the same weights get the same gradients, and stay the same. */
function areUnitsAlike(net: TwoLayerNet): boolean {
  const { W1, b1, W2 } = net.parameters;
  const { inputSize: D, hiddenSize: H, classCount: C } = net;
  if (H < 2) return false;
  for (let d = 0; d < D; d++) {
    for (let h = 1; h < H; h++) if (W1.data[d * H + h] !== W1.data[d * H]) return false;
  }
  for (let h = 1; h < H; h++) {
    if (b1.data[h] !== b1.data[0]) return false;
    for (let c = 0; c < C; c++) if (W2.data[h * C + c] !== W2.data[c]) return false;
  }
  return true;
}
