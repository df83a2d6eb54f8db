import { constants } from "node:buffer";
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Preprocessing } from "../../dataset/preprocessing.js";
import { type Checkpoint, decodeCheckpoint } from "../../documents/checkpoint.js";
import { decodeHistories, mostRuns } from "../../documents/histories.js";
import type { HistoryFile } from "../../documents/history.js";
import { decodeModel, decodeModelHead, type Model } from "../../documents/model.js";
import { decodeSnapshot, type Snapshot } from "../../documents/snapshot.js";
import { InputError, refuse, UsageError } from "../../errors.js";
import type { TwoLayerParameters } from "../../net/twoLayerNet.js";
import { counted } from "../../render/numbers.js";

/*
 * Files that mnist-train saved, read back.
 */

/** @throws {InputError} when the file cannot be read or is not a model */
export async function loadModel(path: string): Promise<Model> {
  return decodeModel(await readText(path, "a model file", "mnist-train"), path);
}

/** @throws {InputError} when the file cannot be read or is not a model */
export async function loadModelHead(path: string): Promise<ReturnType<typeof decodeModelHead>> {
  return decodeModelHead(await readText(path, "a model file", "mnist-train"), path);
}

/** A history, and where it was read. */
export interface FoundHistory extends HistoryFile {
  readonly path: string;
  /** Its number in a file of several runs, counted from 1; null in a file of one. */
  readonly number: number | null;
}

/**
 * The histories of files, each of one run or of several.
 *
 * @throws {InputError} when a file cannot be read or is not a history
 * @throws {UsageError} when there are too many runs to show
 */
export async function loadHistories(paths: readonly string[]): Promise<FoundHistory[]> {
  const found: FoundHistory[] = [];
  for (const path of paths) {
    const text = await readText(path, "a history", "mnist-train --history");
    if (formatOf(text) === "model") {
      const remedy = "name the model before --history, or with --model";
      refuse(path, 'format is "mnist-train-model"', '"mnist-train-history"', remedy);
    }
    const files = decodeHistories(text, path);
    const isOne = files.length === 1;
    found.push(...files.map((file, i) => ({ ...file, path, number: isOne ? null : i + 1 })));
  }
  if (found.length <= mostRuns) return found;
  throw new UsageError(`--history: ${found.length} runs, expected at most ${mostRuns}`);
}

/** @throws {InputError} when the file cannot be read or is not a checkpoint */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  return decodeCheckpoint(await readText(path, "a checkpoint", "mnist-train --checkpoint"), path);
}

/** @throws {InputError} when the file cannot be read or is not a snapshot */
export async function loadSnapshot(path: string): Promise<Snapshot> {
  return decodeSnapshot(await readText(path, "a snapshot", "mnist-train --snapshots"), path);
}

/** Weights to look at, and the words for where they come from. */
export interface SavedWeights extends Pick<Preprocessing, "rows" | "columns"> {
  readonly parameters: TwoLayerParameters;
  /** Such as "run.json after 500 updates". */
  readonly name: string;
}

/**
 * The weights of a model file, a checkpoint or a snapshot, as its first field tells.
 *
 * @throws {InputError} when the file cannot be read or is none of them
 */
export async function loadWeights(path: string): Promise<SavedWeights> {
  const text = await readText(path, "a model file", "mnist-train");
  const format = formatOf(text);
  const after = (iteration: number) => `${path} after ${counted(iteration, "update")}`;
  if (format === "checkpoint") {
    const { rows, columns, state } = decodeCheckpoint(text, path);
    // Where a run has an average of its weights, that is what it is measured by.
    return {
      rows,
      columns,
      parameters: state.average ?? state.parameters,
      name: after(state.iteration),
    };
  }
  if (format === "snapshot") {
    const { rows, columns, parameters, iteration } = decodeSnapshot(text, path);
    return { rows, columns, parameters, name: after(iteration) };
  }
  const { preprocessing, parameters } = decodeModel(text, path);
  return { rows: preprocessing.rows, columns: preprocessing.columns, parameters, name: path };
}

/** The kind of a file by its first field, such as "checkpoint"; undefined for what this project did not write. */
function formatOf(text: string): string | undefined {
  return /^\s*\{\s*"format"\s*:\s*"mnist-train-(\w+)"/.exec(text.slice(0, 200))?.[1];
}

/**
 * Reads a file as text.
 *
 * @param expected what the file should be: "a model file"
 * @param command  the command that saves such files
 * @throws {InputError} when it is not a regular file (opening a pipe would wait for its writer) or
 *   cannot be read
 */
async function readText(path: string, expected: string, command: string): Promise<string> {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() === false) {
      throw new InputError(
        `${path}: not a regular file, expected ${expected}; name one that ${command} saved`,
      );
    }
    if (found !== undefined && found.size > constants.MAX_STRING_LENGTH) {
      throw new InputError(
        `${path}: ${found.size} bytes, expected ${expected} of at most ` +
          `${constants.MAX_STRING_LENGTH}, the longest text of Node; name one that ${command} saved`,
      );
    }
    const bytes = await readFile(path);
    if (isUtf16(bytes)) {
      throw new InputError(`${path}: UTF-16 text, expected ${expected} in UTF-8; save it as UTF-8`);
    }
    return bytes.toString("utf8");
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const remedy = code === "ENOENT" ? `run ${command} first, or check the path` : "check the path";
    throw new InputError(
      `${path}: cannot be read (${code ?? message}), expected ${expected}; ${remedy}`,
    );
  }
}

/** Whether JSON is written with two bytes a character, after a byte order mark or not. */
function isUtf16([first, second]: Uint8Array): boolean {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const begins = (byte: number) => "{ \t\r\n".includes(String.fromCharCode(byte));
  return (first === 0 && begins(second)) || (second === 0 && begins(first));
}
