import type { Points } from "../curves.js";
import {
  type Chart,
  type ChartSymbol,
  headLine,
  isInside,
  type LineStyle,
  MARGIN,
  type Mark,
  painted,
  placeIn,
} from "./chart.js";

/*
 * A chart of braille: each character is 2 x 4 dots, so that a line is eight times as fine as one of characters.
 */

/** Dots of a character, across and down. */
const [ACROSS, DOWN] = [2, 4];
/** The bit of each dot: by row, left and right. */
const BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];
/** The character without dots, to which bits are added. */
const BLANK = 0x2800;

/** Columns between the letters of a line. */
const LETTER_EVERY = 16;

/** What a character of a chart shows. */
interface Cell {
  dots: number;
  /** Instead of dots. */
  sign: string | null;
  /** The place of the line that came last. */
  place: number;
}

/** A chart below its head, no line longer than its width and `MARGIN`. */
export function brailleChart(chart: Chart, style: LineStyle): string[] {
  const { size, xRange, xMarks, yMarks } = chart;
  const { width, height } = size;
  const cells = cellsOf(chart);
  const textAt = new Map(yMarks.map(({ at, text }) => [rowOf(chart, at), text]));
  const label = Math.min(MARGIN - 1, Math.max(1, ...yMarks.map(({ text }) => text.length)));
  const rows = Array.from({ length: height }, (_, row) => {
    const text = textAt.get(row);
    const edge = text === undefined ? "│" : "┤";
    const shown = rowText(cells.slice(row * width, (row + 1) * width), style);
    return `${(text ?? "").padStart(label)}${edge}${shown}`;
  });
  const marks = xMarks.map(({ at, text }) => ({ at: placeIn(xRange, at, width), text }));
  const axis = Array.from({ length: width }, (_, x) =>
    marks.some(({ at }) => at === x) ? "┬" : "─",
  );
  const indent = " ".repeat(label);
  return [
    headLine(chart),
    ...rows,
    `${indent}└${axis.join("")}`,
    `${indent} ${labels(marks, width)}`,
  ];
}

/** The characters of a chart, (height, width). */
function cellsOf(chart: Chart): Cell[] {
  const { size, lines, symbols } = chart;
  const cells = Array.from(
    { length: size.width * size.height },
    (): Cell => ({ dots: 0, sign: null, place: 0 }),
  );
  for (const { points, place } of lines) {
    drawLine(points, chart, (x, y) => {
      const cell = cells[Math.floor(y / DOWN) * size.width + Math.floor(x / ACROSS)];
      cell.dots |= BITS[y % DOWN][x % ACROSS];
      cell.place = place;
    });
  }
  const put = (at: ChartSymbol["at"], sign: string, place: number) => {
    if (!isInside(chart, at)) return;
    const cell = cells[rowOf(chart, at[1]) * size.width + placeIn(chart.xRange, at[0], size.width)];
    Object.assign(cell, { sign, place });
  };
  for (const { points, place, letter } of lines) {
    if (letter !== undefined)
      for (const at of letterPoints(points, place, chart)) put(at, letter, place);
  }
  for (const { at, text, place } of symbols) put(at, text, place);
  return cells;
}

/** Cells as text; neighbours of one colour share its codes. */
function rowText(cells: readonly Cell[], style: LineStyle): string {
  let [text, run, runPlace] = ["", "", 0];
  for (const { dots, sign, place } of cells) {
    const character = sign ?? (dots === 0 ? " " : String.fromCharCode(BLANK + dots));
    if (run !== "" && character !== " " && place === runPlace) {
      run += character;
      continue;
    }
    if (run !== "") text += painted(run, runPlace, style);
    [run, runPlace] = character === " " ? ["", 0] : [character, place];
    if (run === "") text += character;
  }
  return run === "" ? text : text + painted(run, runPlace, style);
}

/** The row of characters in which a value is, counted from the top. */
function rowOf({ yRange, size: { height } }: Chart, y: number): number {
  return Math.floor((DOWN * height - 1 - placeIn(yRange, y, DOWN * height)) / DOWN);
}

/** Draws a line from point to point, dot by dot; a point outside interrupts it. */
function drawLine(points: Points, chart: Chart, dot: (x: number, y: number) => void): void {
  const { size, xRange, yRange } = chart;
  const [across, down] = [ACROSS * size.width, DOWN * size.height];
  let from: [x: number, y: number] | null = null;
  for (const point of points) {
    if (!isInside(chart, point)) {
      from = null;
      continue;
    }
    const to: [number, number] = [
      placeIn(xRange, point[0], across),
      down - 1 - placeIn(yRange, point[1], down),
    ];
    const [x, y] = from ?? to;
    const steps = Math.max(1, Math.abs(to[0] - x), Math.abs(to[1] - y));
    for (let step = 0; step <= steps; step++) {
      dot(
        Math.round(x + ((to[0] - x) * step) / steps),
        Math.round(y + ((to[1] - y) * step) / steps),
      );
    }
    from = to;
  }
}

/** Points of a line at which its letter stands: its end, and others in columns of its own. */
function letterPoints(points: Points, place: number, chart: Chart): Points {
  const { width } = chart.size;
  const inside = points.filter((point) => isInside(chart, point));
  const first = (3 * place) % LETTER_EVERY;
  const chosen: Points = [];
  let next = first;
  for (const point of inside) {
    const column = placeIn(chart.xRange, point[0], width);
    if (column < next) continue;
    chosen.push(point);
    next = first + LETTER_EVERY * (1 + Math.floor((column - first) / LETTER_EVERY));
  }
  return [...chosen, ...inside.slice(-1)];
}

/** Texts below an axis, each in the middle of its mark where there is room; one that would touch another is left out. */
function labels(marks: readonly Mark[], width: number): string {
  let line = "";
  for (const { at, text } of marks) {
    const start = Math.max(0, Math.min(width - text.length, at - Math.floor(text.length / 2)));
    if (line !== "" && start <= line.length) continue;
    line = line.padEnd(start) + text;
  }
  return line;
}
