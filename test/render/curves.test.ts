import { describe, expect, it } from "vitest";
import {
  lossCurve,
  shownRange,
  showsStart,
  thinLoss,
  wholeLossCurve,
} from "../../src/render/curves.js";

const falling = (n: number) => Array.from({ length: n }, (_, i) => 2.3 / (1 + i / 10));

describe("thinLoss", () => {
  it("leaves short histories as they are", () => {
    expect(thinLoss([3, 2], 2)).toEqual([
      { iteration: 1, loss: 3 },
      { iteration: 2, loss: 2 },
    ]);
    expect(thinLoss([], 10)).toEqual([]);
  });

  it("keeps every peak of a long history, in order, in at most so many points", () => {
    const loss = falling(180_000).map((value, i) => value + (i % 7) / 100);
    loss[77_777] = 9;
    loss[123_456] = -1;
    for (const most of [1000, 999, 2]) {
      const points = thinLoss(loss, most);
      expect(points.length).toBeLessThanOrEqual(most);
      expect(points).toContainEqual({ iteration: 77_778, loss: 9 });
      expect(points).toContainEqual({ iteration: 123_457, loss: -1 });
      const iterations = points.map(({ iteration }) => iteration);
      expect(iterations).toEqual([...new Set(iterations)].sort((a, b) => a - b));
      for (const { iteration, loss: value } of points) expect(value).toBe(loss[iteration - 1]);
    }
    expect(thinLoss(loss, 1000).length).toBeGreaterThan(900);
  });
});

describe("lossCurve", () => {
  it("smooths without lagging at the start: equal losses stay what they are", () => {
    const { smooth } = lossCurve(Array(300).fill(2.3));
    for (const { loss } of smooth) expect(loss).toBeCloseTo(2.3, 12);
    expect(smooth.at(-1)?.iteration).toBe(300);
  });

  it("averages over what came before alone, and ends with the last update", () => {
    const { smooth, batches, iterations } = lossCurve([...Array(50_000).fill(1), 100]);
    expect(iterations).toBe(50_001);
    expect(batches.length).toBeLessThanOrEqual(1000);
    expect(smooth.length).toBeLessThanOrEqual(1001);
    expect(smooth.at(-2)?.loss).toBeCloseTo(1, 12);
    expect(smooth.at(-1)).toEqual({ iteration: 50_001, loss: expect.closeTo(1.198, 3) });
  });
});

const start = { loss: 2.3, penalty: 0.1, trainingAccuracy: 0.1, validationAccuracy: 0.12 };
const points = (losses: readonly number[]) =>
  losses.map((loss, iteration) => ({ iteration, loss }));

describe("the smoothed loss", () => {
  it("comes back down after a loss that exploded", () => {
    const usual = Array(300).fill(1);
    const { smooth, batches } = lossCurve([...usual, 1e30, ...usual]);
    expect(batches).toContainEqual({ iteration: 301, loss: 1e30 });
    expect(smooth.at(-1)?.loss).toBeLessThan(1.1);
  });
});

describe("wholeLossCurve", () => {
  it("begins with the loss before the first update, L2 included", () => {
    const { batches, smooth } = wholeLossCurve({ loss: [2.2, 2], epochs: [], start });
    expect(batches[0]).toEqual({ iteration: 0, loss: 2.4 });
    expect(smooth[0]).toEqual({ iteration: 0, loss: 2.4 });
    expect(batches[1]).toEqual({ iteration: 1, loss: 2.2 });
  });
});

describe("shownRange", () => {
  it("leaves out a few losses that exploded, which would flatten all others", () => {
    const usual = Array.from({ length: 100 }, (_, i) => 2.3 - i / 50);
    expect(shownRange(points([...usual, 1e5, 1e20, 1e38]))).toEqual({
      ...{ least: expect.closeTo(0.32, 9), greatest: 23 },
    });
    const spike = [...usual.slice(0, 50), 1e12, ...usual.slice(50)];
    expect(shownRange(points(spike)).greatest).toBe(23);
    expect(shownRange(points([2.3, 0, 0, 0, 1e9])).greatest).toBe(23);
  });

  it("shows everything of a run that falls from a large loss, or is nothing but an explosion", () => {
    expect(shownRange(points([1e10, 1e6, 10, 1, 1, 1, 1])).greatest).toBe(1e10);
    expect(shownRange(points([2.3, 1e5, 1e12, 1e20, 1e28, 1e36])).greatest).toBe(1e36);
    expect(shownRange(points([]))).toEqual({ least: 0, greatest: 0 });
  });
});

describe("showsStart", () => {
  const at = (accuracy: number) => ({
    ...{ epoch: 1, trainingAccuracy: accuracy, validationAccuracy: null },
  });
  it("leaves a start out of view that is far below the epochs", () => {
    expect(showsStart({ loss: [], epochs: [at(0.9)], start })).toBe(false);
    expect(showsStart({ loss: [], epochs: [at(0.5), at(0.8)], start })).toBe(true);
    expect(showsStart({ loss: [], epochs: [], start })).toBe(true);
    expect(showsStart({ loss: [], epochs: [at(0.5)] })).toBe(false);
  });
});
