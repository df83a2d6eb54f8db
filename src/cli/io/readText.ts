import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { InputError } from "../../errors.js";

/**
 * The text of a file that a command of ours saved.
 *
 * @param called what it should be: "a model file"
 * @param from   the command that saves such files
 * @throws {InputError} when it cannot be read; what opens without end, such as a pipe, is not opened
 */
export async function readText(
  path: string,
  { called, from }: { readonly called: string; readonly from: string },
): Promise<string> {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) {
      throw new InputError(
        `${path}: not a regular file, expected ${called}; name one that ${from} saved`,
      );
    }
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const remedy = code === "ENOENT" ? `run ${from} first, or check the path` : "check the path";
    throw new InputError(
      `${path}: cannot be read (${code ?? message}), expected ${called}; ${remedy}`,
    );
  }
}
