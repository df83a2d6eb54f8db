import { loadDataSet } from "../../dataset/source.js";
import { withEngine } from "../../engine/createEngine.js";
import { exitCodes } from "../../errors.js";
import { classFigures } from "../../inspect/classFigures.js";
import { percent } from "../../render/numbers.js";
import { classTable, confusionTable } from "../../render/terminal/tables.js";
import { evaluate, evaluationSet } from "../../training/evaluate.js";
import { createCommand, runCommand } from "../command.js";
import { addDataFlags, type DataFlags, numberFlag, oneOf } from "../flags.js";
import {
  checkFit,
  chooseSplit,
  loadModel,
  type SplitName,
  splitNames,
} from "../io/modelAndData.js";
import { coloursFor, complain, print } from "../io/terminal.js";

interface Flags extends DataFlags {
  split: SplitName;
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
      `images to measure on: ${splitNames.join(", ")}`,
      (text) => oneOf("--split", text, splitNames),
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
  const model = await loadModel(path);
  const data = await loadDataSet({ directory: flags.data, classes: flags.classes });
  checkFit(path, model, data);

  const images = chooseSplit(path, model, data, flags.split);
  const { parameters, preprocessing } = model;
  const setup = { parameters, preprocessing, threads: flags.threads };
  const figures = await withEngine(flags.engine, setup, async (engine) => {
    const set = evaluationSet(await engine.load(images), images);
    return await evaluate(engine, set);
  });

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
