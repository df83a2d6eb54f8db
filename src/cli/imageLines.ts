import { darkPalette, inkColour } from "../report/palette.js";
import { shrink } from "../report/shrink.js";
import { asciiLines, halfBlockLines } from "../report/terminalImage.js";
import { coloursFor, paintWith, terminalWidth } from "./terminal.js";

/**
 * A grey image as lines of text for a stream: half blocks where it takes colours, else plain characters.
 * An image wider than the terminal is shrunk to its width.
 *
 * @param image (rows, columns) intensity 0..255
 */
export function imageLines(
  image: Uint8Array,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  stream: NodeJS.WriteStream,
): string[] {
  const width = Math.min(columns, terminalWidth(stream));
  const height = Math.max(1, Math.round((rows * width) / columns));
  const intensities = Array.from(shrink(image, rows, columns, height, width));
  const colours = coloursFor(stream);
  if (colours.level === 0) {
    const strengths = intensities.map((intensity) => intensity / 255);
    return asciiLines(strengths, height, width).map((line) => line.trimEnd());
  }
  const pixels = intensities.map((intensity) => inkColour(intensity, darkPalette));
  return halfBlockLines(pixels, height, width, paintWith(colours));
}
