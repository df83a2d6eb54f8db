import * as v from "valibot";
import type { Preprocessing } from "../dataset/preprocessing.js";
import { parameterNames, type TwoLayerParameters } from "../net/twoLayerNet.js";
import { type Settings, valuesOf } from "../settings/settings.js";
import { parseDocument } from "./document.js";
import { float32ArrayText } from "./float32Text.js";
import { checkNumbers, readParameters, readSettings } from "./reading.js";
import * as s from "./schemas.js";

const { hidden, scale, ...trainingEntries } = s.settingEntries; // those two stand elsewhere in the file
const numbers = v.array(v.number());

/** Checks a model file; model.schema.json is made from it, and a test keeps them equal. */
export const modelSchema = v.object({
  format: v.literal("mnist-train-model"),
  version: v.literal(1),
  architecture: v.object({
    type: v.literal("affine-relu-affine-softmax"),
    inputSize: s.size,
    hiddenSize: hidden,
    classCount: s.classCount,
  }),
  preprocessing: v.object({ rows: s.size, columns: s.size, scale, meanImage: numbers }),
  classNames: v.array(s.name),
  training: v.object({ recipe: s.name, seed: s.seed, engine: s.name, ...trainingEntries }),
  figures: s.runFigures,
  data: v.nullable(s.runData),
  parameters: s.parametersSchema(numbers),
});

const kind = {
  format: "mnist-train-model",
  version: 1,
  schema: modelSchema,
  noun: "model file",
  ifOther: "name a file that mnist-train saved",
  ifDamaged: "train the model again",
} as const;

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
  const { hidden, scale, ...values } = valuesOf(model.settings);
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
  const { rows, columns, meanImage } = preprocessing;
  return `{
  "format": "${kind.format}",
  "version": ${kind.version},
  "architecture": ${JSON.stringify(architecture)},
  "preprocessing": {
    "rows": ${rows},
    "columns": ${columns},
    "scale": ${JSON.stringify(preprocessing.scale)},
    "meanImage": ${finite("meanImage", meanImage)}
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
 * JSON text to a model, checked against the schema and against itself.
 *
 * @param name names the text in errors, such as a path
 * @throws {InputError} naming the first field that is wrong
 */
export function decodeModel(text: string, name = "model"): Model {
  const { document, damaged } = parseDocument(text, name, kind);
  const { architecture, preprocessing, classNames, training, figures, data } = document;
  const { inputSize: D, hiddenSize: H, classCount: C } = architecture;
  const { rows, columns, scale } = preprocessing;
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
  return {
    preprocessing: { rows, columns, scale, meanImage },
    classNames,
    training: { recipe, seed, engine },
    settings: readSettings({ ...values, hidden: H, scale }, "training", damaged),
    figures,
    data,
    parameters: readParameters("parameters", document.parameters, [D, H, C], read, damaged),
  };
}
