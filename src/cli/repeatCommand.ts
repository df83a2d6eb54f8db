import type { Model } from "../model/modelFile.js";
import { recipes } from "../train/recipes.js";
import type { Settings } from "../train/settings.js";
import { flagOf, isSwitch } from "./flags.js";
import { quotedForShell } from "./terminal.js";

/** Every setting of a model's run. */
export function settingsOf({ training, parameters, preprocessing }: Model): Settings {
  const { recipe, seed, engine, ...settings } = training;
  const { scale } = preprocessing;
  return { ...settings, hidden: parameters.b1.shape[0], scale };
}

/**
 * The command that trains a model once more: its recipe, and a flag for whatever the run had otherwise.
 *
 * @param data a folder that was named with --data
 */
export function repeatCommand(model: Model, data: string | undefined): string {
  const { recipe, seed, engine } = model.training;
  const known = Object.entries(recipes).find(([name]) => name === recipe)?.[1].settings;
  const words = ["npx", "mnist-train"];
  if (known !== undefined && recipe !== "notebook") words.push("--recipe", recipe);
  if (seed !== 1) words.push("--seed", String(seed));
  if (engine !== "simd") words.push("--engine", engine);
  const base: Readonly<Record<string, unknown>> = { ...(known ?? recipes.notebook.settings) };
  for (const [key, value] of Object.entries(settingsOf(model))) {
    if (value === base[key] || value === null) continue;
    if (!isSwitch(key)) words.push(flagOf(key), String(value));
    else words.push(value ? flagOf(key) : flagOf(key).replace("--", "--no-"));
  }
  if (data !== undefined) words.push("--data", data);
  return words.map(quotedForShell).join(" ");
}
