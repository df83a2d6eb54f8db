import { describe, expect, it } from "vitest";
import type { Points } from "../../../src/render/curves.js";
import {
  accuracyAxis,
  lossAxis,
  needsLog,
  placeOn,
  valueAt,
  wholeTicks,
} from "../../../src/render/page/app/axes.js";
import { within, zoomed } from "../../../src/render/page/app/view.js";

const points = (...values: number[]): Points => values.map((y, x) => [x, y]);

describe("axes", () => {
  it("of losses that differ a lot are logarithmic, with powers of 2 or 10 as marks", () => {
    const losses = points(2.3, 1, 0.2);
    expect(needsLog(losses)).toBe(true);
    expect(needsLog(points(2.3, 1, 0.5))).toBe(false);
    expect(lossAxis(losses, true, true).ticks).toEqual([0.25, 0.5, 1, 2]);
    expect(lossAxis(points(100, 1, 0.0009), true, true).ticks).toEqual([
      0.001, 0.01, 0.1, 1, 10, 100,
    ]);
  });

  it("of losses that are near one another have round marks, on a logarithmic scale too", () => {
    const { min, max, log, ticks } = lossAxis(points(0.14, 0.1, 0.12), true, false);
    expect(log).toBe(true);
    expect(min).toBeGreaterThan(0.09);
    expect(max).toBeLessThan(0.15);
    expect(ticks).toEqual([0.1, 0.11, 0.12, 0.13, 0.14]);
  });

  it("of losses begin at 0 for a whole run on a linear scale, and near them for a part", () => {
    expect(lossAxis(points(2, 1), false, true).min).toBe(0);
    expect(lossAxis(points(2, 1.9), false, false).min).toBeGreaterThan(1.8);
  });

  it("of losses take in 0, none, and equal ones", () => {
    expect(lossAxis(points(1, 0), true, true).log).toBe(false);
    for (const losses of [points(), points(0, 0), points(1, 1)]) {
      const { min, max, ticks } = lossAxis(losses, true, true);
      expect(max).toBeGreaterThan(min);
      expect(ticks.length).toBeGreaterThan(0);
    }
  });

  it("of accuracies run from a mark below all to one above, and not beyond 100", () => {
    const { min, max, ticks } = accuracyAxis(points(89.7, 97.1, 98.8));
    expect([min, max]).toEqual([88, 100]);
    expect(ticks).toEqual([88, 90, 92, 94, 96, 98, 100]);
    expect(accuracyAxis(points(97.53, 97.61))).toMatchObject({ min: 97.52, max: 97.62 });
    expect(accuracyAxis(points(100, 100)).max).toBeGreaterThan(accuracyAxis(points(100)).min);
  });

  it("mark whole numbers only", () => {
    expect(wholeTicks(36, 40, 8)).toEqual([36, 37, 38, 39, 40]);
    expect(wholeTicks(36.2, 37.9, 8)).toEqual([37]);
    expect(wholeTicks(0, 40, 5)).toEqual([0, 10, 20, 30, 40]);
  });

  it("place their ends at 0 and 1", () => {
    for (const axis of [
      { min: 0.1, max: 10, log: true, ticks: [] },
      { min: -5, max: 10, log: false, ticks: [] },
    ]) {
      expect(placeOn(axis, axis.min)).toBeCloseTo(0, 12);
      expect(placeOn(axis, axis.max)).toBeCloseTo(1, 12);
    }
  });

  it("read a line at and between its points, and nowhere else", () => {
    const line: Points = [
      [1, 4],
      [3, 8],
    ];
    expect([0, 1, 2, 3, 4].map((x) => valueAt(line, x))).toEqual([null, 4, 6, 8, null]);
  });
});

describe("the part of a run that is shown", () => {
  it("stays within the run, and is never too narrow", () => {
    expect(within(-0.5, 2)).toEqual([0, 1]);
    const [from, to] = within(0.999, 1);
    expect(to).toBeCloseTo(1, 12);
    expect(to - from).toBeCloseTo(0.01, 12);
  });

  it("keeps the place in it around which one zooms", () => {
    expect(zoomed([0, 1], 0.5, 0.25)).toEqual([0.125, 0.625]);
    expect(zoomed([0.25, 0.75], 2, 0.5)).toEqual([0, 1]);
  });
});
