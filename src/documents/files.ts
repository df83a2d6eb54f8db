import { accessSync, constants, lstatSync, realpathSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { InputError } from "../errors.js";

/**
 * Writes a file whole or not at all: a temporary file beside it, fsync, rename.
 *
 * @param path     a new file, or one to replace; where it is a link, the file behind it
 * @param contents text, written as UTF-8, or bytes
 * @throws {InputError} when the file cannot be written; one that was there stays as it was
 */
export async function writeFileWhole(path: string, contents: string | Uint8Array): Promise<void> {
  checkWritable(path); // a rename onto a device or a pipe would put a file in its place
  try {
    // The library writes once and does not look how much of it was taken: on a full disk it would put
    // a file that is cut short in the place of a whole one. Node's own writeFile goes on to the end.
    await writeFileAtomic(path, "", { tmpfileCreated: (file) => writeFile(file, contents) });
  } catch (error) {
    rejectUnwritable(path, error as NodeJS.ErrnoException);
  }
}

/**
 * Finds out before hours of work whether a file can be written afterwards.
 *
 * @throws {InputError} when the path is no file's, or its folder is missing or cannot be written to
 */
export function checkWritable(path: string): void {
  if (path === "") {
    throw new InputError('"": an empty path, expected the name of a file to write; give it one');
  }
  try {
    const there = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    const real = there ? realpathSync(path) : path; // fails where a link leads nowhere
    if (there) {
      const stat = statSync(real);
      if (!stat.isFile()) {
        const found = stat.isDirectory() ? "a directory" : "not a regular file";
        throw new InputError(
          `${path}: ${found}, expected the name of a file to write; choose another path`,
        );
      }
      accessSync(real, constants.W_OK);
    }
    accessSync(dirname(real), constants.W_OK);
  } catch (error) {
    if (error instanceof InputError) throw error;
    rejectUnwritable(path, error as NodeJS.ErrnoException);
  }
}

function rejectUnwritable(path: string, error: NodeJS.ErrnoException): never {
  throw new InputError(
    `${path}: cannot be written (${error.code ?? error.message}), expected a file in a folder ` +
      "that exists and may be written to; choose another path",
  );
}
