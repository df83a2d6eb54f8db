import { describe, expect, it } from "vitest";
import { learningRateAt, runLength } from "../../src/settings/learningRate.js";
import { shortRun } from "../support/mnist.js";

const exponential = (decay: number) => ({ kind: "exponential", decay }) as const;

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
    const settings = shortRun({ learningRate: 0.5, schedule: exponential(0.5), batchSize: 100 });
    const length = runLength(settings, 300);
    const rates = [0, 1, 2, 3, 5, 6, 9].map((i) => learningRateAt(i, settings, length));
    expect(rates).toEqual([0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.0625]);
  });

  const rates = (settings: Parameters<typeof shortRun>[0], at: number[]) => {
    const run = shortRun({
      learningRate: 1,
      iterations: 100,
      batchSize: 10,
      schedule: exponential(1),
      ...settings,
    });
    const length = runLength(run, 100); // ten updates an epoch, ten epochs
    return at.map((i) => learningRateAt(i, run, length));
  };
  const expectNear = (found: number[], expected: number[]) =>
    found.forEach((rate, i) => {
      expect(rate).toBeCloseTo(expected[i], 12);
    });

  it("step drops by its factor every so many epochs", () => {
    const step = { kind: "step", decay: 0.1, every: 3 } as const;
    expectNear(rates({ schedule: step }, [0, 29, 30, 59, 60, 99]), [1, 1, 0.1, 0.1, 0.01, 1e-3]);
  });

  it("cosine goes from the learning rate down to nothing", () => {
    const half = Math.SQRT1_2 / 2;
    const schedule = { kind: "cosine" } as const;
    expectNear(rates({ schedule }, [0, 25, 50, 75]), [1, 0.5 + half, 0.5, 0.5 - half]);
    expect(rates({ schedule }, [99])[0]).toBeLessThan(1e-3);
  });

  it("one-cycle rises from a 25th over 30 of 100 updates, and ends near nothing", () => {
    const schedule = { kind: "one-cycle" } as const;
    const [start, top, end] = rates({ schedule }, [0, 30, 99]);
    expectNear([start, top], [1 / 25, 1]);
    expect(end).toBeLessThan(1e-3);
    const way = rates({ schedule }, [...Array(100).keys()]);
    way.forEach((rate, i) => {
      if (i > 0) expect(Math.sign(rate - way[i - 1])).toBe(i <= 30 ? 1 : -1);
    });
  });

  it("a warm-up rises in a straight line, and the curve begins behind it", () => {
    const cosine = { schedule: { kind: "cosine" }, warmUp: 1.9 } as const;
    expectNear(rates(cosine, [0, 9, 18]), [1 / 20, 10 / 20, 19 / 20]);
    expectNear(rates(cosine, [19]), [1]);
    expectNear(rates({ warmUp: 1, schedule: exponential(0.5) }, [0, 9, 10, 20]), [
      1 / 11,
      10 / 11,
      0.5,
      0.25,
    ]);
  });
});
