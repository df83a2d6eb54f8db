import { describe, expect, it } from "vitest";
import { affineForward } from "../../src/layers/affine.js";
import { affineReluBackward, affineReluForward } from "../../src/layers/affineRelu.js";
import { reluForward } from "../../src/layers/relu.js";
import { emptyLike, type Tensor, zeros, zerosLike } from "../../src/layers/tensor.js";
import { dot, expectGradient, gaussians, seeded } from "../support/gradientCheck.js";

/** Inputs whose weighted sums all stay at least 0.05 from the kink of the ReLU. */
function awayFromKink(N: number, inner: number[], M: number): { x: Tensor; W: Tensor; b: Tensor } {
  const D = inner.reduce((product, d) => product * d, 1);
  for (let seed = 1; ; seed++) {
    const random = seeded(seed);
    const x = gaussians(random, N, ...inner);
    const W = gaussians(random, D, M);
    const b = gaussians(random, M);
    const sums = affineForward(emptyLike(b, N, M), x, W, b);
    if (sums.data.every((sum) => Math.abs(sum) > 0.05)) return { x, W, b };
  }
}

describe("affineRelu", () => {
  it("affineReluForward is affine, then ReLU", () => {
    const { x, W, b } = awayFromKink(3, [5], 4);
    const sums = affineForward(emptyLike(b, 3, 4), x, W, b);
    const expected = reluForward(emptyLike(b, 3, 4), sums);
    expect(affineReluForward(emptyLike(b, 3, 4), x, W, b)).toEqual(expected);
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
    const forward = () => affineReluForward(emptyLike(b, N, M), x, W, b);
    const [dx, dW, db] = [zerosLike(x), zerosLike(W), zerosLike(b)];
    affineReluBackward(dx, dW, db, dout, forward(), x, W);

    const f = () => dot(dout, forward());
    expectGradient("dx", dx, x, f);
    expectGradient("dW", dW, W, f);
    expectGradient("db", db, b, f);
  });

  it("affineReluBackward leaves dout alone unless it may use it as working space", () => {
    const { x, W, b } = awayFromKink(3, [5], 4);
    const out = affineReluForward(emptyLike(b, 3, 4), x, W, b);
    const dout = gaussians(seeded(7), 3, 4);
    const before = Float64Array.from(dout.data);
    const [dW, db, dW2, db2] = [zerosLike(W), zerosLike(b), zerosLike(W), zerosLike(b)];
    affineReluBackward(null, dW, db, dout, out, x, W);
    expect(dout.data).toEqual(before);
    affineReluBackward(null, dW2, db2, dout, out, x, W, dout);
    expect([dW2, db2]).toEqual([dW, db]);
  });

  it("names the tensor whose shape is wrong, or that holds too few numbers", () => {
    const [x, W, b, out, dout] = [zeros(2, 3), zeros(3, 4), zeros(4), zeros(2, 4), zeros(2, 4)];
    const one = (...shape: number[]) => ({ data: new Float32Array(1), shape });
    const backward = (dout: Tensor, out: Tensor, x: Tensor, dsums?: Tensor) => () =>
      affineReluBackward(null, zerosLike(W), zerosLike(b), dout, out, x, W, dsums);
    expect(() => affineReluForward(out, one(2, 3), W, b)).toThrow("x holds 1 numbers, expected 6");
    expect(backward(dout, out, one(2, 3))).toThrow("x holds 1 numbers, expected 6");
    expect(backward(dout, one(2, 4), x)).toThrow("out holds 1 numbers, expected 8");
    expect(backward(zeros(2, 5), out, x)).toThrow("dout is 2 x 5, expected 2 x 4");
    expect(backward(dout, out, x, zeros(4))).toThrow("dsums is 4, expected 2 x 4");
  });
});
