import { writeFileWhole } from "../../documents/files.js";
import { UsageError } from "../../errors.js";
import { counted } from "../../render/numbers.js";
import type { Sheet } from "../../render/sheet.js";
import { sheetSize, sheetSvg } from "../../render/svg/imageSheetSvg.js";
import { imagesAcross, rowsDown, sheetText } from "../../render/terminal/imageSheet.js";
import { isPngName, pictureOf, pngScale } from "./pictures.js";
import {
  coloursFor,
  linesOf,
  note,
  print,
  styleFor,
  terminalHeight,
  terminalWidth,
} from "./terminal.js";

/*
 * Sheets of images, shown on the terminal or written to a file.
 */

/** Images side by side in a file. */
const ACROSS_IN_FILE = 8;
/** Rows without --rows where nothing says how many fit. */
const ROWS = 3;
/** Lines of a row of images beside the images themselves: two of a title, and a blank one. */
const AROUND_ROW = 3;
/** Lines beside all rows: the caption and the next prompt. */
const AROUND_SHEET = 2;
/** The most pixels of a PNG, which takes 400 MB of memory while it is made. */
const MOST_PIXELS = 100_000_000;

/** Flags that decide how many images are shown, and where. */
export interface SheetFlags {
  /** By default as many as a terminal has room for, 3 elsewhere. */
  readonly rows?: number;
  readonly columns?: number;
  readonly index?: readonly number[];
  readonly out?: string;
  readonly json?: true;
}

/**
 * The most images that a sheet could show; how many fit depends on their titles, which come later.
 *
 * @param height of an image, in pixels
 */
export function mostImages(flags: SheetFlags, height: number): number {
  const { rows = rowsFor(flags, height), columns, out } = flags;
  return rows * (columns ?? (out === undefined ? terminalWidth(process.stdout) : ACROSS_IN_FILE));
}

/** Rows of images so many pixels high that are shown without --rows; a line of a terminal has two pixels. */
function rowsFor({ out, json }: SheetFlags, height: number): number {
  const { isTTY, rows: lines } = process.stdout;
  if (out !== undefined || json || !isTTY || !(lines > 1)) return ROWS;
  return Math.max(1, Math.floor((lines - AROUND_SHEET) / (Math.ceil(height / 2) + AROUND_ROW)));
}

/** Whether a sheet is shown in colours rather than in plain characters. */
export function hasColours({ out }: SheetFlags): boolean {
  return out !== undefined || coloursFor(process.stdout).level > 0;
}

/**
 * Prints as many images as fit, or writes them to the file of --out; with --json, only the latter.
 *
 * @param captionOf the caption for so many images
 * @returns how many images are shown
 */
export async function showSheet(
  candidates: Omit<Sheet, "caption">,
  captionOf: (count: number) => string,
  flags: SheetFlags,
): Promise<number> {
  const { rows, columns, index, out, json } = flags;
  const width = terminalWidth(process.stdout);
  const all = { ...candidates, caption: "" };
  const caption = captionOf(mostImages(flags, candidates.rows));
  const height =
    rows === undefined && out === undefined && !json
      ? terminalHeight(process.stdout) - linesOf(caption, width)
      : Infinity;
  const across = columns ?? (out === undefined ? imagesAcross(all, width, height) : ACROSS_IN_FILE);
  const down = rows ?? Math.min(rowsFor(flags, candidates.rows), rowsDown(all, width, height));
  const images = index === undefined ? all.images.slice(0, down * across) : all.images;
  const sheet = { ...all, images, caption: captionOf(images.length) };
  if (out !== undefined) {
    checkSize(sheet, across, out);
    await writeFileWhole(out, await pictureOf(out, sheetSvg(sheet, across)));
    if (!json) note(`saved ${out}: ${sheet.caption.split("\n")[0]}`);
  } else if (!json) {
    const fitting = imagesAcross(sheet, width, height);
    const wanted = Math.min(across, images.length);
    if (wanted > fitting) {
      note(`note: ${counted(fitting, "column")} fit in ${width} characters, not ${wanted}`);
    }
    note(sheet.caption);
    print(sheetText(sheet, width, across, styleFor(process.stdout), height));
  }
  return images.length;
}

/** @throws {UsageError} when a PNG would have too many pixels */
function checkSize(sheet: Sheet, across: number, out: string): void {
  if (!isPngName(out)) return;
  const { width, height } = sheetSize(sheet, across);
  if (width * height * pngScale * pngScale <= MOST_PIXELS) return;
  throw new UsageError(
    `--out ${out}: ${sheet.images.length} images make a PNG of ${pngScale * width} x ` +
      `${pngScale * height} pixels, expected at most ${MOST_PIXELS} pixels; ` +
      "show fewer images, or write an .svg",
  );
}
