import { percent } from "../numbers.js";
import { aligned } from "./tables.js";

/** What the table says of a recipe; accuracies are shares, 0..1. */
export interface ListedRecipe {
  readonly name: string;
  readonly description: string;
  readonly expected: {
    readonly trainingAccuracy?: number;
    readonly testAccuracy: number;
    readonly seconds: number;
  };
}

/** Recipes as lines of text: name, expected accuracies and time to train, what each is. */
export function recipeTable(recipes: readonly ListedRecipe[]): string {
  const widest = Math.max(...recipes.map(({ name }) => name.length));
  const figures = aligned([
    ["test accuracy", "time"],
    ...recipes.map(({ expected }) => [percent(expected.testAccuracy), duration(expected.seconds)]),
  ]).split("\n");
  const learned = ({ expected: { trainingAccuracy } }: ListedRecipe) =>
    trainingAccuracy === undefined ? "" : ` (training ${(100 * trainingAccuracy).toFixed(0)} %)`;
  const lines = recipes.map(
    (recipe, i) =>
      `${recipe.name.padEnd(widest)}  ${figures[i + 1]}  ${recipe.description}${learned(recipe)}`,
  );
  return [`${"recipe".padEnd(widest)}  ${figures[0]}  what it is`, ...lines].join("\n");
}

function duration(seconds: number): string {
  return seconds < 100 ? `${seconds.toPrecision(2)} s` : `${(seconds / 60).toPrecision(2)} min`;
}
