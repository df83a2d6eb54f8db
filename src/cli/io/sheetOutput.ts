import { checkWritable, writeFileWhole } from "../../documents/files.js";
import { UsageError } from "../../errors.js";
import type { Sheet } from "../../render/sheet.js";
import { sheetSize, sheetSvg } from "../../render/svg/imageSheetSvg.js";
import { imagesAcross, sheetText } from "../../render/terminal/imageSheet.js";
import { checkNotRead } from "./outputs.js";
import { checkPictureName, isPngName, pictureOf, pngScale } from "./pictures.js";
import { coloursFor, counted, note, print, styleFor, terminalWidth } from "./terminal.js";

/*
 * Where a sheet of images goes: to the terminal, or into a file.
 */

/** Images side by side in a file. */
const ACROSS_IN_FILE = 8;
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
  checkPictureName("--out", out);
  checkWritable(out);
  checkNotRead({ "--out": out }, [[`--model ${read}`, read]]);
}

/** The most images that a sheet could show: so many are chosen, before titles say how many fit. */
export function mostImages({ rows, columns, out }: SheetFlags): number {
  return rows * (columns ?? (out === undefined ? terminalWidth(process.stdout) : ACROSS_IN_FILE));
}

/** How many images of a sheet are side by side, and how many are shown. */
export function extent(
  sheet: Sheet,
  { rows, columns, index, out }: SheetFlags,
): { across: number; count: number } {
  const fitting =
    out === undefined ? imagesAcross(sheet, terminalWidth(process.stdout)) : ACROSS_IN_FILE;
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
    checkSize(sheet, across, out);
    await writeFileWhole(out, await pictureOf(out, sheetSvg(sheet, across)));
    if (!json) note(`saved ${out}: ${sheet.caption.split("\n")[0]}`);
  } else if (!json) {
    const width = terminalWidth(process.stdout);
    const fitting = imagesAcross(sheet, width);
    const asked = Math.min(across, sheet.images.length);
    if (asked > fitting) {
      note(
        `note: ${width} characters have room for ${counted(fitting, "column")}, not for ${asked}`,
      );
    }
    note(sheet.caption);
    print(sheetText(sheet, width, across, styleFor(process.stdout)));
  }
}

/** @throws {UsageError} when a PNG would have more pixels than memory has room for */
function checkSize(sheet: Sheet, across: number, out: string): void {
  if (!isPngName(out)) return;
  const { width, height } = sheetSize(sheet, across);
  if (width * height * pngScale * pngScale <= MOST_PIXELS) return;
  throw new UsageError(
    `--out ${out}: ${sheet.images.length} images make a PNG of ${pngScale * width} x ` +
      `${pngScale * height} pixels, expected at most ${MOST_PIXELS} pixels; ` +
      "ask for fewer images, or for an .svg",
  );
}
