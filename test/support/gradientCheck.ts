import { expect } from "vitest";
import { type Tensor, tensor } from "../../src/layers/tensor.js";
import { Random } from "../../src/random.js";

/** A float64 tensor of normal numbers. */
export function gaussians(random: Random, ...shape: number[]): Tensor {
  const size = shape.reduce((product, d) => product * d, 1);
  return tensor(
    Float64Array.from({ length: size }, () => random.gaussian()),
    ...shape,
  );
}

/** A fixed generator, so that a failure repeats. */
export function seeded(seed = 1): Random {
  return Random.fromSeed(seed);
}

/** Σ a·b, the number whose gradient with respect to b is a. */
export function dot(a: Tensor, b: Tensor): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += a.data[i] * b.data[i];
  return sum;
}

/**
 * Expects a gradient to be that of `f` with respect to `x`, entry by entry, with a relative error
 * below 1e-7.
 *
 * Five-point central differences: their own error is near 1e-12 at this step.
 */
export function expectGradient(name: string, gradient: Tensor, x: Tensor, f: () => number): void {
  const h = 1e-3;
  let worst = 0;
  for (let i = 0; i < x.data.length; i++) {
    const at = x.data[i];
    const shifted = (by: number) => {
      x.data[i] = at + by;
      return f();
    };
    const slope = (8 * (shifted(h) - shifted(-h)) - (shifted(2 * h) - shifted(-2 * h))) / (12 * h);
    x.data[i] = at;
    const found = gradient.data[i];
    const error = Math.abs(found - slope) / Math.max(1e-4, Math.abs(found) + Math.abs(slope));
    worst = Math.max(worst, error);
  }
  expect(gradient.shape, `shape of ${name}`).toEqual(x.shape);
  expect(worst, `relative error of ${name}`).toBeLessThan(1e-7);
}
