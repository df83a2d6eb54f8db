import { type ComparedLine, type ComparedRun, compare } from "../comparison.js";
import { LOG_FROM } from "../curves.js";
import { short } from "../numbers.js";
import { type Chart, type LineStyle, painted, plainStyle, type Size } from "./chart.js";
import { chartLines } from "./chartLines.js";
import { type CurveRoom, evenMarks, logMarks, marksFor, sideBySide } from "./terminalCurves.js";

/*
 * The curves of several runs as lines of text: a letter for each run, since not every terminal has colors.
 */

/** Signs of lines; where there are more lines, signs are used again. */
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The letter of a line, by its place among the names of lines. */
function letterOf(place: number): string {
  return LETTERS[place % LETTERS.length];
}

/** The letter of a line, colored where a terminal has colors. */
export function signOf(place: number, style: LineStyle): string {
  return painted(letterOf(place), place, style);
}

/**
 * Loss and accuracy of several runs as text, no line longer than `columns`.
 *
 * @returns "" if there is nothing to draw, or no room for it
 */
export function terminalComparison(runs: readonly ComparedRun[], room: CurveRoom): string {
  const { style = plainStyle } = room;
  const { loss, lossRange, iterations, accuracy, measuredOn, epochs } = compare(runs);
  if (iterations < 2) return "";
  const [least, greatest] = lossRange;
  const isLog = least > 0 && greatest / least >= LOG_FROM;
  const scaled = (loss: number) => (isLog ? Math.log10(loss) : loss);
  const lossMarksFor = (size: Size) =>
    isLog ? logMarks(least, greatest, marksFor(size)) : evenMarks(0, greatest, 0, marksFor(size));
  const shares = accuracy.flatMap(({ points }) => points.map(([, share]) => 100 * share));
  const lowest = shares.reduce((low, share) => Math.min(low, share), 100);
  const marked = (at: number) => ({ at, text: String(at) });

  return sideBySide(room, epochs > 1, [
    (size) => {
      const marks = lossMarksFor(size);
      const chart: Chart = {
        head: "smoothed loss, nats, by iteration",
        lines: loss.map((line) => lettered(line, scaled)),
        ...{ size, symbols: [] },
        xRange: [1, iterations],
        yRange: isLog ? [scaled(Math.min(least, marks[0])), scaled(greatest)] : [0, greatest],
        xMarks: evenMarks(0, iterations, 1).map((mark) => marked(Math.max(1, mark))),
        yMarks: marks.map((mark) => ({ at: scaled(mark), text: short(mark) })),
      };
      return chartLines(chart, style);
    },
    (size) => {
      const marks = evenMarks(lowest, 100, 0, marksFor(size));
      const chart: Chart = {
        head: `${measuredOn} accuracy, %, by epoch`,
        lines: accuracy.map((line) => lettered(line, (share) => 100 * share)),
        ...{ size, symbols: [] },
        xRange: [1, epochs],
        yRange: [Math.min(marks[0], Math.floor(lowest)), 100],
        xMarks: evenMarks(1, epochs, 1).map(marked),
        yMarks: marks.map((at) => ({ at, text: short(at) })),
      };
      return chartLines(chart, style);
    },
  ]);
}

/** A line on the scale of its chart. */
function lettered({ points, place }: ComparedLine, scaled: (y: number) => number) {
  const onScale = points.map(([x, y]): [number, number] => [x, scaled(y)]);
  return { points: onScale, place, letter: letterOf(place) };
}
