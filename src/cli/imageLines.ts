import { darkPalette, inkColour } from "../report/palette.js";
import { asciiLines, halfBlockLines } from "../report/terminalImage.js";
import { coloursFor } from "./terminal.js";

/** Columns of a terminal that does not say, and of what is no terminal. */
const USUAL_WIDTH = 80;

/**
 * A grey image as lines of text for a stream: half blocks where it takes colours, else plain characters.
 * An image wider than the terminal is shrunk by a whole factor.
 *
 * @param image (rows, columns) intensity 0..255
 */
export function imageLines(
  image: Uint8Array,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  stream: NodeJS.WriteStream,
): string[] {
  const factor = Math.ceil(columns / (stream.columns || USUAL_WIDTH));
  const [height, width] = [Math.ceil(rows / factor), Math.ceil(columns / factor)];
  const means = Array.from({ length: height * width }, (_, i) => {
    const [top, left] = [Math.floor(i / width) * factor, (i % width) * factor];
    let [sum, count] = [0, 0];
    for (let y = top; y < Math.min(rows, top + factor); y++) {
      for (let x = left; x < Math.min(columns, left + factor); x++) {
        sum += image[y * columns + x];
        count++;
      }
    }
    return sum / count;
  });
  const colours = coloursFor(stream);
  if (colours.level === 0) {
    const strengths = means.map((mean) => mean / 255);
    return asciiLines(strengths, height, width).map((line) => line.trimEnd());
  }
  return halfBlockLines(
    means.map((mean) => inkColour(mean, darkPalette)),
    height,
    width,
    (text, colour, background) => colours.rgb(...colour).bgRgb(...background)(text),
  );
}
