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
    expect(accepted("notebook", { schedule: "cosine" }).decay).toBe(1);
    expect(accepted("fast", { schedule: "exponential" }).decay).toBe(0.99);
    const step = accepted("notebook", { schedule: "step" });
    expect(step).toMatchObject({ decay: 0.1, stepEpochs: 10 });
    expect(accepted("notebook", { schedule: "step", decay: 0.5, stepEpochs: 2 }).decay).toBe(0.5);
    expect(() => accepted("notebook", { schedule: "cosine", decay: 0.5 })).toThrow(
      "expected decay 1",
    );
  });

  it("another start of the weights brings its deviation or none", () => {
    expect(accepted("notebook", { initialization: "he" }).std).toBeNull();
    expect(accepted("fast", { initialization: "normal" }).std).toBe(1e-4);
    expect(accepted("fast", { initialization: "normal", std: 0.1 }).std).toBe(0.1);
  });

  it("momentum 0 looks nowhere ahead, and without distortions the net sees the images", () => {
    expect(accepted("fast", { momentum: 0 }).nesterov).toBe(false);
    expect(accepted("accurate", { augment: false }).augment).toBe(false);
  });

  it("a flag that would do nothing is refused, with the one that it needs", () => {
    const refused = (given: Record<string, unknown>) =>
      expect(() => settingsFor("notebook", given));
    refused({ rotation: 5 }).toThrow("--rotation 5 does nothing by itself: expected --augment too");
    refused({ averageEvery: 2 }).toThrow("expected --average-keep too");
    refused({ stepEpochs: 2 }).toThrow("expected --schedule step too");
    expect(accepted("notebook", { rotation: 5, augment: true }).rotation).toBe(5);
    expect(accepted("record", { rotation: 5 }).rotation).toBe(5);
  });

  it("every recipe is one that a run would take", () => {
    for (const name of Object.keys(recipes)) accepted(name as keyof typeof recipes, {});
  });
});
