import { activationForward } from "./activation";
import { addScaledRow, clearRow, combineRows, scaleRow } from "./combineRows";
import { Plan, ROW } from "./plan";
import { sumOfSquares, updateRow } from "./update";

/**
 * The first layer forward: hidden = activation((S - 1·mᵀ)·W1 + b1) for panels fromPanel..toPanel-1 and
 * images fromImage..toImage-1, with S the pixels and m the mean image, both less the background and times the scale.
 *
 * Centering would make every pixel count. (S - 1·mᵀ)·W1 = S·W1 - 1·(mᵀ·W1), so the mean is
 * subtracted once for the whole batch, and only pixels that are not background are multiplied.
 */
export function firstLayerForward(
  plan: Plan,
  fromPanel: u32,
  toPanel: u32,
  fromImage: u32,
  toImage: u32,
): void {
  const D = plan.inputSize;
  for (let panel = fromPanel; panel < toPanel; panel++) {
    const W1 = plan.W1 + panel * D * ROW;
    const start = plan.workRows + panel * 2 * ROW; // b1 - mᵀ·W1
    combineRows(start, plan.b1 + panel * ROW, plan.meanList, plan.meanListEnd, W1);

    let hidden = plan.hidden + (panel * plan.capacity + fromImage) * ROW;
    for (let n = fromImage; n < toImage; n++) {
      const list = plan.lists + 8 * n;
      combineRows(hidden, start, load<u32>(list), load<u32>(list, 4), W1);
      activationForward(plan, hidden, n, panel);
      hidden += ROW;
    }
  }
}

/**
 * Gradients and update of the first layer, for panels fromPanel..toPanel-1:
 * dW1 = Sᵀ·dhidden - m·(1ᵀ·dhidden), db1 = 1ᵀ·dhidden. A row of W1 is updated as soon as its
 * gradient is known, so dW1 is never stored. Adds Σ W1² to the squares of updateSecondLayer.
 */
export function updateFirstLayer(plan: Plan, fromPanel: u32, toPanel: u32): void {
  const D = plan.inputSize;
  const N = plan.batchSize;
  for (let panel = fromPanel; panel < toPanel; panel++) {
    const dhidden = plan.dhidden + panel * plan.capacity * ROW;
    const db1 = plan.workRows + panel * 2 * ROW;
    clearRow(db1);
    for (let n: u32 = 0; n < N; n++) addScaledRow(db1, 1, dhidden + n * ROW);

    const dW1 = db1 + ROW;
    let squares = load<f64>(plan.squares + 8 * panel);
    let W1 = plan.W1 + panel * D * ROW;
    let vW1 = plan.vW1 + panel * D * ROW;
    for (let d: u32 = 0; d < D; d++) {
      scaleRow(dW1, -load<f32>(plan.mean + 4 * d), db1);
      const list = load<u32>(plan.pixelLists + 4 * d);
      combineRows(dW1, dW1, list, load<u32>(plan.pixelListEnds + 4 * d), dhidden);
      updateRow(plan, W1, dW1, vW1, plan.reg);
      squares += sumOfSquares(W1);
      W1 += ROW;
      vW1 += ROW;
    }
    store<f64>(plan.squares + 8 * panel, squares);
    updateRow(plan, plan.b1 + panel * ROW, db1, plan.vb1 + panel * ROW, 0);
  }
}
