import { describe, expect, it } from "vitest";
import { startCheckpointTimer } from "../../src/training/checkpointTimer.js";

describe("the checkpoint timer", () => {
  it("counts updates since the last save, also from the middle of a run", () => {
    const timer = startCheckpointTimer({ iterations: 10 }, 25);
    expect(timer.isDue(34)).toBe(false);
    expect(timer.isDue(35)).toBe(true);
    timer.saved(36, 1);
    expect(timer.isDue(45)).toBe(false);
    expect(timer.isDue(46)).toBe(true);
  });

  it("counts seconds since the last save, and wants news by then", () => {
    let now = 5000;
    const timer = startCheckpointTimer({ seconds: 2 }, 0, () => now);
    now += 1999;
    expect(timer.isDue(7)).toBe(false);
    now += 1;
    expect(timer.isDue(7)).toBe(true);
    expect(timer.isDue(0)).toBe(false);
    timer.saved(7, 500);
    expect(timer.isDue(8)).toBe(false);
  });

  it("takes less than a hundredth of the time when nobody says how often", () => {
    for (const cost of [1, 80, 900, 60_000]) {
      let now = 0;
      const timer = startCheckpointTimer(undefined, 0, () => now);
      let saving = 0;
      for (let iteration = 1; now < 1000 * (10_000 + cost); iteration++) {
        now += 1000;
        if (!timer.isDue(iteration)) continue;
        now += cost;
        saving += cost;
        timer.saved(iteration, cost);
      }
      expect(saving, `${cost} ms each`).toBeGreaterThan(0);
      expect(saving / now, `${cost} ms each`).toBeLessThan(0.01);
    }
  });
});
