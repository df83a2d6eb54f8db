import { type Field, mapped, type Plane } from "./morphology.js";

/*
 * Lines printed on paper: ruled, squared, or a frame. Nothing here needs Node.
 */

/** A line runs through at least this share of the picture, which no stroke of a digit does as straight. */
const LENGTH = 0.85;
/** A line may lean so far, in pixels across for each along. */
const STEEPEST = 0.05;
/** Pictures with fewer pixels a side are no photos, and lean nowhere. */
const SMALL = 64;
/** Ink is averaged along a line over this share of it, so that grain breaks none. */
const AVERAGED = 1 / 40;
/** Lines fainter than this are no matter. */
const FAINT = 0.03;

/**
 * How dark the printed lines are at each pixel: along each straight line in turn, nearly level or nearly upright,
 * the greatest darkness that a whole length of it has.
 *
 * @param ink 0 paper to 1
 * @returns   0 beside all lines
 */
export function printedLines(ink: Plane): Field {
  const lines = mapped(ink, () => 0);
  const { width, height } = ink;
  for (const slope of slopesFor(Math.min(width, height))) {
    trace(ink, lines, slope, { along: width, across: height, step: 1, next: width });
    trace(ink, lines, slope, { along: height, across: width, step: width, next: 1 });
  }
  return lines;
}

function slopesFor(side: number): number[] {
  if (side < SMALL) return [0];
  const step = 2 / side; // one pixel more or less at both ends
  const count = Math.ceil(STEEPEST / step);
  return Array.from({ length: 2 * count + 1 }, (_, i) => (i - count) * step);
}

/** Rows or columns of a picture: how many pixels, how many of them, and the distances in memory. */
interface Direction {
  readonly along: number;
  readonly across: number;
  readonly step: number;
  readonly next: number;
}

/** Raises `lines` to the darkness of each line of one slope. */
function trace(ink: Plane, lines: Field, slope: number, direction: Direction): void {
  const { along, across, step, next } = direction;
  const places = new Int32Array(along);
  const values = new Float32Array(along);
  const most = Math.ceil((Math.abs(slope) * along) / 2);
  for (let from = -most; from < across + most; from++) {
    for (let i = 0; i < along; i++) {
      const p = Math.round(from + slope * (i - along / 2));
      places[i] = p < 0 || p >= across ? -1 : p * next + i * step;
      values[i] = places[i] < 0 ? 0 : ink.data[places[i]];
    }
    const dark = darkAlong(averaged(values));
    if (dark === null) continue;
    for (let i = 0; i < along; i++) {
      if (places[i] >= 0 && dark[i] > lines.data[places[i]]) lines.data[places[i]] = dark[i];
    }
  }
}

/** Each value as the mean of its neighbors on both sides. */
function averaged(values: Float32Array): Float32Array {
  const reach = Math.max(1, Math.round(values.length * AVERAGED));
  const means = new Float32Array(values.length);
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length + reach; i++) {
    if (i < values.length) {
      sum += values[i];
      count++;
    }
    if (i > 2 * reach) {
      sum -= values[i - 2 * reach - 1];
      count--;
    }
    if (i >= reach) means[i - reach] = sum / count;
  }
  return means;
}

/** For each place, the greatest of the least values of all runs of LENGTH that hold it; null if all are faint. */
function darkAlong(values: Float32Array): Float32Array | null {
  const N = values.length;
  const run = Math.min(N, Math.ceil(LENGTH * N));
  // Runs are longer than half of the line, so all hold its middle.
  let middle = Number.POSITIVE_INFINITY;
  for (let i = N - run; i < run; i++) middle = Math.min(middle, values[i]);
  if (middle < FAINT) return null;
  const before = new Float32Array(N - run + 1).fill(middle); // the least from a place on, to the middle
  for (let i = N - run - 1; i >= 0; i--) before[i] = Math.min(before[i + 1], values[i]);
  const dark = new Float32Array(N);
  let behind = middle;
  for (let first = 0; first <= N - run; first++) {
    if (first > 0) behind = Math.min(behind, values[run + first - 1]);
    const least = Math.min(before[first], behind);
    if (least < FAINT) continue;
    for (let i = first; i < first + run; i++) dark[i] = Math.max(dark[i], least);
  }
  return dark;
}
