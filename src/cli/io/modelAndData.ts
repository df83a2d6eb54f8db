import { join } from "node:path";
import { Option } from "commander";
import { areNumbers } from "../../dataset/classNames.js";
import type { LabelledImages } from "../../dataset/labelledImages.js";
import type { DataSet } from "../../dataset/source.js";
import { type Split, splitInPlace } from "../../dataset/split.js";
import type { AnyModel } from "../../documents/model.js";
import { InputError, UsageError } from "../../errors.js";
import type { Settings } from "../../settings/settings.js";
import { oneOf } from "../flags.js";
import { warn } from "./terminal.js";

/*
 * A model and the images that it is used on.
 */

const splitNames = ["test", "train", "validation"] as const;

/** What a data set is divided into. */
export type SplitName = (typeof splitNames)[number];

/** Declares --split, with what its images are for and what else there is to say. */
export function splitFlag(purpose: string, more = ""): Option {
  return new Option("--split <name>", `${purpose}: ${splitNames.join(", ")}${more}`)
    .argParser((name) => oneOf("--split", name, splitNames))
    .default("test");
}

/**
 * Checks that a model was made for images and classes like those of a data set; notes if it learned from
 * other files.
 *
 * @throws {InputError} when it does not fit
 */
export function checkFit(
  path: string,
  { preprocessing, classNames, data: learned }: AnyModel,
  data: DataSet,
): void {
  const { rows, columns } = preprocessing;
  if (rows !== data.test.rows || columns !== data.test.columns) {
    throw new InputError(
      `${path}: a model for images of ${rows} x ${columns}, expected ${data.test.rows} x ` +
        `${data.test.columns} as in ${data.directory}; choose other data or another model`,
    );
  }
  if (classNames.length !== data.classCount) {
    const remedy =
      classNames.length > data.classCount
        ? `add --classes ${classNames.length} if some classes do not occur, or choose other data`
        : "choose other data or another model";
    throw new InputError(
      `${path}: a model for ${classNames.length} classes, expected ${data.classCount} as in the ` +
        `labels of ${data.directory}; ${remedy}`,
    );
  }
  const other = otherName(classNames, data.classNames);
  if (other !== null) warn(`${path} calls class ${other}`);
  if (learned === null) {
    warn(`cannot tell what ${path} learned from`);
    return;
  }
  const file = differingFile(learned.files, data, learnedRoles);
  if (file !== null) warn(`${path} learned from ${learned.name ?? "other data"}, ${file}`);
}

/** The first class that a model and its data name differently, in words; null where one has numbers only. */
function otherName(ofModel: readonly string[], ofData: readonly string[]): string | null {
  if (areNumbers(ofModel) || areNumbers(ofData)) return null;
  const c = ofModel.findIndex((name, c) => name !== ofData[c]);
  return c < 0 ? null : `${c} "${ofModel[c]}", the data "${ofData[c]}"`;
}

/**
 * The images of a split as the data has them, divided as they were when the model learned; `asTaken` makes of
 * them what the model takes.
 *
 * @throws {InputError} when the model learned from other files, or has no such split
 */
export function chooseSplit(
  path: string,
  model: AnyModel,
  data: DataSet,
  name: SplitName,
): LabelledImages {
  if (name === "test") return data.test;
  const split = splitIfLearnedFrom(path, model, data, false);
  if (split === null) {
    const found =
      model.data === null
        ? "does not say what it learned from, expected a model of the training files in"
        : "learned from other training files than those in";
    const remedy = model.data === null ? "choose --split test" : "name their folder with --data";
    const expected = model.data === null ? "" : ", expected the same ones";
    throw new InputError(
      `${path}: ${found} ${data.directory}${expected} for --split ${name}; ${remedy}`,
    );
  }
  if (name === "train") return split.train;
  if (split.validation.labels.length > 0) return split.validation;
  throw new InputError(
    `${path}: trained without validation images, expected some for --split validation; ` +
      "choose --split test or train",
  );
}

/** The files that a model learns from. */
const learnedRoles = ["trainImages", "trainLabels"] as const;

/**
 * The first file of a data set that is not the one of a run, in words.
 *
 * @param files the files of the run
 * @param roles which files to compare; all of them by default
 * @returns such as "whose train-images-idx3-ubyte is not data/train-images.idx3-ubyte"; null if none differs
 */
export function differingFile(
  files: DataSet["files"],
  data: DataSet,
  roles = Object.keys(data.files) as readonly (keyof DataSet["files"])[],
): string | null {
  const role = roles.find((role) => files[role].sha256 !== data.files[role].sha256);
  if (role === undefined) return null;
  return `whose ${files[role].file} is not ${join(data.directory, data.files[role].file)}`;
}

/**
 * The split that a model was trained on; null if a data set has other training images or labels. It is
 * taken of the images of the data set themselves, so it may be asked for once.
 *
 * @param deskews whether the images are deskewed, if those of the model were
 * @throws {InputError} when the model file describes one that its own data cannot give
 */
export function splitIfLearnedFrom(
  path: string,
  model: AnyModel,
  data: DataSet,
  deskews = true,
): Split | null {
  if (model.data === null) return null;
  const other = differingFile(model.data.files, data, learnedRoles);
  if (other !== null) return null;
  const settings = deskews ? model.settings : { ...model.settings, deskew: false };
  return splitAsTrained(path, settings, data);
}

function splitAsTrained(path: string, settings: Settings, { train }: DataSet): Split {
  try {
    return splitInPlace(train, settings);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new InputError(
      `${path}: training.validation is ${settings.validation} and training.limit ` +
        `${settings.limit}, expected a split of ${train.labels.length} training images; ` +
        "the file is damaged, train the model again",
    );
  }
}
