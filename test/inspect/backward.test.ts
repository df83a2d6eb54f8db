import { beforeAll, describe, expect, it } from "vitest";
import type { Preprocessing } from "../../src/dataset/preprocessing.js";
import {
  answerAfterStep,
  type BackwardPass,
  backwardThrough,
  unitsBySlope,
  weightChange,
} from "../../src/inspect/backward.js";
import { passThrough } from "../../src/inspect/explain.js";
import { map, tensor } from "../../src/layers/tensor.js";
import { updateParameters } from "../../src/net/sgd.js";
import { mapParameters, TwoLayerNet } from "../../src/net/twoLayerNet.js";
import { train } from "../../src/training/train.js";
import { freshNet, preprocessingOf, shortRun, smallSplit } from "../support/mnist.js";

let net: TwoLayerNet;
let images: { pixels: Uint8Array; label: number }[];
let preprocessing: Preprocessing;

beforeAll(async () => {
  const split = await smallSplit(1000, 40);
  net = freshNet({ hidden: 20, std: 0.01 });
  const settings = shortRun({ hidden: 20, iterations: 60 });
  await train(net, split, { settings, seed: 1 });
  preprocessing = preprocessingOf(split, settings.scale);
  images = Array.from(split.validation.labels, (label, n) => ({
    label,
    pixels: split.validation.images.subarray(784 * n, 784 * (n + 1)),
  }));
});

function backwardOf({ pixels, label }: (typeof images)[number], of = net): BackwardPass {
  return backwardThrough(of, passThrough(of, pixels, preprocessing), label);
}

/** What `lossAndGradients` says of an image as a batch of one, without L2. */
const batchOfOne = ({ x, label }: BackwardPass, of = net) =>
  of.lossAndGradients(tensor(x, 1, 784), [label], 0);

describe("the way back of one image", () => {
  it("ends in the loss and the gradients of lossAndGradients for a batch of one, bit for bit", () => {
    for (const image of images.slice(0, 4)) {
      const backward = backwardOf(image);
      const { loss, gradients } = batchOfOne(backward);
      expect(backward.loss).toBe(loss);
      expect(backward.gradients).toEqual(gradients);
    }
  });

  it("starts with p - y, which is 1 less at the label and sums to 0", () => {
    for (const image of images) {
      const { dscores, probabilities, label, gradients } = backwardOf(image);
      dscores.forEach((d, c) => {
        expect(d).toBeCloseTo(probabilities[c] - Number(c === label), 6);
      });
      expect(dscores.reduce((sum, d) => sum + d, 0)).toBeCloseTo(0, 5);
      expect(gradients.b2.data).toEqual(dscores);
    }
  });

  it("passes the ReLU where a unit is on, and stops where it is off", () => {
    const { hidden, dhidden, dsums, gradients } = backwardOf(images[0]);
    const open = Array.from(hidden, (value) => value > 0);
    expect(new Set(open).size).toBe(2);
    open.forEach((isOpen, h) => {
      expect(dsums[h]).toBe(isOpen ? dhidden[h] : 0);
    });
    expect(gradients.b1.data).toEqual(dsums);
  });

  it("changes the weights into a unit by the image itself, times one number", () => {
    const backward = backwardOf(images[1]);
    const { x, dsums } = backward;
    for (const h of dsums.keys()) {
      const change = weightChange(backward, h, 0.5);
      const farthest = Math.max(...x.map((value, i) => change[i] + 0.5 * dsums[h] * value));
      expect(farthest).toBeCloseTo(0, 4);
      expect(change.some((value) => value !== 0)).toBe(dsums[h] !== 0);
    }
  });

  it("names each unit once, where it passes or where it stops, the largest slope first", () => {
    const backward = backwardOf(images[2]);
    const { passed, stopped } = unitsBySlope(backward);
    expect([...passed, ...stopped].sort((a, b) => a - b)).toEqual([...backward.hidden.keys()]);
    expect(passed.every((h) => backward.hidden[h] > 0)).toBe(true);
    expect(stopped.every((h) => backward.dsums[h] === 0)).toBe(true);
    for (const units of [passed, stopped]) {
      const sizes = units.map((h) => Math.abs(backward.dhidden[h]));
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    }
  });
});

describe("the answer after a step", () => {
  it("is what the net says once sgd has changed its parameters", () => {
    for (const [n, learningRate] of [0.001, 1e-5, 3].entries()) {
      const backward = backwardOf(images[n]);
      const copy = mapParameters(net.parameters, (w) => map(w, (value) => value));
      updateParameters(copy, batchOfOne(backward).gradients, null, { learningRate });
      const changed = new TwoLayerNet(copy);
      const after = answerAfterStep(net, backward, learningRate);
      expect(after.loss).toBe(batchOfOne(backward, changed).loss);
      expect(after.prediction).toBe(changed.predict(tensor(backward.x, 1, 784))[0]);
      expect(after.probabilities).toEqual(
        passThrough(changed, images[n].pixels, preprocessing).probabilities,
      );
    }
  });

  it("has a lower loss where the step is short, by the rate times the squared gradient", () => {
    const wrong = images.find((image) => backwardOf(image).prediction !== image.label)!;
    const backward = backwardOf(wrong);
    const square = Object.values(backward.gradients)
      .flatMap(({ data }) => [...data])
      .reduce((sum, slope) => sum + slope * slope, 0);
    const rate = 1e-3 / square;
    expect(backward.loss - answerAfterStep(net, backward, rate).loss).toBeCloseTo(1e-3, 5);
  });

  it("leaves the net as it is, and says where the loss is no longer finite", () => {
    const backward = backwardOf(images[3]);
    const before = mapParameters(net.parameters, (w) => map(w, (value) => value));
    expect(answerAfterStep(net, backward, 1e38).loss).not.toSatisfy(Number.isFinite);
    expect(net.parameters).toEqual(before);
  });
});

it("a label that is no class of the net is refused", () => {
  expect(() => backwardOf({ ...images[0], label: 10 })).toThrow(RangeError);
});
