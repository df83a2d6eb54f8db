import { Plan, ROW } from "./plan";

/**
 * One update of four parameters, with L2 and momentum:
 * g += reg · w, v = momentum · v + g, w -= learningRate · (nesterov ? g + momentum · v : v).
 *
 * @param v velocities, read only if momentum is not 0
 * Source: I. Sutskever, J. Martens, G. Dahl and G. Hinton, "On the importance of initialization
 * and momentum in deep learning" (2013), with the rate outside the velocity
 */
// @ts-expect-error: decorator
@inline
export function updateVector(plan: Plan, w: usize, g: v128, v: usize, reg: f32): void {
  const weights = v128.load(w);
  let step = f32x4.add(g, f32x4.mul(f32x4.splat(reg), weights));
  if (plan.momentum != 0) {
    const momentum = f32x4.splat(plan.momentum);
    const velocity = f32x4.add(f32x4.mul(momentum, v128.load(v)), step);
    v128.store(v, velocity);
    step = plan.nesterov != 0 ? f32x4.add(step, f32x4.mul(momentum, velocity)) : velocity;
  }
  v128.store(w, f32x4.sub(weights, f32x4.mul(f32x4.splat(plan.learningRate), step)));
}

/** One update of a row of a panel. */
// @ts-expect-error: decorator
@inline
export function updateRow(plan: Plan, w: usize, g: usize, v: usize, reg: f32): void {
  for (let i: usize = 0; i < ROW; i += 16) updateVector(plan, w + i, v128.load(g + i), v + i, reg);
}

/** Σ w² of the weights of each panel, summed in the same order as by the updates of both layers. */
export function sumSquares(plan: Plan): void {
  for (let panel: u32 = 0; panel < plan.panels; panel++) {
    let squares: f64 = 0;
    const W2 = plan.W2 + panel * plan.classCount * ROW;
    for (let c: u32 = 0; c < plan.classCount; c++) squares += sumOfSquares(W2 + c * ROW);
    const W1 = plan.W1 + panel * plan.inputSize * ROW;
    for (let d: u32 = 0; d < plan.inputSize; d++) squares += sumOfSquares(W1 + d * ROW);
    store<f64>(plan.squares + 8 * panel, squares);
  }
}

/** Σ w² over a row. */
// @ts-expect-error: decorator
@inline
export function sumOfSquares(w: usize): f64 {
  const a = v128.load(w, 0);
  const b = v128.load(w, 16);
  const c = v128.load(w, 32);
  const d = v128.load(w, 48);
  const e = v128.load(w, 64);
  const sum = f32x4.add(
    f32x4.add(
      f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b)),
      f32x4.add(f32x4.mul(c, c), f32x4.mul(d, d)),
    ),
    f32x4.mul(e, e),
  );
  return (
    <f64>f32x4.extract_lane(sum, 0) +
    <f64>f32x4.extract_lane(sum, 1) +
    (<f64>f32x4.extract_lane(sum, 2) + <f64>f32x4.extract_lane(sum, 3))
  );
}

/**
 * The running average of a block of numbers: average = keep · average + (1 - keep) · parameters.
 *
 * @param count how many, a multiple of four
 */
export function average(to: usize, from: usize, count: u32, keep: f32): void {
  const kept = f32x4.splat(keep);
  const rest = f32x4.splat(1 - keep);
  for (let i: usize = 0; i < 4 * count; i += 16) {
    const sum = f32x4.add(f32x4.mul(kept, v128.load(to + i)), f32x4.mul(rest, v128.load(from + i)));
    v128.store(to + i, sum);
  }
}
