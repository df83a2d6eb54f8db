import { describe, expect, it } from "vitest";
import { Tally } from "../../src/training/evaluate.js";

describe("Tally", () => {
  it("counts accuracy, loss and confusion, worked out by hand", () => {
    const tally = new Tally(2);
    tally.add(Float32Array.of(0, Math.log(3), 2, 1), Uint8Array.of(1, 1));
    const { count, accuracy, meanLoss, confusion } = tally.figures;
    expect({ count, accuracy, confusion }).toEqual({
      count: 2,
      accuracy: 0.5,
      confusion: [
        [0, 0],
        [1, 1],
      ],
    });
    expect(meanLoss).toBeCloseTo((Math.log(4 / 3) + Math.log(1 + Math.E)) / 2, 6);
  });

  it("gives the same figures whatever the batches", () => {
    const scores = Float32Array.from({ length: 30 }, (_, i) => (i * 7) % 11);
    const labels = Uint8Array.from({ length: 10 }, (_, i) => i % 3);
    const [whole, parts] = [new Tally(3), new Tally(3)];
    whole.add(scores, labels);
    parts.add(scores.subarray(0, 12), labels.subarray(0, 4));
    parts.add(scores.subarray(12), labels.subarray(4));
    expect(parts.figures.confusion).toEqual(whole.figures.confusion);
    expect(parts.figures.meanLoss).toBeCloseTo(whole.figures.meanLoss, 12);
  });

  it("accuracy and loss of nothing are NaN", () => {
    expect(new Tally(2).figures).toMatchObject({
      count: 0,
      accuracy: Number.NaN,
      meanLoss: Number.NaN,
    });
  });

  it("counts nothing of a batch that it refuses", () => {
    const tally = new Tally(2);
    expect(() => tally.add(new Float32Array(4), [0, 2])).toThrow(RangeError);
    expect(() => tally.add(new Float32Array(3), [0, 1])).toThrow(RangeError);
    expect(tally.figures).toMatchObject({
      count: 0,
      confusion: [
        [0, 0],
        [0, 0],
      ],
    });
  });
});
