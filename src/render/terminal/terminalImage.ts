import type { Rgb } from "../palette.js";

/*
 * Images as lines of text. A character is about twice as high as it is wide, so it shows two pixels, one
 * above the other: an image of 28 x 28 takes 28 columns and 14 lines.
 */

/** A colour of a terminal: any, or the number of one in its palette. */
export type PixelColour = Rgb | number;

/** Adds the codes of a terminal for a colour and a background to a text. */
export type Paint = (text: string, colour: PixelColour, background: PixelColour) => string;

/**
 * An image in colours: the upper half of each character is one pixel, its background the other.
 *
 * @param colours (rows, columns)
 */
export function halfBlockLines(
  colours: readonly PixelColour[],
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

/** Characters from paper to full strength. */
const INK = " .:+*#@";

/** Signs of numbers above 0 and below 0, weak and strong: what is too weak for a sign is blank. */
export const ABOVE = "+#";
export const BELOW = "-=";
/** Shares of the full strength from which a number has a weak and a strong sign. */
const WEAK = 0.15;
const STRONG = 0.45;

/**
 * An image in plain characters, each the mean of its two pixels.
 *
 * @param strengths (rows, columns) 0..1 for ink, -1..1 for signed numbers
 */
export function asciiLines(
  strengths: ArrayLike<number>,
  rows: number,
  columns: number,
  kind: "ink" | "signed",
): string[] {
  return Array.from({ length: Math.ceil(rows / 2) }, (_, line) => {
    const characters = Array.from({ length: columns }, (_, column) => {
      const upper = strengths[2 * line * columns + column];
      const lower = 2 * line + 1 < rows ? strengths[(2 * line + 1) * columns + column] : upper;
      return kind === "ink" ? inkCharacter((upper + lower) / 2) : sign((upper + lower) / 2);
    });
    return characters.join("");
  });
}

function inkCharacter(share: number): string {
  return INK[Math.round(Math.min(1, Math.max(0, share)) * (INK.length - 1))];
}

function sign(strength: number): string {
  const size = Math.abs(strength);
  if (size < WEAK) return " ";
  return (strength < 0 ? BELOW : ABOVE)[size < STRONG ? 0 : 1];
}
