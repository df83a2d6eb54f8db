import { LOG_FROM, type LossPoint, type Points, shownRange } from "../../curves.js";

/*
 * The axes of the page's charts: what they span, and where their marks are.
 */

/** A vertical axis. */
export interface Axis {
  readonly min: number;
  readonly max: number;
  readonly log: boolean;
  readonly ticks: readonly number[];
}

/** About so many marks at most. */
const MOST_TICKS = 6;
/** Share of the range that stays free above and below. */
const FREE = 0.05;
/** Ratio of the greatest loss to the least from which powers of 2 would be too many marks. */
const BASE_10_FROM = 128;

/** Whether the losses of a run differ so much that a linear scale would hide its end. */
export function needsLog(losses: Points): boolean {
  const { least, greatest } = shownRange(asLoss(losses));
  return least > 0 && greatest / least >= LOG_FROM;
}

/**
 * The axis of some losses, as narrow as they are.
 *
 * @param log    whether it is logarithmic; it is not where a loss is 0
 * @param from0  whether a linear axis begins at 0
 */
export function lossAxis(losses: Points, log: boolean, from0: boolean): Axis {
  const { least, greatest } = shownRange(asLoss(losses));
  if (greatest === 0) return { min: 0, max: 1, log: false, ticks: [0, 0.5, 1] };
  if (log && least > 0) {
    const ratio = Math.max(1.02, greatest / least);
    const [min, max] = [least / ratio ** FREE, greatest * ratio ** FREE];
    const ticks = ratio < LOG_FROM ? roundTicks(min, max, MOST_TICKS) : powers(min, max);
    return { min, max, log: true, ticks };
  }
  const free = FREE * (greatest - (from0 ? 0 : least) || greatest);
  const [min, max] = [from0 ? 0 : Math.max(0, least - free), greatest + free];
  return { min, max, log: false, ticks: roundTicks(min, max, MOST_TICKS) };
}

function asLoss(points: Points): LossPoint[] {
  return points.map(([iteration, loss]) => ({ iteration, loss }));
}

/** Whole powers of 2 within a range, or of 10 where those would be too many; not all of these where they are. */
function powers(min: number, max: number): number[] {
  const base = max / min > BASE_10_FROM ? 10 : 2;
  const exponent = (value: number) => Math.log(value) / Math.log(base);
  const [first, last] = [Math.ceil(exponent(min)), Math.floor(exponent(max))];
  const every = wholeStep((last - first) / MOST_TICKS);
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return exponents.filter((e) => e % every === 0).map((e) => (e < 0 ? 1 / base ** -e : base ** e)); // 10 ** -4 is a little less than 0.0001
}

/** Steps between the marks of an axis of accuracies, in percent. */
const PERCENT_STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20];

/** The axis of some accuracies in percent, from a mark below all of them to one above. */
export function accuracyAxis(accuracies: Points): Axis {
  const values = accuracies.map(([, percent]) => percent);
  if (values.length === 0) return { min: 0, max: 100, log: false, ticks: [0, 50, 100] };
  const least = values.reduce((low, value) => Math.min(low, value), 100);
  const greatest = values.reduce((high, value) => Math.max(high, value), 0);
  const room = greatest - least;
  const step = PERCENT_STEPS.find((size) => room / size <= MOST_TICKS - 1) ?? 20;
  const low = Math.max(0, Math.min(100 - step, step * Math.floor(least / step + 1e-6)));
  const high = Math.min(100, Math.max(low + step, step * Math.ceil(greatest / step - 1e-6)));
  const [min, max] = [low, high].map((mark) => Number(mark.toFixed(2)));
  return { min, max, log: false, ticks: multiples(min, max, step) };
}

/** Round numbers within a range. */
export function roundTicks(min: number, max: number, most: number): number[] {
  return multiples(min, max, roundStep((max - min) / most));
}

/** Whole numbers within a range, their distance round. */
export function wholeTicks(min: number, max: number, most: number): number[] {
  return multiples(min, max, wholeStep((max - min) / most));
}

/** 1, 2 or 5 times a power of ten, whole, and not below a size. */
function wholeStep(size: number): number {
  return Math.max(1, roundStep(size));
}

/** 1, 2 or 5 times a power of ten, and not below a size. */
function roundStep(size: number): number {
  if (!(size > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(size));
  return power * ([1, 2, 5].find((times) => times * power >= size * 0.999) ?? 10);
}

function multiples(min: number, max: number, step: number): number[] {
  const found: number[] = [];
  for (let n = Math.ceil(min / step - 1e-6); n * step <= max + 1e-6 * step; n++) {
    found.push(Number((n * step).toPrecision(8)));
  }
  return found;
}

/** The place of a value on an axis: 0 at its lower end, 1 at its upper. */
export function placeOn({ min, max, log }: Axis, value: number): number {
  if (!log) return (value - min) / (max - min);
  return Math.log(Math.max(value, min * 1e-9) / min) / Math.log(max / min);
}

/** The height of a line at x, between its points too; null beside them. */
export function valueAt(points: Points, x: number): number | null {
  const after = points.findIndex(([at]) => at >= x);
  if (after < 0) return null;
  const [x1, y1] = points[after];
  if (x1 === x) return y1;
  if (after === 0) return null;
  const [x0, y0] = points[after - 1];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}
