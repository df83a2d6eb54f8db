import { type BackwardView, classRows, stepsWithOutcomes, unitRows } from "../backwardView.js";
import { ofAnySize } from "../numbers.js";
import { largestSize, lightPalette } from "../palette.js";
import type { TitleLine } from "../sheet.js";
import { unitGrid } from "../unitGrid.js";
import {
  cellParts,
  css,
  FONT_SIZE,
  GAP,
  LINE,
  pixelWidth,
  svgPicture,
  TITLE_GAP,
} from "./imageSheetSvg.js";
import { Markup } from "./svg.js";

/*
 * The way back of one image as a picture: its formulas, below them the numbers of each class and of some
 * hidden units, and beside these what reaches the units, what the ReLU lets through, and what changes in W1.
 */

const { element } = Markup;

/** The most classes and hidden units in the tables. */
const MOST = { classes: 16, units: 6 };
/** Pixels of the longer side of an image. */
const SIDE = 196;
const WIDTH = 880;

/** An image with its titles, of any size. */
interface Pane {
  readonly rows: number;
  readonly columns: number;
  readonly values: ArrayLike<number>;
  /** The number of the strongest color. */
  readonly most: number;
  readonly title: TitleLine;
}

/** The whole picture as an SVG file, under its caption. */
export function backwardSvg(caption: string, view: BackwardView): string {
  const steps = stepsWithOutcomes(view, "up in red, down in blue");
  const names = GAP + Math.max(...steps.map(([{ name }]) => pixelWidth(name)));
  const head = [
    textAt(0, 0, caption),
    ...steps.flatMap(([{ name, formulas }, ...outcome], i) => [
      textAt(0, (i + 1.4) * LINE, name),
      textAt(names, (i + 1.4) * LINE, [formulas.join(", "), ...outcome].join("; ")),
    ]),
  ];
  const top = (steps.length + 2.4) * LINE;
  const classes = classRows(view, MOST.classes);
  const units = unitRows(view, MOST.units);
  const left = [...table(classes, top), ...table(units, top + (classes.length + 1) * LINE)];
  const cell = { width: SIDE + GAP, height: LINE + TITLE_GAP + SIDE + GAP };
  const right = panes(view).map((pane, i) => {
    const x = WIDTH - 2 * GAP - 2 * cell.width + GAP + (i % 2) * cell.width;
    const y = top + Math.floor(i / 2) * cell.height;
    return element("g", { transform: `translate(${x} ${y})` }, ...paneParts(pane));
  });
  const height = top + Math.max((classes.length + 1 + units.length) * LINE, 2 * cell.height - GAP);
  const all = element("g", { transform: `translate(${GAP} ${GAP})` }, ...head, ...left, ...right);
  return svgPicture(caption, { width: WIDTH, height: height + 2 * GAP }, [all]);
}

/** What the tables cannot show, one after another. */
function panes({ backward, unit, stopped, change, rows, columns }: BackwardView): Pane[] {
  const { x, dhidden, dsums } = backward;
  const most = largestSize(dhidden);
  const reach = largestSize(change);
  const ofUnit = stopped.includes(unit) ? "stopped" : `±${ofAnySize(reach)}`;
  return [
    { ...unitGrid(dhidden), most, title: ["dhidden", `±${ofAnySize(most)}`] },
    { ...unitGrid(dsums), most, title: ["dsums", "after the ReLU"] },
    { rows, columns, values: x, most: largestSize(x), title: ["x", "centered image"] },
    { rows, columns, values: change, most: reach, title: [`W1 into unit ${unit}`, ofUnit] },
  ];
}

function paneParts({ rows, columns, values, most, title }: Pane): Markup[] {
  const zoom = SIDE / Math.max(rows, columns);
  const image = { width: Math.ceil(columns * zoom), height: Math.ceil(rows * zoom) };
  const titles = LINE + TITLE_GAP;
  const cell = { width: SIDE, height: titles + image.height };
  const kind = "signed";
  return cellParts(
    { values, title: [title] },
    { rows, columns, kind },
    { cell, image, titles },
    most,
  );
}

/** A table, every column flush right, its head above a line. */
function table(rows: readonly string[][], top: number): Markup[] {
  let right = 0;
  const ends = rows[0].map((_, column) => {
    right += Math.max(...rows.map((row) => pixelWidth(row[column]))) + (column > 0 ? FONT_SIZE : 0);
    return right;
  });
  const y = top + LINE - 1;
  const line = { x1: 0, x2: right, y1: y, y2: y, stroke: css(lightPalette.ink), opacity: 0.3 };
  const cells = rows.flatMap((row, i) =>
    row.map((text, c) => textAt(ends[c], top + i * LINE, text, { "text-anchor": "end" })),
  );
  return [...cells, element("line", line)];
}

function textAt(x: number, top: number, text: string, more: Record<string, string> = {}): Markup {
  return element("text", { x, y: top + FONT_SIZE, fill: css(lightPalette.ink), ...more }, text);
}
