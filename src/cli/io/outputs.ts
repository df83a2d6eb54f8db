import { realpathSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import type { DataSet } from "../../dataset/source.js";
import { checkWritable, writeFileWhole } from "../../documents/files.js";
import { encodeHistory } from "../../documents/history.js";
import { encodeModel, type Model } from "../../documents/model.js";
import { parametersHash } from "../../documents/parametersHash.js";
import { UsageError } from "../../errors.js";
import type { Settings } from "../../settings/settings.js";
import type { History } from "../../training/history.js";
import { checkPictureName } from "./pictures.js";
import { drawCurves } from "./plot.js";
import { quotedForShell } from "./terminal.js";

/** The files that a run is to write. */
export interface Outputs {
  readonly out: string;
  readonly history?: string;
  readonly plot?: string;
  readonly checkpoint?: string;
}

/** What an interrupted run saves beside the file that was meant, as it does the model. */
const savedInPart = ["--history", "--plot"];

/**
 * Finds out before any work whether outputs could be written, and would not overwrite each other.
 *
 * @throws {InputError} when one could not be written
 * @throws {UsageError} when two are one file, or the name of one tells nothing of its kind
 */
export function checkOutputs({ out, history, plot, checkpoint }: Outputs): void {
  if (plot !== undefined) checkPictureName("--plot", plot);
  const taken = new Map([
    [identity(out), `--out ${out}`],
    [identity(partialPath(out)), `--out ${out}, which an interrupted run saves there`],
  ]);
  checkWritable(out);
  const take = (flag: string, path: string | undefined) => {
    if (path === undefined) return;
    checkWritable(path);
    for (const place of savedInPart.includes(flag) ? [path, partialPath(path)] : [path]) {
      const other = taken.get(identity(place));
      if (other !== undefined) {
        throw new UsageError(`${flag} ${path}: expected another file than ${other}`);
      }
      taken.set(identity(place), `${flag} ${path}`);
    }
  };
  take("--history", history);
  take("--plot", plot);
  take("--checkpoint", checkpoint);
}

/**
 * Refuses outputs that would overwrite files that are read.
 *
 * @param outputs by flag
 * @param read    each in words, and its path
 */
export function checkNotRead(
  outputs: Readonly<Record<string, string | undefined>>,
  read: readonly (readonly [what: string, path: string | undefined])[],
): void {
  for (const [flag, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    for (const [what, other] of read) {
      if (other === undefined || identity(other) !== identity(path)) continue;
      throw new UsageError(`${flag} ${path}: expected another file than ${what}`);
    }
  }
}

/** The files of a data set, for `checkNotRead`. */
export function filesOf({ directory, files }: Pick<DataSet, "directory" | "files">) {
  return Object.values(files).map(
    ({ file }) => ["those of the data", join(directory, file)] as const,
  );
}

/** A name for the file that a path leads to, the same for all paths to it. */
function identity(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // not there yet
  }
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return resolve(path);
  }
}

/** What was measured on the way. */
interface Measured {
  readonly history: History;
  /** Wall time of the training; null where only a part of it is known, as in a resumed run. */
  readonly seconds: number | null;
}

/**
 * Saves model, history and curves; time stands in the history alone, so that equal runs give equal
 * models. What an interrupted run has learned goes beside the file that it was meant for, so that an older,
 * finished model stays.
 *
 * @returns where the model is
 */
export async function saveModel(
  model: Model,
  settings: Settings,
  { history, seconds }: Measured,
  outputs: Outputs,
): Promise<string> {
  const { training, data, figures } = model;
  const place = (path: string) => (figures.interrupted ? partialPath(path) : path);
  await writeFileWhole(place(outputs.out), encodeModel(model));
  if (outputs.history !== undefined) {
    const { recipe, seed, engine } = training;
    const parametersSha256 = parametersHash(model.parameters);
    const time = seconds === null ? null : Math.round(10 * seconds) / 10;
    const about = {
      ...{ recipe, seed, engine, seconds: time, parametersSha256 },
      ...{ settings, figures, data },
    };
    await writeFileWhole(place(outputs.history), encodeHistory(history, about));
  }
  if (outputs.plot !== undefined) {
    await writeFileWhole(place(outputs.plot), await drawCurves(outputs.plot, history));
  }
  return place(outputs.out);
}

/** The command that goes on with a run. */
export function resumeCommand(
  { out, history, plot, checkpoint = "" }: Outputs,
  data: string | undefined,
): string {
  const words = ["mnist-train", "--resume", checkpoint];
  if (data !== undefined) words.push("--data", data);
  if (out !== "model.json") words.push("--out", out);
  if (history !== undefined) words.push("--history", history);
  if (plot !== undefined) words.push("--plot", plot);
  return words.map(quotedForShell).join(" ");
}

/** model.json becomes model.partial.json. */
function partialPath(path: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.partial${extension}`;
}
