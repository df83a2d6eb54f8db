import { describe, expect, it } from "vitest";
import { tensor } from "../../src/layers/tensor.js";
import { sgd, sgdMomentum, sgdNesterov, updateParameters } from "../../src/net/sgd.js";

const numbers = (...values: number[]) => Float64Array.from(values);

describe("sgd", () => {
  it("steps against the gradient, worked out by hand", () => {
    const w = numbers(1, 2);
    sgd(w, numbers(10, -4), { learningRate: 0.5 });
    expect([...w]).toEqual([-4, 4]);
  });

  it("momentum adds a share of the last velocity, and Nesterov looks ahead by it", () => {
    for (const [follow, first, second] of [
      [sgdMomentum, 8 - 0.5 * 4, 6 - 0.5 * (2 + 2)],
      [sgdNesterov, 8 - 0.5 * (4 + 2), 5 - 0.5 * (2 + 2)],
    ] as const) {
      const [w, v] = [numbers(8), numbers(0)];
      follow(w, numbers(4), v, { learningRate: 0.5, momentum: 0.5 });
      expect([w[0], v[0]]).toEqual([first, 4]);
      follow(w, numbers(2), v, { learningRate: 0.5, momentum: 0.5 });
      expect([w[0], v[0]]).toEqual([second, 4]);
    }
  });
});

describe("updateParameters", () => {
  const all = (value: number) => {
    const one = () => tensor(numbers(value), 1);
    return { W1: one(), b1: one(), W2: one(), b2: one() };
  };

  it("updates every parameter, and starts the velocity with the first momentum", () => {
    const parameters = all(1);
    const plain = { learningRate: 0.5 };
    expect(updateParameters(parameters, all(1), null, plain)).toBeNull();
    expect(parameters).toEqual(all(0.5));
    const velocity = updateParameters(parameters, all(1), null, { ...plain, momentum: 0.5 });
    expect(velocity).toEqual(all(1));
    expect(parameters).toEqual(all(0));
    const ahead = { ...plain, momentum: 0.5, nesterov: true };
    expect(updateParameters(parameters, all(1), velocity, ahead)).toEqual(all(1.5));
    expect(parameters).toEqual(all(-0.875));
  });

  it("without momentum the velocity stays as it was", () => {
    const velocity = all(3);
    expect(updateParameters(all(1), all(1), velocity, { learningRate: 1 })).toBe(velocity);
    expect(velocity).toEqual(all(3));
  });
});
