import { inkColour, largestSize, type Palette, type Rgb, signedColour } from "./palette.js";

/*
 * A sheet: images side by side, each under its title. terminal/imageSheet.ts shows it as text,
 * svg/imageSheetSvg.ts draws it.
 */

/** An image and its title. */
export interface SheetImage {
  /** (rows, columns) */
  readonly values: ArrayLike<number>;
  /** Lines above the image, each with text at its left and at its right end. */
  readonly title: readonly TitleLine[];
  /** Whether the answer in the first line is right; without it, nothing is marked. */
  readonly answer?: "right" | "wrong";
}

export type TitleLine = readonly [left: string, right: string];

/** Images of one size. */
export interface Sheet {
  /** What the images are; a second line says how to read them, if needed. */
  readonly caption: string;
  readonly rows: number;
  readonly columns: number;
  /** ink: 0..255 from paper to ink. signed: blue below 0, red above, on one scale for all images. */
  readonly kind: "ink" | "signed";
  readonly images: readonly SheetImage[];
}

/** Signs before an answer, since not every reader can tell its colour. */
export const marks = { right: "✓ ", wrong: "✗ " } as const;

/** The title of an image, its first line with the mark of the answer. */
export function markedTitle(
  { title, answer }: SheetImage,
  signs: Readonly<Record<"right" | "wrong", string>>,
): TitleLine[] {
  const mark = answer === undefined ? "" : signs[answer];
  return title.map(([left, right], line) => [line === 0 ? mark + left : left, right]);
}

/** The number that gets the strongest colour, the same for all images of a sheet. */
export function strongest({ kind, images }: Sheet): number {
  return kind === "ink" ? 255 : largestSize(images.map(({ values }) => largestSize(values)));
}

/** The colour of each pixel of an image. */
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

/** Text cut to a width, with an ellipsis for what is left out; "" where not even that fits. */
export function cut(
  text: string,
  width: number,
  ellipsis: string,
  widthOf: (text: string) => number,
): string {
  if (widthOf(text) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && widthOf(characters.join("") + ellipsis) > width) characters.pop();
  const short = characters.join("") + ellipsis;
  return widthOf(short) <= width ? short : "";
}
