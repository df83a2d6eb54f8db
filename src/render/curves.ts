import type { EpochFigures } from "../training/history.js";

/*
 * The curves of a run as points, for pictures of every kind. The page uses them too, so nothing here needs
 * Node.
 */

/** What a picture of the curves shows of a history. */
export interface CurveHistory {
  /** The loss of each update, or the curve made of it. */
  readonly loss: readonly number[] | LossCurve;
  readonly epochs: readonly Pick<
    EpochFigures,
    "epoch" | "trainingAccuracy" | "validationAccuracy"
  >[];
}

/** The loss of one update. */
export interface LossPoint {
  /** Counted from 1. */
  readonly iteration: number;
  /** nats */
  readonly loss: number;
}

/** A loss in as many points as a picture can show. */
export interface LossCurve {
  /** Updates in all. */
  readonly iterations: number;
  readonly batches: readonly LossPoint[];
  readonly smooth: readonly LossPoint[];
}

/** The most points of a line: more than two per column of pixels cannot be seen. */
export const MOST_POINTS = 1000;

/** The moving average looks back over this share of a run, but at least over so many updates. */
const SMOOTHING_SHARE = 0.01;
const LEAST_SMOOTHING = 5;

/** Ratio of the greatest loss to the least from which a linear scale hides the end of a run. */
export const LOG_FROM = 8;

/**
 * A loss as pictures show it: each batch, and an exponential moving average over them.
 *
 * @param loss of each update; a curve is returned as it is
 */
export function lossCurve(loss: readonly number[] | LossCurve): LossCurve {
  if ("batches" in loss) return loss;
  const back = Math.max(LEAST_SMOOTHING, SMOOTHING_SHARE * loss.length);
  const smooth: LossPoint[] = [];
  const every = Math.max(1, Math.ceil(loss.length / MOST_POINTS));
  let sum = 0;
  let weight = 0; // below 1 at first, which would pull the average towards 0
  loss.forEach((value, i) => {
    sum += (value - sum) / back;
    weight += (1 - weight) / back;
    const isShown = i % every === 0 || i === loss.length - 1;
    if (isShown) smooth.push({ iteration: i + 1, loss: sum / weight });
  });
  return { iterations: loss.length, batches: thinLoss(loss, MOST_POINTS), smooth };
}

/**
 * Fewer points of the same shape: the least and the greatest loss of each of many equal stretches. So every
 * peak stays, which a mean would hide.
 *
 * @param loss of each update
 * @param most points of the result; a shorter history keeps all of its points
 */
export function thinLoss(loss: readonly number[], most: number): LossPoint[] {
  if (loss.length <= most) return loss.map((value, i) => ({ iteration: i + 1, loss: value }));
  const stretches = Math.max(1, Math.floor(most / 2));
  const points: LossPoint[] = [];
  for (let s = 0; s < stretches; s++) {
    const start = Math.floor((s * loss.length) / stretches);
    const end = Math.floor(((s + 1) * loss.length) / stretches);
    let [least, greatest] = [start, start];
    for (let i = start; i < end; i++) {
      if (loss[i] < loss[least]) least = i;
      if (loss[i] > loss[greatest]) greatest = i;
    }
    const chosen = new Set([Math.min(least, greatest), Math.max(least, greatest)]);
    for (const i of chosen) points.push({ iteration: i + 1, loss: loss[i] });
  }
  return points;
}

export type Points = [x: number, y: number][];

/** Accuracies by epoch, as shares; those of validation where there are any. */
export function accuracyPoints(epochs: CurveHistory["epochs"]) {
  const training: Points = epochs.map((at) => [at.epoch, at.trainingAccuracy]);
  const validation: Points = epochs.flatMap(({ epoch, validationAccuracy }) =>
    validationAccuracy === null ? [] : [[epoch, validationAccuracy]],
  );
  return { training, validation };
}

/** At most so many points, evenly chosen, the first and the last included. */
export function thinned<T>(points: readonly T[], most: number): T[] {
  if (points.length <= most) return points.slice();
  const last = points.length - 1;
  return Array.from({ length: most }, (_, i) => points[Math.round((i * last) / (most - 1))]);
}
