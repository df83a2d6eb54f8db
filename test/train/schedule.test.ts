import { describe, expect, it } from "vitest";
import { learningRateAt, runLength } from "../../src/train/schedule.js";
import { shortRun } from "../support/mnist.js";

describe("runLength", () => {
  it("an epoch is N / batchSize updates, rounded up", () => {
    const settings = shortRun({ iterations: 10, batchSize: 200 });
    expect(runLength(settings, 50000).iterationsPerEpoch).toBe(250);
    expect(runLength(settings, 401).iterationsPerEpoch).toBe(3);
    expect(runLength(settings, 7).iterationsPerEpoch).toBe(1);
  });

  it("epochs become iterations", () => {
    const settings = shortRun({ iterations: null, epochs: 3, batchSize: 200 });
    expect(runLength(settings, 1000).iterations).toBe(15);
    expect(runLength(settings, 1001).iterations).toBe(18); // 6 updates, rounded up, three times
    expect(runLength(shortRun({ iterations: 12 }), 1000).iterations).toBe(12);
  });
});

describe("learningRateAt", () => {
  it("decays after every epoch, and not before the first one ends", () => {
    const settings = shortRun({ learningRate: 0.5, decay: 0.5, batchSize: 100 });
    const length = runLength(settings, 300);
    const rates = [0, 1, 2, 3, 5, 6, 9].map((i) => learningRateAt(i, settings, length));
    expect(rates).toEqual([0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.0625]);
  });
});
