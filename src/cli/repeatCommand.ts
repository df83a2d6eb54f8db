import type { LabelledImages } from "../dataset/labelledImages.js";
import type { Model } from "../documents/model.js";
import { flagOf } from "../settings/flagName.js";
import { quotedForShell } from "./io/terminal.js";
import { type DescribedRun, flagsOf } from "./runNames.js";

/**
 * The command that trains a model again: its recipe, and a flag for each setting that differs.
 *
 * @param data  the folder given with --data
 * @param train the training file, to which a run fits its split; null if it is not available
 */
export function repeatCommand(
  { training, settings }: Model,
  data: string | undefined,
  train: LabelledImages | null,
): string {
  return commandOf({ ...training, settings }, data, train);
}

/** The command that repeats a run; see `repeatCommand`. */
export function commandOf(
  run: DescribedRun,
  data: string | undefined,
  train: LabelledImages | null = null,
): string {
  const words = ["npx", "mnist-train"];
  for (const [key, value] of flagsOf(run, train)) {
    if (typeof value === "boolean") words.push(flagOf(key, value));
    else words.push(flagOf(key), value);
  }
  if (data !== undefined) words.push("--data", data);
  return words.map(quotedForShell).join(" ");
}
