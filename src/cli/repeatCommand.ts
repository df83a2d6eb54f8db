import { type Model, settingsOf, type Training } from "../documents/model.js";
import { defaultEngine } from "../engine/createEngine.js";
import { recipeNames, recipes } from "../settings/recipes.js";
import {
  changeValues,
  hasEffect,
  type Settings,
  valueNames,
  valuesOf,
} from "../settings/settings.js";
import { flagOf, isSwitch } from "./flags.js";
import { quotedForShell } from "./io/terminal.js";

/**
 * The command that trains a model again: its recipe, and a flag for each setting that differs.
 *
 * @param data the folder given with --data
 */
export function repeatCommand(model: Model, data: string | undefined): string {
  return repeatRun({ ...model.training, settings: settingsOf(model) }, data);
}

/** What decides the result of a run, besides its data. */
interface Repeatable extends Pick<Training, "recipe" | "seed" | "engine"> {
  readonly settings: Settings;
}

/** The command that repeats a run; see `repeatCommand`. */
export function repeatRun(run: Repeatable, data: string | undefined): string {
  const { seed, engine } = run;
  const recipe = recipeNames.find((name) => name === run.recipe) ?? "notebook";
  const words = ["npx", "mnist-train"];
  if (recipe !== "notebook") words.push("--recipe", recipe);
  if (seed !== 1) words.push("--seed", String(seed));
  if (engine !== defaultEngine) words.push("--engine", engine);
  const wanted = valuesOf(run.settings);
  let values = valuesOf(recipes[recipe].settings);
  for (const key of valueNames) {
    const value = wanted[key];
    if (value === values[key] || value === null || !hasEffect(key, wanted)) continue;
    values = changeValues(values, { [key]: value }); // what else the flag changes follows in the table
    if (isSwitch(key)) words.push(flagOf(key, value === true));
    else words.push(flagOf(key), String(value));
  }
  if (data !== undefined) words.push("--data", data);
  return words.map(quotedForShell).join(" ");
}
