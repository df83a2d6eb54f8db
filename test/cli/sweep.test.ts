import { describe, expect, it } from "vitest";
import { numbersFlag, settingsFor } from "../../src/cli/flags.js";
import { type FoundRun, runNames } from "../../src/cli/runNames.js";
import { nameOf, spreadOf, variationsOf } from "../../src/cli/sweep.js";
import { SettingError, UsageError } from "../../src/errors.js";
import type { RecipeName } from "../../src/settings/recipes.js";

describe("numbersFlag", () => {
  const rate = numbersFlag("--rate", { whole: false, least: 0, most: 1 });
  const count = numbersFlag("--count", { whole: true, least: 0, most: 500 });

  it("reads a number, a list, and a range of whole numbers", () => {
    expect(rate("0.1")).toBe(0.1);
    expect(rate("0.1, .2,3e-1")).toEqual([0.1, 0.2, 0.3]);
    expect(count("1..3,9")).toEqual([1, 2, 3, 9]);
    expect(count("4..4")).toBe(4);
  });

  it.each<[typeof rate, string, string]>([
    [rate, "0.1,2", "--rate 2: expected a number from 0 to 1"],
    [rate, "0.1,", "--rate : expected a number from 0 to 1"],
    [rate, "0..1", "--rate 0..1: expected a number from 0 to 1"],
    [count, "1..900", "--count 900: expected a whole number from 0 to 500"],
    [count, "1..400", "--count 1..400, 400 values: expected at most 100"],
    [count, "3..1", "--count 3..1: expected the smaller number first, 1..3"],
    [count, "1..3,2", "--count 1..3,2 with 2 twice: expected each value once"],
  ])("refuses what is out of range, too much or said twice (%#)", (read, text, message) => {
    expect(() => read(text)).toThrow(SettingError);
    expect(() => read(text)).toThrow(message);
  });
});

describe("variationsOf", () => {
  it("combines every value with every other, the seed fastest", () => {
    const runs = variationsOf({ seed: [1, 2], hidden: [5, 9], std: 0.1, augment: true });
    expect(runs?.map(nameOf).map(({ name }) => name)).toEqual([
      "hidden 5, seed 1",
      "hidden 5, seed 2",
      "hidden 9, seed 1",
      "hidden 9, seed 2",
    ]);
    expect(runs?.map(nameOf).map(({ line }) => line)[1]).toBe("hidden 5");
    expect(nameOf({ seed: 3 })).toEqual({ name: "seed 3", line: "seed 3" });
  });

  it("gives none without a list, and refuses more runs than a file holds", () => {
    expect(variationsOf({ hidden: 5, seed: 2 })).toBeNull();
    const many = Array.from({ length: 50 }, (_, i) => i + 1);
    expect(() => variationsOf({ hidden: [1, 2, 3], seed: many })).toThrow(UsageError);
    expect(() => variationsOf({ hidden: [1, 2, 3], seed: many })).toThrow(
      "--hidden and --seed make 3 x 50 = 150 runs, expected at most 100; give fewer values",
    );
  });
});

describe("spreadOf", () => {
  it("is the mean and the deviation of a sample", () => {
    expect(spreadOf([1, 2, 6, null])).toEqual({ mean: 3, deviation: Math.sqrt(7) });
    expect(spreadOf([4])).toEqual({ mean: 4, deviation: null });
    expect(spreadOf([null])).toBeNull();
  });
});

describe("runNames", () => {
  const run = (recipe: RecipeName, given: Record<string, unknown>, seed = 1, path = "a.json") =>
    ({
      path,
      number: null,
      recipe,
      seed,
      engine: "simd",
      settings: settingsFor(recipe, given),
    }) satisfies FoundRun;
  const names = (...runs: FoundRun[]) => runNames(runs).map(({ name }) => name);

  it("names what differs, and shares lines between seeds", () => {
    const runs = [
      run("notebook", {}),
      run("notebook", { hidden: 50 }),
      run("notebook", { hidden: 50 }, 2),
    ];
    expect(names(...runs)).toEqual([
      "hidden 200, seed 1",
      "hidden 50, seed 1",
      "hidden 50, seed 2",
    ]);
    expect(runNames(runs).map(({ line }) => line)).toEqual([
      "hidden 200",
      "hidden 50",
      "hidden 50",
    ]);
  });

  it("names recipes and what differs from them, not all that they change", () => {
    expect(names(run("notebook", {}), run("fast", { epochs: 2 }), run("fast", {}))).toEqual([
      "recipe notebook",
      "recipe fast, epochs 2",
      "recipe fast",
    ]);
  });

  it("names switches, and lengths given in two ways", () => {
    expect(names(run("notebook", { centring: false }), run("notebook", {}))).toEqual([
      "no-centring",
      "centring",
    ]);
    expect(names(run("notebook", { epochs: 3 }), run("notebook", {}))).toEqual([
      "epochs 3",
      "iterations 10000",
    ]);
  });

  it("names files where settings do not tell runs apart", () => {
    const same = [run("fast", {}, 1, "x/a.json"), run("fast", {}, 1, "x/b.json")];
    expect(names(...same)).toEqual(["a", "b"]);
    expect(names(same[0], { ...same[1], path: "y/a.json" })).toEqual(["x/a.json", "y/a.json"]);
    expect(names({ ...same[0], settings: null, number: 2 }, same[1])).toEqual(["a 2", "b"]);
    expect(names(same[0], same[0])).toEqual(["a", "a (2)"]);
  });
});
