import { describe, expect, it } from "vitest";
import { dropoutBackward, dropoutForward } from "../../src/layers/dropout.js";
import { zeros } from "../../src/layers/tensor.js";
import { dot, expectGradient, gaussians, seeded } from "../support/gradientCheck.js";

const ones = (...shape: number[]) => {
  const x = zeros(...shape);
  x.data.fill(1);
  return x;
};

describe("dropout", () => {
  it("share 0 changes nothing", () => {
    const x = gaussians(seeded(), 5, 7);
    expect(dropoutForward(x, { share: 0, key: 3 })).toEqual(x);
  });

  it("leaves out the share that was asked for, and keeps the expectation", () => {
    for (const share of [0.1, 0.5, 0.8]) {
      const { data } = dropoutForward(ones(200, 200), { share, key: 7 });
      const left = data.filter((value) => value !== 0);
      expect(Math.abs(1 - left.length / data.length - share)).toBeLessThan(0.01);
      for (const value of left) expect(value).toBeCloseTo(1 / (1 - share), 6);
    }
  });

  it("the key and the place decide, nothing else", () => {
    const masks = [1, 1, 2].map((key) => dropoutForward(ones(20, 20), { share: 0.5, key }).data);
    expect(masks[1]).toEqual(masks[0]);
    expect(masks[2]).not.toEqual(masks[0]);
    const larger = dropoutForward(ones(40, 20), { share: 0.5, key: 1 }).data;
    expect(larger.subarray(0, 400)).toEqual(masks[0]);
  });

  it("backward is the gradient of forward", () => {
    const dropout = { share: 0.4, key: 11 };
    const x = gaussians(seeded(), 6, 8);
    const dout = gaussians(seeded(2), 6, 8);
    const dx = dropoutBackward(dout, dropout);
    expectGradient("dx", dx, x, () => dot(dout, dropoutForward(x, dropout)));
  });
});
