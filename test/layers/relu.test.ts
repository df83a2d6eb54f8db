import { describe, expect, it } from "vitest";
import { reluBackward, reluForward } from "../../src/layers/relu.js";
import { tensor, zeros } from "../../src/layers/tensor.js";
import { dot, expectGradient, gaussians, seeded } from "../support/gradientCheck.js";

describe("relu", () => {
  it("reluForward keeps what is positive and zeroes the rest", () => {
    const x = tensor(Float32Array.of(-2, -0, 0, 0.5, 3, -1e-30), 2, 3);
    expect([...reluForward(x).data]).toEqual([0, 0, 0, 0.5, 3, 0]);
  });

  it("reluForward lets NaN through, so that divergence shows", () => {
    const x = tensor(Float32Array.of(Number.NaN), 1);
    expect(reluForward(x).data[0]).toBeNaN();
  });

  it("reluBackward zeroes the gradient where x <= 0, at exactly 0 too", () => {
    const x = tensor(Float32Array.of(-2, 0, 3), 3);
    const dout = tensor(Float32Array.of(5, 6, 7), 3);
    expect([...reluBackward(dout, x).data]).toEqual([0, 0, 7]);
  });

  it("reluBackward gives the same from the output of forward as from its input", () => {
    const random = seeded();
    const [x, dout] = [gaussians(random, 4, 5), gaussians(random, 4, 5)];
    const out = reluForward(x);
    expect(reluBackward(dout, out)).toEqual(reluBackward(dout, x));
  });

  it("reluBackward matches the numerical gradient away from the kink", () => {
    const random = seeded();
    const [x, dout] = [gaussians(random, 3, 2, 4), gaussians(random, 3, 2, 4)];
    for (let i = 0; i < x.data.length; i++) x.data[i] += x.data[i] > 0 ? 0.01 : -0.01;
    const dx = reluBackward(dout, x);
    expectGradient("dx", dx, x, () => dot(dout, reluForward(x)));
  });

  it("refuses a gradient of another shape", () => {
    expect(() => reluBackward(zeros(3, 2), zeros(2, 3))).toThrow("dout is 3 x 2, expected 2 x 3");
    expect(() => reluBackward(zeros(3), zeros(2))).toThrow("dout is 3, expected 2");
  });

  it("refuses an input that holds fewer numbers than its shape says", () => {
    const one = { data: Float32Array.of(1), shape: [2, 3] };
    const says = "x holds 1 numbers, expected 6";
    expect(() => reluForward(one)).toThrow(says);
    expect(() => reluBackward(zeros(2, 3), one)).toThrow(says);
  });
});
