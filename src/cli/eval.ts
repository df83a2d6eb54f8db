import { type DataSet, loadDataSet } from "../dataset/source.js";
import { type Split, splitImages } from "../dataset/split.js";
import { createEngine } from "../engine/createEngine.js";
import { exitCodes, InputError, UsageError } from "../errors.js";
import { decodeModel, type Model } from "../model/modelFile.js";
import type { Figures } from "../net/tally.js";
import { classFigures } from "../report/classFigures.js";
import { classTable, confusionTable } from "../report/tables.js";
import { evaluate, evaluationSet } from "../train/evaluate.js";
import { createCommand, runCommand } from "./command.js";
import { addDataFlags, type DataFlags, numberFlag, oneOf } from "./flags.js";
import { readText } from "./readText.js";
import { coloursFor, complain, note, percent, print } from "./terminal.js";

const modelFile = { called: "a model file", from: "mnist-train" };

const splits = ["test", "train", "validation"] as const;

interface Flags extends DataFlags {
  split: (typeof splits)[number];
  minAccuracy?: number;
  json?: true;
}

/** `mnist-eval`: measures a saved model; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand("mnist-eval", "Measure a saved model on MNIST.", [
    "mnist-eval                           model.json on the 10000 test images",
    "mnist-eval big.json --split validation",
    "mnist-eval --min-accuracy 0.97       exit code 5 below it, for CI",
    "mnist-eval --json                    every figure as JSON",
  ]);
  command
    .argument("[model]", "a file that mnist-train saved", "model.json")
    .option(
      "--split <name>",
      `images to measure on: ${splits.join(", ")}`,
      (text) => oneOf("--split", text, splits),
      "test",
    )

    .option(
      "--min-accuracy <x>",
      "exit with code 5 below this share",
      numberFlag("--min-accuracy", { whole: false, least: 0, most: 1 }),
    )
    .option("--json", "print every figure as one JSON document");
  addDataFlags(command);
  return runCommand(command, argv, () => run(command.processedArgs[0], command.opts()));
}

async function run(path: string, flags: Flags): Promise<number> {
  const model = decodeModel(await readText(path, modelFile), path);
  const data = await loadDataSet({ directory: flags.data, classes: flags.classes });
  checkFit(path, model, data);

  const images = chooseSplit(path, model, data, flags.split);
  const { parameters, preprocessing } = model;
  const engine = await createEngine(flags.engine, {
    parameters,
    ...preprocessing,
    threads: flags.threads,
  });
  let figures: Figures;
  try {
    const set = evaluationSet(await engine.load(images), images);
    figures = (await evaluate(engine, set, data.classCount))!; // nobody ends it early
  } finally {
    await engine.close();
  }

  const { accuracy, meanLoss, confusion, count } = figures;
  const classes = classFigures(confusion, model.classNames);
  if (flags.json) {
    const where = { model: path, data: data.name, split: flags.split };
    print(JSON.stringify({ ...where, images: count, accuracy, meanLoss, classes, confusion }));
  } else {
    const { bold } = coloursFor(process.stdout);
    print(
      `${path} on ${count} ${flags.split} images of ${data.name ?? data.directory}\n\n` +
        `accuracy   ${bold(percent(accuracy))}\nmean loss  ${meanLoss.toFixed(4)} nats\n\n` +
        `${classTable(classes)}\n\n` +
        `confusion: a row for each label, a column for each prediction\n` +
        confusionTable(confusion, model.classNames),
    );
  }
  if (flags.minAccuracy !== undefined && accuracy < flags.minAccuracy) {
    complain(
      `accuracy ${accuracy}, expected at least ` +
        `${flags.minAccuracy} (--min-accuracy); train the model longer, or lower the floor`,
    );
    return exitCodes.belowFloor;
  }
  return exitCodes.done;
}

/** Refuses a model that was made for images or classes of another kind. */
function checkFit(
  path: string,
  { preprocessing, classNames, data: learned }: Model,
  data: DataSet,
) {
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
        ? `say --classes ${classNames.length} if some classes do not occur, or choose other data`
        : "choose other data or another model";
    throw new InputError(
      `${path}: a model for ${classNames.length} classes, expected ${data.classCount} as in the ` +
        `labels of ${data.directory}; ${remedy}`,
    );
  }
  if (learned.files.trainImages.sha256 !== data.files.trainImages.sha256) {
    note(
      `note: ${path} learned from ${learned.name ?? "other files"}, ` +
        `this is ${data.name ?? data.directory}`,
    );
  }
}

/** The images of a split, divided as they were when the model learned. */
function chooseSplit(path: string, model: Model, data: DataSet, name: Flags["split"]) {
  if (name === "test") return data.test;
  if (
    model.data.files.trainImages.sha256 !== data.files.trainImages.sha256 ||
    model.data.files.trainLabels.sha256 !== data.files.trainLabels.sha256
  ) {
    throw new InputError(
      `${path}: learned from other training files than those in ${data.directory}, expected the ` +
        `same ones for --split ${name}; name their folder with --data`,
    );
  }
  const split = splitAsTrained(path, model, data);
  if (name === "train") return split.train;
  if (split.validation.labels.length > 0) return split.validation;
  throw new InputError(
    `${path}: trained without validation images, expected some for --split validation; ` +
      "choose --split test or train",
  );
}

/** The split that the model was trained on; the file may say one that its own data cannot give. */
function splitAsTrained(path: string, { training }: Model, { train }: DataSet): Split {
  try {
    return splitImages(train, training);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new InputError(
      `${path}: training.validation is ${training.validation} and training.limit ` +
        `${training.limit}, expected a split of ${train.labels.length} training images; ` +
        "the file is damaged, train the model again",
    );
  }
}
