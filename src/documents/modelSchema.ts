import * as v from "valibot";
import { count, dataFiles, figures, name, settingEntries, size } from "./schemas.js";

/*
 * One schema gives the type of a model file, the check on reading and the published JSON Schema
 * (model.schema.json beside this file, kept equal by a test).
 */

export const modelFormat = "mnist-train-model";
export const modelVersion = 1;

const { hidden, scale, ...training } = settingEntries; // they stand elsewhere in the file
const numbers = v.array(v.number());
const tensor = v.object({ shape: v.array(size), values: numbers });

export const modelSchema = v.object({
  format: v.literal(modelFormat),
  version: v.literal(modelVersion),
  architecture: v.object({
    type: v.literal("affine-relu-affine-softmax"),
    inputSize: size,
    hiddenSize: hidden,
    classCount: v.pipe(size, v.maxValue(256)),
  }),
  preprocessing: v.object({
    rows: size,
    columns: size,
    scale,
    meanImage: numbers,
  }),
  classNames: v.array(name),
  training: v.object({
    recipe: name,
    seed: count,
    engine: name,
    ...training,
  }),
  figures,
  data: v.object({
    name: v.nullable(name),
    files: dataFiles,
  }),
  parameters: v.object({ W1: tensor, b1: tensor, W2: tensor, b2: tensor }),
});

/** A model file, parsed. */
export type ModelDocument = v.InferOutput<typeof modelSchema>;
