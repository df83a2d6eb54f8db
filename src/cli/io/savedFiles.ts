import { type Checkpoint, decodeCheckpoint } from "../../documents/checkpoint.js";
import { readFileWhole, textOf } from "../../documents/files.js";
import type { StoredArray } from "../../documents/formats/storedArray.js";
import { decodeHistory, type HistoryFile } from "../../documents/history.js";
import type { AnyModel } from "../../documents/model.js";
import { readModel } from "../../documents/readModel.js";
import type { FileCommand } from "./files.js";

/*
 * Files that mnist-train saved, read back; models may come from elsewhere, too.
 */

/** What --help says about a model to read. */
export const modelArgument = "a file that mnist-train saved, or a .safetensors or .npz model";

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
    .option("--scale <x>", `factor for centered pixels, ${where}`, Number);
}

/** @throws {InputError} when the file cannot be read or is not a model */
export async function loadModel(path: string, { mean, scale }: ModelFlags): Promise<AnyModel> {
  return readModel(path, { mean: mean === undefined ? mean : await readMean(mean), scale });
}

async function readMean(text: string): Promise<number | StoredArray> {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  const { decodeNpy } = await import("../../documents/formats/npy.js");
  const expected = "a number or an .npy file of the mean image";
  return decodeNpy(await readFileWhole(text, expected, "numpy.save"), text, "the mean image");
}

/** @throws {InputError} when the file cannot be read or is not a history */
export async function loadHistory(path: string): Promise<HistoryFile> {
  return decodeHistory(await readText(path, "a history", "mnist-train --history"), path);
}

/** @throws {InputError} when the file cannot be read or is not a checkpoint */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  return decodeCheckpoint(await readText(path, "a checkpoint", "mnist-train --checkpoint"), path);
}

async function readText(path: string, expected: string, command: string): Promise<string> {
  return textOf(await readFileWhole(path, expected, command), path, expected);
}
