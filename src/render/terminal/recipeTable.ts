import type { Recipe } from "../../settings/recipes.js";
import { duration, percent } from "../numbers.js";
import { aligned } from "./tables.js";

/** A recipe and its name. */
type NamedRecipe = Omit<Recipe, "settings"> & { readonly name: string };

/** Recipes as a heading and rows of two columns: name, expected test accuracy and time; description. */
export function recipeTable(recipes: readonly NamedRecipe[]): {
  readonly heading: string;
  readonly rows: readonly (readonly [figures: string, description: string])[];
} {
  const widest = Math.max(...recipes.map(({ name }) => name.length));
  const [header, ...figures] = aligned([
    ["test accuracy", "time"],
    ...recipes.map(({ expected }) => [percent(expected.testAccuracy), duration(expected.seconds)]),
  ]).split("\n");
  const rows = recipes.map(({ name, description, expected }, i) => {
    const { trainingAccuracy } = expected;
    const training =
      trainingAccuracy === undefined ? "" : ` (training ${percent(trainingAccuracy, 0)})`;
    return [`${name.padEnd(widest)}  ${figures[i]}`, description + training] as const;
  });
  return { heading: `  ${"recipe".padEnd(widest)}  ${header}  what it is`, rows };
}
