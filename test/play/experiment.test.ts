import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mutantOf } from "../../src/learn/modules.js";
import {
  firstLink,
  fragmentOf,
  type Link,
  pageSettings,
  readFragment,
} from "../../src/play/experiment.js";
import { presetNames, presets } from "../../src/play/presets.js";
import { slipNames, slipRun, slips } from "../../src/play/slips.js";
import { recipeNames } from "../../src/settings/recipes.js";
import { changeSettings } from "../../src/settings/settings.js";

const link = (changes: Partial<Link>): Link => ({ ...firstLink, ...changes });
const read = (fragment: string) => readFragment(fragment);

describe("a link of the live page", () => {
  it("is empty for the experiment that the page begins with", () => {
    expect(fragmentOf(firstLink)).toBe("");
    expect(read("")).toEqual({ link: firstLink, problems: [] });
    expect(read("#")).toEqual({ link: firstLink, problems: [] });
  });

  it("names settings as flags do, and reads as it was written", () => {
    const settings = changeSettings(firstLink.settings, { hidden: 50, learningRate: 0.005 });
    const written = fragmentOf(link({ settings, seed: 3, hidesControls: true }));
    expect(written).toBe("hidden=50&learning-rate=0.005&seed=3&controls=off");
    expect(read(`#${written}`)).toEqual({
      link: link({ settings, seed: 3, hidesControls: true }),
      problems: [],
    });
  });

  it("holds every recipe and every question, to the same settings", () => {
    for (const recipe of recipeNames.filter((name) => name !== "record")) {
      const settings = pageSettings(recipe);
      const whole = link({ recipe, settings });
      expect(read(fragmentOf(whole)), recipe).toEqual({ link: whole, problems: [] });
    }
    for (const preset of presetNames) {
      const { changes, recipe = "notebook" } = { recipe: undefined, ...presets[preset] };
      const settings = changeSettings(pageSettings(recipe), changes);
      const whole = link({ recipe, settings, preset });
      expect(read(fragmentOf(whole)), preset).toEqual({ link: whole, problems: [] });
    }
  });

  it("holds any settings that the page can have", () => {
    const changes = fc.record(
      {
        hidden: fc.integer({ min: 1, max: 400 }),
        batchSize: fc.integer({ min: 1, max: 65536 }),
        learningRate: fc.double({ min: 1e-9, max: 1e6, noNaN: true }),
        reg: fc.double({ min: 0, max: 1e6, noNaN: true }),
        momentum: fc.constantFrom(0, 0.5, 0.99),
        std: fc.double({ min: 0, max: 1e3, noNaN: true }),
        limit: fc.integer({ min: 1, max: 60000 }),
        centring: fc.boolean(),
        epochs: fc.integer({ min: 1, max: 100 }),
        schedule: fc.constantFrom("step", "cosine", "one-cycle", "exponential"),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(changes, fc.maxSafeNat(), (given, seed) => {
        const settings = changeSettings(firstLink.settings, given as never);
        const whole = link({ settings, seed });
        expect(read(fragmentOf(whole))).toEqual({ link: whole, problems: [] });
      }),
    );
  });

  it.each([
    ["hidden=0", "hidden=0, expected a whole number from 1 to 8192"],
    ["hidden=500", "hidden=500, expected a whole number from 1 to 400"],
    ["learning-rate=fast", "learning-rate=fast, expected a number above 0"],
    ["centring=maybe", "centring=maybe, expected true or false"],
    ["seed=-1", "seed=-1, expected a whole number from 0 to 2^53 - 1"],
    ["recipe=cake", "recipe=cake, expected one of notebook"],
    ["preset=none", "preset=none, expected one of sound"],
    ["colour=red", "colour, expected the name of a setting"],
    ["controls=no", "controls=no, expected one of on, off"],
  ])("with %s says so in one line and goes on with the rest", (part, words) => {
    const { link, problems } = read(`#batch-size=20&${part}`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(words);
    expect(link.settings.batchSize).toBe(20);
  });

  it("with settings that contradict each other falls back to the recipe", () => {
    const { link, problems } = read("iterations=10&epochs=2");
    expect(problems.join()).toMatch(/contradict each other: iterations 10 and epochs 2/);
    expect(link.settings).toEqual(firstLink.settings);
  });

  it("reads any text without an error", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { link } = read(text);
        expect(link.settings.hidden).toBeGreaterThan(0);
      }),
    );
    expect(read("hidden=%E0%A4%A").problems).toHaveLength(1);
  });
});

describe("mistakes to plant", () => {
  it("are mutants of the lesson, or settings", () => {
    for (const name of slipNames) {
      const { mutant } = slips[name];
      if (mutant === null) expect("changes" in slips[name]).toBe(true);
      else expect(mutantOf(mutant), name).not.toBeNull();
    }
  });

  it("run with settings that the lesson's layers take", () => {
    const { momentum, dropout, labelSmoothing } = changeSettings(pageSettings("notebook"), slipRun);
    expect([momentum, dropout, labelSmoothing]).toEqual([0, 0, 0]);
  });
});
