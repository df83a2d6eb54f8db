import { pathToFileURL } from "node:url";
import { InputError, refuse } from "../errors.js";
import { CHECK, messageOf } from "./lessonLayers.js";
import { loadFile } from "./modules.js";
import type { Functions, Piece } from "./piece.js";
import { pieces } from "./pieces/index.js";

/**
 * All functions of a learner's folder. This runs the code in its files.
 *
 * @throws {InputError} when a file is missing, does not load, or lacks its function
 */
export async function loadFolder(folder: string): Promise<Functions> {
  const loaded: Record<string, Functions[string]> = {};
  for (const piece of pieces) {
    const functions = await loadPiece(folder, piece);
    for (const { name } of piece.functions) {
      if (typeof functions[name] === "function") loaded[name] = functions[name];
      else {
        const file = `${folder}/${piece.name}.mjs`;
        refuse(
          file,
          `no function ${name}`,
          `export function ${name}(...)`,
          `check it with ${CHECK}`,
        );
      }
    }
  }
  return loaded;
}

/** The module of a piece from a folder: its .mjs file, or its .mts file where there is no other. */
async function loadPiece(folder: string, { name }: Piece): Promise<Functions> {
  const address = (ending: string) => pathToFileURL(`${folder}/${name}.${ending}`).href;
  try {
    return await loadFile(address("mjs"));
  } catch (error) {
    if (!lacksFile(error, `${name}.mjs`)) throw unloadable(folder, name, error);
  }
  try {
    return await loadFile(address("mts"));
  } catch (error) {
    if (!lacksFile(error, `${name}.mts`)) throw unloadable(folder, name, error);
    const file = `${folder}/${name}.mjs`;
    return refuse(
      file,
      "no such file",
      "a piece of the lesson",
      "npx mnist-learn init makes a folder of them",
    );
  }
}

/** Whether an import failed because that very file is not there. */
function lacksFile(error: unknown, name: string): boolean {
  const missing =
    error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
  return missing && new RegExp(`${name}'? imported from .*modules\\.[jt]s`).test(error.message);
}

function unloadable(folder: string, name: string, error: unknown): InputError {
  return new InputError(
    `${folder}/${name}.mjs: ${messageOf(error)}, expected a module; check it with ${CHECK} check ${name}`,
  );
}
