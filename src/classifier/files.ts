import { extname } from "node:path";
import { writeFileWhole } from "../documents/files.js";
import { type ExportOptions, encodeNet, exportFormats } from "../documents/formats/exportNet.js";
import type { GivenPreprocessing } from "../documents/formats/importNet.js";
import { type AnyModel, encodeModel, type Model, type UsableNet } from "../documents/model.js";
import { readModel } from "../documents/readModel.js";
import { UsageError } from "../errors.js";
import { type Classifier, classifierOf } from "./classifier.js";

/**
 * Reads a model file, or a .safetensors or .npz file from elsewhere, and makes a classifier of it.
 *
 * @param given mean and scale, for files from elsewhere that hold none
 * @throws {InputError} when the file cannot be read, is no model, or lacks something
 */
export async function loadClassifier(
  path: string,
  given: GivenPreprocessing = {},
): Promise<Classifier<AnyModel>> {
  return classifierOf(await readModel(path, given));
}

/**
 * Saves a model, completely or not at all: as .onnx, .safetensors or .npz by the ending, else as a model file.
 *
 * @param model   such as `classifier.model`; a model file needs all of it, the others a net alone
 * @param options as `mnist-export` has them
 * @throws {UsageError} when the format needs what the net does not have, or an option has no effect on it
 * @throws {InputError} when the file cannot be written
 */
export async function saveModel(
  path: string,
  model: UsableNet | Model,
  options: ExportOptions = {},
): Promise<void> {
  const format = exportFormats.find((name) => extname(path).toLowerCase() === `.${name}`);
  if (format !== undefined) return writeFileWhole(path, encodeNet(model, format, options));
  const idle = (["layout", "probabilities"] as const).find((name) => options[name] !== undefined);
  if (idle !== undefined) {
    throw new UsageError(`${idle} has no effect on a model file, expected ${endings}`);
  }
  if (!isModel(model)) {
    throw new UsageError(
      `${path}: a net without training, settings and figures, which a model file holds, ` +
        `expected ${endings}; choose another ending`,
    );
  }
  return writeFileWhole(path, encodeModel(model));
}

const endings = exportFormats.map((name) => `.${name}`).join(" or ");

function isModel(model: UsableNet | Model): model is Model {
  return "training" in model && model.training !== null;
}
