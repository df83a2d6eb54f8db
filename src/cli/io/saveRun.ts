import { existsSync } from "node:fs";
import { preprocessingOf } from "../../dataset/split.js";
import { writeFileWhole } from "../../documents/files.js";
import { encodeHistory, type HistoryFile } from "../../documents/history.js";
import { encodeModel, type Model } from "../../documents/model.js";
import { parametersHash } from "../../documents/parametersHash.js";
import type { TwoLayerParameters } from "../../net/twoLayerNet.js";
import type { DivergedError } from "../../training/divergedError.js";
import type { History } from "../../training/history.js";
import type { TrainResult } from "../../training/trainer.js";
import type { Run } from "../resume.js";
import { partialPath } from "./files.js";
import { drawCurves } from "./pictures.js";

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
 * @returns where the model is
 * @throws {InputError} when a file cannot be written
 */
export async function saveRun(
  run: Run,
  parameters: TwoLayerParameters,
  { history, ...figures }: TrainResult,
  { seconds, evidence }: Pick<Ending, "seconds" | "evidence">,
  { out, ...files }: RunFiles,
): Promise<string> {
  const place = (path: string) => (figures.interrupted ? partialPath(path) : path);
  const model = modelOf(run, parameters, figures);
  await writeFileWhole(place(out), encodeModel(model));
  const parametersSha256 = parametersHash(parameters);
  await saveCurves(run, history, { seconds, evidence, figures, parametersSha256 }, files, place);
  return place(out);
}

/**
 * Saves history and curves of a run that diverged, up to there. It has no model; where a file of another
 * run stands, that stays, and they go beside it.
 *
 * @returns where they are
 * @throws {InputError} when a file cannot be written
 */
export function saveFailedRun(
  run: Run,
  { iteration, found, history }: DivergedError,
  seconds: number | null,
  { out, ...files }: RunFiles,
): Promise<string[]> {
  const place = (path: string) => (existsSync(path) ? partialPath(path) : path);
  return saveCurves(run, history, { seconds, failure: { iteration, found } }, files, place);
}

/** How a run ended, as its history says it. */
type Ending = Pick<HistoryFile, "seconds"> &
  Partial<Pick<HistoryFile, "figures" | "evidence" | "parametersSha256" | "failure">>;

/** Writes history and curves where their paths are given; returns where they are. */
async function saveCurves(
  { recipe, seed, engine, settings, data: { name, files } }: Run,
  history: History,
  { seconds, ...ending }: Ending,
  { history: historyPath, plot }: Omit<RunFiles, "out">,
  place: (path: string) => string,
): Promise<string[]> {
  const saved: string[] = [];
  const save = async (path: string, content: string | Uint8Array) => {
    const chosen = place(path);
    await writeFileWhole(chosen, content);
    saved.push(chosen);
  };
  const about = {
    recipe,
    seed,
    engine,
    seconds: seconds === null ? null : Math.round(10 * seconds) / 10,
    settings,
    ...ending,
    data: { name, files },
  };
  if (historyPath !== undefined) await save(historyPath, encodeHistory(history, about));
  if (plot !== undefined) {
    await save(plot, await drawCurves(plot, { ...history, failure: ending.failure }));
  }
  return saved;
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
