import { mixVector } from "./augment";
import { Plan, ROW, WIDTH } from "./plan";

/** Dropout forward over a row: x = 0 where a unit is dropped, x / (1 - share) elsewhere. */
// @ts-expect-error: decorator
@inline
export function dropoutForward(plan: Plan, x: usize, n: u32, panel: u32): void {
  const threshold = i32x4.splat(plan.dropoutThreshold);
  const factor = f32x4.splat(plan.dropoutFactor);
  const key = i32x4.splat(plan.dropoutKey);
  const first = i32x4.splat(n * plan.hiddenSize + panel * WIDTH);
  let unit = i32x4.add(first, i32x4(0, 1, 2, 3));
  for (let i: usize = 0; i < ROW; i += 16) {
    const kept = i32x4.ge_u(mixVector(v128.xor(mixVector(unit), key)), threshold);
    v128.store(x + i, v128.and(kept, f32x4.mul(v128.load(x + i), factor)));
    unit = i32x4.add(unit, i32x4.splat(4));
  }
}

/** Dropout backward over a row, after the gradient of dropped units became 0: dx = dx / (1 - share). */
// @ts-expect-error: decorator
@inline
export function dropoutBackward(plan: Plan, dx: usize): void {
  const factor = f32x4.splat(plan.dropoutFactor);
  for (let i: usize = 0; i < ROW; i += 16) {
    v128.store(dx + i, f32x4.mul(v128.load(dx + i), factor));
  }
}
