import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { settingsFor } from "../../src/cli/flags.js";
import { repeatCommand } from "../../src/cli/repeatCommand.js";
import { decodeModel, type Model } from "../../src/documents/model.js";
import { type RecipeName, recipeNames, recipes } from "../../src/settings/recipes.js";
import { emptyFolder } from "../support/dataFolder.js";
import { callCommand } from "../support/runCommand.js";

/** A model as far as its run goes, its settings in another order than that of the flags. */
function modelOf(recipe: string, given: Record<string, unknown>, seed = 1): Model {
  const known = recipeNames.find((name) => name === recipe) ?? "notebook";
  const reversed = Object.fromEntries(Object.entries(settingsFor(known, given)).reverse());
  return {
    training: { recipe, seed, engine: "simd" },
    settings: reversed,
  } as unknown as Model;
}

/** The settings of the run that a command starts; every flag is read by its name. */
function settingsOfCommand(command: string) {
  const words = command.split(" ").slice(2);
  const given: Record<string, unknown> = {};
  let recipe: RecipeName = "notebook";
  while (words.length > 0) {
    const flag = words.shift()!.replace(/^--/, "");
    const key = flag.replace(/^no-/, "").replace(/-(.)/g, (_, letter) => letter.toUpperCase());
    const value = words[0] === undefined || words[0].startsWith("--") ? null : words.shift()!;
    if (flag === "recipe") recipe = value as RecipeName;
    else if (value === null) given[key] = !flag.startsWith("no-");
    else given[key] = Number.isNaN(Number(value)) ? value : Number(value);
  }
  return settingsFor(recipe, given);
}

describe("repeatCommand", () => {
  it.each(recipeNames)("is short for %s as it stands", (recipe) => {
    const expected =
      recipe === "notebook" ? "npx mnist-train" : `npx mnist-train --recipe ${recipe}`;
    expect(repeatCommand(modelOf(recipe, {}), undefined, null)).toBe(expected);
  });

  it("names seed and data, quoted where a shell needs it", () => {
    expect(repeatCommand(modelOf("fast", {}, 7), "my data", null)).toBe(
      "npx mnist-train --recipe fast --seed 7 --data 'my data'",
    );
  });

  it.each<[RecipeName, Record<string, unknown>]>([
    ["notebook", { hidden: 50, epochs: 3 }],
    ["notebook", { schedule: "step", decay: 0.99, stepEpochs: 4 }],
    ["notebook", { schedule: "cosine", warmUp: 2 }],
    ["notebook", { initialization: "he", scale: 0.01 }],
    ["fast", { augment: true, rotation: 12, averageKeep: 0.5, averageEvery: 3 }],
    ["record", { augment: false, iterations: 700 }],
    ["overfit", { momentum: 0.9, nesterov: true, limit: 300, keepBest: true, patience: 3 }],
    ["accurate", { schedule: "exponential", momentum: 0 }],
  ])("gives back the settings of %s with %j", (recipe, given) => {
    const model = modelOf(recipe, given);
    const command = repeatCommand(model, undefined, null);
    expect(settingsOfCommand(command), command).toEqual(model.settings);
  });

  it("starts from the lesson's settings where the recipe is not known", () => {
    const command = repeatCommand(modelOf("of my own", { hidden: 9 }), undefined, null);
    expect(command).toBe("npx mnist-train --hidden 9");
  });

  it("trains the same bytes", async () => {
    const folder = emptyFolder();
    const first = "--limit 300 --validation 50 --epochs 2 --momentum 0.5 --seed 3 --hidden 7";
    await callCommand("mnist-train", [...first.split(" "), "--out", "a.json"], folder);
    const model = readFileSync(join(folder, "a.json"), "utf8");
    const command = repeatCommand(decodeModel(model, "a.json"), undefined, null);
    const words = command.split(" ").slice(2);
    await callCommand("mnist-train", [...words, "--out", "b.json"], folder);
    expect(readFileSync(join(folder, "b.json"), "utf8")).toBe(model);
    expect(recipes.notebook.settings.hidden).not.toBe(7);
  });
});
