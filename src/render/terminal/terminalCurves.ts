import { plot, type Settings } from "simple-ascii-chart";
import { type CurveHistory, LOG_FROM, lossCurve } from "../svg/curveOptions.js";

/*
 * The curves of a run as lines of text: loss, and beside it accuracy, a line for training and points for
 * validation, so that they can be told apart without colours.
 */

/** Lines of a chart without its head and its axis. */
const HEIGHT = 8;
/** Columns of the marks and their numbers, left of a chart. */
const MARGIN = 8;
const GAP = "   ";
/** Below so many columns charts stand one below the other. */
const LEAST_FOR_TWO = 80;
/** Fewer columns hold no head of a chart. */
const NARROWEST = 44;
/** Of a chart, in columns: beyond, a line says nothing more. */
const WIDEST = 90;

/**
 * Loss and accuracies as text, no line longer than `columns`.
 *
 * @param coloured whether lines get colours, as codes that a terminal understands
 * @returns        "" where there is nothing to draw, or no room for it
 */
export function terminalCurves(history: CurveHistory, columns: number, coloured = false): string {
  const curve = "batches" in history.loss ? history.loss : lossCurve(history.loss);
  if (curve.iterations < 2 || columns < NARROWEST) return ""; // one point is no curve
  const both = history.epochs.length > 1;
  const sideBySide = both && columns >= LEAST_FOR_TWO;
  const room = sideBySide ? Math.floor((columns - GAP.length) / 2) : columns;
  const width = Math.min(WIDEST, room - MARGIN);
  const draw = (colours: boolean) => [
    lossLines(curve.smooth, curve.iterations, width, colours),
    ...(both ? [accuracyLines(history, width, colours)] : []),
  ];
  const [loss, accuracy] = draw(coloured);
  if (accuracy === undefined) return joined(loss);
  if (!sideBySide) return joined([...loss, ...accuracy]);
  const plain = draw(false)[0].map((line) => line.length); // codes take no room
  const widest = Math.max(...plain);
  const pad = (i: number) => " ".repeat(widest - plain[i]) + GAP;
  return joined(loss.map((line, i) => line + pad(i) + accuracy[i]));
}

const joined = (lines: readonly string[]) => lines.map((line) => line.trimEnd()).join("\n");

type Points = (readonly [number, number])[];

function lossLines(
  smooth: readonly { readonly iteration: number; readonly loss: number }[],
  iterations: number,
  width: number,
  coloured: boolean,
): string[] {
  const losses = smooth.map(({ loss }) => loss);
  const [least, greatest] = [Math.min(...losses), Math.max(...losses)];
  const logarithmic = least > 0 && greatest / least >= LOG_FROM;
  const scaled = (loss: number) => (logarithmic ? Math.log10(loss) : loss);
  const points: Points = smooth.map(({ iteration, loss }) => [iteration, scaled(loss)]);
  const marks = logarithmic ? logMarks(least, greatest) : evenMarks(0, greatest);
  const range: [number, number] = logarithmic
    ? [scaled(Math.min(least, marks[0])), scaled(greatest)]
    : [0, greatest];
  const text = (value: number) => short(logarithmic ? 10 ** value : value);
  return chartLines("loss, nats, by iteration", thinned(points, width), {
    ...{ width, yRange: range, customYAxisTicks: marks.map(scaled) },
    customXAxisTicks: evenMarks(0, iterations, 1).map((mark) => Math.max(1, mark)),
    formatter: (value, { axis }) => (axis === "y" ? text(value) : String(value)),
    color: coloured ? ["ansiBlue"] : undefined,
  });
}

function accuracyLines({ epochs }: CurveHistory, width: number, coloured: boolean): string[] {
  const training: Points = epochs.map((of) => [of.epoch, 100 * of.trainingAccuracy]);
  const validation: Points = epochs
    .filter((of) => of.validationAccuracy !== null)
    .map((of) => [of.epoch, 100 * (of.validationAccuracy ?? 0)]);
  const judged = validation.length > 0;
  const least = [...training, ...validation].reduce(
    (low, [, accuracy]) => Math.min(low, accuracy),
    100,
  );
  const marks = evenMarks(least, 100);
  const named = judged ? "━ training ● validation" : "training (no validation)";
  return chartLines(`accuracy, %: ${named}`, thinned(training, width), {
    ...{ width, yRange: [Math.min(marks[0], Math.floor(least)), 100], customYAxisTicks: marks },
    customXAxisTicks: evenMarks(1, epochs.length, 1),
    formatter: (value) => short(value),
    color: coloured ? ["ansiBlue"] : undefined,
    points: thinned(validation, Math.floor(width / 3)).map(([x, y]) => ({
      ...{ x, y },
      ...(coloured ? { color: "ansiYellow" } : {}),
    })),
  });
}

/** A chart below its head, no line longer than the head and the chart itself. */
function chartLines(head: string, points: Points, settings: Settings): string[] {
  const chart = plot(
    points.map(([x, y]) => [x, y]),
    { ...settings, height: HEIGHT },
  );
  return [
    `${" ".repeat(MARGIN / 2)}${head}`,
    ...chart.split("\n").filter((line) => line.trim() !== ""),
  ];
}

/** At most so many points, first and last among them: two in one column would be drawn as a knot. */
function thinned(points: Points, most: number): Points {
  if (points.length <= most) return points;
  const last = points.length - 1;
  return Array.from({ length: most }, (_, i) => points[Math.round((i * last) / (most - 1))]);
}

/** Marks on an axis; more of them would not fit into its lines, or their numbers beside each other. */
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

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
