import { existsSync } from "node:fs";
import { preprocessingOf } from "../../dataset/split.js";
import { encodeHistory, type HistoryFile } from "../../documents/history.js";
import { encodeModel, type Model } from "../../documents/model.js";
import { parametersHash } from "../../documents/parametersHash.js";
import type { TwoLayerParameters } from "../../net/twoLayerNet.js";
import type { DivergedError } from "../../training/divergedError.js";
import type { History } from "../../training/history.js";
import type { TrainResult } from "../../training/trainer.js";
import type { Run } from "../resume.js";
import { partialPath } from "./files.js";
import { keepPrevious, type Previous } from "./previousModel.js";
import { type Result, writeResults } from "./rescue.js";

/** Where a run is saved; history and plot only if their paths are given. */
export interface RunFiles {
  readonly out: string;
  readonly history?: string;
  readonly plot?: string;
}

/**
 * Saves model, history and curves. Those of an interrupted run go beside the files that were meant, so
 * that an older, finished model stays.
 *
 * @param seconds wall time of the training, which stands in the history alone, so that equal runs
 *                give equal models; null when only a part of it is known, as in a resumed run
 * @param evidence for the verdict, saved in the history; null if the run was interrupted
 * @returns where the model is, and which file it replaced, if any
 * @throws {InputError} when a file cannot be written where it should be; says where it is instead
 */
export async function saveRun(
  run: Run,
  parameters: TwoLayerParameters,
  { history, ...figures }: TrainResult,
  { seconds, evidence }: Pick<Ending, "seconds" | "evidence">,
  { out, ...files }: RunFiles,
): Promise<{ readonly path: string; readonly previous: Previous | null }> {
  const place = (path: string) => (figures.interrupted ? partialPath(path) : path);
  const model = modelResult(modelOf(run, parameters, figures), out, figures.interrupted);
  const ending = { seconds, evidence, figures, parametersSha256: parametersHash(parameters) };
  await writeResults([model, ...curveResults(run, history, ending, files, place)]);
  return { path: model.path, previous: model.previous };
}

/** A model to write, and which file it replaced; null before it is written, or if there is none. */
export interface ModelResult extends Result {
  readonly previous: Previous | null;
}

/**
 * A model to write, which keeps the one that it replaces.
 *
 * @param isPartial whether it goes beside the file that was meant, since its run did not end
 */
export function modelResult(model: Model, path: string, isPartial: boolean): ModelResult {
  const text = encodeModel(model);
  let previous: Previous | null = null;
  return {
    what: "model",
    path: isPartial ? partialPath(path) : path,
    content: () => text,
    async prepare() {
      if (!isPartial) previous = await keepPrevious(path, text);
    },
    get previous() {
      return previous;
    },
  };
}

/**
 * Saves history and curves of a run that diverged, up to there. It has no model; where a file of another
 * run stands, that stays, and they go beside it.
 *
 * @returns where they are
 * @throws {InputError} when a file cannot be written where it should be; says where it is instead
 */
export async function saveFailedRun(
  run: Run,
  { iteration, found, history }: DivergedError,
  seconds: number | null,
  { out, ...files }: RunFiles,
): Promise<string[]> {
  const place = (path: string) => (existsSync(path) ? partialPath(path) : path);
  const ending = { seconds, failure: { iteration, found } };
  const results = curveResults(run, history, ending, files, place);
  await writeResults(results);
  return results.map(({ path }) => path);
}

/** How a run ended, as its history says it. */
type Ending = Pick<HistoryFile, "seconds"> &
  Partial<Pick<HistoryFile, "figures" | "evidence" | "parametersSha256" | "failure">>;

/** History and curves, where their paths are given. */
function curveResults(
  run: Run,
  history: History,
  { seconds, ...ending }: Ending,
  { history: historyPath, plot }: Omit<RunFiles, "out">,
  place: (path: string) => string,
): Result[] {
  const results: Result[] = [];
  if (historyPath !== undefined) {
    const about = { ...aboutRun(run, seconds), ...ending };
    const content = () => encodeHistory(history, about);
    results.push({ what: "history", path: place(historyPath), content });
  }
  if (plot !== undefined) {
    const content = async () => {
      const { drawCurves } = await import("./pictures.js");
      return drawCurves(plot, { ...history, failure: ending.failure });
    };
    results.push({ what: "plot", path: place(plot), content });
  }
  return results;
}

/**
 * What a history says about its run, besides what the run came to.
 *
 * @param seconds wall time of the training; null if unknown
 */
export function aboutRun({ recipe, seed, engine, settings, data }: Run, seconds: number | null) {
  return {
    ...{ recipe, seed, engine, settings },
    seconds: seconds === null ? null : Math.round(10 * seconds) / 10,
    data: { name: data.name, files: data.files },
  };
}

/** The model of a run. */
export function modelOf(
  run: Run,
  parameters: TwoLayerParameters,
  figures: Model["figures"],
): Model {
  const { recipe, seed, engine, settings, data, split } = run;
  return {
    preprocessing: preprocessingOf(split, settings.scale),
    classNames: data.classNames,
    training: { recipe, seed, engine },
    settings,
    figures,
    data: { name: data.name, files: data.files },
    parameters,
  };
}
