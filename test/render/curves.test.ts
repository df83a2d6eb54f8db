import { describe, expect, it } from "vitest";
import { lossCurve, thinLoss } from "../../src/render/curves.js";

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
