import type { Preprocessing } from "../../dataset/preprocessing.js";
import { type Checkpoint, decodeCheckpoint } from "../../documents/checkpoint.js";
import { readFileWhole, readText, textOf } from "../../documents/files.js";
import type { GivenPreprocessing } from "../../documents/formats/importNet.js";
import type { StoredArray } from "../../documents/formats/storedArray.js";
import { decodeHistories, mostRuns } from "../../documents/histories.js";
import type { HistoryFile } from "../../documents/history.js";
import type { AnyModel } from "../../documents/model.js";
import { decodeModelHead } from "../../documents/model.js";
import { decodeAnyModel, modelFile, readModel } from "../../documents/readModel.js";
import { decodeSnapshot, type Snapshot } from "../../documents/snapshot.js";
import { refuse, UsageError } from "../../errors.js";
import type { TwoLayerParameters } from "../../net/twoLayerNet.js";
import { counted } from "../../render/numbers.js";
import { settingsTable } from "../../settings/table.js";
import { numberFlag } from "../flags.js";
import type { FileCommand } from "./files.js";

/*
 * Files that mnist-train saved, read back; models may come from elsewhere, too.
 */

/** What --help says about a model to read. */
export const modelArgument = "a file that mnist-train saved, or a .safetensors or .npz model";

/** The model of a command that names none. */
const usualModel = "model.json";

/** Adds a model to read: as the argument, or by --model, as other commands have it. */
export function addModelInput(command: FileCommand): FileCommand {
  return command
    .inputArgument("[model]", modelArgument, usualModel)
    .optionsGroup("Network:")
    .input("--model <file>", "the model, as the argument has it");
}

/**
 * The model that a command line names, in either way.
 *
 * @throws {UsageError} when it names one in each
 */
export function chosenModel(command: FileCommand): string {
  const [path] = command.processedArgs;
  const { model = path } = command.opts();
  if (command.args.length === 0 || model === path) return model;
  throw new UsageError(
    `--model ${model} beside ${path}: expected one model; leave one of them out`,
  );
}

/** What a model from elsewhere may lack. */
export interface ModelFlags {
  readonly mean?: string;
  readonly scale?: number;
}

/** Adds the flags that complete a model from elsewhere. */
export function addModelFlags(command: FileCommand): void {
  const where = "of a .safetensors or .npz model that holds none";
  command
    .optionsGroup("Network:")
    .input(
      "--mean <x|file>",
      `mean intensity ${where}: a number, or an .npy file of the mean image`,
    )
    .option(
      "--scale <x>",
      `factor for centered pixels, ${where}`,
      numberFlag("--scale", settingsTable.scale.range!),
    );
}

/** @throws {InputError} when the file cannot be read or is not a model */
export async function loadModel(path: string, flags: ModelFlags): Promise<AnyModel> {
  return readModel(path, await givenBy(flags));
}

async function givenBy({ mean, scale }: ModelFlags): Promise<GivenPreprocessing> {
  return { mean: mean === undefined ? mean : await readMean(mean), scale };
}

async function readMean(text: string): Promise<number | StoredArray> {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  const { decodeNpy } = await import("../../documents/formats/npy.js");
  const expected = "a number or an .npy file of the mean image";
  return decodeNpy(
    await readFileWhole(text, { expected, command: "numpy.save" }),
    text,
    "the mean image",
  );
}

/** @throws {InputError} when the file cannot be read or is not a model */
export async function loadModelHead(path: string): Promise<ReturnType<typeof decodeModelHead>> {
  return decodeModelHead(await readText(path, modelFile), path);
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
    const text = await readText(path, { expected: "a history", command: "mnist-train --history" });
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
  return decodeCheckpoint(
    await readText(path, { expected: "a checkpoint", command: "mnist-train --checkpoint" }),
    path,
  );
}

/** @throws {InputError} when the file cannot be read or is not a snapshot */
export async function loadSnapshot(path: string): Promise<Snapshot> {
  return decodeSnapshot(
    await readText(path, { expected: "a snapshot", command: "mnist-train --snapshots" }),
    path,
  );
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
export async function loadWeights(path: string, flags: ModelFlags): Promise<SavedWeights> {
  const bytes = await readFileWhole(path, modelFile);
  const text = () => textOf(bytes, path, modelFile);
  const format = formatOf(String.fromCharCode(...bytes.subarray(0, 200)));
  const after = (iteration: number) => `${path} after ${counted(iteration, "update")}`;
  if (format === "checkpoint") {
    const { rows, columns, state } = decodeCheckpoint(text(), path);
    // Where a run has an average of its weights, that is what it is measured by.
    return {
      rows,
      columns,
      parameters: state.average ?? state.parameters,
      name: after(state.iteration),
    };
  }
  if (format === "snapshot") {
    const { rows, columns, parameters, iteration } = decodeSnapshot(text(), path);
    return { rows, columns, parameters, name: after(iteration) };
  }
  const { preprocessing, parameters } = await decodeAnyModel(bytes, path, await givenBy(flags));
  return { rows: preprocessing.rows, columns: preprocessing.columns, parameters, name: path };
}

/** The kind of a file by its first field, such as "checkpoint"; undefined for what this project did not write. */
function formatOf(text: string): string | undefined {
  return /^\s*\{\s*"format"\s*:\s*"mnist-train-(\w+)"/.exec(text.slice(0, 200))?.[1];
}
