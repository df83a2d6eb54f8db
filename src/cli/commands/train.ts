import { existsSync } from "node:fs";
import type { LabelledImages } from "../../dataset/labelledImages.js";
import { type Split, splitImages } from "../../dataset/split.js";
import { mostParameters } from "../../documents/model.js";
import { parametersHash } from "../../documents/parametersHash.js";
import { exitCodes, UsageError } from "../../errors.js";
import { type Evidence, gatherEvidence } from "../../inspect/evidence.js";
import { verdict } from "../../inspect/verdict/verdict.js";
import { initialize } from "../../net/initialize.js";
import { TwoLayerNet } from "../../net/twoLayerNet.js";
import { Random, streams } from "../../random.js";
import { wordsOfKept } from "../../render/keptWeights.js";
import { percent } from "../../render/numbers.js";
import { recipeTable } from "../../render/terminal/recipeTable.js";
import { describeData, describeSplit } from "../../render/terminal/shapes.js";
import { runLength } from "../../settings/learningRate.js";
import { type RecipeName, recipeNames, recipes } from "../../settings/recipes.js";
import { seedRange, valuesOf } from "../../settings/settings.js";
import type { CheckpointInterval } from "../../training/checkpointTimer.js";
import { DivergedError } from "../../training/divergedError.js";
import type { Failure, History } from "../../training/history.js";
import { type TrainResult, train } from "../../training/trainer.js";
import { createCommand, exclude, givenFlags, helpList, runCommand } from "../command.js";
import {
  addDataFlags,
  addSettingFlags,
  checkpointInterval,
  type DataFlags,
  numberFlag,
  oneOf,
  settingsFor,
} from "../flags.js";
import { type Checkpoints, createCheckpoints } from "../io/checkpoints.js";
import type { FileCommand, OpenData } from "../io/files.js";
import { type Interrupt, listenForInterrupt } from "../io/interrupt.js";
import { createProgress, type Progress } from "../io/progress.js";
import { type RunFiles, saveFailedRun, saveRun } from "../io/saveRun.js";
import {
  coloursFor,
  isLively,
  note,
  oneLine,
  print,
  printJson,
  quotedForShell,
  terminalWidth,
  wrapped,
} from "../io/terminal.js";
import { type Run, resumeRun } from "../resume.js";
import { previewAugment } from "./previewAugment.js";

/** What commander reads from the flags that are not settings. */
interface Flags extends DataFlags, RunFiles {
  readonly recipe: RecipeName;
  readonly seed: number;
  /** The file of --resume unless --checkpoint names one. */
  readonly checkpoint?: string;
  readonly checkpointEvery?: CheckpointInterval;
  readonly resume?: string;
  readonly previewAugment?: string;
  readonly listRecipes?: true;
  readonly json?: true;
  readonly quiet?: true;
}

/** The flags that the user gave, settings included, by name. */
type GivenFlags = Readonly<Record<string, unknown>>;

/** `mnist-train`: trains the network and saves it; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand("mnist-train", "Train a two-layer network on MNIST.", [
    ["mnist-train", "the lesson's run, saved as model.json"],
    ["mnist-train --recipe overfit", "learn 1000 images by heart, in seconds"],
    ["mnist-train --recipe record", "the most accurate, in minutes"],
    ["mnist-train --hidden 50 --epochs 5", "replace settings of a recipe"],
    ["mnist-train --checkpoint run.json", "save checkpoints during the run"],
    ["mnist-train --resume run.json", "resume after an interruption or a crash"],
    ["mnist-train --plot curves.svg", "draw the curves of loss and accuracy"],
    ["mnist-train --data ./my-digits --json", "your own IDX files, result as JSON"],
  ]);
  addFlags(command);
  const described = recipeNames.map((name) => [name, recipes[name].description] as const);
  command
    .addHelpText("after", "\n--no-NAME turns off what a recipe turns on: --no-augment.\n")
    .addHelpText("after", () => helpList(command, "Recipes:", described));
  return runCommand(command, argv, async (openData) => {
    const flags: Flags = command.opts();
    const given = givenFlags(command);
    if (flags.listRecipes) return listRecipes(flags);
    if (flags.previewAugment !== undefined) return preview(flags, given, openData);
    return trainInterruptibly(flags, given, openData);
  });
}

function addFlags(command: FileCommand): void {
  command
    .optionsGroup("Run:")
    .option("--seed <n>", "random seed", numberFlag("--seed", seedRange), 1);
  addDataFlags(command);
  command
    .optionsGroup("Recipe:")
    .option(
      "--recipe <name>",
      `settings to start from: ${recipeNames.join(", ")}`,
      (text) => oneOf("--recipe", text, recipeNames),
      "notebook",
    )
    .option("--list-recipes", "list the recipes with their accuracy and time; do not train");
  addSettingFlags(command);
  const when = ({ listRecipes, previewAugment }: GivenFlags) =>
    !listRecipes && previewAugment === undefined;
  const saved = { when, partial: true };
  command
    .optionsGroup("Augmentation:")
    .output("--preview-augment <file>", "draw distorted images as a PNG; do not train", "png")
    .optionsGroup("Output:")
    .output("--out <file>", "save the model", "json", { ...saved, default: "model.json" })
    .output("--history <file>", "save losses and accuracies as JSON", "json", saved)
    .output("--plot <file>", "draw loss and accuracy, as .svg or .png", "picture", saved)
    .option("--json", "print the result as one JSON document")
    .option("--quiet", "print only the result and errors")
    .optionsGroup("Run:")
    .output("--checkpoint <file>", "save the whole run, regularly and at its end", "json", {
      when,
      replaces: "resume",
    })
    .option(
      "--checkpoint-every <n>",
      "updates between checkpoints, or seconds, such as 30s (default: as often as costs less " +
        "than 1 % of the time)",
      checkpointInterval,
    )
    .input("--resume <file>", "resume the run of a checkpoint, and save it there again");
  exclude(command, { listRecipes: ["previewAugment", "resume"], previewAugment: ["resume"] });
}

function listRecipes({ json }: Flags): number {
  const named = recipeNames.map((name) => ({ name, ...recipes[name] }));
  if (json) {
    printJson(named.map((recipe) => ({ ...recipe, settings: valuesOf(recipe.settings) })));
  } else print(recipeTable(named));
  return exitCodes.done;
}

function preview(flags: Flags, given: GivenFlags, openData: OpenData): Promise<number> {
  if (given.augment === false) {
    throw new UsageError("--preview-augment with --no-augment: expected distortions to draw");
  }
  const settings = settingsFor(flags.recipe, { ...given, augment: true });
  return previewAugment(flags.previewAugment!, settings, { ...flags, openData });
}

/** Trains until the run ends, or until the current update does after Ctrl-C; saves what it learned. */
async function trainInterruptibly(
  flags: Flags,
  given: GivenFlags,
  openData: OpenData,
): Promise<number> {
  if (flags.checkpointEvery !== undefined && flags.checkpoint === undefined) {
    throw new UsageError("--checkpoint-every has no effect without --checkpoint");
  }
  const progress = createProgress(flags.quiet ?? false);
  const interrupt = listenForInterrupt(() => {
    progress.stop();
    if (!flags.quiet) note("stopping after this update; press Ctrl-C again to quit now");
  });
  try {
    const run = await openRun(flags, given, openData);
    await trainAndSave(run, flags, progress, interrupt);
    return interrupt.exitCode ?? exitCodes.done;
  } finally {
    progress.stop();
    interrupt.stop();
  }
}

/** The run that flags describe, or that a checkpoint holds. */
async function openRun(flags: Flags, given: GivenFlags, openData: OpenData): Promise<Run> {
  const { recipe, seed, engine, resume } = flags;
  if (resume !== undefined) return resumeRun(resume, given, await openData());
  const settings = settingsFor(recipe, given); // its errors come before the data is read
  const data = await openData();
  const split = splitImages(data.train, settings);
  return { recipe, seed, engine, settings, data, split, state: undefined };
}

/** How training ended, and what was saved. */
interface Outcome {
  readonly result: TrainResult;
  readonly net: TwoLayerNet;
  readonly seconds: number;
  /** For the verdict; null if the run was interrupted. */
  readonly evidence: Evidence | null;
  /** Where the model is; null if it was not saved. */
  readonly saved: string | null;
  /** The command that resumes an interrupted run from its checkpoint; null if there is none. */
  readonly resume: string | null;
}

async function trainAndSave(
  run: Run,
  flags: Flags,
  progress: Progress,
  interrupt: Interrupt,
): Promise<void> {
  const log = flags.quiet ? () => {} : note;
  const { settings, seed, engine, split, state } = run;
  const net = startNet(run);
  log(`${describeData(run.data)}\n${describeSplit(split)}`);
  if (state !== undefined) {
    const { iterations } = runLength(settings, split.train.labels.length);
    log(`resuming from ${flags.resume}: ${state.iteration} of ${iterations} updates are done`);
  }

  const checkpoints =
    flags.checkpoint === undefined ? null : createCheckpoints(flags.checkpoint, run);
  const logged = (words: (checkpoints: Checkpoints) => string) => (error: unknown) => {
    progress.stop();
    if (checkpoints?.kept) log(words(checkpoints));
    throw error;
  };
  const started = performance.now();
  const options = {
    settings,
    seed,
    engine,
    threads: flags.threads,
    signal: interrupt.signal,
    resume: state,
    checkpoint: checkpoints?.options(flags.checkpointEvery),
  };
  const result = await train(net, split, options, (event) => progress.show(event)).catch(
    async (error) => {
      progress.stop();
      if (error instanceof DivergedError) await leaveFailedRun(run, error, started, flags);
      return logged(({ path, kept }) => `${path} holds the run as of update ${kept}`)(error);
    },
  );
  progress.stop();
  const seconds = (performance.now() - started) / 1000;

  const { interrupted, iterations } = result;
  const resumable = interrupted && checkpoints?.kept === iterations;
  const { trainingAccuracy } = result;
  const evidence = interrupted
    ? null
    : gatherEvidence(net, split, { settings, trainingAccuracy, data: run.data });
  let saved: string | null = null;
  if (iterations > 0 && !resumable) {
    const time = state === undefined ? seconds : null;
    const about = { seconds: time, evidence };
    saved = await saveRun(run, net.parameters, result, about, flags).catch(
      logged(() => `nothing is lost: run ${resumeCommand(flags)} to save it again`),
    );
  }
  const resume = resumable ? resumeCommand(flags) : null;
  await printOutcome(run, flags, { result, net, seconds, evidence, saved, resume });
}

/** Shows and saves the curves of a run that diverged, up to there; a failure to save hides no error. */
async function leaveFailedRun(
  run: Run,
  error: DivergedError,
  started: number,
  flags: Flags,
): Promise<void> {
  const seconds = run.state === undefined ? (performance.now() - started) / 1000 : null;
  try {
    if (!flags.quiet && !flags.json) await noteCurves(error.history, error);
    const saved = await saveFailedRun(run, error, seconds, flags);
    if (flags.quiet) return;
    if (saved.length > 0) note(`saved ${saved.join(" and ")}: the run up to there`);
    note(
      `no model is saved${existsSync(flags.out) ? `; ${flags.out} is that of another run` : ""}`,
    );
  } catch (reason) {
    note(`warning: ${oneLine((reason as Error).message)}`);
  }
}

/**
 * A net with the first weights of a run.
 *
 * @throws {UsageError} when it has more parameters than a model file can hold
 */
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

/** The command that resumes a run, with the same files. */
function resumeCommand({ out, history, plot, checkpoint, data }: Flags): string {
  const changed = out === "model.json" ? undefined : out;
  const paths = Object.entries({ resume: checkpoint, data, out: changed, history, plot });
  const words = paths.flatMap(([name, path]) => (path === undefined ? [] : [`--${name}`, path]));
  return ["mnist-train", ...words].map(quotedForShell).join(" ");
}

/** Prints the result, and notes what the run's curves say and where the run is saved. */
async function printOutcome(run: Run, flags: Flags, outcome: Outcome): Promise<void> {
  const { result, net, seconds, evidence, saved, resume } = outcome;
  const { data, split, state, ...about } = run;
  const { history, ...figures } = result;
  const { interrupted, iterations } = figures;
  const judged = interrupted
    ? null
    : verdict(history, { settings: run.settings, evidence, figures, data, failure: null });
  const parametersSha256 = parametersHash(net.parameters);
  if (flags.json) {
    printJson({
      model: saved,
      checkpoint: flags.checkpoint ?? null,
      data: data.name,
      ...about,
      settings: valuesOf(run.settings),
      seconds,
      parametersSha256,
      start: history.start,
      ...figures,
      verdict: judged,
    });
  } else {
    printFigures(result, split);
    print(`parameters sha256    ${parametersSha256}`);
  }
  if (interrupted && resume === null) {
    const where = saved === null ? "nothing is saved" : `the model so far is in ${saved}`;
    note(`interrupted after ${iterations} iterations; ${where}`);
  }
  if (flags.quiet) return;
  if (resume !== null) note(`interrupted after ${iterations} iterations; resume with ${resume}`);
  if (!interrupted && !flags.json) await noteCurves(history);
  const { patience } = run.settings;
  const kept = wordsOfKept({ ...figures, patience });
  if (kept !== null) note(wrapped(kept, terminalWidth(process.stderr)));
  if (judged !== null) note(wrapped(judged.text, terminalWidth(process.stderr)));
  if (!interrupted) note(`saved ${saved} after ${seconds.toFixed(1)} s`);
}

/** Draws the curves of a run if standard error is a terminal. */
async function noteCurves(history: History, failure: Failure | null = null): Promise<void> {
  if (!isLively(process.stderr)) return;
  // Imported on use, so that other runs start faster.
  const { terminalCurves } = await import("../../render/terminal/terminalCurves.js");
  const coloured = coloursFor(process.stderr).level > 0;
  const columns = terminalWidth(process.stderr);
  const curves = terminalCurves({ ...history, failure }, columns, coloured);
  if (curves !== "") note(`${curves}\n`);
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
