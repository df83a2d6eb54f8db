import { preprocessingOf } from "../../dataset/split.js";
import { writeFileWhole } from "../../documents/files.js";
import { encodeHistory } from "../../documents/history.js";
import { encodeModel, type Model } from "../../documents/model.js";
import { parametersHash } from "../../documents/parametersHash.js";
import type { TwoLayerParameters } from "../../net/twoLayerNet.js";
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
 * @returns where the model is
 * @throws {InputError} when a file cannot be written
 */
export async function saveRun(
  run: Run,
  parameters: TwoLayerParameters,
  { history, ...figures }: TrainResult,
  seconds: number | null,
  { out, history: historyPath, plot }: RunFiles,
): Promise<string> {
  const place = (path: string) => (figures.interrupted ? partialPath(path) : path);
  const model = modelOf(run, parameters, figures);
  await writeFileWhole(place(out), encodeModel(model));
  if (historyPath !== undefined) {
    const parametersSha256 = parametersHash(parameters);
    const about = { ...aboutRun(run, seconds), parametersSha256, figures };
    await writeFileWhole(place(historyPath), encodeHistory(history, about));
  }
  if (plot !== undefined) await writeFileWhole(place(plot), await drawCurves(plot, history));
  return place(out);
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
