import { describe, expect, it } from "vitest";
import { evaluationSet } from "../../src/train/evaluate.js";

describe("evaluationSet", () => {
  const labels = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  const images = { images: new Uint8Array(10), labels, rows: 1, columns: 1 };
  const from = { id: 0, count: 10 };

  it("a sample is spread over all images, from the first to the last", () => {
    expect([...evaluationSet(from, images, 3).indices]).toEqual([0, 3, 6]);
    expect([...evaluationSet(from, images, 9).indices]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...evaluationSet(from, images, 1).indices]).toEqual([0]);
  });

  it("takes every image once where no sample is asked for, or a larger one", () => {
    const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect([...evaluationSet(from, images).indices]).toEqual(all);
    expect([...evaluationSet(from, images, 11).indices]).toEqual(all);
  });
});
