import { extname, resolve } from "node:path";
import type { LabelledImages } from "../dataset/labelledImages.js";
import { loadDataSet } from "../dataset/source.js";
import { type Split, splitImages } from "../dataset/split.js";
import { exitCodes, UsageError } from "../errors.js";
import { checkWritable, writeFileWhole } from "../files.js";
import { encodeModel, type Model } from "../model/modelFile.js";
import { parametersHash } from "../model/parametersHash.js";
import { initialize } from "../net/initialize.js";
import { TwoLayerNet } from "../net/twoLayerNet.js";
import { Random, streams } from "../random.js";
import { recipeTable } from "../report/recipeTable.js";
import { describeData, describeSplit } from "../report/shapes.js";
import { encodeHistory } from "../train/history.js";
import { type RecipeName, recipeNames, recipes } from "../train/recipes.js";
import { type Settings, seedRange } from "../train/settings.js";
import { type TrainResult, train } from "../train/train.js";
import { createCommand, runCommand } from "./command.js";
import {
  addDataFlags,
  addSettingFlags,
  type DataFlags,
  numberFlag,
  oneOf,
  settingsFor,
} from "./flags.js";
import { listenForInterrupt } from "./interrupt.js";
import { previewAugment } from "./previewAugment.js";
import { createProgress } from "./progress.js";
import { coloursFor, note, percent, print } from "./terminal.js";

/** What commander reads from the flags that are not settings. */
interface Flags extends DataFlags {
  recipe: RecipeName;
  seed: number;
  out: string;
  history?: string;
  previewAugment?: string;
  listRecipes?: true;
  json?: true;
  quiet?: true;
}

/** `mnist-train`: trains the network and saves it; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand("mnist-train", "Train a two-layer network on MNIST.", [
    "mnist-train                            the lesson's run, saved as model.json",
    "mnist-train --recipe overfit           learn 1000 images by heart, in seconds",
    "mnist-train --recipe record            the most accurate, in minutes",
    "mnist-train --hidden 50 --epochs 5     a recipe's setting, replaced",
    "mnist-train --data ./my-digits --json  your own IDX files, result as JSON",
  ]);
  command
    .addHelpText(
      "after",
      `\nWhat a recipe turns on, --no-NAME turns off: --no-augment.\n\nRecipes:\n${recipeLines()}`,
    )
    .option(
      "--recipe <name>",
      `settings to start from: ${recipeNames.join(", ")}`,
      (text) => oneOf("--recipe", text, recipeNames),
      "notebook",
    )
    .option("--seed <n>", "where chance starts", numberFlag("--seed", seedRange), 1)
    .option("--out <file>", "where the model goes", "model.json");
  addSettingFlags(command);
  addDataFlags(command);
  command
    .option("--history <file>", "save losses and accuracies as JSON")
    .option("--preview-augment <file>", "only draw images beside their distortions, as a PNG")
    .option("--list-recipes", "only list the recipes, with what to expect of them")
    .option("--json", "print the result as one JSON document")
    .option("--quiet", "print the result and errors only");
  return runCommand(command, argv, async () => {
    const flags = command.opts();
    const { listRecipes: lists, previewAugment: previews, augment } = flags;
    if (lists && previews !== undefined) {
      throw new UsageError("--list-recipes and --preview-augment: expected one of the two");
    }
    if (previews !== undefined && augment === false) {
      throw new UsageError("--preview-augment with --no-augment: expected distortions to draw");
    }
    if (lists) return listRecipes(flags as Flags);
    if (previews !== undefined) {
      const settings = settingsFor(flags.recipe, { ...flags, augment: true });
      return previewAugment(previews, settings, flags as Flags);
    }
    return run(flags as Flags, settingsFor(flags.recipe, flags));
  });
}

function recipeLines(): string {
  return recipeNames.map((name) => `  ${name.padEnd(10)} ${recipes[name].description}`).join("\n");
}

function listRecipes({ json }: Flags): number {
  const named = recipeNames.map((name) => ({ name, ...recipes[name] }));
  print(json ? JSON.stringify(named) : recipeTable(named));
  return exitCodes.done;
}

async function run(flags: Flags, settings: Settings): Promise<number> {
  const { seed, engine, threads, quiet = false } = flags;
  checkOutputs(flags);

  const data = await loadDataSet({ directory: flags.data, classes: flags.classes });
  const split = splitImages(data.train, settings);
  if (!quiet) note(`${describeData(data)}\n${describeSplit(split)}`);

  const net = new TwoLayerNet(
    initialize(
      {
        inputSize: split.meanImage.length,
        hiddenSize: settings.hidden,
        classCount: data.classCount,
        std: settings.std,
      },
      Random.fromSeed(seed, streams.weights),
    ),
  );

  const interrupt = listenForInterrupt();
  const progress = createProgress(quiet);
  const started = performance.now();
  try {
    const options = { settings, seed, engine, threads, signal: interrupt.signal };
    const result = await train(net, split, options, (event) => progress.show(event));
    progress.stop();
    const seconds = (performance.now() - started) / 1000;
    const { history, ...figures } = result;
    const { hidden, scale, ...training } = settings;
    const model: Model = {
      preprocessing: {
        rows: data.train.rows,
        columns: data.train.columns,
        scale,
        meanImage: split.meanImage,
      },
      classNames: Array.from({ length: data.classCount }, (_, c) => String(c)),
      training: { recipe: flags.recipe, seed, engine, ...training },
      figures,
      data: { name: data.name, files: data.files },
      parameters: net.parameters,
    };
    const saved = await save(model, settings, result, flags);

    const hash = parametersHash(net.parameters);
    if (flags.json) {
      const run = { recipe: flags.recipe, seed, engine, settings };
      const done = { seconds, parametersSha256: hash, ...figures };
      print(JSON.stringify({ model: saved, data: data.name, ...run, ...done }));
    } else {
      printFigures(result, split);
      print(`parameters sha256    ${hash}`);
    }
    if (interrupt.exitCode !== null) {
      const where = saved === null ? "nothing is saved" : `the model so far is in ${saved}`;
      note(`interrupted after ${result.iterations} iterations; ${where}`);
      return interrupt.exitCode;
    }
    if (!quiet) note(`saved ${saved} after ${seconds.toFixed(1)} s`);
    return exitCodes.done;
  } finally {
    progress.stop();
    interrupt.stop();
  }
}

/** Refuses outputs that could not be written, or would overwrite each other, before any work. */
function checkOutputs({ out, history }: Flags): void {
  checkWritable(out);
  if (history === undefined) return;
  checkWritable(history);
  const taken = [out, partialPath(out)].map((path) => resolve(path));
  if (taken.includes(resolve(history)) || taken.includes(resolve(partialPath(history)))) {
    throw new UsageError(`--history ${history}: expected another file than --out ${out}`);
  }
}

/**
 * Saves model and history. What an interrupted run has learned goes beside the file that it was
 * meant for, so that an older, finished model stays.
 *
 * @returns where the model is; null when there was nothing to save
 */
async function save(
  model: Model,
  settings: Settings,
  result: TrainResult,
  flags: Flags,
): Promise<string | null> {
  if (result.iterations === 0) return null;
  const place = (path: string) => (result.interrupted ? partialPath(path) : path);
  const { training, data, figures } = model;
  await writeFileWhole(place(flags.out), encodeModel(model));
  if (flags.history !== undefined) {
    const { recipe, seed, engine } = training;
    const about = { recipe, seed, engine, settings, figures, data };
    await writeFileWhole(place(flags.history), encodeHistory(result.history, about));
  }
  return place(flags.out);
}

/** model.json becomes model.partial.json. */
function partialPath(path: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.partial${extension}`;
}

function printFigures(result: TrainResult, { train, validation }: Split): void {
  const { bold } = coloursFor(process.stdout);
  const line = (what: string, accuracy: number | null, { labels }: LabelledImages) => {
    if (accuracy === null) return; // interrupted, or no such images
    print(`${what.padEnd(21)}${bold(percent(accuracy))}  (${labels.length} images)`);
  };
  line("training accuracy", result.trainingAccuracy, train);
  line("validation accuracy", result.validationAccuracy, validation);
}
