import { extname } from "node:path";
import { UsageError } from "../errors.js";
import { checkWritable, writeFileWhole } from "../files.js";
import { imagesAcross, type Sheet, sheetText } from "../report/imageSheet.js";
import { sheetSize, sheetSvg } from "../report/imageSheetSvg.js";
import { rasterize } from "../report/rasterize.js";
import type { Paint } from "../report/terminalImage.js";
import { fontFile } from "./fonts.js";
import { identity } from "./outputs.js";
import { coloursFor, note, print } from "./terminal.js";

/*
 * Where a sheet of images goes: to the terminal, or into a file.
 */

/** Images side by side in a file, and pixels of a PNG for each of the SVG, so that text is sharp. */
const ACROSS_IN_FILE = 8;
const PNG_SCALE = 2;
/** The most pixels of a PNG: 400 MB while it is made. */
const MOST_PIXELS = 100_000_000;

/** What decides how many images there are, and where they go. */
export interface SheetFlags {
  readonly rows: number;
  readonly columns?: number;
  readonly index?: readonly number[];
  readonly out?: string;
  readonly json?: true;
}

/**
 * Finds out before any work whether --out can be written, and is no file that is read.
 *
 * @param read the model, where there is one
 */
export function checkPicturePath(out: string | undefined, read: string | undefined): void {
  if (out === undefined) return;
  if (!isPng(out) && extname(out).toLowerCase() !== ".svg") {
    throw new UsageError(`--out ${out}: expected a file name that ends in .png or .svg`);
  }
  checkWritable(out);
  if (read !== undefined && identity(out) === identity(read)) {
    throw new UsageError(`--out ${out}: expected another file than --model ${read}`);
  }
}

/** The most images that a sheet could show: so many are chosen, before titles say how many fit. */
export function mostImages({ rows, columns, out }: SheetFlags): number {
  return rows * (columns ?? (out === undefined ? terminalWidth() : ACROSS_IN_FILE));
}

/** How many images of a sheet are side by side, and how many are shown. */
export function extent(
  sheet: Sheet,
  { rows, columns, index, out }: SheetFlags,
): { across: number; count: number } {
  const fitting = out === undefined ? imagesAcross(sheet, terminalWidth()) : ACROSS_IN_FILE;
  const across = columns ?? fitting;
  const most = index === undefined ? rows * across : sheet.images.length;
  return { across, count: Math.min(sheet.images.length, most) };
}

/** Whether a sheet is shown in colours rather than in plain characters. */
export function hasColours({ out }: SheetFlags): boolean {
  return out !== undefined || coloursFor(process.stdout).level > 0;
}

/** Prints a sheet, or writes it into the file that --out names; with --json only the latter. */
export async function showSheet(
  sheet: Sheet,
  across: number,
  { out, json }: SheetFlags,
): Promise<void> {
  if (out !== undefined) {
    await writeFileWhole(out, isPng(out) ? png(sheet, across, out) : sheetSvg(sheet, across));
    if (!json) note(`saved ${out}: ${sheet.caption.split("\n")[0]}`);
  } else if (!json) {
    const width = terminalWidth();
    const fitting = imagesAcross(sheet, width);
    const asked = Math.min(across, sheet.images.length);
    if (asked > fitting) {
      note(`note: ${width} characters have room for ${fitting} columns, not for ${asked}`);
    }
    note(sheet.caption);
    const colours = coloursFor(process.stdout);
    const paint: Paint = (text, colour, background) =>
      colours.rgb(...colour).bgRgb(...background)(text);
    const style = { paint: colours.level > 0 ? paint : null, wrong: colours.red };
    print(sheetText(sheet, width, across, style));
  }
}

function png(sheet: Sheet, across: number, out: string): Uint8Array {
  const { width, height } = sheetSize(sheet, across);
  if (width * height * PNG_SCALE ** 2 > MOST_PIXELS) {
    throw new UsageError(
      `--out ${out}: ${sheet.images.length} images make a PNG of ${PNG_SCALE * width} x ` +
        `${PNG_SCALE * height} pixels, expected at most ${MOST_PIXELS} pixels; ` +
        "ask for fewer images, or for an .svg",
    );
  }
  return rasterize(sheetSvg(sheet, across), fontFile, PNG_SCALE);
}

function isPng(path: string): boolean {
  return extname(path).toLowerCase() === ".png";
}

function terminalWidth(): number {
  return process.stdout.columns || 80;
}
