import * as v from "valibot";
import { samplings } from "../train/settings.js";

/*
 * One schema gives the type of a model file, the check on reading and the published JSON Schema
 * (model.schema.json beside this file, kept equal by a test).
 */

export const modelFormat = "mnist-train-model";
export const modelVersion = 1;

const whole = v.integer("a whole number");
const count = v.pipe(v.number(), whole, v.minValue(0));
const size = v.pipe(v.number(), whole, v.minValue(1));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits"));
const dataFile = v.object({ file: v.string(), sha256 });
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
    scale: v.number(),
    meanImage: numbers,
  }),
  classNames: v.array(v.string()),
  training: v.object({
    recipe: v.string(),
    seed: count,
    engine: v.string(),
    validation: count,
    limit: v.nullable(size),
    std: v.number(),
    iterations: v.nullable(size),
    epochs: v.nullable(size),
    batchSize: size,
    sampling: v.picklist(samplings),
    learningRate: v.number(),
    decay: v.number(),
    reg: v.number(),
    every: size,
  }),
  figures: v.object({
    iterations: count,
    interrupted: v.boolean(),
    loss: v.nullable(v.number()),
    trainingAccuracy: v.nullable(share),
    validationAccuracy: v.nullable(share),
  }),
  data: v.object({
    name: v.nullable(v.string()),
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
