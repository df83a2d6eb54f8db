import { Plan, ROW } from "./plan";

/** What a step makes of gradients: the gradient itself, its velocity, or Nesterov's look ahead. */
const GRADIENT: u32 = 0;
const VELOCITY: u32 = 1;
const NESTEROV: u32 = 2;

/** The rule of the plan. */
// @ts-expect-error: decorator
@inline
export function ruleOf(plan: Plan): u32 {
  return plan.momentum == 0 ? GRADIENT : plan.nesterov == 0 ? VELOCITY : NESTEROV;
}

/**
 * One update of four parameters, with L2 and momentum:
 * g += reg · w, v = momentum · v + g, w -= learningRate · (nesterov ? g + momentum · v : v).
 * Loops pass what is the same for all of their parameters, since no compiler keeps it across stores.
 *
 * @param v velocities, read only if momentum is not 0
 * Source: I. Sutskever, J. Martens, G. Dahl and G. Hinton, "On the importance of initialization
 * and momentum in deep learning" (2013), with the rate outside the velocity
 */
// @ts-expect-error: decorator
@inline
export function descend(
  w: usize,
  g: v128,
  v: usize,
  reg: v128,
  rate: v128,
  momentum: v128,
  rule: u32,
): void {
  const weights = v128.load(w);
  let step = f32x4.add(g, f32x4.mul(reg, weights));
  if (rule != GRADIENT) {
    const velocity = f32x4.add(f32x4.mul(momentum, v128.load(v)), step);
    v128.store(v, velocity);
    step = rule == NESTEROV ? f32x4.add(step, f32x4.mul(momentum, velocity)) : velocity;
  }
  v128.store(w, f32x4.sub(weights, f32x4.mul(rate, step)));
}

/** One update of four parameters, as the plan says. */
// @ts-expect-error: decorator
@inline
export function updateVector(plan: Plan, w: usize, g: v128, v: usize, reg: f32): void {
  const rate = f32x4.splat(plan.learningRate);
  descend(w, g, v, f32x4.splat(reg), rate, f32x4.splat(plan.momentum), ruleOf(plan));
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
 * The running average of the parameters: average = keep · average + (1 - keep) · parameters, for vectors
 * from..to-1 of the block that begins with W1.
 */
export function average(plan: Plan, from: u32, to: u32): void {
  const kept = f32x4.splat(plan.keep);
  const rest = f32x4.splat(1 - plan.keep);
  for (let i = 16 * from; i < 16 * to; i += 16) {
    const average = f32x4.mul(kept, v128.load(plan.average + i));
    v128.store(plan.average + i, f32x4.add(average, f32x4.mul(rest, v128.load(plan.W1 + i))));
  }
}
