import * as v from "valibot";
import { initializations, samplings, schedules } from "../settings/settings.js";

/*
 * What the schemas of the project's files have in common: the settings of a run, the data it learned
 * from, and the simple values that these are made of.
 */

const whole = v.integer("a whole number");
export const finite = v.pipe(v.number(), v.finite("a finite number")); // JSON can say 1e400
export const positive = v.pipe(finite, v.gtValue(0, "a number above 0"));
// Names are shown on terminals, which obey control characters.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it refuses
const printable = v.regex(/^[^\u0000-\u001f\u007f-\u009f]+$/, "text without control characters");
export const name = v.pipe(v.string(), printable);
export const count = v.pipe(v.number(), whole, v.minValue(0));
export const size = v.pipe(v.number(), whole, v.minValue(1));
export const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
export const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits"));
const dataFile = v.object({ file: name, sha256 });

/** Which files a run learned from. */
export const dataFiles = v.object({
  trainImages: dataFile,
  trainLabels: dataFile,
  testImages: dataFile,
  testLabels: dataFile,
});

/** What a run reached, as model and history files say it. */
export const figures = v.object({
  iterations: count,
  interrupted: v.boolean(),
  bestEpoch: v.optional(v.nullable(size), null),
  loss: v.nullable(finite),
  trainingAccuracy: v.nullable(share),
  validationAccuracy: v.nullable(share),
});

/** The accuracies of a `History`; its losses are written in another way by each kind of file. */
export const measuredEntries = {
  validation: v.array(v.object({ iteration: size, accuracy: share })),
  epochs: v.array(
    v.object({
      epoch: size,
      iteration: size,
      learningRate: finite,
      trainingAccuracy: share,
      validationAccuracy: v.nullable(share),
    }),
  ),
};

/** The fields of `Settings`, in the order in which files list them. What may be missing is what earlier versions of the program did not know. */
export const settingEntries = {
  validation: count,
  limit: v.nullable(size),
  scale: positive,
  hidden: size,
  initialization: v.optional(v.picklist(initializations), "normal"),
  std: v.nullable(finite),
  iterations: v.nullable(size),
  epochs: v.nullable(size),
  batchSize: size,
  sampling: v.picklist(samplings),
  learningRate: finite,
  schedule: v.optional(v.picklist(schedules), "exponential"),
  decay: finite,
  stepEpochs: v.optional(v.nullable(size), null),
  warmUp: v.optional(finite, 0),
  momentum: v.optional(finite, 0),
  nesterov: v.optional(v.boolean(), false),
  reg: finite,
  dropout: v.optional(share, 0),
  labelSmoothing: v.optional(share, 0),
  averageKeep: v.optional(share, 0),
  averageEvery: v.optional(size, 1),
  augment: v.optional(v.boolean(), false),
  elasticAlpha: v.optional(finite, 0),
  elasticSigma: v.optional(finite, 4),
  rotation: v.optional(finite, 0),
  zoom: v.optional(finite, 0),
  shear: v.optional(finite, 0),
  shift: v.optional(finite, 0),
  patience: v.optional(v.nullable(size), null),
  keepBest: v.optional(v.boolean(), false),
  every: size,
};
