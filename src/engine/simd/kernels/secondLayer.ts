import { activationBackward } from "./activation";
import { clearRow, combineRows } from "./combineRows";
import { CLASS_BLOCK, ENTRY, Plan, ROW, WIDTH } from "./plan";
import { sumOfSquares, updateRow, updateVector } from "./update";

/** The second layer forward: scores = hidden·W2 + b2 for images fromImage..toImage-1. */
export function secondLayerForward(plan: Plan, fromImage: u32, toImage: u32): void {
  const rowBytes = 4 * plan.paddedClasses;
  const panelBytes = plan.capacity * ROW;
  for (let n = fromImage; n < toImage; n++) {
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

/** dhidden = dscores·W2ᵀ, back through the activation, for panels fromPanel..toPanel-1. */
export function hiddenGradient(plan: Plan, fromPanel: u32, toPanel: u32): void {
  const C = plan.classCount;
  for (let panel = fromPanel; panel < toPanel; panel++) {
    const W2 = plan.W2 + panel * C * ROW;
    const zero = plan.workRows + panel * 2 * ROW;
    clearRow(zero);
    let hidden = plan.hidden + panel * plan.capacity * ROW;
    let dhidden = plan.dhidden + panel * plan.capacity * ROW;
    for (let n: u32 = 0; n < plan.batchSize; n++) {
      const dscores = plan.dscoresByImage + n * C * ENTRY;
      combineRows(dhidden, zero, dscores, dscores + C * ENTRY, W2);
      activationBackward(plan, dhidden, hidden);
      hidden += ROW;
      dhidden += ROW;
    }
  }
}

/**
 * dW2 = hiddenᵀ·dscores, and the update of W2, for panels fromPanel..toPanel-1. Comes after
 * hiddenGradient, which needs the W2 of the forward pass. Starts the squares of a panel with Σ W2².
 */
export function updateSecondLayer(plan: Plan, fromPanel: u32, toPanel: u32): void {
  const C = plan.classCount;
  for (let panel = fromPanel; panel < toPanel; panel++) {
    const hidden = plan.hidden + panel * plan.capacity * ROW;
    const W2 = plan.W2 + panel * C * ROW;
    const vW2 = plan.vW2 + panel * C * ROW;
    const dW2 = plan.workRows + panel * 2 * ROW;
    const zero = dW2 + ROW;
    clearRow(zero);
    let squares: f64 = 0;
    for (let c: u32 = 0; c < C; c++) {
      const dscores = plan.dscoresByClass + c * plan.capacity * ENTRY;
      combineRows(dW2, zero, dscores, dscores + plan.batchSize * ENTRY, hidden);
      updateRow(plan, W2 + c * ROW, dW2, vW2 + c * ROW, plan.reg);
      squares += sumOfSquares(W2 + c * ROW);
      copyToRows(plan, panel, c);
    }
    store<f64>(plan.squares + 8 * panel, squares);
  }
}

/** db2 = Σ dscores, and the update of b2. */
export function updateSecondBias(plan: Plan): void {
  for (let c: u32 = 0; c < plan.classCount; c++) {
    let sum: f32 = 0;
    const dscores = plan.dscoresByClass + c * plan.capacity * ENTRY;
    for (let n: u32 = 0; n < plan.batchSize; n++) sum += load<f32>(dscores + n * ENTRY, 4);
    store<f32>(plan.db2 + 4 * c, sum); // those of padding stay 0
  }
  for (let i: u32 = 0; i < 4 * plan.paddedClasses; i += 16) {
    updateVector(plan, plan.b2 + i, v128.load(plan.db2 + i), plan.vb2 + i, 0);
  }
}

/** Copies W2 into W2Rows, for one class of one panel. */
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
