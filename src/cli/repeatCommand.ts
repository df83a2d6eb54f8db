import { type Model, settingsOf } from "../documents/model.js";
import { flagOf } from "./flags.js";
import { quotedForShell } from "./io/terminal.js";
import { type DescribedRun, flagsOf } from "./runNames.js";

/**
 * The command that trains a model again: its recipe, and a flag for each setting that differs.
 *
 * @param data the folder given with --data
 */
export function repeatCommand(model: Model, data: string | undefined): string {
  return commandOf({ ...model.training, settings: settingsOf(model) }, data);
}

/** The command that repeats a run. */
export function commandOf(run: DescribedRun, data: string | undefined): string {
  const words = ["npx", "mnist-train"];
  for (const [key, value] of flagsOf(run)) {
    if (typeof value === "boolean") words.push(flagOf(key, value));
    else words.push(flagOf(key), value);
  }
  if (data !== undefined) words.push("--data", data);
  return words.map(quotedForShell).join(" ");
}
