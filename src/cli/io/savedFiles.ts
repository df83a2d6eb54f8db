import { constants } from "node:buffer";
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type Checkpoint, decodeCheckpoint } from "../../documents/checkpoint.js";
import { decodeHistory, type HistoryFile } from "../../documents/history.js";
import { decodeModel, decodeModelHead, type Model } from "../../documents/model.js";
import { InputError } from "../../errors.js";

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

/** @throws {InputError} when the file cannot be read or is not a history */
export async function loadHistory(path: string): Promise<HistoryFile> {
  return decodeHistory(await readText(path, "a history", "mnist-train --history"), path);
}

/** @throws {InputError} when the file cannot be read or is not a checkpoint */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  return decodeCheckpoint(await readText(path, "a checkpoint", "mnist-train --checkpoint"), path);
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
