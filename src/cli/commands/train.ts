import type { LabelledImages } from "../../dataset/labelledImages.js";
import { loadDataSet } from "../../dataset/source.js";
import { preprocessingOf, type Split, splitImages } from "../../dataset/split.js";
import { type Model, mostParameters } from "../../documents/model.js";
import { parametersHash } from "../../documents/parametersHash.js";
import { exitCodes, UsageError } from "../../errors.js";
import { countDeadUnits } from "../../inspect/deadUnits.js";
import { type Verdict, verdict } from "../../inspect/verdict.js";
import { initialize } from "../../net/initialize.js";
import { TwoLayerNet, type TwoLayerParameters } from "../../net/twoLayerNet.js";
import { Random, streams } from "../../random.js";
import { percent } from "../../render/numbers.js";
import { recipeTable } from "../../render/terminal/recipeTable.js";
import { describeData, describeSplit } from "../../render/terminal/shapes.js";
import { type RecipeName, recipeNames, recipes } from "../../settings/recipes.js";
import { runLength } from "../../settings/schedule.js";
import { seedRange } from "../../settings/settings.js";
import type { CheckpointInterval } from "../../training/checkpointTimer.js";
import type { History } from "../../training/history.js";
import { type TrainResult, train } from "../../training/trainer.js";
import { createCommand, runCommand } from "../command.js";
import {
  addDataFlags,
  addSettingFlags,
  checkpointInterval,
  type DataFlags,
  numberFlag,
  oneOf,
  settingsFor,
} from "../flags.js";
import { createCheckpoints } from "../io/checkpoints.js";
import { type Interrupt, listenForInterrupt } from "../io/interrupt.js";
import { checkNotRead, checkOutputs, filesOf, resumeCommand, saveModel } from "../io/outputs.js";
import { createProgress, type Progress } from "../io/progress.js";
import { coloursFor, isLively, note, print, terminalWidth, wrapped } from "../io/terminal.js";
import { type Run, resumeRun } from "../resume.js";
import { previewAugment } from "./previewAugment.js";

/** What commander reads from the flags that are not settings. */
interface Flags extends DataFlags {
  recipe: RecipeName;
  seed: number;
  out: string;
  checkpoint?: string;
  checkpointEvery?: CheckpointInterval;
  resume?: string;
  history?: string;
  plot?: string;
  previewAugment?: string;
  listRecipes?: true;
  json?: true;
  quiet?: true;
}

/** The flags that the user gave, by name, without those that have a default of their own. */
type Said = Readonly<Record<string, unknown>>;

/** `mnist-train`: trains the network and saves it; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand("mnist-train", "Train a two-layer network on MNIST.", [
    "mnist-train                            the lesson's run, saved as model.json",
    "mnist-train --recipe overfit           learn 1000 images by heart, in seconds",
    "mnist-train --recipe record            the most accurate, in minutes",
    "mnist-train --hidden 50 --epochs 5     a recipe's setting, replaced",
    "mnist-train --checkpoint run.json      save the run on the way,",
    "mnist-train --resume run.json          and go on with it after whatever happened",
    "mnist-train --plot curves.svg          draw how loss and accuracy went",
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
    .option("--checkpoint <file>", "save the whole run there, now and then and at its end")
    .option(
      "--checkpoint-every <n>",
      "updates between checkpoints, or seconds, as in 30s (default: as often as takes less than " +
        "1 % of the time)",
      checkpointInterval,
    )
    .option("--resume <file>", "go on with the run of a checkpoint, and save it there again")
    .option("--history <file>", "save losses and accuracies as JSON")
    .option("--plot <file>", "draw loss and accuracies, as .svg or .png")
    .option("--preview-augment <file>", "only draw images beside their distortions, as a PNG")
    .option("--list-recipes", "only list the recipes, with what to expect of them")
    .option("--json", "print the result as one JSON document")
    .option("--quiet", "print the result and errors only");
  return runCommand(command, argv, async () => {
    const flags: Flags = command.opts();
    const said = Object.fromEntries(
      Object.entries(flags).filter(([key]) => command.getOptionValueSource(key) === "cli"),
    );
    const { listRecipes: lists, previewAugment: previews } = flags;
    const instead = Object.entries({
      "--list-recipes": lists,
      "--preview-augment": previews,
      "--resume": flags.resume,
    }).filter(([, value]) => value !== undefined);
    if (instead.length > 1) {
      throw new UsageError(
        `${instead.map(([flag]) => flag).join(" and ")}: expected one of the two`,
      );
    }
    if (previews !== undefined && said.augment === false) {
      throw new UsageError("--preview-augment with --no-augment: expected distortions to draw");
    }
    if (lists) return listRecipes(flags);
    if (previews !== undefined) {
      const settings = settingsFor(flags.recipe, { ...said, augment: true });
      return previewAugment(previews, settings, flags);
    }
    return runInterruptibly(flags, said);
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

async function runInterruptibly(flags: Flags, said: Said): Promise<number> {
  const progress = createProgress(flags.quiet ?? false);
  const interrupt = listenForInterrupt(() => {
    progress.stop();
    if (!flags.quiet) note("stopping; once more ends at once");
  });
  try {
    return await trainAndSave(flags, said, progress, interrupt);
  } finally {
    progress.stop();
    interrupt.stop();
  }
}

async function trainAndSave(
  flags: Flags,
  said: Said,
  progress: Progress,
  interrupt: Interrupt,
): Promise<number> {
  const tell = (text: string) => {
    if (!flags.quiet) note(text);
  };
  const outputs = { ...flags, checkpoint: flags.checkpoint ?? flags.resume };
  checkOutputs(outputs);
  if (flags.checkpointEvery !== undefined && outputs.checkpoint === undefined) {
    throw new UsageError("--checkpoint-every does nothing by itself: expected --checkpoint too");
  }
  const fresh = flags.resume === undefined ? settingsFor(flags.recipe, said) : null;
  const data = await loadDataSet({ directory: flags.data, classes: flags.classes });
  const { out, history: historyFile, plot, checkpoint } = outputs;
  const files = { "--out": out, "--history": historyFile, "--plot": plot };
  checkNotRead({ ...files, "--checkpoint": checkpoint }, filesOf(data));
  checkNotRead(files, [[`--resume ${flags.resume}`, flags.resume]]);
  const run: Run =
    fresh === null
      ? await resumeRun(flags.resume ?? "", said, data)
      : {
          ...{ recipe: flags.recipe, seed: flags.seed, engine: flags.engine, settings: fresh },
          ...{ data, split: splitImages(data.train, fresh), state: undefined },
        };
  const { recipe, seed, engine, settings, split } = run;
  const net = startNet(run);

  tell(`${describeData(run.data)}\n${describeSplit(split)}`);
  if (run.state !== undefined) {
    const { iterations } = runLength(settings, split.train.labels.length);
    tell(`going on from ${flags.resume}: ${run.state.iteration} of ${iterations} updates are done`);
  }
  const checkpoints =
    outputs.checkpoint === undefined ? null : createCheckpoints(outputs.checkpoint, run);
  const started = performance.now();
  let result: TrainResult;
  try {
    const options = {
      ...{ settings, seed, engine, threads: flags.threads, signal: interrupt.signal },
      resume: run.state,
      checkpoint: checkpoints?.options(flags.checkpointEvery),
    };
    result = await train(net, split, options, (event) => progress.show(event));
  } catch (error) {
    progress.stop();
    if (checkpoints?.kept)
      tell(`${checkpoints.path} keeps the run as of update ${checkpoints.kept}`);
    throw error;
  }
  progress.stop();
  const seconds = (performance.now() - started) / 1000;

  const { history, ...figures } = result;
  const { interrupted, iterations } = result;
  const resumable = interrupted && checkpoints !== null && checkpoints.kept === iterations;
  let saved: string | null = null;
  if (iterations > 0 && !resumable) {
    const model = modelOf(run, net.parameters, figures);
    try {
      const time = run.state === undefined ? seconds : null;
      saved = await saveModel(model, settings, { history, seconds: time }, outputs);
    } catch (error) {
      if (checkpoints?.kept)
        tell(`nothing is lost: ${resumeCommand(outputs, flags.data)} saves it anew`);
      throw error;
    }
  }

  const judged = interrupted ? null : judge(run, net, history);
  const hash = parametersHash(net.parameters);
  if (flags.json) {
    const files = { model: saved, checkpoint: outputs.checkpoint ?? null, data: data.name };
    const what = { recipe, seed, engine, settings };
    const reached = { seconds, parametersSha256: hash, ...figures, verdict: judged };
    print(JSON.stringify({ ...files, ...what, ...reached }));
  } else {
    printFigures(result, split);
    print(`parameters sha256    ${hash}`);
  }
  if (!flags.quiet && !flags.json && !interrupted) await noteCurves(history);
  if (judged !== null) tell(wrapped(judged.text, terminalWidth(process.stderr)));
  if (!interrupted) tell(`saved ${saved} after ${seconds.toFixed(1)} s`);
  else if (resumable)
    tell(
      `interrupted after ${iterations} iterations; go on with ${resumeCommand(outputs, flags.data)}`,
    );
  else {
    const where = saved === null ? "nothing is saved" : `the model so far is in ${saved}`;
    note(`interrupted after ${iterations} iterations; ${where}`);
  }
  return interrupt.exitCode ?? exitCodes.done;
}

/** What the curves of a run say, and the hidden units that are never on. */
function judge({ settings, split }: Run, net: TwoLayerNet, history: History): Verdict {
  const preprocessing = preprocessingOf(split, settings.scale);
  const deadUnits = countDeadUnits(net, split.train.images, preprocessing);
  return verdict(history, { settings, deadUnits });
}

/** Draws the curves of a run for whoever watches at a terminal. */
async function noteCurves(history: History): Promise<void> {
  if (!isLively(process.stderr)) return;
  const { terminalCurves } = await import("../../render/terminal/terminalCurves.js"); // nobody else waits for it
  const coloured = coloursFor(process.stderr).level > 0;
  const curves = terminalCurves(history, terminalWidth(process.stderr), coloured);
  if (curves !== "") note(`${curves}\n`);
}

/** A net of the sizes of a run with its first weights. */
function startNet({ settings, data, seed, split }: Run): TwoLayerNet {
  const { hidden: hiddenSize, std } = settings;
  const { classCount } = data;
  const inputSize = split.meanImage.length;
  const count = (inputSize + 1 + classCount) * hiddenSize + classCount;
  if (count > mostParameters) {
    throw new UsageError(
      `--hidden ${hiddenSize} makes ${count} parameters for ${inputSize} pixels and ${classCount} ` +
        `classes, expected at most ${mostParameters}, which a model file can hold; use fewer`,
    );
  }
  const size = { inputSize, hiddenSize, classCount, std };
  return new TwoLayerNet(initialize(size, Random.fromSeed(seed, streams.weights)));
}

function modelOf(run: Run, parameters: TwoLayerParameters, figures: Model["figures"]): Model {
  const { recipe, seed, engine, data, split } = run;
  const { hidden, scale, ...training } = run.settings;
  return {
    preprocessing: preprocessingOf(split, scale),
    classNames: Array.from({ length: data.classCount }, (_, c) => String(c)),
    training: { recipe, seed, engine, ...training },
    figures,
    data: { name: data.name, files: data.files },
    parameters,
  };
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
