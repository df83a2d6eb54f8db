import * as v from "valibot";
import { InputError } from "../errors.js";
import { type Tensor, tensor } from "../layers/tensor.js";
import { parameterNames, type TwoLayerParameters } from "../net/twoLayerNet.js";
import { float32ArrayText } from "./float32Text.js";
import { type ModelDocument, modelFormat, modelSchema, modelVersion } from "./modelSchema.js";

/** How pixels become numbers: (pixel - mean) · scale. */
export interface Preprocessing {
  /** Height of an image in pixels. */
  readonly rows: number;
  /** Width of an image in pixels. */
  readonly columns: number;
  readonly scale: number;
  /** (rows · columns) mean intensity of the training images, 0..255. */
  readonly meanImage: Float32Array;
}

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
  const document = checkedDocument(parseJson(text, name), name);
  const { architecture, preprocessing, classNames, parameters } = document;
  const { inputSize: D, hiddenSize: H, classCount: C } = architecture;
  const { rows, columns, scale } = preprocessing;

  const expectLength = (field: string, found: number, expected: number) => {
    if (found === expected) return;
    throw new InputError(
      `${name}: ${field} has length ${found}, expected ${expected}; ` +
        "the file is damaged, train the model again",
    );
  };
  if (rows * columns !== D) {
    throw new InputError(
      `${name}: architecture.inputSize is ${D}, expected ${rows * columns} for images of ` +
        `${rows} x ${columns}; the file is damaged, train the model again`,
    );
  }
  expectLength("preprocessing.meanImage", preprocessing.meanImage.length, D);
  expectLength("classNames", classNames.length, C);

  const readTensor = (field: keyof TwoLayerParameters, ...expected: number[]): Tensor => {
    const { shape, values } = parameters[field];
    if (shape.join() !== expected.join()) {
      throw new InputError(
        `${name}: parameters.${field}.shape is ${shape.join(" x ")}, expected ` +
          `${expected.join(" x ")}; the file is damaged, train the model again`,
      );
    }
    const size = expected.reduce((product, d) => product * d, 1);
    expectLength(`parameters.${field}.values`, values.length, size);
    return tensor(float32s(values, `${name}: parameters.${field}.values`), ...shape);
  };
  return {
    preprocessing: {
      rows,
      columns,
      scale,
      meanImage: float32s(preprocessing.meanImage, `${name}: preprocessing.meanImage`),
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

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = (error as Error).message.replace(/\s+/g, " ");
    throw new InputError(
      `${name}: not JSON (${reason}), expected a model file; name a file that mnist-train saved`,
    );
  }
}

/** Format and version come first, so that a file of another kind is called by its name. */
function checkedDocument(parsed: unknown, name: string): ModelDocument {
  const { format, version } = Object(parsed);
  if (format !== modelFormat) {
    throw new InputError(
      `${name}: format is ${quoted(format)}, expected "${modelFormat}"; ` +
        "name a file that mnist-train saved",
    );
  }
  if (version !== modelVersion) {
    throw new InputError(
      `${name}: version is ${quoted(version)}, expected ${modelVersion}; ` +
        "use the mnist-train that wrote it, or train the model again",
    );
  }
  const result = v.safeParse(modelSchema, parsed, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const ours = !issue.message.startsWith("Invalid "); // as the library's own messages do
  const rule = ours ? issue.message : (issue.expected ?? issue.message);
  const expected = issue.input === undefined ? "in every model file" : rule;
  throw new InputError(
    `${name}: ${v.getDotPath(issue) ?? "the document"} is ${quoted(issue.input)}, ` +
      `expected ${expected}; the file is damaged, train the model again`,
  );
}

/** Numbers as float32; one that is too large for it would become infinite. */
function float32s(values: readonly number[], field: string): Float32Array {
  const result = Float32Array.from(values);
  const wrong = result.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return result;
  throw new InputError(
    `${field}.${wrong} is ${values[wrong]}, expected a number that fits float32; ` +
      "the file is damaged, train the model again",
  );
}

function finite(field: string, values: ArrayLike<number>): string {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`${field}[${i}] is ${values[i]}, expected a finite number`);
    }
  }
  return float32ArrayText(values);
}

function quoted(value: unknown): string {
  if (value === undefined) return "missing";
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
