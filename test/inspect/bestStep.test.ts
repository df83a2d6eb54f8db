import { describe, expect, it } from "vitest";
import { preprocess } from "../../src/dataset/preprocessing.js";
import { bestStep } from "../../src/inspect/bestStep.js";
import { tensor } from "../../src/layers/tensor.js";
import { mapParameters, TwoLayerNet } from "../../src/net/twoLayerNet.js";
import { freshNet, preprocessingOf, smallSplit } from "../support/mnist.js";

const plain = { reg: 0, labelSmoothing: 0 };

async function sample(count: number) {
  const split = await smallSplit(count, 1);
  const x = preprocess(split.train.images, preprocessingOf(split, 1 / 255));
  return { x: tensor(x, count, 784), labels: split.train.labels };
}

describe("bestStep", () => {
  it("finds the loss that the net has after a step of that rate, and none is lower", async () => {
    const { x, labels } = await sample(50);
    const net = freshNet({ std: 0.05 });
    const { loss, gradients } = net.lossAndGradients(x, labels, 0);
    const lossAfter = (rate: number) => {
      const moved = mapParameters(net.parameters, ({ shape, data }, name) =>
        tensor(
          data.map((value, i) => value - rate * gradients[name].data[i]),
          ...shape,
        ),
      );
      return new TwoLayerNet(moved).lossAndGradients(x, labels, 0).loss;
    };
    const found = bestStep(net, x, labels, plain);
    expect(found?.loss).toBe(loss);
    expect(found?.after).toBeCloseTo(lossAfter(found?.rate ?? 0), 4);
    for (const factor of [0.25, 0.5, 2, 4]) {
      expect(lossAfter(factor * (found?.rate ?? 0))).toBeGreaterThan(found?.after ?? 0);
    }
  });

  it("compares the pull of L2 with that of the images", async () => {
    const { x, labels } = await sample(50);
    const net = freshNet({ std: 0.05 });
    const pull = (reg: number) => bestStep(net, x, labels, { ...plain, reg })?.pull ?? Number.NaN;
    expect(pull(0)).toBe(0);
    expect(pull(2) / pull(1)).toBeCloseTo(2, 6);
  });

  it("is unknown where the loss is not finite, and 0 long where no step helps", async () => {
    const { x, labels } = await sample(5);
    const broken = freshNet();
    broken.parameters.b2.data[0] = Number.POSITIVE_INFINITY;
    expect(bestStep(broken, x, labels, plain)).toBeNull();
    const zeros = freshNet({ std: 0 });
    const balanced = Uint8Array.from({ length: 10 }, (_, c) => c);
    const ten = await sample(10);
    expect(bestStep(zeros, ten.x, balanced, plain)).toMatchObject({ rate: 0, pull: null });
  });
});
