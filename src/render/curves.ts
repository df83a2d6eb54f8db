import type { EpochFigures, Failure, History } from "../training/history.js";

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
  /** Where the curves begin; not drawn if unknown. */
  readonly start?: History["start"];
  /** Where they end, if the run diverged. */
  readonly failure?: Failure | null;
}

/** The loss of one update. */
export interface LossPoint {
  /** Counted from 1; 0 for the initial weights. */
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
  const batches = thinLoss(loss, MOST_POINTS);
  const { greatest } = shownRange(batches); // a loss that exploded would stay in the average for long
  let sum = 0;
  let weight = 0; // below 1 at first, which would pull the average towards 0
  loss.forEach((value, i) => {
    sum += (Math.min(value, greatest) - sum) / back;
    weight += (1 - weight) / back;
    const isShown = i % every === 0 || i === loss.length - 1;
    if (isShown) smooth.push({ iteration: i + 1, loss: sum / weight });
  });
  return { iterations: loss.length, batches, smooth };
}

/** The loss of a run from its start on, L2 term included. */
export function wholeLossCurve({ loss, start = null }: CurveHistory): LossCurve {
  const curve = lossCurve(loss);
  if (start === null) return curve;
  const first = { iteration: 0, loss: start.loss + start.penalty };
  return { ...curve, batches: [first, ...curve.batches], smooth: [first, ...curve.smooth] };
}

/** A loss this many times the usual ones may flatten them. */
const EXPLODED = 100;
/** The usual losses of a run are below its first one, or below this share of them. */
const USUAL = 0.75;
/** Room above the usual losses, as a factor, to show a loss on its way up. */
const WAY_UP = 10;

/**
 * The least and the greatest loss to show: a few that exploded would flatten all others.
 *
 * @returns the greatest is below some of the points if those are out of proportion; 0 without points
 */
export function shownRange(points: readonly LossPoint[]): { least: number; greatest: number } {
  const sorted = points.map(({ loss }) => loss).sort((a, b) => a - b);
  if (sorted.length === 0) return { least: 0, greatest: 0 };
  const usual = Math.max(points[0].loss, sorted[Math.floor(USUAL * sorted.length)]);
  const [least, greatest] = [sorted[0], sorted[sorted.length - 1]];
  // On a logarithmic scale, the usual losses would have less than half of the height.
  const exploded = greatest > EXPLODED * usual && (least === 0 || greatest / usual > usual / least);
  return { least, greatest: exploded ? WAY_UP * usual : greatest };
}

/** Accuracies from the start on need at most this many times the room of the others to be shown with them. */
const MOST_ROOM = 2;

/** Whether a chart of accuracies can show the start as well, without flattening the rest. */
export function showsStart({ epochs, start = null }: CurveHistory): boolean {
  const room = ({ trainingAccuracy: a, validationAccuracy: b }: CurveHistory["epochs"][number]) =>
    1 - Math.min(a, b ?? 1);
  if (start === null || epochs.length === 0) return start !== null;
  const others = epochs.reduce((most, figures) => Math.max(most, room(figures)), 0);
  return room({ epoch: 0, ...start }) <= MOST_ROOM * others;
}

/** The name of a loss in a picture: says whether it contains an L2 term. */
export function lossName({ start }: CurveHistory): string {
  return (start?.penalty ?? 0) > 0 ? "loss with L2" : "loss";
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

/** Accuracies by epoch, as shares; those of validation where there are any. Epoch 0 is the start. */
export function accuracyPoints({ epochs, start = null }: Pick<CurveHistory, "epochs" | "start">) {
  const all = start === null ? epochs : [{ epoch: 0, ...start }, ...epochs];
  const training: Points = all.map((at) => [at.epoch, at.trainingAccuracy]);
  const validation: Points = all.flatMap(({ epoch, validationAccuracy }) =>
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
