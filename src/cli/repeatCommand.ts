import type { Model } from "../documents/model.js";
import { defaultEngine } from "../engine/createEngine.js";
import { UsageError } from "../errors.js";
import { type RecipeName, recipeNames } from "../settings/recipes.js";
import type { Settings } from "../settings/settings.js";
import { flagOf, isSwitch, settingNames, settingsFor } from "./flags.js";
import { quotedForShell } from "./io/terminal.js";

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
  const { seed, engine } = model.training;
  const recipe = recipeNames.find((name) => name === model.training.recipe) ?? "notebook";
  const words = ["npx", "mnist-train"];
  if (recipe !== "notebook") words.push("--recipe", recipe);
  if (seed !== 1) words.push("--seed", String(seed));
  if (engine !== defaultEngine) words.push("--engine", engine);
  const said = replaced(recipe, settingsOf(model));
  for (const key of settingNames) {
    const value = said[key];
    if (value === undefined) continue;
    if (!isSwitch(key)) words.push(flagOf(key), String(value));
    else words.push(value ? flagOf(key) : flagOf(key).replace("--", "--no-"));
  }
  if (data !== undefined) words.push("--data", data);
  return words.map(quotedForShell).join(" ");
}

/** The settings that must be said for a recipe to become those of a run: one can change another. */
function replaced(recipe: RecipeName, wanted: Settings): Partial<Settings> {
  let said: Record<string, unknown> = {};
  let before: typeof said;
  do {
    before = said;
    for (const key of settingNames) {
      if (wanted[key] === null || settingsFor(recipe, said)[key] === wanted[key]) continue;
      const more = { ...said, [key]: wanted[key] };
      try {
        settingsFor(recipe, more);
        said = more;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error; // it does nothing in this run, or not yet
      }
    }
  } while (said !== before);
  return said;
}
