import { existsSync } from "node:fs";
import type { LabelledImages } from "../../dataset/labelledImages.js";
import type { Split } from "../../dataset/split.js";
import { parametersHash } from "../../documents/parametersHash.js";
import { defaultEngine, pixelWorkOf } from "../../engine/createEngine.js";
import { exitCodes, UsageError } from "../../errors.js";
import type { TwoLayerNet } from "../../net/twoLayerNet.js";
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
import { train } from "../../training/train.js";
import type { TrainResult } from "../../training/trainer.js";
import {
  createCommand,
  exclude,
  givenFlags,
  type HelpItem,
  helpList,
  runCommand,
} from "../command.js";
import { aboutSoLong, secondsAhead } from "../estimate.js";
import {
  addDataFlags,
  addSettingFlags,
  checkpointInterval,
  type DataFlags,
  numbersFlag,
  oneOf,
  settingsFor,
} from "../flags.js";
import { type Checkpoints, checkCheckpoints, createCheckpoints } from "../io/checkpoints.js";
import type { FileCommand, OpenData } from "../io/files.js";
import { type Interrupt, stopAfterUpdate } from "../io/interrupt.js";
import { unusedEdits } from "../io/lessonSources.js";
import { createProgress, type Progress, progressFlags } from "../io/progress.js";
import { type RunFiles, saveFailedRun, saveRun } from "../io/saveRun.js";
import { createSnapshots } from "../io/snapshots.js";
import {
  coloursFor,
  isLively,
  lineStyleFor,
  linesOf,
  note,
  oneLine,
  print,
  printJson,
  quotedForShell,
  terminalHeight,
  terminalWidth,
  warn,
  wrapped,
} from "../io/terminal.js";
import { type Judgement, judge } from "../judge.js";
import { newRun, type RunRequest } from "../newRun.js";
import { type Run, resumeRun } from "../resume.js";
import { startNet } from "../startNet.js";
import { variationsOf } from "../sweep.js";

/** What commander reads from the flags that are not settings. */
interface Flags extends DataFlags, RunFiles {
  readonly recipe: RecipeName;
  readonly seed: number;
  /** The file of --resume unless --checkpoint names one. */
  readonly checkpoint?: string;
  readonly checkpointEvery?: CheckpointInterval;
  readonly resume?: string;
  /** The folder for the weights on the way. */
  readonly snapshots?: string;
  readonly previewAugment?: string;
  /** The folder of a lesson whose layers train. */
  readonly layers?: string;
  readonly listRecipes?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly live?: boolean;
}

/** The flags that the user gave, settings included, by name. */
type GivenFlags = Readonly<Record<string, unknown>>;

/** Examples at the top of --help. */
const examples: readonly HelpItem[] = [
  ["mnist-train", "the lesson's run, saved as model.json"],
  ["mnist-train --recipe overfit", "learn 1000 images by heart, in seconds"],
  ["mnist-train --recipe record", "the most accurate, in minutes"],
  ["mnist-train --hidden 50 --epochs 5", "replace settings of a recipe"],
  ["mnist-train --hidden 20,50 --seed 1..3", "train each, and compare them"],
  ["mnist-train --checkpoint run.json", "save checkpoints during the run"],
  ["mnist-train --resume run.json", "resume after an interruption or a crash"],
  ["mnist-train --plot curves.svg", "draw the curves of loss and accuracy"],
  ["mnist-train --data ./my-digits --json", "your own IDX files, result as JSON"],
];

/** What --help says about lists of values. */
const listHelp = [
  [
    "--reg 0.1,0.2",
    "numbers of settings take lists: each value is trained, and of several lists each combination",
  ],
  [
    "--seed 1..5",
    "so does --seed; the best run by validation accuracy is saved, the models of the others are not",
  ],
] as const;

/** The flags to begin with, which --help lists. */
const firstFlags =
  "recipe listRecipes data hidden epochs batchSize learningRate reg out history plot seed".split(
    " ",
  );

/** `mnist-train`: trains the network and saves it; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const description = "Train a two-layer network on MNIST.";
  const command = createCommand("mnist-train", description, examples, firstFlags);
  addFlags(command);
  const described = recipeNames.map((name) => [name, recipes[name].description] as const);
  command
    .addHelpText("after", () =>
      command.listed === undefined
        ? "\n--no-NAME turns off what a recipe turns on: --no-augment.\n\n" +
          `${helpList(command, "Several runs:", listHelp)}\n`
        : "\nmnist-train --help-all lists all flags, such as those of distorted images.\n",
    )
    .addHelpText("after", () => helpList(command, "Recipes:", described));
  return runCommand(command, argv, async (openData) => {
    const flags: Flags = command.opts();
    const given = givenFlags(command);
    if (flags.listRecipes) return listRecipes(command, flags);
    const variations = variationsOf(given);
    if (variations !== null) {
      // Imported on use, so that other runs start faster.
      const { trainSeveral } = await import("./trainSeveral.js");
      return trainSeveral(variations, given, flags, openData);
    }
    if (flags.previewAugment !== undefined) return preview(flags, given, openData);
    return trainInterruptibly(flags, given, openData);
  });
}

function addFlags(command: FileCommand): void {
  command
    .optionsGroup("Run:")
    .option("--seed <n>", "random seed", numbersFlag("--seed", seedRange), 1);
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
    .output("--out <file>", "save the model; of several runs, the best one's", "json", {
      ...saved,
      keepsPrevious: true,
      default: "model.json",
    })
    .output("--history <file>", "save losses and accuracies as JSON", "json", saved)
    .output("--plot <file>", "draw loss and accuracy, as .svg or .png", "picture", saved)
    .output("--snapshots <dir>", "keep the weights now and then, for mnist-report", "folder", {
      when,
    })
    .option("--json", "print the result as one JSON document")
    .option("--quiet", "print only the result and errors")
    .option(
      "--live",
      "draw the curves below the progress bar (default: in terminals of 30 lines and more)",
    )
    .option("--no-live", "draw the progress bar only");
  addCheckpointFlags(command, when);
  exclude(command, {
    listRecipes: ["previewAugment", "resume"],
    previewAugment: ["resume"],
    layers: ["resume", "checkpoint", "previewAugment"],
  });
}

/** Flags that save a run, resume it, or have it computed elsewhere. */
function addCheckpointFlags(command: FileCommand, when: (given: GivenFlags) => boolean): void {
  command
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
    .input("--resume <file>", "resume the run of a checkpoint, and save it there again")
    .option(
      "--layers <dir>",
      "train with the layers of a mnist-learn folder: RUNS THE CODE in it, and uses the reference engine",
    );
}

function listRecipes(command: FileCommand, { json }: Flags): number {
  const named = recipeNames.map((name) => ({ name, ...recipes[name] }));
  if (json) {
    printJson(named.map((recipe) => ({ ...recipe, settings: valuesOf(recipe.settings) })));
  } else {
    const { heading, rows } = recipeTable(named);
    print(helpList(command, heading, rows));
  }
  return exitCodes.done;
}

async function preview(flags: Flags, given: GivenFlags, openData: OpenData): Promise<number> {
  if (given.augment === false) {
    throw new UsageError("--preview-augment with --no-augment: expected distortions to draw");
  }
  const settings = settingsFor(flags.recipe, { ...given, augment: true });
  const { previewAugment } = await import("./previewAugment.js");
  return previewAugment(flags.previewAugment!, settings, { ...flags, given, openData });
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
  const progress = await createProgress(progressFlags(flags));
  const interrupt = stopAfterUpdate(progress, flags);
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
  const wanted = settingsFor(recipe, given); // its errors come before the data is read
  // layers of a lesson run in the reference engine, which has other limits
  const data = await openData(flags.layers === undefined ? [wanted] : []);
  if (flags.layers !== undefined) return runOf(flags.layers, { ...flags, wanted, given, data });
  const work = await pixelWorkOf(engine);
  return newRun({ recipe, seed, engine, wanted, given, data, work });
}

/** A new run with the layers of a lesson's folder, whose code it runs. */
async function runOf(folder: string, { engine, given, ...asked }: RunRequest): Promise<Run> {
  if (given.engine !== undefined && engine !== "reference") {
    throw new UsageError(`--layers with --engine ${engine}: expected --engine reference, or none`);
  }
  // Imported on use, so that other runs start faster, and never run code from a file.
  const { lessonLayers, loadFolder } = await import("../../learn/index.js");
  const { layers, splitImages } = lessonLayers(await loadFolder(folder), folder);
  const { recipe, seed, wanted, data } = asked;
  const run = newRun({ recipe, seed, engine: "reference", wanted, given, data });
  const { split, centring, deskew } = run.settings;
  if (split !== "end" || !centring || deskew) {
    const note = `splitImages of ${folder} is not called: the lesson's neither shuffles nor deskews, and always centers.`;
    return { ...run, layers, notes: [...run.notes, note] };
  }
  return { ...run, layers, split: splitImages(data.train, run.settings) };
}

/** How training ended, and what was saved. */
interface Outcome {
  readonly result: TrainResult;
  readonly net: TwoLayerNet;
  readonly seconds: number;
  readonly judgement: Judgement | null;
  /** Where the model is, and which file it replaced; null if it was not saved. */
  readonly saved: Awaited<ReturnType<typeof saveRun>> | null;
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
  const { settings, seed, engine, layers, split, state } = run;
  const net = startNet(run);
  if (flags.checkpoint !== undefined) checkCheckpoints(flags.checkpoint, run, net);
  if (!flags.quiet) await noteRun(run, net, flags);

  const checkpoints =
    flags.checkpoint === undefined ? null : createCheckpoints(flags.checkpoint, run);
  const logged = (words: (checkpoints: Checkpoints) => string) => (error: unknown) => {
    progress.stop();
    if (checkpoints?.kept) log(words(checkpoints));
    throw error;
  };
  const snapshots = await createSnapshots(flags.snapshots, run, net.parameters);
  const started = performance.now();
  const options = {
    ...{ settings, seed, engine, layers },
    threads: flags.threads,
    warn: flags.quiet ? undefined : warn,
    signal: interrupt.signal,
    resume: state,
    checkpoint: checkpoints?.options(flags.checkpointEvery),
    snapshots,
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
  const judgement = judge(run, net, result, flags);
  let saved: Outcome["saved"] = null;
  if (iterations > 0 && !resumable) {
    const time = state === undefined ? seconds : null;
    const about = { seconds: time, evidence: judgement?.evidence ?? null };
    saved = await saveRun(run, net.parameters, result, about, flags).catch(
      logged(() => `nothing is lost: run ${resumeCommand(flags)} to save it again`),
    );
  }
  if (snapshots !== undefined) log(snapshots.summary());
  const resume = resumable ? resumeCommand(flags) : null;
  await printOutcome(run, flags, { result, net, seconds, judgement, saved, resume });
}

/** Notes what a run begins with: its data, what stands out in them, and its engine. */
async function noteRun(run: Run, net: TwoLayerNet, { resume }: Flags): Promise<void> {
  const { settings, split, state } = run;
  note(`${describeData(run.data)}\n${describeSplit(split, settings)}`);
  for (const text of run.notes) note(wrapped(`note: ${text}`, terminalWidth(process.stderr)));
  if (state !== undefined) {
    const { iterations } = runLength(settings, split.train.labels.length);
    note(`resuming from ${resume}: ${state.iteration} of ${iterations} updates are done`);
  }
  await noteEngine(run, net);
}

/** Notes what the engine of a run does not use, and how long it takes if it is the slow one. */
async function noteEngine(run: Run, net: TwoLayerNet): Promise<void> {
  const unused = unusedEdits(run.engine);
  const columns = terminalWidth(process.stderr);
  if (unused !== null) note(wrapped(`note: ${unused}`, columns));
  if (run.engine === defaultEngine) return;
  const time = aboutSoLong(await secondsAhead(run, net.parameters));
  const [what, also] =
    run.layers === undefined
      ? ["The reference engine", "; the default engine computes the same faster"]
      : ["These layers", ""];
  const text = `${what} will take ${time}, judging by a few updates made just now${also}.`;
  note(wrapped(text, columns));
}

/** About the lines that say how a run failed, and what is saved. */
const FAILURE_LINES = 6;

/** Shows and saves the curves of a run that diverged, up to there; a failure to save hides no error. */
async function leaveFailedRun(
  run: Run,
  error: DivergedError,
  started: number,
  flags: Flags,
): Promise<void> {
  const seconds = run.state === undefined ? (performance.now() - started) / 1000 : null;
  try {
    if (!flags.quiet && !flags.json) await noteCurves(error.history, FAILURE_LINES, [], error);
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

/** The command that resumes a run, with the same files. */
function resumeCommand({ out, history, plot, snapshots, checkpoint, data }: Flags): string {
  const changed = out === "model.json" ? undefined : out;
  const kept = { history, plot, snapshots };
  const paths = Object.entries({ resume: checkpoint, data, out: changed, ...kept });
  const words = paths.flatMap(([name, path]) => (path === undefined ? [] : [`--${name}`, path]));
  return ["mnist-train", ...words].map(quotedForShell).join(" ");
}

/** Prints the result, and notes what the run's curves say and where the run is saved. */
async function printOutcome(run: Run, flags: Flags, outcome: Outcome): Promise<void> {
  const { result, net, seconds, judgement, saved, resume } = outcome;
  const { data, split, state, layers, ...about } = run;
  const { history, ...figures } = result;
  const { interrupted, iterations } = figures;
  const parametersSha256 = parametersHash(net.parameters);
  if (flags.json) {
    printJson({
      model: saved?.path ?? null,
      previousModel: saved?.previous?.path ?? null,
      checkpoint: flags.checkpoint ?? null,
      data: data.name,
      ...about,
      settings: valuesOf(run.settings),
      seconds,
      parametersSha256,
      start: history.start,
      ...figures,
      verdict: judgement?.verdict ?? null,
    });
  } else {
    printFigures(result, split);
    print(`params sha256  ${parametersSha256}`); // 79 columns
  }
  if (interrupted && resume === null) {
    const where = saved === null ? "nothing is saved" : `the model so far is in ${saved.path}`;
    note(`interrupted after ${iterations} iterations; ${where}`);
  }
  if (flags.quiet) return;
  if (resume !== null) note(`interrupted after ${iterations} iterations; resume with ${resume}`);
  const columns = terminalWidth(process.stderr);
  const { patience } = run.settings;
  const kept = wordsOfKept({ ...figures, patience });
  const below: string[] = [];
  if (kept !== null) below.push(wrapped(kept, columns));
  if (judgement !== null) below.push(wrapped(judgement.verdict.text, columns));
  if (!interrupted) below.push(`saved ${saved?.path} after ${seconds.toFixed(1)} s`);
  if (saved?.previous) below.push(wrapped(saved.previous.sentence, columns));
  if (!interrupted && !flags.json) await noteCurves(history, FIGURE_LINES, below);
  for (const text of below) note(text);
}

/** The lines of the bar, of both accuracies and of the hash. */
const FIGURE_LINES = 4;

/**
 * Draws the curves of a run if standard error is a terminal, as high as its lines allow.
 *
 * @param above how many lines are to stay in sight above them
 * @param below what follows them
 */
async function noteCurves(
  history: History,
  above: number,
  below: readonly string[],
  failure: Failure | null = null,
): Promise<void> {
  if (!isLively(process.stderr)) return;
  // Imported on use, so that other runs start faster.
  const { terminalCurves } = await import("../../render/terminal/terminalCurves.js");
  const columns = terminalWidth(process.stderr);
  const around = above + linesOf(["", ...below].join("\n"), columns);
  const curves = terminalCurves(
    { ...history, failure },
    {
      columns,
      most: terminalHeight(process.stderr) - around,
      style: lineStyleFor(process.stderr),
    },
  );
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
