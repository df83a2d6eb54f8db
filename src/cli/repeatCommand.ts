import { type Model, settingsOf } from "../documents/model.js";
import { defaultEngine } from "../engine/createEngine.js";
import { valueText } from "../settings/entry.js";
import { recipeNames, recipes } from "../settings/recipes.js";
import { changeValues, hasEffect, valueNames, valuesOf } from "../settings/settings.js";
import { flagOf, isSwitch } from "./flags.js";
import { quotedForShell } from "./io/terminal.js";

/**
 * The command that trains a model again: its recipe, and a flag for each setting that differs.
 *
 * @param data the folder given with --data
 */
export function repeatCommand(model: Model, data: string | undefined): string {
  const { seed, engine } = model.training;
  const recipe = recipeNames.find((name) => name === model.training.recipe) ?? "notebook";
  const words = ["npx", "mnist-train"];
  if (recipe !== "notebook") words.push("--recipe", recipe);
  if (seed !== 1) words.push("--seed", String(seed));
  if (engine !== defaultEngine) words.push("--engine", engine);
  const wanted = valuesOf(settingsOf(model));
  let values = valuesOf(recipes[recipe].settings);
  for (const key of valueNames) {
    const value = wanted[key];
    if (value === values[key] || value === null || !hasEffect(key, wanted)) continue;
    values = changeValues(values, { [key]: value }); // what else the flag changes follows in the table
    if (isSwitch(key)) words.push(flagOf(key, value === true));
    else words.push(flagOf(key), valueText(value));
  }
  if (data !== undefined) words.push("--data", data);
  return words.map(quotedForShell).join(" ");
}
