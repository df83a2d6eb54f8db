import { preprocessingOf } from "../../dataset/split.js";
import { writeFileWhole } from "../../documents/files.js";
import { encodeHistory } from "../../documents/history.js";
import { encodeModel, type Model } from "../../documents/model.js";
import { parametersHash } from "../../documents/parametersHash.js";
import type { Evidence } from "../../inspect/evidence.js";
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
 * @param evidence for the verdict, saved in the history; null if the run was interrupted
 * @returns where the model is
 * @throws {InputError} when a file cannot be written
 */
export async function saveRun(
  run: Run,
  parameters: TwoLayerParameters,
  { history, ...figures }: TrainResult,
  { seconds, evidence }: { readonly seconds: number | null; readonly evidence: Evidence | null },
  { out, history: historyPath, plot }: RunFiles,
): Promise<string> {
  const place = (path: string) => (figures.interrupted ? partialPath(path) : path);
  const model = modelOf(run, parameters, figures);
  await writeFileWhole(place(out), encodeModel(model));
  if (historyPath !== undefined) {
    const { recipe, seed, engine, settings } = run;
    const about = {
      recipe,
      seed,
      engine,
      seconds: seconds === null ? null : Math.round(10 * seconds) / 10,
      parametersSha256: parametersHash(parameters),
      settings,
      figures,
      data: model.data,
      evidence,
    };
    await writeFileWhole(place(historyPath), encodeHistory(history, about));
  }
  if (plot !== undefined) await writeFileWhole(place(plot), await drawCurves(plot, history));
  return place(out);
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
