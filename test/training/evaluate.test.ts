import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine/createEngine.js";
import { passThrough } from "../../src/inspect/explain.js";
import { Random } from "../../src/random.js";
import { answersOf, evaluationSet } from "../../src/training/evaluate.js";
import { freshNet, preprocessingOf, smallSplit } from "../support/mnist.js";

describe("evaluationSet", () => {
  const labels = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  const images = { images: new Uint8Array(10), labels, rows: 1, columns: 1 };
  const from = { id: 0, count: 10 };

  it("a sample holds each image at most once, in order, and follows from the generator", () => {
    const draw = (most: number, seed: number) => [
      ...evaluationSet(from, images, most, Random.fromSeed(seed)).indices,
    ];
    for (let seed = 1; seed <= 20; seed++) {
      const sample = draw(4, seed);
      expect(sample).toEqual([...new Set(sample)].sort());
      expect(sample).toHaveLength(4);
    }
    expect(draw(4, 1)).toEqual(draw(4, 1));
    expect(draw(4, 1)).not.toEqual(draw(4, 2));
    const unnamed = () => [...evaluationSet(from, images, 4).indices];
    expect(unnamed()).toEqual(unnamed());
  });

  it("a sample of labels that cycle has all of them, each about as often", () => {
    const cycling = Uint8Array.from({ length: 50000 }, (_, n) => n % 10);
    const all = { ...images, labels: cycling };
    const { indices, labels } = evaluationSet(from, all, 10000, Random.fromSeed(1));
    const counts = new Array(10).fill(0);
    for (const index of indices) counts[labels[index]]++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150); // five sigma
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
