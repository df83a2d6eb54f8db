import type { Recipe } from "../../settings/recipes.js";
import { duration, percent } from "../numbers.js";
import { aligned } from "./tables.js";

/** A recipe and its name. */
type NamedRecipe = Omit<Recipe, "settings"> & { readonly name: string };

/** Recipes as lines of text: name, expected test accuracy, time to train, description. */
export function recipeTable(recipes: readonly NamedRecipe[]): string {
  const widest = Math.max(...recipes.map(({ name }) => name.length));
  const [header, ...figures] = aligned([
    ["test accuracy", "time"],
    ...recipes.map(({ expected }) => [percent(expected.testAccuracy), duration(expected.seconds)]),
  ]).split("\n");
  const lines = recipes.map(({ name, description, expected }, i) => {
    const { trainingAccuracy } = expected;
    const training =
      trainingAccuracy === undefined ? "" : ` (training ${percent(trainingAccuracy, 0)})`;
    return `${name.padEnd(widest)}  ${figures[i]}  ${description}${training}`;
  });
  return [`${"recipe".padEnd(widest)}  ${header}  what it is`, ...lines].join("\n");
}
