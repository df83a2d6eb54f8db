import { stripVTControlCharacters } from "node:util";
import {
  accuracyPoints,
  type CurveHistory,
  LOG_FROM,
  type LossCurve,
  lossName,
  type Points,
  shownRange,
  showsStart,
  thinned,
  wholeLossCurve,
} from "../curves.js";
import { short } from "../numbers.js";
import { type Chart, type LineStyle, MARGIN, plainStyle, type Size } from "./chart.js";
import { chartLines } from "./chartLines.js";

/*
 * The curves of a run as lines of text: loss, and beside it accuracy, as a line for training and points for
 * validation, which differ even without colours.
 */

/** Lines of a chart without its head and its axis: at least, and at most where nothing says what there is room for. */
const LOWEST = 3;
const USUAL_HEIGHT = 8;
/** Lines of its head and its axis. */
const AROUND = 4;
const GAP = "   ";
/** With fewer columns, charts stand one below the other. */
const LEAST_FOR_TWO = 80;
/** Fewer columns have no room for the head of a chart. */
const NARROWEST = 44;
/** Columns of the widest chart; more would show nothing new. */
const WIDEST = 90;

/** The room for curves, and how the terminal draws them. */
export interface CurveRoom {
  readonly columns: number;
  /** Lines; low charts take 7, and stand below each other in a narrow terminal. */
  readonly most?: number;
  readonly style?: LineStyle;
  /** Where the axes of a run end that is still going, in braille; by default where its curves do. */
  readonly until?: { readonly iterations: number; readonly epochs: number };
}

/**
 * Loss and accuracies as text, no line longer than `columns`.
 *
 * @returns "" if there is nothing to draw, or no room for it
 */
export function terminalCurves(history: CurveHistory, given: CurveRoom): string {
  const room = given.style?.braille ? given : { ...given, until: undefined };
  const curve = wholeLossCurve(history);
  if (curve.smooth.length < 2) return ""; // one point is no curve
  const hasBoth = (room.until?.epochs ?? history.epochs.length) > 1;
  return sideBySide(room, hasBoth, [
    (size) => lossLines(curve, history, size, room),
    (size) => accuracyLines(history, size, room),
  ]);
}

/** A chart of a size as lines of text. */
type ChartOf = (size: Size) => string[];

/** Two charts side by side where there is room, else one below the other; "" where there is none. */
export function sideBySide(
  { columns, most = Infinity }: CurveRoom,
  hasBoth: boolean,
  [first, second]: readonly [ChartOf, ChartOf],
): string {
  if (columns < NARROWEST) return "";
  const beside = hasBoth && columns >= LEAST_FOR_TWO;
  const room = beside ? Math.floor((columns - GAP.length) / 2) : columns;
  const width = Math.min(WIDEST, room - MARGIN);
  const lines = Math.floor(hasBoth && !beside ? most / 2 : most) - AROUND;
  // A character is twice as high as wide, so this is a square.
  const highest = most === Infinity ? USUAL_HEIGHT : Math.floor(width / 2);
  const size = { width, height: Math.max(LOWEST, Math.min(highest, lines)) };
  const [left, right] = [first(size), hasBoth ? second(size) : []];
  if (!beside) return joined([...left, ...right]);
  const lengths = left.map((line) => stripVTControlCharacters(line).length);
  const widest = Math.max(...lengths);
  return joined(left.map((line, i) => line + " ".repeat(widest - lengths[i]) + GAP + right[i]));
}

const joined = (lines: readonly string[]) => lines.map((line) => line.trimEnd()).join("\n");

/** The sign of the update at which a run diverged, and the place of its colour: red. */
const DIVERGED = { text: "×", place: 2 } as const;
/** The sign of validation accuracy, and the place of its colour. */
const VALIDATION = { text: "●", place: 1 } as const;

function lossLines(
  { smooth, batches, iterations }: LossCurve,
  history: CurveHistory,
  size: Size,
  { style = plainStyle, until }: CurveRoom,
): string[] {
  const most = marksFor(size);
  // An average over losses that exploded stays high for long, and says nothing.
  const { failure = null } = history;
  const shown = failure === null ? smooth : batches;
  const { least, greatest } = shownRange(shown);
  const isLog = least > 0 && greatest / least >= LOG_FROM;
  const scaled = (loss: number) => (isLog ? Math.log10(loss) : loss);
  const all: Points = shown.map(({ iteration, loss }) => [
    iteration,
    scaled(Math.min(loss, greatest)),
  ]);
  const top: Points = failure === null ? [] : [[failure.iteration, scaled(greatest)]];
  const marks = isLog ? logMarks(least, greatest, most) : evenMarks(0, greatest, 0, most);
  const left = failure === null ? "" : ` × diverged at ${failure.iteration}`;
  const name = failure === null ? `${lossName(history)}, nats, by iteration` : "loss, nats";
  const points = [...thinned(all, pointsFor(size, style)), ...top];
  const [first, last] = [shown[0].iteration, until?.iterations ?? points[points.length - 1][0]];
  const chart: Chart = {
    head: `${name}${left}`,
    size,
    xRange: [first, last],
    yRange: isLog ? [scaled(Math.min(least, marks[0])), scaled(greatest)] : [0, greatest],
    xMarks: evenMarks(0, until?.iterations ?? iterations, 1)
      .map((mark) => Math.max(first, mark))
      .map((at) => ({ at, text: String(at) })),
    yMarks: marks.map((mark) => ({ at: scaled(mark), text: short(mark) })),
    lines: [{ points, place: 0 }],
    symbols: top.map((at) => ({ at, ...DIVERGED })),
  };
  return chartLines(chart, style);
}

/** The most points of a line: no more than can be seen. */
function pointsFor({ width }: Size, { braille }: LineStyle): number {
  return braille ? 4 * width : width;
}

function accuracyLines(
  history: CurveHistory,
  size: Size,
  { style = plainStyle, until }: CurveRoom,
): string[] {
  const { epochs } = history;
  // Where the start would flatten the rest, the line of the run that begins with "start" tells it.
  const first = showsStart(history) ? 0 : 1;
  const shares = accuracyPoints(first === 0 ? history : { epochs });
  const inPercent = (points: Points): Points => points.map(([x, share]) => [x, 100 * share]);
  const [training, validation] = [inPercent(shares.training), inPercent(shares.validation)];
  const all = [...training, ...validation]; // too many to be arguments of Math.min
  const least = all.reduce(
    (low, [, accuracy]) => Math.min(low, accuracy),
    all.length > 0 ? 100 : 0,
  );
  const marks = evenMarks(least, 100, 0, marksFor(size));
  const names = validation.length > 0 ? "━ training ● validation" : "training (no validation)";
  const last = until?.epochs ?? epochs.length;
  const chart: Chart = {
    head: `accuracy, %: ${names}`,
    size,
    xRange: [first, last],
    yRange: [Math.min(marks[0], Math.floor(least)), 100],
    xMarks: evenMarks(first, last, 1).map((at) => ({ at, text: short(at) })),
    yMarks: marks.map((at) => ({ at, text: short(at) })),
    lines: [{ points: thinned(training, pointsFor(size, style)), place: 0 }],
    symbols: spaced(validation, Math.floor(size.width / 3)).map((at) => ({ at, ...VALIDATION })),
  };
  return chartLines(chart, style);
}

/** At most so many points, the last one and every n-th before it. */
function spaced(points: Points, most: number): Points {
  const every = Math.ceil(points.length / most);
  return points.filter((_, i) => (points.length - 1 - i) % every === 0);
}

/** The most marks on an axis; the lines or columns of a chart have no room for more. */
const MOST_MARKS = 5;

/** The most marks beside a chart: marks on neighbouring lines would look further apart than they are. */
export function marksFor({ height }: Size): number {
  return Math.min(MOST_MARKS, 1 + Math.floor(height / 2));
}

/** Round numbers at equal distances between two others. */
export function evenMarks(from: number, to: number, leastStep = 0, most = MOST_MARKS): number[] {
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(to - from, 1e-9) / most));
  const round = [1, 2, 5, 10].map((n) => n * magnitude).find((s) => (to - from) / s < most);
  const step = Math.max(leastStep, round ?? 0);
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** Round numbers at about equal distances on a logarithmic scale. */
export function logMarks(from: number, to: number, most: number): number[] {
  const marks: number[] = [];
  for (let e = Math.floor(Math.log10(from)); e <= Math.log10(to); e++) {
    for (const n of [1, 2, 5]) marks.push(n * 10 ** e);
  }
  const inside = marks.filter((mark) => mark >= from && mark <= to);
  const tens = inside.filter((mark) => Number.isInteger(Math.log10(mark)));
  if (inside.length <= most || tens.length < 2) return inside;
  const every = Math.ceil(tens.length / most);
  return tens.filter((_, i) => i % every === 0);
}
