import { type ComparedLine, type ComparedRun, compare } from "../comparison.js";
import { LOG_FROM } from "../curves.js";
import { short } from "../numbers.js";
import {
  chartLines,
  evenMarks,
  logMarks,
  marksFor,
  type Size,
  sideBySide,
} from "./terminalCurves.js";

/*
 * The curves of several runs as lines of text: a letter for each run, since not every terminal has colors.
 */

/** Signs of lines; where there are more lines, signs are used again. */
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** Foreground colors of ECMA-48: blue, yellow, green, magenta, cyan, red. */
const COLOURS = [34, 33, 32, 35, 36, 31];

/** The sign of a line, by its place among the names of lines; colored where a terminal has colors. */
export function signOf(place: number, coloured: boolean): string {
  const letter = LETTERS[place % LETTERS.length];
  return coloured ? `\u001b[${COLOURS[place % COLOURS.length]}m${letter}\u001b[39m` : letter;
}

/**
 * Loss and accuracy of several runs as text, no line longer than `columns`.
 *
 * @param coloured whether letters have colors, as codes for a terminal
 * @param most     lines that there is room for; low charts take 7
 * @returns        "" if there is nothing to draw, or no room for it
 */
export function terminalComparison(
  runs: readonly ComparedRun[],
  columns: number,
  coloured = false,
  most = Infinity,
): string {
  const { loss, lossRange, iterations, accuracy, measuredOn, epochs } = compare(runs);
  if (iterations < 2) return "";
  const [least, greatest] = lossRange;
  const isLog = least > 0 && greatest / least >= LOG_FROM;
  const scaled = (loss: number) => (isLog ? Math.log10(loss) : loss);
  const lossMarksFor = (size: Size) =>
    isLog ? logMarks(least, greatest, marksFor(size)) : evenMarks(0, greatest, 0, marksFor(size));
  const shares = accuracy.flatMap(({ points }) => points.map(([, share]) => 100 * share));
  const lowest = shares.reduce((low, share) => Math.min(low, share), 100);

  return sideBySide({ columns, most, hasBoth: epochs > 1 }, [
    (size) => {
      const lossMarks = lossMarksFor(size);
      return letterChart("smoothed loss, nats, by iteration", {
        lines: loss.map((line) => mapped(line, scaled)),
        ...{ size, coloured, from: 1, to: iterations },
        yRange: isLog ? [scaled(Math.min(least, lossMarks[0])), scaled(greatest)] : [0, greatest],
        yMarks: lossMarks.map(scaled),
        xMarks: evenMarks(0, iterations, 1).map((mark) => Math.max(1, mark)),
        text: (value) => short(isLog ? 10 ** value : value),
      });
    },
    (size) => {
      const marks = evenMarks(lowest, 100, 0, marksFor(size));
      return letterChart(`${measuredOn} accuracy, %, by epoch`, {
        lines: accuracy.map((line) => mapped(line, (share) => 100 * share)),
        ...{ size, coloured, from: 1, to: epochs },
        yRange: [Math.min(marks[0], Math.floor(lowest)), 100],
        yMarks: marks,
        xMarks: evenMarks(1, epochs, 1),
        text: short,
      });
    },
  ]);
}

function mapped(line: ComparedLine, scaled: (y: number) => number): ComparedLine {
  return { ...line, points: line.points.map(([x, y]) => [x, scaled(y)]) };
}

interface LetterChart {
  readonly lines: readonly ComparedLine[];
  readonly size: Size;
  readonly coloured: boolean;
  /** The first x. */
  readonly from: number;
  /** The last x. */
  readonly to: number;
  readonly yRange: readonly [number, number];
  readonly yMarks: number[];
  readonly xMarks: number[];
  /** A mark on the y axis. */
  readonly text: (value: number) => string;
}

/** A chart of letters in the frame of an empty one. */
function letterChart(
  head: string,
  { lines, size, coloured, from, to, yRange, yMarks, xMarks, text }: LetterChart,
): string[] {
  const [low, high] = yRange;
  const column = (x: number) => 1 + Math.round(((x - from) / (to - from)) * (size.width - 1));
  const row = (y: number) =>
    size.height - Math.round(((y - low) / (high - low)) * (size.height - 1));
  const symbols = lines.flatMap(({ place, points }) =>
    points
      .filter(([, y]) => y >= low && y <= high)
      .map(([x, y]) => ({ x: column(x), y: row(y), symbol: signOf(place, coloured) })),
  );
  return chartLines(
    head,
    [
      [from, low],
      [to, high],
    ],
    {
      ...size,
      yRange: [low, high],
      customYAxisTicks: yMarks,
      customXAxisTicks: xMarks,
      formatter: (value, { axis }) => (axis === "y" ? text(value) : String(value)),
      // The frame's own line has two points: all letters stand in for the first, nothing for the second.
      lineFormatter: ({ index }) => (index === 0 ? symbols : []),
    },
  );
}
