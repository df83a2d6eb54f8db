import type { Rgb } from "../palette.js";

/*
 * Images as lines of text. A character is about twice as high as it is wide, so it shows two pixels, one
 * above the other: an image of 28 x 28 takes 28 columns and 14 lines.
 */

/** Adds the codes of a terminal for a colour and a background to a text. */
export type Paint = (text: string, colour: Rgb, background: Rgb) => string;

/**
 * An image in colours: the upper half of each character is one pixel, its background the other.
 *
 * @param colours (rows, columns)
 */
export function halfBlockLines(
  colours: readonly Rgb[],
  rows: number,
  columns: number,
  paint: Paint,
): string[] {
  return Array.from({ length: Math.ceil(rows / 2) }, (_, line) => {
    const upper = colours.slice(2 * line * columns, (2 * line + 1) * columns);
    return upper
      .map((colour, column) => {
        const lower = colours[(2 * line + 1) * columns + column];
        return lower === undefined ? paint("▀", colour, colour) : paint("▀", colour, lower);
      })
      .join("");
  });
}

/** Characters from zero to full strength, for numbers above 0 and below 0. */
export const ABOVE = " .:+*#@";
export const BELOW = " '-~=%&";

/**
 * An image in plain characters, each the mean of its two pixels.
 *
 * @param strengths (rows, columns) -1..1
 */
export function asciiLines(strengths: ArrayLike<number>, rows: number, columns: number): string[] {
  return Array.from({ length: Math.ceil(rows / 2) }, (_, line) => {
    const characters = Array.from({ length: columns }, (_, column) => {
      const upper = strengths[2 * line * columns + column];
      const lower = 2 * line + 1 < rows ? strengths[(2 * line + 1) * columns + column] : upper;
      const mean = Math.max(-1, Math.min(1, (upper + lower) / 2));
      const ramp = mean < 0 ? BELOW : ABOVE;
      return ramp[Math.round(Math.abs(mean) * (ramp.length - 1))];
    });
    return characters.join("");
  });
}
