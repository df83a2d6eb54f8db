import { divisionKey, type Split, splitImages } from "../../dataset/split.js";
import { encodeHistories } from "../../documents/histories.js";
import type { HistoryFile } from "../../documents/history.js";
import type { Model } from "../../documents/model.js";
import { parametersHash } from "../../documents/parametersHash.js";
import { pixelWorkOf } from "../../engine/createEngine.js";
import { exitCodes, UsageError } from "../../errors.js";
import type { Verdict } from "../../inspect/verdict/finding.js";
import { verdict } from "../../inspect/verdict/verdict.js";
import type { TwoLayerNet, TwoLayerParameters } from "../../net/twoLayerNet.js";
import { counted, percent } from "../../render/numbers.js";
import { describeData } from "../../render/terminal/shapes.js";
import { flagOf } from "../../settings/flagName.js";
import { runLength } from "../../settings/learningRate.js";
import type { RecipeName } from "../../settings/recipes.js";
import { valuesOf } from "../../settings/settings.js";
import { DivergedError } from "../../training/divergedError.js";
import { train } from "../../training/train.js";
import type { TrainingEvent, TrainResult } from "../../training/trainer.js";
import { type DataFlags, settingsFor } from "../flags.js";
import { finishedRun } from "../io/comparison.js";
import { type OpenData, partialPath } from "../io/files.js";
import { type Interrupt, stopAfterUpdate } from "../io/interrupt.js";
import { drawComparison } from "../io/pictures.js";
import type { Previous } from "../io/previousModel.js";
import { createProgress, progressFlags } from "../io/progress.js";
import { type Result, writeResults } from "../io/rescue.js";
import { aboutRun, modelOf, modelResult, type RunFiles } from "../io/saveRun.js";
import { note, print, printJson, terminalWidth, wrapped } from "../io/terminal.js";
import { type Judgement, judge } from "../judge.js";
import { newRun } from "../newRun.js";
import type { Run } from "../resume.js";
import { checkSize, startNet } from "../startNet.js";
import { nameOf, type Variation } from "../sweep.js";
import { type SweptRun, sweepRows, sweepTable } from "../sweepResults.js";

/*
 * mnist-train with lists of values: trains each run, and compares them.
 */

interface Flags extends DataFlags, RunFiles {
  readonly recipe: RecipeName;
  readonly seed: number;
  readonly json?: true;
  readonly quiet?: true;
  readonly live?: boolean;
}

type Given = Readonly<Record<string, unknown>>;

/** Flags that take one run. */
const forOneRun = [
  "layers",
  "resume",
  "checkpoint",
  "checkpointEvery",
  "snapshots",
  "previewAugment",
];

/** The most updates of all runs whose losses one file can hold: V8 has strings of 2^29 characters. */
const MOST_LOSSES = 20_000_000;

/** A run to train, and its name. */
interface PlannedRun extends Run {
  readonly variation: Variation;
  readonly name: string;
  readonly line: string;
}

/** A run that was trained. */
interface Trained extends SweptRun {
  readonly run: PlannedRun;
  readonly file: HistoryFile;
  /** Null where nobody is told. */
  readonly verdict: Verdict | null;
}

/** The best run so far, and its weights. */
interface Best {
  readonly trained: Trained;
  readonly parameters: TwoLayerParameters;
}

/**
 * Trains a run for each variation, prints a line for each and a table of all, and saves their histories and
 * the model of the best; returns the exit code.
 *
 * Everything is checked before the first run starts.
 *
 * @throws {UsageError} when a value or a combination of values cannot be used
 */
export async function trainSeveral(
  variations: readonly Variation[],
  given: Given,
  flags: Flags,
  openData: OpenData,
): Promise<number> {
  const runs = await planRuns(variations, given, flags, openData);
  const progress = await createProgress({ ...progressFlags(flags), brief: true });
  const interrupt = stopAfterUpdate(progress, flags);
  const trained: Trained[] = [];
  let best: Best | null = null;
  let failure: unknown = null;
  try {
    for (const run of runs) {
      const ended = await trainOne(run, flags, interrupt, (event) => progress.show(event));
      progress.stop();
      if (ended === null) break;
      trained.push(ended.trained);
      if (ended.parameters !== null && isBetter(ended.trained, best?.trained)) {
        best = { trained: ended.trained, parameters: ended.parameters };
      }
      printRun(ended.trained, runs, flags);
    }
  } catch (error) {
    failure = error; // thrown once what is finished is saved
  } finally {
    progress.stop();
    interrupt.stop();
  }
  const isPartial = trained.length < runs.length;
  const files = await saveAll(trained, best, flags, isPartial);
  printOutcome(runs, trained, best, files, flags);
  if (failure !== null) throw failure;
  if (interrupt.exitCode !== null) return interrupt.exitCode;
  return best === null ? exitCodes.diverged : exitCodes.done;
}

/** Every run, its settings, images and size checked. */
async function planRuns(
  variations: readonly Variation[],
  given: Given,
  flags: Flags,
  openData: OpenData,
): Promise<PlannedRun[]> {
  const varied = Object.keys(variations[0]).map((key) => flagOf(key));
  const other = forOneRun.find((key) => given[key] !== undefined);
  if (other !== undefined) {
    throw new UsageError(
      `${flagOf(other)} with a list for ${varied.join(" and ")}: expected one run; ` +
        "give each flag one value",
    );
  }
  const settings = variations.map((values) => settingsFor(flags.recipe, { ...given, ...values }));
  const data = await openData(settings);
  const { recipe, engine } = flags;
  const shared = { divide: dividedOnce(), work: await pixelWorkOf(engine) };
  const runs = variations.map((variation, i): PlannedRun => {
    const seed = variation.seed ?? flags.seed;
    const all = { ...given, ...variation };
    const run = newRun({ recipe, seed, engine, wanted: settings[i], given: all, data, ...shared });
    return { ...run, variation, ...nameOf(variation) };
  });
  for (const run of runs) checkSize(run);
  checkHistory(runs, flags);
  if (flags.quiet) return runs;
  note(`${describeData(data)}\ntraining ${runs.length} runs`);
  const notes = new Set(runs.flatMap((run) => run.notes));
  for (const text of notes) note(wrapped(`note: ${text}`, terminalWidth(process.stderr)));
  return runs;
}

/** Divides images as `splitImages` does; runs that divide them in the same way share a split. */
function dividedOnce(): typeof splitImages {
  const splits = new Map<string, Split>();
  return (all, settings, work) => {
    const key = divisionKey(settings);
    const divided = splits.get(key) ?? splitImages(all, settings, work);
    splits.set(key, divided);
    return divided;
  };
}

/** @throws {UsageError} when the losses of all runs are too many for one file */
function checkHistory(runs: readonly PlannedRun[], { history }: Flags): void {
  if (history === undefined) return;
  const updates = runs.reduce(
    (sum, { settings, split }) => sum + runLength(settings, split.train.labels.length).iterations,
    0,
  );
  if (updates <= MOST_LOSSES) return;
  throw new UsageError(
    `--history ${history}: ${runs.length} runs of ${updates} updates in all, expected at most ` +
      `${MOST_LOSSES} in one file; train fewer runs at a time, or leave --history out`,
  );
}

/** Trains a run; null if it was interrupted. The weights are null if it diverged. */
async function trainOne(
  run: PlannedRun,
  flags: Flags,
  { signal }: Interrupt,
  listen: (event: TrainingEvent) => void,
): Promise<{ trained: Trained; parameters: TwoLayerParameters | null } | null> {
  const { settings, seed, engine, split } = run;
  const options = { settings, seed, engine, threads: flags.threads, signal };
  const net = startNet(run);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const result = await train(net, split, options, listen);
    if (result.interrupted) return null;
    const trained = endedRun(run, seconds(), net, result, judge(run, net, result, flags));
    return { trained, parameters: net.parameters };
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    return { trained: divergedRun(run, seconds(), error), parameters: null };
  }
}

function endedRun(
  run: PlannedRun,
  seconds: number,
  net: TwoLayerNet,
  { history, ...figures }: TrainResult,
  judgement: Judgement | null,
): Trained {
  const evidence = judgement?.evidence ?? null;
  const parametersSha256 = parametersHash(net.parameters);
  const ending = { history, parametersSha256, figures, evidence, failure: null };
  return trainedRun(run, seconds, ending, judgement?.verdict ?? null);
}

function divergedRun(run: PlannedRun, seconds: number, error: DivergedError): Trained {
  const { iteration, found, history } = error;
  const failure = { iteration, found };
  const none = { parametersSha256: null, figures: null, evidence: null };
  const ending = { history, ...none, failure };
  return trainedRun(run, seconds, ending, verdict(history, { ...run, ...ending }));
}

function trainedRun(
  run: PlannedRun,
  seconds: number,
  ending: Pick<HistoryFile, "history" | "parametersSha256" | "figures" | "evidence" | "failure">,
  verdict: Verdict | null,
): Trained {
  const file: HistoryFile = { ...aboutRun(run, seconds), ...ending };
  return {
    ...{ run, variation: run.variation, file, verdict },
    finished: finishedRun(file, run),
    hasDiverged: ending.failure !== null,
  };
}

/** What runs are judged by: validation accuracy, or that of training where there are no such images. */
function accuracyOf({ finished }: Trained): number {
  return finished.validationAccuracy ?? finished.trainingAccuracy ?? 0;
}

/** Whether a run is better than the best so far; a run with validation images beats one without. */
function isBetter(trained: Trained, best: Trained | undefined): boolean {
  if (best === undefined) return true;
  const [has, had] = [trained, best].map(({ finished }) => finished.validationAccuracy !== null);
  return has === had ? accuracyOf(trained) > accuracyOf(best) : has;
}

/** The paths of what was saved; null for what was not. */
interface SavedFiles {
  readonly model: string | null;
  /** The file that the model replaced. */
  readonly previous: Previous | null;
  readonly history: string | null;
  readonly plot: string | null;
}

/** Saves histories, curves and the best model; under other names if some runs are missing. */
async function saveAll(
  trained: readonly Trained[],
  best: Best | null,
  { out, ...files }: Flags,
  isPartial: boolean,
): Promise<SavedFiles> {
  const place = (path: string | undefined) =>
    path === undefined || trained.length === 0 ? null : isPartial ? partialPath(path) : path;
  const [history, plot] = [place(files.history), place(files.plot)];
  const results: Result[] = [];
  const model = best && modelResult(modelOfBest(best), out, isPartial);
  if (model !== null) results.push(model);
  if (history !== null) {
    const runs = trained.map(({ file: { history, ...about } }) => ({ history, about }));
    results.push({ what: "history", path: history, content: () => encodeHistories(runs) });
  }
  if (plot !== null) {
    const compared = trained.map(({ finished }) => finished);
    results.push({ what: "plot", path: plot, content: () => drawComparison(plot, compared) });
  }
  await writeResults(results);
  return { model: model?.path ?? null, previous: model?.previous ?? null, history, plot };
}

function modelOfBest({ trained: { run, file }, parameters }: Best): Model {
  return modelOf(run, parameters, file.figures!);
}

/** Prints the line of a run as it ends: on standard error where standard output is one JSON document. */
function printRun(
  { run, finished, verdict }: Trained,
  runs: readonly PlannedRun[],
  flags: Flags,
): void {
  const { name, trainingAccuracy, validationAccuracy, seconds, remark } = finished;
  const number = String(runs.indexOf(run) + 1).padStart(String(runs.length).length);
  const widest = Math.max(...runs.map((other) => other.name.length));
  const share = (what: string, value: number | null) =>
    value === null ? "" : `  ${what} ${percent(value).padStart(8)}`;
  const figures =
    remark !== ""
      ? `  ${remark}`
      : share("training", trainingAccuracy) + share("validation", validationAccuracy);
  const judged = remark === "" && verdict !== null ? inShort(verdict) : "";
  const line = `${number}/${runs.length}  ${name.padEnd(widest)}${figures}  ${seconds?.toFixed(1)} s${judged}`;
  if (!flags.json) print(line);
  else if (!flags.quiet) note(line);
}

/** What is wrong with a run, in a word or two; nothing of one that is sound. */
function inShort({ answer, findings }: Verdict): string {
  if (answer === "early") return "  too early to tell";
  return answer === "wrong" ? `  wrong: ${findings.map(({ kind }) => kind).join(", ")}` : "";
}

function printOutcome(
  runs: readonly PlannedRun[],
  trained: readonly Trained[],
  best: Best | null,
  files: SavedFiles,
  flags: Flags,
): void {
  const { model, previous, history, plot } = files;
  if (flags.json) {
    printJson({
      data: runs[0].data.name,
      ...{ model, previousModel: previous?.path ?? null, history, plot },
      interrupted: trained.length < runs.length,
      runs: trained.map(asJson),
      table: sweepRows(trained),
      best: best === null ? null : trained.indexOf(best.trained),
    });
  } else if (trained.length > 0) print(`\n${sweepTable(sweepRows(trained))}`);
  if (trained.length < runs.length) {
    const kept = trained.length === 0 ? "; nothing is saved" : ", which are kept";
    note(`ended after ${trained.length} of ${counted(runs.length, "run")}${kept}`);
  }
  if (flags.quiet) return;
  if (best !== null) noteBest(best, files, trained.length);
  if (previous !== null) note(wrapped(previous.sentence, terminalWidth(process.stderr)));
  for (const path of [history, plot]) if (path !== null) note(`saved ${path}`);
}

/** Says which model was saved, and that the others were not. */
function noteBest({ trained: { finished } }: Best, { model }: SavedFiles, count: number): void {
  const by = finished.validationAccuracy === null ? "training" : "validation";
  const others =
    count === 1
      ? ""
      : "; the models of the others are not kept: train one of them alone to have the same bytes";
  const saved = `saved ${model} of the best run by ${by} accuracy, ${finished.name}${others}`;
  note(wrapped(saved, terminalWidth(process.stderr)));
}

function asJson({ run, finished, file, verdict }: Trained) {
  const { recipe, seed, engine, settings, seconds, parametersSha256, figures, failure } = file;
  return {
    ...{ name: finished.name, values: run.variation, recipe, seed, engine },
    settings: settings && valuesOf(settings),
    ...{ seconds, parametersSha256, ...figures, failure, verdict },
  };
}
