import * as v from "valibot";
import { initializations, samplings, schedules } from "../train/settings.js";

/*
 * One schema gives the type of a model file, the check on reading and the published JSON Schema
 * (model.schema.json beside this file, kept equal by a test).
 */

export const modelFormat = "mnist-train-model";
export const modelVersion = 1;

const whole = v.integer("a whole number");
const finite = v.pipe(v.number(), v.finite("a finite number")); // JSON can say 1e400
const positive = v.pipe(finite, v.gtValue(0, "a number above 0"));
// Names are shown on terminals, which obey control characters.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it refuses
const printable = v.regex(/^[^\u0000-\u001f\u007f-\u009f]+$/, "text without control characters");
const name = v.pipe(v.string(), printable);
const count = v.pipe(v.number(), whole, v.minValue(0));
const size = v.pipe(v.number(), whole, v.minValue(1));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits"));
const dataFile = v.object({ file: name, sha256 });
const numbers = v.array(v.number());
const tensor = v.object({ shape: v.array(size), values: numbers });

export const modelSchema = v.object({
  format: v.literal(modelFormat),
  version: v.literal(modelVersion),
  architecture: v.object({
    type: v.literal("affine-relu-affine-softmax"),
    inputSize: size,
    hiddenSize: size,
    classCount: v.pipe(size, v.maxValue(256)),
  }),
  preprocessing: v.object({
    rows: size,
    columns: size,
    scale: positive,
    meanImage: numbers,
  }),
  classNames: v.array(name),
  training: v.object({
    recipe: name,
    seed: count,
    engine: name,
    validation: count,
    limit: v.nullable(size),
    initialization: v.optional(v.picklist(initializations), "normal"),
    std: v.nullable(finite),
    iterations: v.nullable(size),
    epochs: v.nullable(size),
    batchSize: size,
    sampling: v.picklist(samplings),
    learningRate: finite,
    // What may be missing is what earlier versions of the program did not know.
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
  }),
  figures: v.object({
    iterations: count,
    interrupted: v.boolean(),
    bestEpoch: v.optional(v.nullable(size), null),
    loss: v.nullable(finite),
    trainingAccuracy: v.nullable(share),
    validationAccuracy: v.nullable(share),
  }),
  data: v.object({
    name: v.nullable(name),
    files: v.object({
      trainImages: dataFile,
      trainLabels: dataFile,
      testImages: dataFile,
      testLabels: dataFile,
    }),
  }),
  parameters: v.object({ W1: tensor, b1: tensor, W2: tensor, b2: tensor }),
});

/** A model file, parsed. */
export type ModelDocument = v.InferOutput<typeof modelSchema>;
