import { pathToFileURL } from "node:url";
import { loadFile } from "./modules.js";
import type { Functions, Piece } from "./piece.js";
import { pieces } from "./pieces/index.js";
import type { Limits } from "./runFile.js";
import { type TrialName, trialNames } from "./trial.js";
import { tryFolder } from "./tryFolder.js";

/**
 * All functions of a learner's folder. This runs the code in its files, first in a thread with bounds.
 *
 * @param names the functions that will be called
 * @throws {LessonError} when a piece is missing or does not load, or a first call of those does not return
 */
export async function loadFolder(
  folder: string,
  names: readonly TrialName[] = trialNames,
  limits: Limits = {},
): Promise<Functions> {
  await tryFolder(folder, names, limits);
  const modules = await Promise.all(pieces.map((piece) => loadPiece(folder, piece)));
  return Object.assign({}, ...modules);
}

/** The module of a piece from a folder: its .mjs file, or its .mts file where there is no other. */
async function loadPiece(folder: string, { name }: Piece): Promise<Functions> {
  const address = (ending: string) => pathToFileURL(`${folder}/${name}.${ending}`).href;
  try {
    return await loadFile(address("mjs"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    return loadFile(address("mts"));
  }
}
