import { describe, expect, it } from "vitest";
import { type LabelledImages, pickImages } from "../../src/dataset/labelledImages.js";
import { meanImage, type Split } from "../../src/dataset/split.js";
import { gatherEvidence } from "../../src/inspect/evidence.js";
import { nearestMeanAccuracy } from "../../src/inspect/nearestMean.js";
import type { TwoLayerNet } from "../../src/net/twoLayerNet.js";
import { recipes } from "../../src/settings/recipes.js";
import { freshNet, smallSplit } from "../support/mnist.js";

const { settings } = recipes.notebook;
const gather = (net: TwoLayerNet, split: Split, trainingAccuracy: number | null = 1) =>
  gatherEvidence(net, split, { settings, trainingAccuracy, data: null });

/** A split of the images that these labels name, and of the same to validate on. */
function relabelled({ train }: Split, labels: number[], held: number[]): Split {
  const take = (values: number[]): LabelledImages => ({
    ...train,
    images: train.images.subarray(0, 784 * values.length),
    labels: Uint8Array.from(values),
  });
  return { train: take(labels), validation: take(held), meanImage: meanImage(take(labels)) };
}

/** Images in an order in which labels cycle 0 to 9, so many cycles. */
function inCycles(train: LabelledImages, cycles: number): LabelledImages {
  const ofClass = Array.from({ length: 10 }, (_, label) =>
    [...train.labels.keys()].filter((n) => train.labels[n] === label),
  );
  const order = Array.from({ length: 10 * cycles }, (_, i) => ofClass[i % 10][Math.floor(i / 10)]);
  return pickImages(train, Uint32Array.from(order));
}

describe("gatherEvidence", () => {
  it("counts classes: the most frequent, and those that no training image has", async () => {
    const split = relabelled(await smallSplit(4, 1), [0, 1, 1, 2], [1, 5, 5]);
    const evidence = gather(freshNet(), split);
    expect(evidence).toMatchObject({
      ...{ trainingImages: 4, classCount: 10, mostFrequent: { training: 0.5 } },
      step: null,
    });
    expect(evidence.mostFrequent.validation).toBeCloseTo(2 / 3, 12);
    expect(evidence.unseen).toBeCloseTo(2 / 3, 12);
    const none = relabelled(await smallSplit(4, 1), [0, 1, 1, 2], []);
    expect(gather(freshNet(), none)).toMatchObject({
      mostFrequent: { validation: null },
      unseen: 0,
    });
  });

  it("measures inputs, which shrink with their scale; equal images leave nothing", async () => {
    const split = await smallSplit(300, 100);
    const whole = gather(freshNet(), split).inputLength;
    expect(whole).toBeGreaterThan(1700);
    const scaled = gatherEvidence(freshNet(), split, {
      ...{ trainingAccuracy: 1, data: null },
      settings: { ...settings, scale: 0.01 },
    });
    expect(scaled.inputLength / whole).toBeCloseTo(0.01, 6);
    const { train } = await smallSplit(1, 1);
    const same = { ...train, images: Uint8Array.from([...train.images, ...train.images]) };
    const twice = { ...same, labels: Uint8Array.of(1, 2) };
    const equal = { train: twice, validation: twice, meanImage: meanImage(twice) };
    expect(gather(freshNet(), equal).inputLength).toBe(0);
  });

  it("sees units that are alike in every weight", async () => {
    const split = await smallSplit(20, 1);
    const alike = (change: (net: TwoLayerNet) => void, hidden = 3) => {
      const net = freshNet({ hidden, std: 0 });
      change(net);
      return gather(net, split).alike;
    };
    expect(alike(() => {})).toBe(true);
    expect(alike(() => {}, 1)).toBe(false);
    expect(alike(({ parameters }) => (parameters.W1.data[5] = 1))).toBe(false);
    expect(alike(({ parameters }) => (parameters.b1.data[1] = 1))).toBe(false);
    expect(alike(({ parameters }) => (parameters.W2.data[29] = 1))).toBe(false);
  });

  it("looks for the best step only where accuracy is poor", async () => {
    const split = await smallSplit(300, 100);
    const net = freshNet();
    expect(gather(net, split, 0.99).step).toBeNull();
    expect(gather(net, split, null).step).toBeNull();
    expect(gather(net, split, 0.15).step?.loss).toBeCloseTo(Math.log(10), 2);
    expect(gather(net, split, 0.6).step, "below what the nearest mean suggests").not.toBeNull();
  });
});

describe("nearestMeanAccuracy", () => {
  it("is that of a known classifier: about 0.8 on MNIST", async () => {
    const accuracy = nearestMeanAccuracy(await smallSplit(2000, 1000));
    expect(accuracy).toBeGreaterThan(0.74);
    expect(accuracy).toBeLessThan(0.86);
  });

  it("samples every class, also where labels cycle", async () => {
    const { train, validation } = await smallSplit(12000, 1000);
    const cycled = inCycles(train, 1000);
    const split = { train: cycled, validation, meanImage: meanImage(cycled) };
    expect(nearestMeanAccuracy(split)).toBeGreaterThan(0.74);
  });

  it("compares other training images if there are none to validate on, and else knows nothing", async () => {
    const { train } = await smallSplit(1400, 1);
    const validation = { ...train, images: new Uint8Array(0), labels: new Uint8Array(0) };
    const split = (images: LabelledImages) => ({
      ...{ train: images, validation, meanImage: meanImage(images) },
    });
    expect(nearestMeanAccuracy(split(train))).toBeGreaterThan(0.7);
    const few = {
      ...train,
      images: train.images.subarray(0, 7840),
      labels: train.labels.subarray(0, 10),
    };
    expect(nearestMeanAccuracy(split(few))).toBeNull();
  });
});
