import { setAsTaken } from "../../dataset/deskew.js";
import { pixelWorkOf, withEngine } from "../../engine/createEngine.js";
import { exitCodes } from "../../errors.js";
import { classFigures } from "../../inspect/classFigures.js";
import { lossText, percent } from "../../render/numbers.js";
import { classTable, confusionTable } from "../../render/terminal/tables.js";
import { evaluate, evaluationSet } from "../../training/evaluate.js";
import { createCommand, runCommand } from "../command.js";
import { addDataFlags, type DataFlags, numberFlag } from "../flags.js";
import type { OpenData } from "../io/files.js";
import { checkFit, chooseSplit, type SplitName, splitFlag } from "../io/modelAndData.js";
import {
  addModelFlags,
  addModelInput,
  chosenModel,
  loadModel,
  type ModelFlags,
} from "../io/savedFiles.js";
import { coloursFor, print, printError, printJson, warn } from "../io/terminal.js";

interface Flags extends DataFlags, ModelFlags {
  readonly split: SplitName;
  readonly minAccuracy?: number;
  readonly json?: true;
}

/** Multiplications, background included, that take longer than another thread takes to start. */
const WORTH_THREADS = 3e9;

/** `mnist-eval`: measures a saved model; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand("mnist-eval", "Measure a saved model on MNIST.", [
    ["mnist-eval", "model.json on the 10000 test images"],
    ["mnist-eval big.json --split validation", "another model, on its validation images"],
    ["mnist-eval --min-accuracy 0.97", "exit with code 5 below it, for CI"],
    ["mnist-eval --json", "every figure as JSON"],
  ]);
  addModelInput(command)
    .optionsGroup("Data:")
    .addOption(splitFlag("images to measure on"))
    .optionsGroup("Output:")
    .option("--json", "print every figure as one JSON document")
    .optionsGroup("Run:")
    .option(
      "--min-accuracy <x>",
      "exit with code 5 if accuracy is below this share",
      numberFlag("--min-accuracy", { whole: false, least: 0, most: 1 }),
    );
  addModelFlags(command);
  addDataFlags(command);
  return runCommand(command, argv, (openData) =>
    run(chosenModel(command), command.opts(), openData),
  );
}

async function run(path: string, flags: Flags, openData: OpenData): Promise<number> {
  const model = await loadModel(path, flags);
  const data = await openData();
  checkFit(path, model, data);

  const work = model.preprocessing.deskew ? await pixelWorkOf(flags.engine) : undefined;
  const found = chooseSplit(path, model, data, flags.split);
  const images = setAsTaken(found, model.preprocessing, work?.deskew);
  const multiplications = images.labels.length * model.parameters.W1.data.length;
  const threads = flags.threads ?? (multiplications < WORTH_THREADS ? 1 : undefined);
  const setup = { ...model, threads, warn };
  const figures = await withEngine(flags.engine, setup, async (engine) => {
    const set = evaluationSet(await engine.load(images), images);
    return evaluate(engine, set);
  });

  const { accuracy, meanLoss, confusion, count } = figures;
  const classes = classFigures(confusion, model.classNames);
  const { split, minAccuracy } = flags;
  if (flags.json) {
    const where = { model: path, data: data.name, split };
    printJson({ ...where, images: count, accuracy, meanLoss, classes, confusion });
  } else {
    const { bold } = coloursFor(process.stdout);
    print(
      `${path} on ${count} ${split} images of ${data.name ?? data.directory}\n\n` +
        `accuracy        ${bold(percent(accuracy))}\nmean data loss  ${lossText(meanLoss)} nats, without L2\n\n` +
        `${classTable(classes)}\n\n` +
        "confusion: a row for each label, a column for each prediction\n" +
        confusionTable(confusion, model.classNames),
    );
  }
  if (minAccuracy === undefined || accuracy >= minAccuracy) return exitCodes.done;
  printError(
    `accuracy ${accuracy}, expected at least ${minAccuracy} (--min-accuracy); ` +
      "train the model longer, or lower the floor",
  );
  return exitCodes.belowFloor;
}
