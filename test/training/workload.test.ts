import { describe, expect, it } from "vitest";
import { train } from "../../src/training/train.js";
import { workload } from "../../src/training/workload.js";
import { freshNet, shortRun, smallSplit } from "../support/mnist.js";

describe("workload", () => {
  it("is what the lesson's long run computes", () => {
    // 100 validations; those of the 40 epochs' ends fall on other updates every second time.
    const validations = 100 + 40 - 20;
    expect(workload(shortRun({}), 50000, 10000)).toEqual({
      updates: 10000,
      scored: validations * 10000 + 40 * 10000 + 60000,
    });
  });

  it("is what the trainer reports", async () => {
    const split = await smallSplit(200, 50);
    const settings = shortRun({ iterations: 105, batchSize: 10, every: 8 });
    const validated = new Set<number>();
    let epochs = 0;
    await train(freshNet({ hidden: 4 }), split, { settings, seed: 1 }, (event) => {
      if (event.type === "epoch") epochs++;
      if (event.type === "epoch" || event.type === "validation") validated.add(event.iteration);
    });
    expect(epochs).toBe(5);
    const scored = validated.size * 50 + epochs * 200 + 250;
    expect(workload(settings, 200, 50)).toEqual({ updates: 105, scored });
  });

  it("is less for a run that is resumed, and the last measurement if all its updates are done", () => {
    const settings = shortRun({ iterations: 100, batchSize: 10, every: 7 });
    const whole = workload(settings, 200, 50);
    const half = workload(settings, 200, 50, 50);
    expect(half.updates).toBe(50);
    expect(half.scored).toBeLessThan(whole.scored);
    expect(workload(settings, 200, 50, 100)).toEqual({ updates: 0, scored: 250 });
  });
});
