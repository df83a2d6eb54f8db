import { lstatSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { extname, join } from "node:path";
import { writeFileWhole } from "../../documents/files.js";
import { InputError } from "../../errors.js";

/*
 * What to do with results that cannot be saved where they should be, though that was checked: a disk may
 * have filled up meanwhile, or a folder may be gone.
 */

/** A file to write: what it is, where it should be, and what makes its content. */
export interface Result {
  /** Such as "model"; names the file in another place. */
  readonly what: string;
  readonly path: string;
  readonly content: () => Promise<string | Uint8Array> | string;
  /** What must succeed before the file is written where it should be. */
  readonly prepare?: () => Promise<void>;
}

/**
 * Writes files; those that cannot be written where they should be go to the working folder, else to the
 * home folder, else to the folder for temporary files, where they replace nothing.
 *
 * @throws {InputError} after all are written, if one is in another place or in none; says where
 */
export async function writeResults(results: readonly Result[]): Promise<void> {
  const failures: string[] = [];
  for (const { what, path, content, prepare } of results) {
    const made = await content();
    try {
      await prepare?.();
      await writeFileWhole(path, made);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const [problem] = error.message.split("; ");
      const place = await writeElsewhere(`${what}.rescued`, extname(path), made);
      const outcome =
        place === null
          ? `the ${what} is lost, since no other folder takes it either`
          : `the ${what} is saved as ${place} instead`;
      failures.push(`${problem}; ${outcome}`);
    }
  }
  if (failures.length > 0) throw new InputError(failures.join("; "));
}

/** @returns where the file is, or null if no place takes it */
async function writeElsewhere(
  name: string,
  extension: string,
  content: string | Uint8Array,
): Promise<string | null> {
  for (const folder of [() => process.cwd(), homedir, tmpdir]) {
    try {
      const path = freeName(folder(), name, extension);
      await writeFileWhole(path, content);
      return path;
    } catch {
      // The working folder may be gone, and each may be full or closed; on to the next.
    }
  }
  return null;
}

/** A name that no file has: model.rescued.json, else model.rescued-2.json and so on. */
function freeName(folder: string, name: string, extension: string): string {
  for (let n = 1; ; n++) {
    const path = join(folder, `${name}${n === 1 ? "" : `-${n}`}${extension}`);
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return path;
  }
}
