import { darkPalette, inkNumber, largestSize, type Ramps, signedNumber } from "../palette.js";
import {
  coloursOf,
  cut,
  markedTitle,
  marks,
  type Sheet,
  type SheetImage,
  strongest,
  type TitleLine,
} from "../sheet.js";
import { shrink } from "../shrink.js";
import { asciiLines, halfBlockLines, type Paint, type PixelColour } from "./terminalImage.js";

/** How a terminal shows a sheet. */
export interface TerminalStyle {
  /** Colours pixels; null where a terminal has no colours, and images are plain characters. */
  readonly paint: Paint | null;
  /** The few colours that a terminal has; without them it has all. */
  readonly ramps?: Ramps;
  /** Colours the titles of wrong answers. */
  readonly wrong: (text: string) => string;
}

const plainMarks = { right: "ok ", wrong: "x  " } as const;

/** Characters between images. */
const GAP = 2;
/** Titles widen the place of an image up to so many characters. */
const WIDEST_TITLE = 28;

/** How many images fit side by side into a terminal of that size; at least one. */
export function imagesAcross(sheet: Sheet, width: number, height?: number): number {
  return layOut(sheet, width, height).across;
}

/** How many rows of images fit into so many lines, with a blank line between them; at least one. */
export function rowsDown(sheet: Sheet, width: number, height: number): number {
  const { lines } = layOut(sheet, width, height);
  return Math.max(1, Math.floor((height + 1) / (lines + 1)));
}

/**
 * Images side by side, width of a cell in characters, lines of a cell, and the size of an image, shrunk if
 * it is too wide or too high.
 */
function layOut({ rows, columns, images }: Sheet, width: number, height = Infinity) {
  const above = largestSize(images.map(({ title }) => title.length));
  const highest = Math.max(1, Math.floor((2 * columns * (height - above)) / rows));
  const fitting = Math.min(columns, width, highest); // a column of pixels is one character wide
  const lines = images.flatMap((image) => markedTitle(image, plainMarks));
  const titles = Math.min(WIDEST_TITLE, largestSize(lines.map(lineWidth)));
  const cell = Math.min(width, Math.max(fitting, titles));
  const shrunk = Math.max(1, Math.round((rows * fitting) / columns));
  return {
    across: Math.max(1, Math.floor((width + GAP) / (cell + GAP))),
    cell,
    lines: above + Math.ceil(shrunk / 2),
    rows: shrunk,
    columns: fitting,
  };
}

/**
 * A sheet as text for a terminal.
 *
 * @param width  characters of the terminal
 * @param across the most images side by side; fewer if fewer fit
 * @param height lines that a row of images may take
 */
export function sheetText(
  sheet: Sheet,
  width: number,
  across: number,
  style: TerminalStyle,
  height?: number,
): string {
  const layout = layOut(sheet, width, height);
  const inRow = Math.min(across, layout.across);
  const most = strongest(sheet);
  const cells = sheet.images.map((image) => cellLines(image, sheet, layout, most, style));
  const rows: string[] = [];
  for (let start = 0; start < cells.length; start += inRow) {
    const side = cells.slice(start, start + inRow);
    const height = Math.max(...side.map((lines) => lines.length));
    for (let line = 0; line < height; line++) {
      const parts = side.map((lines) => lines[line] ?? " ".repeat(layout.cell));
      rows.push(parts.join(" ".repeat(GAP)).trimEnd());
    }
    if (start + inRow < cells.length) rows.push("");
  }
  return rows.join("\n");
}

/** Titles and image, all lines `cell` characters wide. */
function cellLines(
  image: SheetImage,
  sheet: Sheet,
  { cell, rows, columns }: ReturnType<typeof layOut>,
  most: number,
  { paint, wrong, ramps }: TerminalStyle,
): string[] {
  const [ellipsis, signs] = paint === null ? ["..", plainMarks] : ["…", marks];
  const title = markedTitle(image, signs).map((line) => {
    const text = titleLine(line, cell, ellipsis);
    return image.answer === "wrong" ? wrong(text) : text;
  });
  const pixels = shrink(image.values, sheet.rows, sheet.columns, rows, columns);
  const strengths = pixels.map((value) => value / (most || 1));
  const lines =
    paint === null
      ? asciiLines(strengths, rows, columns, sheet.kind)
      : halfBlockLines(pixelColours(pixels, sheet.kind, most, ramps), rows, columns, paint);
  const beside = " ".repeat(cell - columns);
  return [...title, ...lines.map((line) => line + beside)];
}

function pixelColours(
  pixels: Float64Array,
  kind: Sheet["kind"],
  most: number,
  ramps?: Ramps,
): PixelColour[] {
  if (ramps === undefined) return coloursOf(pixels, kind, most, darkPalette);
  return Array.from(pixels, (value) =>
    kind === "ink" ? inkNumber(value, ramps) : signedNumber(value, most, ramps),
  );
}

function lineWidth([left, right]: TitleLine): number {
  return textWidth(left) + (right === "" ? 0 : 1 + textWidth(right));
}

/** Text at both ends of a line; the left one is cut if there is no room for both. */
function titleLine([left, right]: TitleLine, width: number, ellipsis: string): string {
  const end = right !== "" && textWidth(right) + 1 < width ? ` ${right}` : "";
  const start = cut(left, width - textWidth(end), ellipsis, textWidth);
  return start + " ".repeat(width - textWidth(start) - textWidth(end)) + end;
}

/** Characters that are two columns wide in a terminal: those of East Asia, and emoji. */
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}]/u;

/** Columns that a text takes in a terminal. */
function textWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    width += /\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  }
  return width;
}
