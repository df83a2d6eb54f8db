import { readFileSync, statSync } from "node:fs";
import { copyFileWhole } from "../../documents/files.js";
import { InputError } from "../../errors.js";
import { percent } from "../../render/numbers.js";
import { previousPath } from "./files.js";
import { loadModelHead } from "./savedFiles.js";

/** A file that a new model replaces. */
export interface Previous {
  /** Where it is kept. */
  readonly path: string;
  /** A sentence for the user: what was replaced, and where it is now. */
  readonly sentence: string;
}

/**
 * Keeps the file at the place of a new model, unless it holds the same bytes.
 *
 * @param text the new model
 * @returns    null if nothing is there, or the same model
 * @throws {InputError} when the file cannot be copied
 */
export async function keepPrevious(path: string, text: string): Promise<Previous | null> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  const sameSize = stat.size === Buffer.byteLength(text);
  if (sameSize && readFileSync(path, "utf8") === text) return null;
  const what = await describe(path);
  const kept = previousPath(path);
  await copyFileWhole(path, kept);
  return { path: kept, sentence: `replaced ${what}; it is now ${kept}` };
}

/** Which run's model a file holds: "the model of recipe notebook, seed 1, validation accuracy 97.71 %". */
async function describe(path: string): Promise<string> {
  try {
    const { training, figures } = await loadModelHead(path);
    const { trainingAccuracy, validationAccuracy } = figures;
    const [kind, accuracy] =
      validationAccuracy === null
        ? ["training", trainingAccuracy]
        : ["validation", validationAccuracy];
    const reached = accuracy === null ? "" : `, ${kind} accuracy ${percent(accuracy)}`;
    return `the model of recipe ${training.recipe}, seed ${training.seed}${reached}`;
  } catch (error) {
    if (error instanceof InputError) return `${path}, which is not a model of this version`;
    throw error;
  }
}
