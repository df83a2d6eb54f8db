import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { makeFolder, writeFileWhole } from "../../documents/files.js";
import { encodeSnapshot, type RunDescription, type Snapshot } from "../../documents/snapshot.js";
import { InputError, refuse, UsageError } from "../../errors.js";
import { parameterNames, type TwoLayerParameters } from "../../net/twoLayerNet.js";
import { counted } from "../../render/numbers.js";
import { runLength } from "../../settings/learningRate.js";
import { spansRun } from "../../settings/schedules.js";
import { type SnapshotOptions, snapshotIterations } from "../../training/snapshots.js";
import { describeRun, type Run } from "../resume.js";
import { snapshotName, snapshotPath } from "./files.js";
import { loadSnapshot } from "./savedFiles.js";
import { note, oneLine } from "./terminal.js";

/*
 * A folder with the weights of a run at some moments: --snapshots of mnist-train fills it, mnist-report
 * shows it.
 */

/** The most snapshots of a run. */
const MOST = 40;
/** Fewer show no development. */
const LEAST = 3;
/** The most bytes of all snapshots of a run together. */
const MOST_BYTES = 100e6;
/** Bytes of a float32 in base64. */
const BYTES_PER_PARAMETER = (4 * 4) / 3;

/** The snapshots of a run as it goes. */
export interface Snapshots extends SnapshotOptions {
  /** How many are saved, in words. */
  summary(): string;
}

/**
 * Prepares a folder for the snapshots of a run.
 *
 * @param folder undefined for none
 * @param parameters of its net
 * @throws {UsageError} if the net is too large for snapshots
 * @throws {InputError} if the folder cannot be made, or holds snapshots of another run
 */
export async function createSnapshots(
  folder: string | undefined,
  run: Run,
  parameters: TwoLayerParameters,
): Promise<Snapshots | undefined> {
  if (folder === undefined) return undefined;
  const counts = parameterNames.map((name) => parameters[name].data.length);
  const parameterCount = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.min(MOST, Math.floor(MOST_BYTES / (BYTES_PER_PARAMETER * parameterCount)));
  if (most < LEAST) {
    throw new UsageError(
      `--snapshots ${folder}: ${parameterCount} parameters make snapshots of ` +
        `${Math.round((BYTES_PER_PARAMETER * parameterCount) / 1e6)} MB each, expected at most ` +
        `${Math.floor(MOST_BYTES / LEAST / 1e6)} MB; use fewer hidden units`,
    );
  }
  const about = describeRun(run);
  makeFolder(folder);
  for (const file of filesIn(folder)) {
    const path = join(folder, file);
    if (isSameRun(await loadSnapshot(path), about)) continue;
    refuse(path, "a snapshot of another run", "none, or those of this run", "name another folder");
  }
  let [count, failed] = [0, false];
  return {
    at: snapshotIterations(runLength(run.settings, run.split.train.labels.length), most),
    summary: () => `kept ${counted(count, "snapshot")} in ${folder}`,
    async save(iteration, parameters) {
      try {
        const text = encodeSnapshot({ ...about, iteration, parameters });
        await writeFileWhole(snapshotPath(folder, iteration), text);
        count++;
      } catch (error) {
        if (!failed) note(`warning: ${oneLine((error as Error).message)}; training continues`);
        failed = true;
      }
    },
  };
}

/**
 * The snapshots of a folder, in the order of their updates.
 *
 * @param isWanted whether the snapshots of a run are asked for
 * @param wanted   the words for them
 * @throws {InputError} if there are none, or one cannot be read, or is of another run
 */
export async function readSnapshots(
  folder: string,
  isWanted: (run: RunDescription) => boolean,
  wanted: string,
): Promise<Snapshot[]> {
  const expected = "a folder that mnist-train --snapshots filled";
  let files: string[];
  try {
    files = filesIn(folder);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    refuse(folder, `cannot be read (${code ?? message})`, expected, "check the path");
  }
  if (files.length === 0) {
    refuse(folder, "no file snapshot-*.json", expected, "train with --snapshots first");
  }
  if (files.length > 2 * MOST) {
    const most = `at most ${2 * MOST}`;
    refuse(folder, counted(files.length, "snapshot"), most, "name a folder with those of one run");
  }
  const snapshots: Snapshot[] = [];
  for (const file of files) {
    const path = join(folder, file);
    const snapshot = await loadSnapshot(path);
    if (!isWanted(snapshot)) {
      const remedy = "name the model and the snapshots of the same run";
      refuse(path, "a snapshot of another run", wanted, remedy);
    }
    snapshots.push(snapshot);
  }
  return snapshots.sort((a, b) => a.iteration - b.iteration);
}

/** The names of the snapshots in a folder, in the order of their updates. */
function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => snapshotName.test(file))
    .sort();
}

/** What two runs must share for one to have the first weights of the other. */
type Comparable = Pick<RunDescription, "seed" | "engine" | "settings" | "data">;

/** Whether two runs have the same weights after each update that both of them reach. */
export function isSameRun(one: Comparable, other: Comparable): boolean {
  const [a, b] = [one, other].map(({ seed, engine, settings, data }) => {
    const { iterations, epochs, ...rest } = settings;
    const length = spansRun(settings.schedule) ? { iterations, epochs } : {};
    const learned = [data.files.trainImages.sha256, data.files.trainLabels.sha256];
    return { seed, engine, learned, ...rest, ...length };
  });
  return isDeepStrictEqual(a, b);
}
