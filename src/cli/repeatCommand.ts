import { fitSplit } from "../dataset/fitSplit.js";
import type { LabelledImages } from "../dataset/labelledImages.js";
import type { Model } from "../documents/model.js";
import { defaultEngine } from "../engine/createEngine.js";
import { valueText } from "../settings/entry.js";
import { recipeNames, recipes } from "../settings/recipes.js";
import {
  changeValues,
  hasEffect,
  type SettingValues,
  valueNames,
  valuesOf,
} from "../settings/settings.js";
import { flagOf, isSwitch } from "./flags.js";
import { quotedForShell } from "./io/terminal.js";

/**
 * The command that trains a model again: its recipe, and a flag for each setting that differs.
 *
 * @param data  the folder given with --data
 * @param train the training file, to which a run fits its split; null if it is not available
 */
export function repeatCommand(
  model: Model,
  data: string | undefined,
  train: LabelledImages | null,
): string {
  const { seed, engine } = model.training;
  const recipe = recipeNames.find((name) => name === model.training.recipe) ?? "notebook";
  const words = ["npx", "mnist-train"];
  if (recipe !== "notebook") words.push("--recipe", recipe);
  if (seed !== 1) words.push("--seed", String(seed));
  if (engine !== defaultEngine) words.push("--engine", engine);
  const wanted = valuesOf(model.settings);
  let values = valuesOf(recipes[recipe].settings);
  let given: Partial<SettingValues> = {};
  for (const key of valueNames) {
    const value = wanted[key];
    const fitted = train === null ? values : { ...values, ...fitSplit(train, values, given) };
    if (value === fitted[key] || value === null || !hasEffect(key, wanted)) continue;
    given = { ...given, [key]: value };
    values = changeValues(values, { [key]: value }); // what else the flag changes follows in the table
    if (isSwitch(key)) words.push(flagOf(key, value === true));
    else words.push(flagOf(key), valueText(value));
  }
  if (data !== undefined) words.push("--data", data);
  return words.map(quotedForShell).join(" ");
}
