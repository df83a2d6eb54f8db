import { describe, expect, it } from "vitest";
import { affineBackward, affineForward } from "../../src/layers/affine.js";
import { type Tensor, tensor, zeros } from "../../src/layers/tensor.js";
import { dot, expectGradient, gaussians, seeded } from "../support/gradientCheck.js";

describe("affine", () => {
  it("affineForward is x·W + b, worked out by hand", () => {
    const x = tensor(Float32Array.of(1, 2, 3, -1, 0, 4), 2, 3);
    const W = tensor(Float32Array.of(1, 0.5, 2, -1, 0, 3), 3, 2);
    const b = tensor(Float32Array.of(10, -10), 2);
    const out = affineForward(x, W, b);
    expect([...out.data]).toEqual([15, -2.5, 9, 1.5]);
  });

  it("affineBackward is dout·Wᵀ, xᵀ·dout and the sum of dout, worked out by hand", () => {
    const x = tensor(Float32Array.of(1, 2, 3, -1, 0, 4), 2, 3);
    const W = tensor(Float32Array.of(1, 0.5, 2, -1, 0, 3), 3, 2);
    const dout = tensor(Float32Array.of(1, 2, -1, 0), 2, 2);
    const { dx, dW, db } = affineBackward(dout, x, W);
    expect([...dx.data]).toEqual([2, 0, 6, -1, -2, 0]);
    expect([...dW.data]).toEqual([2, 2, 2, 4, -1, 6]);
    expect([...db.data]).toEqual([0, 2]);
  });

  it("affineForward flattens examples of any shape", () => {
    const random = seeded();
    const flat = gaussians(random, 3, 30);
    const W = gaussians(random, 30, 4);
    const b = gaussians(random, 4);
    const deep = tensor(flat.data, 3, 2, 5, 3);
    expect(affineForward(deep, W, b)).toEqual(affineForward(flat, W, b));
  });

  it.each([
    { N: 1, inner: [1], M: 1 },
    { N: 1, inner: [7], M: 3 },
    { N: 3, inner: [4], M: 5 },
    { N: 5, inner: [2, 3, 3], M: 2 },
    { N: 2, inner: [5, 3], M: 9 },
  ])("affineBackward matches the numerical gradient of every input, $N x $inner to $M", (size) => {
    const random = seeded();
    const { N, inner, M } = size;
    const D = inner.reduce((product, d) => product * d, 1);
    const x = gaussians(random, N, ...inner);
    const W = gaussians(random, D, M);
    const b = gaussians(random, M);
    const dout = gaussians(random, N, M);
    const { dx, dW, db } = affineBackward(dout, x, W);

    const f = () => dot(dout, affineForward(x, W, b));
    expectGradient("dx", dx, x, f);
    expectGradient("dW", dW, W, f);
    expectGradient("db", db, b, f);
  });

  it("affineBackward gives fresh gradients each time, and leaves what it is given alone", () => {
    const random = seeded();
    const given = {
      dout: gaussians(random, 2, 2),
      x: gaussians(random, 2, 3),
      W: gaussians(random, 3, 2),
    };
    const before = structuredClone(given);
    const [once, again] = [1, 2].map(() => affineBackward(given.dout, given.x, given.W));
    expect(once).toEqual(again);
    for (const name of ["dx", "dW", "db"] as const) expect(once[name]).not.toBe(again[name]);
    expect(given).toEqual(before);
  });

  it("a gradient of 0 adds nothing, whatever stands beside it", () => {
    const x = tensor(Float32Array.of(1, 2, 3, 4), 2, 2);
    const W = tensor(Float32Array.of(1, 2, 3, 4), 2, 2);
    const dout = tensor(Float32Array.of(0, 1, 0, 0), 2, 2);
    const { dx, dW, db } = affineBackward(dout, x, W);
    expect([...dx.data]).toEqual([2, 4, 0, 0]);
    expect([...dW.data]).toEqual([0, 1, 0, 2]);
    expect([...db.data]).toEqual([0, 1]);
  });

  it("float32 agrees with float64 within the rounding of one result", () => {
    const random = seeded();
    const [x, W, b] = [gaussians(random, 4, 33), gaussians(random, 33, 7), gaussians(random, 7)];
    const narrow = [x, W, b].map((t) => tensor(Float32Array.from(t.data), ...t.shape));
    const wide = narrow.map((t) => tensor(Float64Array.from(t.data), ...t.shape));
    const in32 = affineForward(narrow[0], narrow[1], narrow[2]);
    const in64 = affineForward(wide[0], wide[1], wide[2]);
    expect(in32.data).toEqual(Float32Array.from(in64.data));
  });

  it("names the tensor whose shape is wrong, and the shape expected", () => {
    const [x, W, b] = [zeros(2, 3), zeros(4, 5), zeros(5)];
    expect(() => affineForward(x, W, b)).toThrow("W is 4 x 5, expected 3 x 5");
    expect(() => affineForward(zeros(2, 4), W, zeros(4))).toThrow("b is 4, expected 5");
    expect(() => affineBackward(zeros(2, 5), x, W)).toThrow("W is 4 x 5, expected 3 x 5");
    expect(() => affineBackward(zeros(5, 2), zeros(2, 4), W)).toThrow(
      "dout is 5 x 2, expected 2 x 5",
    );
    expect(() => tensor(new Float32Array(5), 2, 3)).toThrow(RangeError);
  });

  it("refuses every tensor that holds fewer numbers than its shape says", () => {
    const short = (t: Tensor) => ({ data: t.data.subarray(1), shape: t.shape });
    const x = zeros(2, 3);
    const [W, b, dout] = [zeros(3, 5), zeros(5), zeros(2, 5)];
    expect(() => affineForward(short(x), W, b)).toThrow("x holds 5 numbers, expected 6");
    expect(() => affineForward(x, short(W), b)).toThrow("W holds 14 numbers, expected 15");
    expect(() => affineForward(x, W, short(b))).toThrow("b holds 4 numbers, expected 5");
    const all = { dout, x, W };
    for (const [name, right] of Object.entries(all)) {
      const t = { ...all, [name]: short(right) };
      expect(() => affineBackward(t.dout, t.x, t.W), name).toThrow(
        `${name} holds ${right.data.length - 1} numbers, expected ${right.data.length}`,
      );
    }
  });
});
