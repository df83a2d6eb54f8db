import {
  darkPalette,
  inkColour,
  largestSize,
  type Palette,
  type Rgb,
  signedColour,
} from "../palette.js";
import { shrink } from "./shrink.js";
import { asciiLines, halfBlockLines, type Paint } from "./terminalImage.js";

/*
 * Images side by side, each under its title: what they are, and how a terminal shows them.
 * imageSheetSvg.ts draws the same as a picture.
 */

/** One image and what is said of it. */
export interface SheetImage {
  /** (rows, columns) */
  readonly values: ArrayLike<number>;
  /** Lines above the image, each with text at its left and at its right end. */
  readonly title: readonly (readonly [left: string, right: string])[];
  /** Whether a model's answer, which the first line says, is right; without one, nothing is marked. */
  readonly answer?: "right" | "wrong";
}

/** Images of one size. */
export interface Sheet {
  /** What all of them are; how to read them on a second line where that needs saying. */
  readonly caption: string;
  readonly rows: number;
  readonly columns: number;
  /** ink: 0..255 from paper to ink. signed: blue below 0, red above, on one scale for all images. */
  readonly kind: "ink" | "signed";
  readonly images: readonly SheetImage[];
}

/** How a terminal shows a sheet. */
export interface TerminalStyle {
  /** Colours of pixels; null where there are none, and images are plain characters. */
  readonly paint: Paint | null;
  /** Colour of the titles of wrong answers. */
  readonly wrong: (text: string) => string;
}

/** What stands before an answer, so that nobody needs to see colours. */
export const marks = { right: "✓ ", wrong: "✗ " } as const;
const plainMarks = { right: "ok ", wrong: "x  " } as const;

/** Characters between images that stand side by side. */
const GAP = 2;
/** The most characters that titles make an image's place wider to. */
const WIDEST_TITLE = 28;

/** How a sheet lies in a terminal, in characters; an image is as wide as its columns of pixels. */
interface TerminalLayout {
  /** Images side by side. */
  readonly across: number;
  /** Width of an image with its titles. */
  readonly cell: number;
  /** What images are made smaller to where they are wider than the terminal. */
  readonly rows: number;
  readonly columns: number;
}

/** How many images fit side by side into a terminal so many characters wide; at least one. */
export function imagesAcross(sheet: Sheet, width: number): number {
  return layOut(sheet, width).across;
}

function layOut({ rows, columns, images }: Sheet, width: number): TerminalLayout {
  const fitting = Math.min(columns, width);
  const longest = images.map((image) =>
    Math.max(0, ...markedTitle(image, plainMarks).map(([left, right]) => lineWidth(left, right))),
  );
  const titles = Math.min(WIDEST_TITLE, largestSize(longest));
  const cell = Math.min(width, Math.max(fitting, titles));
  return {
    across: Math.max(1, Math.floor((width + GAP) / (cell + GAP))),
    cell,
    rows: Math.max(1, Math.round((rows * fitting) / columns)),
    columns: fitting,
  };
}

/**
 * A sheet as text for a terminal.
 *
 * @param width  characters of the terminal
 * @param across the most images side by side; fewer where fewer fit
 */
export function sheetText(
  sheet: Sheet,
  width: number,
  across: number,
  style: TerminalStyle,
): string {
  const layout = layOut(sheet, width);
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
  { kind, ...size }: Sheet,
  { cell, rows, columns }: TerminalLayout,
  most: number,
  { paint, wrong }: TerminalStyle,
): string[] {
  const colour = image.answer === "wrong" ? wrong : (text: string) => text;
  const [ellipsis, signs] =
    paint === null ? (["..", plainMarks] as const) : (["…", marks] as const);
  const title = markedTitle(image, signs).map((line) => colour(titleLine(line, cell, ellipsis)));
  const values =
    columns < size.columns
      ? shrink(image.values, size.rows, size.columns, rows, columns)
      : image.values;
  const lines =
    paint === null
      ? asciiLines(
          Array.from(values, (value) => value / (most || 1)),
          rows,
          columns,
        )
      : halfBlockLines(coloursOf(values, kind, most, darkPalette), rows, columns, paint);
  const beside = " ".repeat(cell - columns);
  return [...title, ...lines.map((line) => line + beside)];
}

/** The number that gets the strongest colour, the same for all images of a sheet. */
export function strongest({ kind, images }: Sheet): number {
  return kind === "ink" ? 255 : largestSize(images.map(({ values }) => largestSize(values)));
}

/** The colour of each pixel. */
export function coloursOf(
  values: ArrayLike<number>,
  kind: Sheet["kind"],
  most: number,
  palette: Palette,
): Rgb[] {
  return Array.from(values, (value) =>
    kind === "ink" ? inkColour(value, palette) : signedColour(value, most, palette),
  );
}

/** The lines of an image's title, the first with the mark of its answer. */
export function markedTitle(
  { title, answer }: SheetImage,
  signs: Readonly<Record<"right" | "wrong", string>>,
): (readonly [string, string])[] {
  const mark = answer === undefined ? "" : signs[answer];
  return title.map(([left, right], line) => [line === 0 ? mark + left : left, right]);
}

function lineWidth(left: string, right: string): number {
  return textWidth(left) + (right === "" ? 0 : 1 + textWidth(right));
}

/** Text at both ends of a line; the left one is cut short where there is no room for both. */
function titleLine([left, right]: readonly [string, string], width: number, ellipsis: string) {
  const end = right !== "" && textWidth(right) + 1 < width ? ` ${right}` : "";
  const start = cut(left, width - textWidth(end), ellipsis);
  return start + " ".repeat(width - textWidth(start) - textWidth(end)) + end;
}

/** Text that is at most so wide, with an ellipsis where some of it is left out. */
export function cut(
  text: string,
  width: number,
  ellipsis: string,
  widthOf: (text: string) => number = textWidth,
): string {
  if (widthOf(text) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && widthOf(characters.join("") + ellipsis) > width) characters.pop();
  return widthOf(characters.join("") + ellipsis) <= width ? characters.join("") + ellipsis : "";
}

/** Characters that take the room of two in a terminal: those of East Asia, and pictures. */
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}]/u;

/** Columns of a terminal that text takes. */
function textWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    width += /\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  }
  return width;
}
