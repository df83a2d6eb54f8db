import { stripVTControlCharacters } from "node:util";
import { plot, type Settings } from "simple-ascii-chart";
import {
  accuracyPoints,
  type CurveHistory,
  LOG_FROM,
  type LossCurve,
  lossCurve,
  type Points,
  thinned,
} from "../curves.js";
import { short } from "../numbers.js";

/*
 * The curves of a run as lines of text: loss, and beside it accuracy, as a line for training and points for
 * validation, which differ even without colours.
 */

/** Lines of a chart without its head and its axis. */
export const HEIGHT = 8;
/** Columns of the marks and their numbers, left of a chart. */
const MARGIN = 8;
const GAP = "   ";
/** With fewer columns, charts stand one below the other. */
const LEAST_FOR_TWO = 80;
/** Fewer columns have no room for the head of a chart. */
const NARROWEST = 44;
/** Columns of the widest chart; more would show nothing new. */
const WIDEST = 90;

/**
 * Loss and accuracies as text, no line longer than `columns`.
 *
 * @param coloured whether lines have colours, as codes for a terminal
 * @returns        "" if there is nothing to draw, or no room for it
 */
export function terminalCurves(history: CurveHistory, columns: number, coloured = false): string {
  const curve = lossCurve(history.loss);
  if (curve.iterations < 2) return ""; // one point is no curve
  return sideBySide(columns, history.epochs.length > 1, {
    first: (width) => lossLines(curve, width, coloured),
    second: (width) => accuracyLines(history, width, coloured),
  });
}

/** A chart of a width as lines of text. */
type ChartOf = (width: number) => string[];

/**
 * Two charts side by side where there is room, else one below the other; "" where there is none.
 *
 * @param hasBoth whether the second one has something to show
 */
export function sideBySide(
  columns: number,
  hasBoth: boolean,
  { first, second }: { readonly first: ChartOf; readonly second: ChartOf },
): string {
  if (columns < NARROWEST) return "";
  const beside = hasBoth && columns >= LEAST_FOR_TWO;
  const room = beside ? Math.floor((columns - GAP.length) / 2) : columns;
  const width = Math.min(WIDEST, room - MARGIN);
  const [left, right] = [first(width), hasBoth ? second(width) : []];
  if (!beside) return joined([...left, ...right]);
  const lengths = left.map((line) => stripVTControlCharacters(line).length);
  const widest = Math.max(...lengths);
  return joined(left.map((line, i) => line + " ".repeat(widest - lengths[i]) + GAP + right[i]));
}

const joined = (lines: readonly string[]) => lines.map((line) => line.trimEnd()).join("\n");

function lossLines({ smooth, iterations }: LossCurve, width: number, coloured: boolean): string[] {
  const losses = smooth.map(({ loss }) => loss);
  const [least, greatest] = [Math.min(...losses), Math.max(...losses)];
  const isLog = least > 0 && greatest / least >= LOG_FROM;
  const scaled = (loss: number) => (isLog ? Math.log10(loss) : loss);
  const points: Points = smooth.map(({ iteration, loss }) => [iteration, scaled(loss)]);
  const marks = isLog ? logMarks(least, greatest) : evenMarks(0, greatest);
  return chartLines("loss, nats, by iteration", thinned(points, width), {
    width,
    yRange: isLog ? [scaled(Math.min(least, marks[0])), scaled(greatest)] : [0, greatest],
    customYAxisTicks: marks.map(scaled),
    customXAxisTicks: evenMarks(0, iterations, 1).map((mark) => Math.max(1, mark)),
    formatter: (value, { axis }) =>
      axis === "y" ? short(isLog ? 10 ** value : value) : String(value),
    color: coloured ? ["ansiBlue"] : undefined,
  });
}

function accuracyLines({ epochs }: CurveHistory, width: number, coloured: boolean): string[] {
  const shares = accuracyPoints(epochs);
  const inPercent = (points: Points): Points => points.map(([x, share]) => [x, 100 * share]);
  const [training, validation] = [inPercent(shares.training), inPercent(shares.validation)];
  const all = [...training, ...validation]; // too many to be arguments of Math.min
  const least = all.reduce((low, [, accuracy]) => Math.min(low, accuracy), 100);
  const marks = evenMarks(least, 100);
  const names = validation.length > 0 ? "━ training ● validation" : "training (no validation)";
  return chartLines(`accuracy, %: ${names}`, thinned(training, width), {
    width,
    yRange: [Math.min(marks[0], Math.floor(least)), 100],
    customYAxisTicks: marks,
    customXAxisTicks: evenMarks(1, epochs.length, 1),
    formatter: (value) => short(value),
    color: coloured ? ["ansiBlue"] : undefined,
    points: thinned(validation, Math.floor(width / 3)).map(([x, y]) => ({
      x,
      y,
      color: coloured ? ("ansiYellow" as const) : undefined,
    })),
  });
}

/** A chart below its head, no line longer than the head and the chart itself. */
export function chartLines(head: string, points: Points, settings: Settings): string[] {
  const lines = plot(points, { ...settings, height: HEIGHT }).split("\n");
  return [" ".repeat(MARGIN / 2) + head, ...lines.filter((line) => line.trim() !== "")];
}

/** The most marks on an axis; the lines or columns of a chart have no room for more. */
const MOST_MARKS = 5;

/** Round numbers at equal distances between two others. */
export function evenMarks(from: number, to: number, leastStep = 0): number[] {
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(to - from, 1e-9) / MOST_MARKS));
  const round = [1, 2, 5, 10].map((n) => n * magnitude).find((s) => (to - from) / s < MOST_MARKS);
  const step = Math.max(leastStep, round ?? 0);
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** Round numbers at about equal distances on a logarithmic scale. */
export function logMarks(from: number, to: number): number[] {
  const marks: number[] = [];
  for (let e = Math.floor(Math.log10(from)); e <= Math.log10(to); e++) {
    for (const n of [1, 2, 5]) marks.push(n * 10 ** e);
  }
  const inside = marks.filter((mark) => mark >= from && mark <= to);
  const tens = inside.filter((mark) => Number.isInteger(Math.log10(mark)));
  return inside.length > MOST_MARKS && tens.length > 1 ? tens : inside;
}
