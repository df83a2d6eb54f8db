import { constants as buffers } from "node:buffer";
import { accessSync, constants, lstatSync, realpathSync, statSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { InputError, refuse } from "../errors.js";

/**
 * Writes a file whole or not at all: a temporary file beside it, fsync, rename.
 *
 * @param path     a new file, or one to replace; if it is a link, the file behind it
 * @param contents text, written as UTF-8, or bytes
 * @throws {InputError} if the file cannot be written; an older file stays as it was
 */
export async function writeFileWhole(path: string, contents: string | Uint8Array): Promise<void> {
  checkWritable(path); // a rename onto a device or a pipe would put a file in its place
  try {
    // The library writes once and ignores how much was written: on a full disk it would replace a whole
    // file by one that is cut short. Node's writeFile writes everything or fails.
    await writeFileAtomic(path, "", { tmpfileCreated: (file) => writeFile(file, contents) });
  } catch (error) {
    rejectUnwritable(path, error as NodeJS.ErrnoException);
  }
}

/**
 * Checks before hours of work that a file can be written afterwards.
 *
 * @throws {InputError} if the path is not that of a file, or its folder is missing or cannot be written to
 */
export function checkWritable(path: string): void {
  if (path === "") {
    refuse('""', "an empty path", "the name of a file to write", "give it one");
  }
  try {
    const there = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    const real = there ? realpathSync(path) : path; // fails if a link leads nowhere
    if (there) {
      const stat = statSync(real);
      if (!stat.isFile()) {
        const found = stat.isDirectory() ? "a directory" : "not a regular file";
        refuse(path, found, "the name of a file to write", "choose another path");
      }
      accessSync(real, constants.W_OK);
    }
    accessSync(dirname(real), constants.W_OK);
  } catch (error) {
    if (error instanceof InputError) throw error;
    rejectUnwritable(path, error as NodeJS.ErrnoException);
  }
}

function rejectUnwritable(path: string, { code, message }: NodeJS.ErrnoException): never {
  const expected = "a file in a folder that exists and may be written to";
  refuse(path, `cannot be written (${code ?? message})`, expected, "choose another path");
}

/**
 * Reads a file that the project, or something like it, saved.
 *
 * @param expected what the file should be: "a model file"
 * @param command  the command that saves such files
 * @throws {InputError} when it is not a regular file (opening a pipe would wait for its writer) or
 *   cannot be read
 */
export async function readFileWhole(
  path: string,
  expected: string,
  command: string,
): Promise<Buffer> {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) {
      refuse(path, "not a regular file", expected, `name one that ${command} saved`);
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const remedy = code === "ENOENT" ? `run ${command} first, or check the path` : "check the path";
    return refuse(path, `cannot be read (${code ?? message})`, expected, remedy);
  }
}

/**
 * The text of a file.
 *
 * @throws {InputError} when it is longer than a text can be
 */
export function textOf(bytes: Buffer, path: string, expected: string): string {
  if (bytes.length <= buffers.MAX_STRING_LENGTH) return bytes.toString("utf8");
  return refuse(path, `a text of ${bytes.length} bytes`, expected, "check the path");
}
