import { stripVTControlCharacters } from "node:util";
import { plot, type Settings } from "simple-ascii-chart";
import {
  accuracyPoints,
  type CurveHistory,
  LOG_FROM,
  type LossCurve,
  lossName,
  type Points,
  shownRange,
  showsStart,
  wholeLossCurve,
} from "../curves.js";
import { short } from "../numbers.js";

/*
 * The curves of a run as lines of text: loss, and beside it accuracy, as a line for training and points for
 * validation, which differ even without colours.
 */

/** Lines of a chart without its head and its axis. */
const HEIGHT = 8;
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
  const curve = wholeLossCurve(history);
  if (curve.smooth.length < 2 || columns < NARROWEST) return ""; // one point is no curve
  const hasBoth = history.epochs.length > 1;
  const sideBySide = hasBoth && columns >= LEAST_FOR_TWO;
  const room = sideBySide ? Math.floor((columns - GAP.length) / 2) : columns;
  const width = Math.min(WIDEST, room - MARGIN);
  const loss = lossLines(curve, history, width, coloured);
  const accuracy = hasBoth ? accuracyLines(history, width, coloured) : [];
  if (!sideBySide) return joined([...loss, ...accuracy]);
  const lengths = loss.map((line) => stripVTControlCharacters(line).length);
  const widest = Math.max(...lengths);
  return joined(loss.map((line, i) => line + " ".repeat(widest - lengths[i]) + GAP + accuracy[i]));
}

const joined = (lines: readonly string[]) => lines.map((line) => line.trimEnd()).join("\n");

function lossLines(
  { smooth, batches, iterations }: LossCurve,
  history: CurveHistory,
  width: number,
  coloured: boolean,
): string[] {
  // An average over losses that exploded stays high for long, and says nothing.
  const { failure = null } = history;
  const shown = failure === null ? smooth : batches;
  const { least, greatest } = shownRange(shown);
  const isLog = least > 0 && greatest / least >= LOG_FROM;
  const scaled = (loss: number) => (isLog ? Math.log10(loss) : loss);
  const points = thinned(
    shown.map(({ iteration, loss }) => [iteration, scaled(Math.min(loss, greatest))]),
    width,
  );
  const top: Points = failure === null ? [] : [[failure.iteration, scaled(greatest)]];
  const marks = isLog ? logMarks(least, greatest) : evenMarks(0, greatest);
  const left = failure === null ? "" : ` × diverged at ${failure.iteration}`;
  const name = failure === null ? `${lossName(history)}, nats, by iteration` : "loss, nats";
  return chartLines(`${name}${left}`, [...points, ...top], {
    width,
    yRange: isLog ? [scaled(Math.min(least, marks[0])), scaled(greatest)] : [0, greatest],
    customYAxisTicks: marks.map(scaled),
    customXAxisTicks: evenMarks(0, iterations, 1).map((mark) => Math.max(shown[0].iteration, mark)),
    formatter: (value, { axis }) =>
      axis === "y" ? short(isLog ? 10 ** value : value) : String(value),
    color: coloured ? ["ansiBlue"] : undefined,
    points: top.map(([x, y]) => ({ x, y, color: coloured ? ("ansiRed" as const) : undefined })),
    symbols: { point: "×" },
  });
}

function accuracyLines(history: CurveHistory, width: number, coloured: boolean): string[] {
  const { epochs } = history;
  // Where the start would flatten the rest, the line of the run that begins with "start" tells it.
  const first = showsStart(history) ? 0 : 1;
  const shares = accuracyPoints(first === 0 ? history : { epochs });
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
    customXAxisTicks: evenMarks(first, epochs.length, 1),
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
function chartLines(head: string, points: Points, settings: Settings): string[] {
  const lines = plot(points, { ...settings, height: HEIGHT }).split("\n");
  return [" ".repeat(MARGIN / 2) + head, ...lines.filter((line) => line.trim() !== "")];
}

/** At most so many points, the first and the last included: two in one column would look like a knot. */
function thinned(points: Points, most: number): Points {
  if (points.length <= most) return points;
  const last = points.length - 1;
  return Array.from({ length: most }, (_, i) => points[Math.round((i * last) / (most - 1))]);
}

/** The most marks on an axis; the lines or columns of a chart have no room for more. */
const MOST_MARKS = 5;

/** Round numbers at equal distances between two others. */
function evenMarks(from: number, to: number, leastStep = 0): number[] {
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(to - from, 1e-9) / MOST_MARKS));
  const round = [1, 2, 5, 10].map((n) => n * magnitude).find((s) => (to - from) / s < MOST_MARKS);
  const step = Math.max(leastStep, round ?? 0);
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** Round numbers at about equal distances on a logarithmic scale. */
function logMarks(from: number, to: number): number[] {
  const marks: number[] = [];
  for (let e = Math.floor(Math.log10(from)); e <= Math.log10(to); e++) {
    for (const n of [1, 2, 5]) marks.push(n * 10 ** e);
  }
  const inside = marks.filter((mark) => mark >= from && mark <= to);
  const tens = inside.filter((mark) => Number.isInteger(Math.log10(mark)));
  return inside.length > MOST_MARKS && tens.length > 1 ? tens : inside;
}
