import { expect, it } from "vitest";
import { recipeTable } from "../../../src/render/terminal/recipeTable.js";

it("recipeTable lines up names, accuracies and times in the unit that reads best", () => {
  const { heading, rows } = recipeTable([
    { name: "a", description: "small", expected: { testAccuracy: 0.9, seconds: 0.512 } },
    {
      name: "longer",
      description: "large",
      expected: { trainingAccuracy: 1, testAccuracy: 0.98765, seconds: 600 },
    },
  ]);
  expect(heading).toBe("  recipe  test accuracy    time  what it is");
  expect(rows).toEqual([
    ["a             90.00 %  0.51 s", "small"],
    ["longer        98.77 %  10 min", "large (training 100 %)"],
  ]);
});
