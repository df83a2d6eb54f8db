import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeCheckpoint } from "../../src/documents/checkpoint.js";
import { type SettingError, UsageError } from "../../src/errors.js";
import { recipeNames, recipes } from "../../src/settings/recipes.js";
import {
  changeSettings,
  checkSettings,
  defaults,
  type SettingValues,
  settingsFrom,
  valuesOf,
} from "../../src/settings/settings.js";

/** The error of a change, as a library user gets it. */
function refusal(given: Partial<SettingValues>, base = defaults): SettingError {
  try {
    changeSettings(base, given);
  } catch (error) {
    return error as SettingError;
  }
  throw new Error("expected a refusal");
}

describe("settings as plain values", () => {
  it.each(recipeNames)("of %s give back the settings", (recipe) => {
    const { settings } = recipes[recipe];
    expect(settingsFrom(valuesOf(settings))).toEqual(settings);
    checkSettings(settings, 1);
  });

  it("name a schedule by its kind, with 1 and null for the fields that it lacks", () => {
    const step = { ...defaults, schedule: { kind: "step", decay: 0.5, every: 3 } } as const;
    expect(valuesOf(step)).toMatchObject({ schedule: "step", decay: 0.5, stepEpochs: 3 });
    const cosine = { ...defaults, schedule: { kind: "cosine" } } as const;
    expect(valuesOf(cosine)).toMatchObject({ schedule: "cosine", decay: 1, stepEpochs: null });
    expect(settingsFrom(valuesOf(cosine)).schedule).toEqual({ kind: "cosine" });
  });
});

describe("changeSettings", () => {
  it("refuses with setting, found and expected, and one sentence of them", () => {
    const error = refusal({ momentum: 2 });
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      setting: "momentum",
      found: "2",
      expected: "a number from 0 to 0.9999",
      message: "momentum 2: expected a number from 0 to 0.9999",
    });
  });

  it.each<[Partial<SettingValues>, string]>([
    [{ iterations: 5, epochs: 3 }, "iterations 5 and epochs 3: expected one of the two"],
    [{ rotation: 5 }, "rotation has no effect without augment"],
    [{ stepEpochs: 3 }, "stepEpochs has no effect without schedule step"],
    [{ schedule: "sine" as "step" }, "schedule sine: expected one of exponential, step, "],
    [{ initialization: "he", std: 0.1 }, "initialization he with std 0.1: expected a std for"],
    [{ schedule: "one-cycle", warmUp: 1 }, "schedule one-cycle with warmUp 1: expected warmUp 0"],
    [{ keepBest: true, validation: 0 }, "keepBest with validation 0: expected validation images"],
  ])("gives a library user who asks for %j the refusal of the flags", (given, message) => {
    expect(refusal(given).message).toContain(message);
  });

  it("ignores what is no setting", () => {
    expect(changeSettings(defaults, { recipe: "fast" } as object)).toEqual(defaults);
  });
});

describe("a checkpoint", () => {
  it("allows what flags allow, and no more", () => {
    const path = new URL("../documents/fixtures/checkpoint-step.json", import.meta.url);
    const [, rest] = readFileSync(path, "utf8").split("\n");
    const withSetting = (from: string, to: string) => {
      expect(rest).toContain(from);
      const text = `${rest.replace(from, to)}\n`;
      const sha256 = createHash("sha256").update(text).digest("hex");
      return `{"format":"mnist-train-checkpoint","version":1,"sha256":"${sha256}",\n${text}`;
    };
    const momentum = () => decodeCheckpoint(withSetting('"momentum":0.9,', '"momentum":2,'), "c");
    expect(momentum).toThrow("c: run.settings.momentum is 2, expected a number from 0 to 0.9999; ");
    const step = () => decodeCheckpoint(withSetting('"stepEpochs":1', '"stepEpochs":null'), "c");
    expect(step).toThrow(
      "c: run.settings: schedule step with every null, expected a whole number from 1 to 1000000; ",
    );
    const older = decodeCheckpoint(withSetting('"initialization":"normal",', ""), "c");
    expect(older.settings.std).toBe(1e-4);
  });
});
