/** ReLU forward over a row: x = max(0, x); NaN stays. */
// @ts-expect-error: decorator
@inline
export function reluForward(x: usize): void {
  const zero = f32x4.splat(0);
  v128.store(x, f32x4.pmax(v128.load(x, 0), zero), 0);
  v128.store(x, f32x4.pmax(v128.load(x, 16), zero), 16);
  v128.store(x, f32x4.pmax(v128.load(x, 32), zero), 32);
  v128.store(x, f32x4.pmax(v128.load(x, 48), zero), 48);
  v128.store(x, f32x4.pmax(v128.load(x, 64), zero), 64);
}

/** ReLU backward over a row: dx = dx where x > 0, else 0. */
// @ts-expect-error: decorator
@inline
export function reluBackward(dx: usize, x: usize): void {
  const zero = f32x4.splat(0);
  v128.store(dx, v128.and(v128.load(dx, 0), f32x4.gt(v128.load(x, 0), zero)), 0);
  v128.store(dx, v128.and(v128.load(dx, 16), f32x4.gt(v128.load(x, 16), zero)), 16);
  v128.store(dx, v128.and(v128.load(dx, 32), f32x4.gt(v128.load(x, 32), zero)), 32);
  v128.store(dx, v128.and(v128.load(dx, 48), f32x4.gt(v128.load(x, 48), zero)), 48);
  v128.store(dx, v128.and(v128.load(dx, 64), f32x4.gt(v128.load(x, 64), zero)), 64);
}
