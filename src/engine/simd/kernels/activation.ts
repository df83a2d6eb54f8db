import { dropoutBackward, dropoutForward } from "./dropout";
import { Plan, ROW } from "./plan";

/*
 * What follows the affine part of a hidden unit, over a row of a panel: ReLU, then dropout. Another
 * activation belongs here; no other kernel knows which one it is.
 */

/** Activation forward: x = max(0, x), NaN stays; then dropout for image n of the batch. */
// @ts-expect-error: decorator
@inline
export function activationForward(plan: Plan, x: usize, n: u32, panel: u32): void {
  const zero = f32x4.splat(0);
  for (let i: u32 = 0; i < ROW; i += 16) {
    v128.store(x + i, f32x4.pmax(v128.load(x + i), zero));
  }
  if (plan.dropoutThreshold != 0) dropoutForward(plan, x, n, panel);
}

/**
 * Activation backward: dx = dx where x > 0, else 0; then dropout.
 *
 * @param x what forward returned, so that a dropped unit is a 0 as well
 */
// @ts-expect-error: decorator
@inline
export function activationBackward(plan: Plan, dx: usize, x: usize): void {
  const zero = f32x4.splat(0);
  for (let i: u32 = 0; i < ROW; i += 16) {
    v128.store(dx + i, v128.and(v128.load(dx + i), f32x4.gt(v128.load(x + i), zero)));
  }
  if (plan.dropoutThreshold != 0) dropoutBackward(plan, dx);
}
