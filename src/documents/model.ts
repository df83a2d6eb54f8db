import * as v from "valibot";
import { pixelValuesOfMean } from "../dataset/pixelValues.js";
import type { Preprocessing } from "../dataset/preprocessing.js";
import { parameterNames, type TwoLayerParameters } from "../net/twoLayerNet.js";
import { type Settings, valuesOf } from "../settings/settings.js";
import { parseDocument } from "./document.js";
import { float32ArrayText } from "./float32Text.js";
import { checkNumbers, readParameters, readSettings } from "./reading.js";
import * as s from "./schemas.js";

const { hidden, scale, deskew, ...trainingEntries } = s.settingEntries; // those three stand elsewhere in the file
const numbers = v.array(v.number());

/** Checks a model file; model.schema.json is made from it, and a test keeps them equal. */
export const modelSchema = v.object({
  format: v.literal("mnist-train-model"),
  version: v.literal(1),
  architecture: s.described(
    "hidden = max(0, x · W1 + b1), scores = hidden · W2 + b2; the probabilities are the softmax of the scores",
    v.object({
      type: v.literal("affine-relu-affine-softmax"),
      inputSize: s.described("D, pixels of an image: rows times columns", s.size),
      hiddenSize: s.described("H, hidden units", hidden),
      classCount: s.described("C, classes", s.classCount),
    }),
  ),
  preprocessing: s.described(
    "x = (pixel - meanImage) · scale, for pixels from 0 to 255",
    v.object({
      rows: s.described("Height of an image in pixels", s.size),
      columns: s.described("Width of an image in pixels", s.size),
      scale,
      meanImage: s.described("Mean of the training images, D numbers, row by row", numbers),
      deskew: s.described("Whether slanted digits are made upright before all else", deskew),
      pixels: s.described(
        "Intensities of the training images; versions before 0.2.0 recorded none",
        v.optional(s.pixelValues),
      ),
    }),
  ),
  classNames: s.described("C names, the label of each class as text by default", v.array(s.name)),
  training: s.described(
    "The run that made the model",
    v.object({
      recipe: s.described("Name of the recipe that its settings started from", s.name),
      seed: s.described("Random seed", s.seed),
      engine: s.described("Compute engine: simd or reference", s.name),
      ...trainingEntries,
    }),
  ),
  figures: s.described("What the run reached", s.runFigures),
  data: s.described("What it learned from; null if from arrays", v.nullable(s.runData)),
  parameters: s.described(
    "Float32 numbers in row-major order: the value in row i and column j of W1, (D, H), stands at " +
      "i · H + j. W1 is (D, H), b1 (H), W2 (H, C), b2 (C)",
    s.parametersSchema(numbers),
  ),
});

const kind = {
  format: "mnist-train-model",
  version: 1,
  schema: modelSchema,
  noun: "model file",
  hasLists: false,
  ifOther: "name a file that mnist-train saved",
  ifDamaged: "train the model again",
} as const;

/** What tells which run made a model. */
const headSchema = v.object({
  format: modelSchema.entries.format,
  version: modelSchema.entries.version,
  training: v.object({ recipe: s.name, seed: s.seed }),
  figures: s.runFigures,
});

/** The most parameters that fit: V8 has strings of 2^29 characters, and a number takes 16 at most. */
export const mostParameters = 33_000_000;

/** Which run made a model; its settings stand in the model. */
export interface Training {
  readonly recipe: string;
  readonly seed: number;
  readonly engine: string;
}

/** What it takes to use a net, wherever it was trained. */
export interface UsableNet {
  readonly preprocessing: Preprocessing;
  /** (C) names of the classes. */
  readonly classNames: readonly string[];
  readonly parameters: TwoLayerParameters;
}

/** A net that was trained elsewhere: nothing is known about its training. */
export interface ForeignNet extends UsableNet {
  readonly training: null;
  readonly settings: null;
  readonly figures: null;
  readonly data: null;
}

/** A trained net with everything needed to use it, judge it and train it again. */
export interface Model extends UsableNet {
  readonly training: Training;
  /** Of the run; hidden units and scale are those of the parameters and the preprocessing. */
  readonly settings: Settings;
  /** What the run reached; accuracies are shares, 0..1. */
  readonly figures: s.RunFigures;
  /** Which files it learned from; null if from arrays. */
  readonly data: s.RunData | null;
}

/** A model, or a net from elsewhere. */
export type AnyModel = Model | ForeignNet;

/**
 * A model as JSON text; the same model gives the same text.
 *
 * @throws {RangeError} when a number is not finite, which JSON cannot hold
 */
export function encodeModel(model: Model): string {
  const { preprocessing, parameters, training } = model;
  const { hidden, scale, deskew, ...values } = valuesOf(model.settings);
  const tensorText = (name: keyof TwoLayerParameters) => {
    const { data, shape } = parameters[name];
    return `    "${name}": {"shape": ${JSON.stringify(shape)}, "values": ${finite(name, data)}}`;
  };
  const architecture = {
    type: "affine-relu-affine-softmax",
    inputSize: parameters.W1.shape[0],
    hiddenSize: parameters.b1.shape[0],
    classCount: parameters.b2.shape[0],
  };
  const { rows, columns, meanImage, pixels } = preprocessing;
  return `{
  "format": "${kind.format}",
  "version": ${kind.version},
  "architecture": ${JSON.stringify(architecture)},
  "preprocessing": {
    "rows": ${rows},
    "columns": ${columns},
    "scale": ${JSON.stringify(preprocessing.scale)},
    "meanImage": ${finite("meanImage", meanImage)}${preprocessing.deskew ? `,\n    "deskew": true` : ""}${pixels ? `,\n    "pixels": ${JSON.stringify(pixels)}` : ""}
  },
  "classNames": ${JSON.stringify(model.classNames)},
  "training": ${JSON.stringify({ ...training, ...values })},
  "figures": ${JSON.stringify(model.figures)},
  "data": ${JSON.stringify(model.data)},
  "parameters": {
${parameterNames.map(tensorText).join(",\n")}
  }
}
`;
}

function finite(field: string, values: ArrayLike<number>): string {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`${field}[${i}] is ${values[i]}, expected a finite number`);
    }
  }
  return float32ArrayText(values);
}

/**
 * JSON text to what tells which run made a model; its numbers stay unchecked.
 *
 * @throws {InputError} when it is not a model file
 */
export function decodeModelHead(text: string, name: string): v.InferOutput<typeof headSchema> {
  return parseDocument(text, name, { ...kind, schema: headSchema }).document;
}

/**
 * JSON text to a model, checked against the schema and against itself.
 *
 * @param name names the text in errors, such as a path
 * @throws {InputError} naming the first field that is wrong
 */
export function decodeModel(text: string, name = "model"): Model {
  const { document, damaged } = parseDocument(text, name, kind);
  const { architecture, preprocessing, classNames, training, figures, data } = document;
  const { inputSize: D, hiddenSize: H, classCount: C } = architecture;
  const { rows, columns, scale, deskew = false, pixels } = preprocessing;
  const { recipe, seed, engine, ...values } = training;

  if (rows * columns !== D) {
    const expected = `${rows * columns} for images of ${rows} x ${columns}`;
    throw damaged(`architecture.inputSize is ${D}`, expected);
  }
  if (classNames.length !== C) {
    throw damaged(`classNames has length ${classNames.length}`, `${C}`);
  }
  const read = (field: string, written: readonly number[], length: number) =>
    checkNumbers(field, Float32Array.from(written), length, damaged, written);
  const meanImage = read("preprocessing.meanImage", preprocessing.meanImage, D);
  const settings = readSettings({ ...values, hidden: H, scale, deskew }, "training", damaged);
  const shifted = settings.centring ? -1 : meanImage.findIndex((mean) => mean !== 0);
  if (shifted >= 0) {
    const found = `preprocessing.meanImage.${shifted} is ${meanImage[shifted]}`;
    throw damaged(found, "0 for a run without training.centring");
  }
  return {
    preprocessing: {
      ...{ rows, columns, scale, meanImage, ...(deskew && { deskew }) },
      pixels: pixels ?? pixelValuesOfMean(meanImage, rows, columns),
    },
    classNames,
    training: { recipe, seed, engine },
    settings,
    figures,
    data,
    parameters: readParameters("parameters", document.parameters, [D, H, C], read, damaged),
  };
}
