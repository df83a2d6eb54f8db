import { clearRow, combineRows } from "./combineRows";
import { dropoutBackward } from "./dropout";
import { ENTRY, Plan, ROW, WIDTH } from "./plan";
import { reluBackward } from "./relu";
import { sumOfSquares, updateRow, updateVector } from "./update";

/** Classes that are scored together: as many as three v128 hold. */
export const CLASS_BLOCK: u32 = 12;

/** The second layer forward: scores = hidden·W2 + b2 for images from..to-1. */
export function affineForward(plan: Plan, from: u32, to: u32): void {
  const rowBytes = 4 * plan.paddedClasses;
  const panelBytes = plan.capacity * ROW;
  for (let n = from; n < to; n++) {
    for (let block: u32 = 0; block < plan.paddedClasses; block += CLASS_BLOCK) {
      let s0 = v128.load(plan.b2 + 4 * block, 0);
      let s1 = v128.load(plan.b2 + 4 * block, 16);
      let s2 = v128.load(plan.b2 + 4 * block, 32);
      let row = plan.W2Rows + 4 * block;
      let hidden = plan.hidden + n * ROW;
      for (let panel: u32 = 0; panel < plan.panels; panel++) {
        for (let unit: u32 = 0; unit < ROW; unit += 4) {
          const h = v128.load32_splat(hidden + unit);
          s0 = f32x4.add(s0, f32x4.mul(h, v128.load(row, 0)));
          s1 = f32x4.add(s1, f32x4.mul(h, v128.load(row, 16)));
          s2 = f32x4.add(s2, f32x4.mul(h, v128.load(row, 32)));
          row += rowBytes;
        }
        hidden += panelBytes;
      }
      const scores = plan.scores + n * rowBytes + 4 * block;
      v128.store(scores, s0, 0);
      v128.store(scores, s1, 16);
      v128.store(scores, s2, 32);
    }
  }
}

/**
 * The second layer backward, through the ReLU, and its update, for panels from..to-1:
 * dhidden = dscores·W2ᵀ where hidden > 0, dW2 = hiddenᵀ·dscores.
 */
export function affineBackward(plan: Plan, from: u32, to: u32): void {
  const C = plan.classCount;
  const N = plan.batchSize;
  for (let panel = from; panel < to; panel++) {
    const hidden = plan.hidden + panel * plan.capacity * ROW;
    const dhidden = plan.dhidden + panel * plan.capacity * ROW;
    const W2 = plan.W2 + panel * C * ROW;
    const vW2 = plan.vW2 + panel * C * ROW;
    const dW2 = plan.workRows + panel * 2 * ROW;
    const zero = dW2 + ROW;
    clearRow(zero);
    for (let n: u32 = 0; n < N; n++) {
      const dscores = plan.dscoresByImage + n * C * ENTRY;
      const dx = dhidden + n * ROW;
      combineRows(dx, zero, dscores, dscores + C * ENTRY, W2);
      reluBackward(dx, hidden + n * ROW);
      if (plan.dropoutThreshold != 0) dropoutBackward(plan, dx);
    }

    let squares: f64 = 0;
    for (let c: u32 = 0; c < C; c++) {
      const dscores = plan.dscoresByClass + c * plan.capacity * ENTRY;
      combineRows(dW2, zero, dscores, dscores + N * ENTRY, hidden);
      updateRow(plan, W2 + c * ROW, dW2, vW2 + c * ROW, plan.reg);
      squares += sumOfSquares(W2 + c * ROW);
      copyToRows(plan, panel, c);
    }
    store<f64>(plan.squares + 8 * panel, squares);
  }
}

/** db2 = Σ dscores, and the update of b2. */
export function biasBackward(plan: Plan): void {
  const C = plan.classCount;
  const db2 = plan.scores; // read by nobody any more
  for (let c: u32 = 0; c < plan.paddedClasses; c++) store<f32>(db2 + 4 * c, 0);
  for (let c: u32 = 0; c < C; c++) {
    let sum: f32 = 0;
    const dscores = plan.dscoresByClass + c * plan.capacity * ENTRY;
    for (let n: u32 = 0; n < plan.batchSize; n++) sum += load<f32>(dscores + n * ENTRY, 4);
    store<f32>(db2 + 4 * c, sum);
  }
  for (let i: u32 = 0; i < 4 * plan.paddedClasses; i += 16) {
    updateVector(plan, plan.b2 + i, v128.load(db2 + i), plan.vb2 + i, 0);
  }
}

/** Keeps W2Rows the same as W2, for one class of one panel. */
// @ts-expect-error: decorator
@inline
function copyToRows(plan: Plan, panel: u32, c: u32): void {
  const from = plan.W2 + (panel * plan.classCount + c) * ROW;
  const rowBytes = 4 * plan.paddedClasses;
  let to = plan.W2Rows + panel * WIDTH * rowBytes + 4 * c;
  for (let unit: u32 = 0; unit < ROW; unit += 4) {
    store<f32>(to, load<f32>(from + unit));
    to += rowBytes;
  }
}
