import { beforeAll, describe, expect, it } from "vitest";
import type { Preprocessing } from "../../src/dataset/preprocessing.js";
import {
  contributions,
  passThrough,
  smallChange,
  unitContributions,
} from "../../src/inspect/explain.js";
import { tensor } from "../../src/layers/tensor.js";
import { TwoLayerNet } from "../../src/net/twoLayerNet.js";
import { recipes } from "../../src/settings/recipes.js";
import { train } from "../../src/training/train.js";
import { freshNet, preprocessingOf, smallSplit } from "../support/mnist.js";

let net: TwoLayerNet;
let images: Uint8Array[];
let preprocessing: Preprocessing;

beforeAll(async () => {
  const split = await smallSplit(1000, 100);
  net = freshNet({ hidden: 20, std: 0.01 });
  const settings = {
    ...recipes.overfit.settings,
    hidden: 20,
    iterations: 200,
    learningRate: 0.001,
  };
  await train(net, split, { settings, seed: 1 });
  preprocessing = preprocessingOf(split, settings.scale);
  images = Array.from({ length: 100 }, (_, n) =>
    split.validation.images.subarray(784 * n, 784 * (n + 1)),
  );
});

describe("an image's way through a net", () => {
  it("ends in the scores and the prediction of the net", () => {
    for (const image of images) {
      const { x, scores, prediction, probabilities } = passThrough(net, image, preprocessing);
      const input = tensor(x, 1, 784);
      expect(scores).toEqual(net.scores(input).data);
      expect(prediction).toBe(net.predict(input)[0]);
      expect(Math.max(...probabilities)).toBe(probabilities[prediction]);
    }
  });
});

describe("the gradient of a score for the input", () => {
  it("is that which small changes of each pixel show", () => {
    // In float64, where a small change is not lost in rounding.
    const wide = new TwoLayerNet(
      Object.fromEntries(
        Object.entries(net.parameters).map(([name, { data, shape }]) => [
          name,
          tensor(Float64Array.from(data), ...shape),
        ]),
      ) as unknown as TwoLayerNet["parameters"],
    );
    const { x } = passThrough(net, images[0], preprocessing);
    const shares = Array.from({ length: 10 }, (_, c) => c - 3.5);
    const dscores = tensor(Float32Array.from(shares), 1, 10);
    const gradient = net.inputGradient(tensor(x, 1, 784), dscores).data;
    const sum = (of: Float64Array) =>
      Array.from(wide.scores(tensor(of, 1, 784)).data).reduce((s, v, c) => s + v * shares[c], 0);
    for (let i = 0; i < 784; i += 13) {
      const [less, more] = [Float64Array.from(x), Float64Array.from(x)];
      less[i] -= 1e-4;
      more[i] += 1e-4;
      expect((sum(more) - sum(less)) / 2e-4).toBeCloseTo(gradient[i], 6);
    }
  });
});

describe("what the pixels gave to a class", () => {
  it("sums to its lead over the mean of the others, but for what biases give", () => {
    const { b1, W2, b2 } = net.parameters;
    for (const image of images.slice(0, 20)) {
      const pass = passThrough(net, image, preprocessing);
      const of = pass.prediction;
      const lead = (scores: ArrayLike<number>) => {
        const all = Array.from(scores);
        return all[of] - all.reduce((s, v, c) => s + (c === of ? 0 : v / 9), 0);
      };
      const fromBiases = Array.from(b2.data, (bias, c) => {
        let sum = bias;
        for (let h = 0; h < 20; h++)
          if (pass.hidden[h] > 0) sum += b1.data[h] * W2.data[h * 10 + c];
        return sum;
      });
      const given = contributions(net, pass, of).reduce((s, v) => s + v, 0);
      expect(given + lead(fromBiases)).toBeCloseTo(lead(pass.scores), 3);
    }
  });
});

describe("what each hidden unit contributed", () => {
  it("sums, with the biases of the scores, to the lead over the mean of the other scores", () => {
    const { b2 } = net.parameters;
    const leadOf = (scores: ArrayLike<number>, of: number) => {
      const all = Array.from(scores);
      const others = all.filter((_, c) => c !== of);
      return all[of] - others.reduce((sum, score) => sum + score, 0) / others.length;
    };
    for (const image of images.slice(0, 10)) {
      const pass = passThrough(net, image, preprocessing);
      const given = unitContributions(net, pass, 3);
      expect(given).toHaveLength(20);
      const sum = given.reduce((all, value) => all + value, 0);
      expect(sum + leadOf(b2.data, 3)).toBeCloseTo(leadOf(pass.scores, 3), 4);
      given.forEach((value, h) => {
        if (pass.hidden[h] === 0) expect(value + 0).toBe(0);
      });
    }
  });
});

describe("a small change that makes the net answer otherwise", () => {
  it("is found for the runner-up, is small, and stays within a pixel's range", () => {
    for (const image of images) {
      const { scores, prediction } = passThrough(net, image, preprocessing);
      const order = Array.from(scores, (_, c) => c).sort((a, b) => scores[b] - scores[a]);
      const changed = smallChange(net, image, preprocessing, order[1]);
      expect(changed).not.toBeNull();
      expect(passThrough(net, changed!, preprocessing).prediction).toBe(order[1]);
      expect(order[0]).toBe(prediction);
      expect(Math.min(...changed!)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...changed!)).toBeLessThanOrEqual(255);
      const mean = changed!.reduce((s, v, i) => s + Math.abs(v - image[i]), 0) / 784;
      expect(mean).toBeLessThan(25);
    }
  });

  it("is none where the net answers so already, and null where nothing can change the answer", () => {
    const { prediction } = passThrough(net, images[0], preprocessing);
    expect(smallChange(net, images[0], preprocessing, prediction)).toEqual(
      Float32Array.from(images[0]),
    );
    const zero = freshNet({ hidden: 4, std: 0.01 });
    zero.parameters.W1.data.fill(0);
    zero.parameters.b2.data[3] = 1;
    expect(smallChange(zero, images[0], preprocessing, 5)).toBeNull();
  });
});
