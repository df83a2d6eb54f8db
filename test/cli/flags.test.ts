import { describe, expect, it } from "vitest";
import { settingsFor } from "../../src/cli/flags.js";
import { recipes } from "../../src/settings/recipes.js";
import { checkSettings } from "../../src/settings/settings.js";

/** Settings that a run would take. */
function accepted(...given: Parameters<typeof settingsFor>) {
  const settings = settingsFor(...given);
  checkSettings(settings, 1);
  return settings;
}

describe("settingsFor", () => {
  it("a flag wins over the recipe, and everything else is the recipe's", () => {
    const settings = accepted("notebook", { hidden: 50 });
    expect(settings).toEqual({ ...recipes.notebook.settings, hidden: 50 });
  });

  it("iterations and epochs replace each other, and both at once are refused", () => {
    expect(accepted("notebook", { epochs: 2 })).toMatchObject({ iterations: null, epochs: 2 });
    expect(accepted("fast", { iterations: 2 })).toMatchObject({ iterations: 2, epochs: null });
    expect(() => settingsFor("fast", { iterations: 2, epochs: 1 })).toThrow(
      "expected one of the two",
    );
  });

  it("another schedule brings the decay that goes with it", () => {
    const schedule = (...given: Parameters<typeof settingsFor>) => accepted(...given).schedule;
    expect(schedule("notebook", { schedule: "cosine" })).toEqual({ kind: "cosine" });
    expect(schedule("fast", { schedule: "exponential" })).toEqual({
      kind: "exponential",
      decay: 0.99,
    });
    const step = schedule("notebook", { schedule: "step" });
    expect(step).toEqual({ kind: "step", decay: 0.1, every: 10 });
    const other = schedule("notebook", { schedule: "step", decay: 0.5, stepEpochs: 2 });
    expect(other).toEqual({ kind: "step", decay: 0.5, every: 2 });
    expect(() => accepted("notebook", { schedule: "cosine", decay: 0.5 })).toThrow(
      "--schedule cosine with decay 0.5: expected no decay",
    );
    expect(schedule("fast", { decay: 1 })).toEqual({ kind: "one-cycle" }); // as the recipe has it
  });

  it("another start of the weights brings its deviation or none", () => {
    expect(accepted("notebook", { initialization: "he" }).std).toBeNull();
    expect(accepted("fast", { initialization: "normal" }).std).toBe(1e-4);
    expect(accepted("fast", { initialization: "normal", std: 0.1 }).std).toBe(0.1);
    for (const given of [{ std: 0.1 }, { initialization: "he", std: 0.1 }]) {
      expect(() => accepted("fast", given)).toThrow(
        "--initialization he with --std 0.1: expected a --std for normal",
      );
    }
  });

  it("momentum 0 looks nowhere ahead, and without distortions the net sees the images", () => {
    expect(accepted("fast", { momentum: 0 }).nesterov).toBe(false);
    expect(accepted("accurate", { augment: false }).augment).toBe(false);
  });

  it("a flag that would do nothing is refused, with the one that it needs", () => {
    const refused = (given: Record<string, unknown>) =>
      expect(() => settingsFor("notebook", given));
    refused({ rotation: 5 }).toThrow("--rotation has no effect without --augment");
    refused({ averageEvery: 2 }).toThrow("--average-every has no effect without --average-keep");
    refused({ stepEpochs: 2 }).toThrow("--step-epochs has no effect without --schedule step");
    expect(accepted("notebook", { rotation: 5, augment: true }).rotation).toBe(5);
    expect(accepted("record", { rotation: 5 }).rotation).toBe(5);
  });

  it("every recipe is one that a run would take", () => {
    for (const name of Object.keys(recipes)) accepted(name as keyof typeof recipes, {});
  });
});
