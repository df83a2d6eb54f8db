import type { Preprocessing } from "../dataset/preprocessing.js";
import { type Tensor, tensor } from "../layers/tensor.js";
import { parameterNames, type TwoLayerParameters } from "../net/twoLayerNet.js";
import { damaged, parseDocument } from "./document.js";
import { float32ArrayText } from "./float32Text.js";
import { type ModelDocument, modelFormat, modelSchema, modelVersion } from "./modelSchema.js";

const kind = {
  format: modelFormat,
  version: modelVersion,
  schema: modelSchema,
  called: "model file",
  choose: "name a file that mnist-train saved",
  mend: "train the model again",
};

/** The most parameters that fit: V8 has strings of 2^29 characters, and a number takes 16 at most. */
export const mostParameters = 33_000_000;

/** A trained net with everything that it takes to use it, judge it and train it again. */
export interface Model {
  readonly preprocessing: Preprocessing;
  /** (C) what each class is called. */
  readonly classNames: readonly string[];
  /** Recipe, seed and settings of the run. */
  readonly training: ModelDocument["training"];
  /** What the run reached; accuracies are shares, 0..1. */
  readonly figures: ModelDocument["figures"];
  /** Which files it learned from. */
  readonly data: ModelDocument["data"];
  readonly parameters: TwoLayerParameters;
}

/**
 * A model as JSON text; the same model gives the same text.
 *
 * @throws {RangeError} when a number is not finite, which JSON cannot hold
 */
export function encodeModel(model: Model): string {
  const { preprocessing, parameters } = model;
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
  const { rows, columns, scale, meanImage } = preprocessing;
  return `{
  "format": "${modelFormat}",
  "version": ${modelVersion},
  "architecture": ${JSON.stringify(architecture)},
  "preprocessing": {
    "rows": ${rows},
    "columns": ${columns},
    "scale": ${JSON.stringify(scale)},
    "meanImage": ${finite("meanImage", meanImage)}
  },
  "classNames": ${JSON.stringify(model.classNames)},
  "training": ${JSON.stringify(model.training)},
  "figures": ${JSON.stringify(model.figures)},
  "data": ${JSON.stringify(model.data)},
  "parameters": {
${parameterNames.map(tensorText).join(",\n")}
  }
}
`;
}

/**
 * JSON text to a model, checked against the schema and against itself.
 *
 * @param name names the text in errors, such as a path
 * @throws {InputError} naming the first field that is wrong
 */
export function decodeModel(text: string, name = "model"): Model {
  const document = parseDocument(text, name, kind);
  const { architecture, preprocessing, classNames, parameters } = document;
  const { inputSize: D, hiddenSize: H, classCount: C } = architecture;
  const { rows, columns, scale } = preprocessing;

  const expectLength = (field: string, found: number, expected: number) => {
    if (found === expected) return;
    throw damaged(name, `${field} has length ${found}`, String(expected), kind);
  };
  if (rows * columns !== D) {
    const expected = `${rows * columns} for images of ${rows} x ${columns}`;
    throw damaged(name, `architecture.inputSize is ${D}`, expected, kind);
  }
  expectLength("preprocessing.meanImage", preprocessing.meanImage.length, D);
  expectLength("classNames", classNames.length, C);

  const readTensor = (field: keyof TwoLayerParameters, ...expected: number[]): Tensor => {
    const { shape, values } = parameters[field];
    if (shape.join() !== expected.join()) {
      const found = `parameters.${field}.shape is ${shape.join(" x ")}`;
      throw damaged(name, found, expected.join(" x "), kind);
    }
    const size = expected.reduce((product, d) => product * d, 1);
    expectLength(`parameters.${field}.values`, values.length, size);
    return tensor(float32s(values, name, `parameters.${field}.values`), ...shape);
  };
  return {
    preprocessing: {
      rows,
      columns,
      scale,
      meanImage: float32s(preprocessing.meanImage, name, "preprocessing.meanImage"),
    },
    classNames,
    training: document.training,
    figures: document.figures,
    data: document.data,
    parameters: {
      W1: readTensor("W1", D, H),
      b1: readTensor("b1", H),
      W2: readTensor("W2", H, C),
      b2: readTensor("b2", C),
    },
  };
}

/** Numbers as float32; one that is too large for it would become infinite. */
function float32s(values: readonly number[], name: string, field: string): Float32Array {
  const result = Float32Array.from(values);
  const wrong = result.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return result;
  const found = `${field}.${wrong} is ${values[wrong]}`;
  throw damaged(name, found, "a number that fits float32", kind);
}

function finite(field: string, values: ArrayLike<number>): string {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`${field}[${i}] is ${values[i]}, expected a finite number`);
    }
  }
  return float32ArrayText(values);
}
