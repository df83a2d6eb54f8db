import { dropoutBackward, dropoutForward } from "./dropout";
import { Plan } from "./plan";

/*
 * What follows the affine part of a hidden unit, over a row of a panel: ReLU, then dropout. Another
 * activation belongs here; no other kernel knows which one it is.
 */

/** Activation forward: x = max(0, x), NaN stays; then dropout for image n of the batch. */
// @ts-expect-error: decorator
@inline
export function activationForward(plan: Plan, x: usize, n: u32, panel: u32): void {
  const zero = f32x4.splat(0);
  v128.store(x, f32x4.pmax(v128.load(x, 0), zero), 0);
  v128.store(x, f32x4.pmax(v128.load(x, 16), zero), 16);
  v128.store(x, f32x4.pmax(v128.load(x, 32), zero), 32);
  v128.store(x, f32x4.pmax(v128.load(x, 48), zero), 48);
  v128.store(x, f32x4.pmax(v128.load(x, 64), zero), 64);
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
  v128.store(dx, v128.and(v128.load(dx, 0), f32x4.gt(v128.load(x, 0), zero)), 0);
  v128.store(dx, v128.and(v128.load(dx, 16), f32x4.gt(v128.load(x, 16), zero)), 16);
  v128.store(dx, v128.and(v128.load(dx, 32), f32x4.gt(v128.load(x, 32), zero)), 32);
  v128.store(dx, v128.and(v128.load(dx, 48), f32x4.gt(v128.load(x, 48), zero)), 48);
  v128.store(dx, v128.and(v128.load(dx, 64), f32x4.gt(v128.load(x, 64), zero)), 64);
  if (plan.dropoutThreshold != 0) dropoutBackward(plan, dx);
}
