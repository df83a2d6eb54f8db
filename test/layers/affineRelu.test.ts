import { describe, expect, it } from "vitest";
import { affineForward } from "../../src/layers/affine.js";
import { affineReluBackward, affineReluForward } from "../../src/layers/affineRelu.js";
import { reluForward } from "../../src/layers/relu.js";
import { type Tensor, zeros } from "../../src/layers/tensor.js";
import { dot, expectGradient, gaussians, seeded } from "../support/gradientCheck.js";

/** Inputs whose weighted sums all stay at least 0.05 from the kink of the ReLU. */
function awayFromKink(N: number, inner: number[], M: number): { x: Tensor; W: Tensor; b: Tensor } {
  const D = inner.reduce((product, d) => product * d, 1);
  for (let seed = 1; ; seed++) {
    const random = seeded(seed);
    const x = gaussians(random, N, ...inner);
    const W = gaussians(random, D, M);
    const b = gaussians(random, M);
    const sums = affineForward(x, W, b);
    if (sums.data.every((sum) => Math.abs(sum) > 0.05)) return { x, W, b };
  }
}

describe("affineRelu", () => {
  it("affineReluForward is affine, then ReLU", () => {
    const { x, W, b } = awayFromKink(3, [5], 4);
    const expected = reluForward(affineForward(x, W, b));
    expect(affineReluForward(x, W, b)).toEqual(expected);
    expect(expected.data).toContain(0);
  });

  it.each([
    { N: 1, inner: [3], M: 2 },
    { N: 4, inner: [2, 3], M: 3 },
    { N: 3, inner: [7], M: 5 },
  ])("affineReluBackward matches the numerical gradient of every input, $N x $inner", (size) => {
    const { N, inner, M } = size;
    const { x, W, b } = awayFromKink(N, inner, M);
    const dout = gaussians(seeded(7), N, M);
    const forward = () => affineReluForward(x, W, b);
    const { dx, dW, db } = affineReluBackward(dout, forward(), x, W);

    const f = () => dot(dout, forward());
    expectGradient("dx", dx, x, f);
    expectGradient("dW", dW, W, f);
    expectGradient("db", db, b, f);
  });

  it("affineReluBackward leaves what it is given alone", () => {
    const { x, W, b } = awayFromKink(3, [5], 4);
    const given = { dout: gaussians(seeded(7), 3, 4), out: affineReluForward(x, W, b), x, W };
    const before = structuredClone(given);
    const { dx } = affineReluBackward(given.dout, given.out, x, W);
    expect(dx.shape).toEqual(x.shape);
    expect(given).toEqual(before);
  });

  it("names the tensor whose shape is wrong, or that holds too few numbers", () => {
    const [x, W, b, out, dout] = [zeros(2, 3), zeros(3, 4), zeros(4), zeros(2, 4), zeros(2, 4)];
    const one = (...shape: number[]) => ({ data: new Float32Array(1), shape });
    const backward = (dout: Tensor, out: Tensor, x: Tensor) => () =>
      affineReluBackward(dout, out, x, W);
    expect(() => affineReluForward(one(2, 3), W, b)).toThrow("x holds 1 numbers, expected 6");
    expect(backward(dout, out, one(2, 3))).toThrow("x holds 1 numbers, expected 6");
    expect(backward(dout, one(2, 4), x)).toThrow("out holds 1 numbers, expected 8");
    expect(backward(zeros(2, 5), out, x)).toThrow("dout is 2 x 5, expected 2 x 4");
    expect(backward(dout, zeros(4), x)).toThrow("out is 4, expected 2 x 4");
  });
});
