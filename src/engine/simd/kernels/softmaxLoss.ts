import { exp, log } from "./math";
import { ENTRY, Plan, ROW } from "./plan";

/**
 * Softmax, its loss and its gradient for images from..to-1: losses = -Σ target · log p,
 * dscores = (p - target) / N with target = onehot(label), smoothed. The gradient is written as lists of
 * entries, by image and by class.
 */
export function softmaxLoss(plan: Plan, from: u32, to: u32): void {
  const C = plan.classCount;
  const N = <f64>plan.batchSize;
  const shared = <f64>plan.labelSmoothing / C; // target of every class
  const own = 1 - <f64>plan.labelSmoothing; // and of the label, in addition
  for (let n = from; n < to; n++) {
    const scores = plan.scores + 4 * n * plan.paddedClasses;
    const label = <u32>load<u8>(plan.labels + load<u32>(plan.indices + 4 * n));
    const exps = plan.exps + 8 * n * C;

    let highest = <f64>load<f32>(scores);
    for (let c: u32 = 1; c < C; c++) {
      const score = <f64>load<f32>(scores + 4 * c);
      if (score > highest) highest = score;
    }
    let sum: f64 = 0;
    let scoreSum: f64 = 0;
    for (let c: u32 = 0; c < C; c++) {
      const score = <f64>load<f32>(scores + 4 * c) - highest;
      const e = exp(score);
      store<f64>(exps + 8 * c, e);
      sum += e;
      scoreSum += score;
    }
    let targetScore = own * (<f64>load<f32>(scores + 4 * label) - highest);
    if (shared != 0) targetScore += shared * scoreSum; // 0 · -Infinity would be NaN
    store<f64>(plan.losses + 8 * n, log(sum) - targetScore);

    for (let c: u32 = 0; c < C; c++) {
      const p = <f32>(load<f64>(exps + 8 * c) / sum);
      const target = c == label ? shared + own : shared;
      const dscore = <f32>((<f64>p - target) / N);
      const byImage = plan.dscoresByImage + (n * C + c) * ENTRY;
      store<u32>(byImage, c * ROW);
      store<f32>(byImage, dscore, 4);
      const byClass = plan.dscoresByClass + (c * plan.capacity + n) * ENTRY;
      store<u32>(byClass, n * ROW);
      store<f32>(byClass, dscore, 4);
    }
  }
}
