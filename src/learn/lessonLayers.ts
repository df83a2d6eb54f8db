import type { LabelledImages } from "../dataset/labelledImages.js";
import { pixelValuesOf } from "../dataset/pixelValues.js";
import type { Preprocessing } from "../dataset/preprocessing.js";
import type { Split, SplitSettings } from "../dataset/split.js";
import type { NetFunctions } from "../engine/engine.js";
import { UsageError } from "../errors.js";
import { checkShape, rowsOf, type Tensor } from "../layers/tensor.js";
import { parameterNames, type TwoLayerParameters } from "../net/twoLayerNet.js";
import { CHECK, LessonError } from "./lessonError.js";
import { type Functions, UNWRITTEN } from "./piece.js";

/*
 * The functions of a lesson, a learner's or the finished ones, as the rest of the project takes layers. What they
 * return is checked, since nothing else expects a layer to be wrong.
 */

/** Layers for an engine, and the data for them. */
export interface LessonLayers {
  readonly layers: NetFunctions;
  /** As splitImages in src/dataset/split.ts. */
  readonly splitImages: (all: LabelledImages, settings: SplitSettings) => Split;
}

const messageOf = (error: unknown) =>
  error instanceof Error ? error.message.split("\n")[0] : String(error);

/**
 * A lesson's functions as layers.
 *
 * @param from names them in errors, such as the folder that they come from
 */
export function lessonLayers(functions: Functions, from: string): LessonLayers {
  const call = (name: string, ...args: unknown[]) => called(functions, { name, from }, args);
  const layers: NetFunctions = {
    scores(parameters, x) {
      const scores = call("scores", parameters, x) as Tensor;
      const shape = [rowsOf(x), parameters.b2.shape[0]];
      checked(from, "scores", () => checkShape("scores", scores, ...shape));
      return single(scores);
    },
    lossAndGradients(parameters, x, labels, reg, regularization = {}) {
      const { labelSmoothing = 0, dropout } = regularization;
      if (labelSmoothing > 0) refuseSetting("label smoothing", from);
      if (dropout !== undefined) refuseSetting("dropout", from);
      const result = call("lossAndGradients", parameters, x, labels, reg) as {
        loss: number;
        gradients: TwoLayerParameters;
      };
      checked(from, "lossAndGradients", () => checkGradients(result, parameters));
      return result;
    },
    updateParameters(parameters, gradients, velocity, settings) {
      const { momentum = 0 } = settings;
      if (momentum > 0) refuseSetting("momentum", from);
      call("updateParameters", parameters, gradients, null, settings);
      return velocity;
    },
    preprocess(images, preprocessing: Preprocessing) {
      const x = call("preprocess", images, preprocessing) as Float32Array;
      checked(from, "preprocess", () => checkLength("the result", x, images.length));
      return x;
    },
  };
  return {
    layers,
    splitImages(all, settings) {
      const split = call("splitImages", all, settings) as Split;
      checked(from, "splitImages", () => checkSplit(split, all));
      return { ...split, pixels: pixelValuesOf(split.train.images, all.rows * all.columns) };
    },
  };
}

/** Calls a learner's function; what it throws is an error in its file, not in ours. */
function called(
  functions: Functions,
  { name, from }: { readonly name: string; readonly from: string },
  args: readonly unknown[],
): unknown {
  let result: unknown;
  try {
    result = functions[name](...args);
  } catch (error) {
    const message = messageOf(error);
    const found = message.startsWith(UNWRITTEN) ? message : `${name} failed: ${message}`;
    throw new LessonError(from, found, "code that runs to its end", `check it with ${CHECK}`);
  }
  if (!(result instanceof Promise)) return result;
  const found = `${name} returned a promise`;
  throw new LessonError(from, found, "a function that is not async", `check it with ${CHECK}`);
}

/** A failed check of what a function returned, as an error in its file. */
function checked(from: string, name: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    const found = `${name} returned something else (${messageOf(error)})`;
    throw new LessonError(from, found, "what its comment says", `check it with ${CHECK}`);
  }
}

function checkGradients(
  { loss, gradients }: { loss: unknown; gradients: TwoLayerParameters },
  parameters: TwoLayerParameters,
): void {
  if (typeof loss !== "number") throw new RangeError(`loss is ${typeof loss}, expected a number`);
  for (const name of parameterNames) {
    checkShape(name, gradients[name], ...parameters[name].shape);
  }
}

function checkSplit(split: Split, { rows, columns }: LabelledImages): void {
  for (const part of ["train", "validation"] as const) {
    const { images, labels } = split[part];
    checkLength(`${part}.images`, images, labels.length * rows * columns);
  }
  checkLength("meanImage", split.meanImage, rows * columns);
}

function checkLength(name: string, list: ArrayLike<number>, length: number): void {
  if (list?.length !== length) {
    throw new RangeError(`${name} holds ${list?.length} numbers, expected ${length}`);
  }
}

/** In 32 bits, as engines return them. */
function single({ data, shape }: Tensor): Tensor {
  return { data: data instanceof Float32Array ? data : Float32Array.from(data), shape };
}

function refuseSetting(what: string, from: string): never {
  throw new UsageError(
    `${what}: the layers of ${from} have none, expected a recipe without, such as notebook or overfit`,
  );
}
