import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine/createEngine.js";
import { passThrough } from "../../src/inspect/explain.js";
import { answersOf, evaluationSet } from "../../src/training/evaluate.js";
import { freshNet, preprocessingOf, smallSplit } from "../support/mnist.js";

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

describe("answersOf", () => {
  it("says of each image, in the order asked for, what the net answers and how surely", async () => {
    const split = await smallSplit(100, 20);
    const { validation } = split;
    const net = freshNet({ hidden: 8, std: 0.01 });
    const preprocessing = preprocessingOf(split);
    const engine = await createEngine("reference", { parameters: net.parameters, preprocessing });
    const indices = Uint32Array.of(7, 3, 19, 3);
    try {
      const from = await engine.load(validation);
      const set = { from, labels: validation.labels, indices };
      const answers = await answersOf(engine, set);
      expect(answers.map(({ index }) => index)).toEqual([7, 3, 19, 3]);
      for (const { index, label, prediction, probability } of answers) {
        const pixels = validation.images.subarray(784 * index, 784 * (index + 1));
        const pass = passThrough(net, pixels, preprocessing);
        expect(label).toBe(validation.labels[index]);
        expect(prediction).toBe(pass.prediction);
        expect(probability).toBeCloseTo(pass.probabilities[prediction], 5);
      }
    } finally {
      await engine.close();
    }
  });
});
