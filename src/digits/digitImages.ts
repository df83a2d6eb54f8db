import { drawnIn, usualPixels } from "../dataset/pixelValues.js";
import { refuse } from "../errors.js";
import { fitDigit, type Ink, resampled } from "./fitDigit.js";
import { type DrawnDigit, digitOnPaper } from "./paper.js";
import type { Pixels } from "./pixels.js";

/*
 * The pixels of a picture to the ink on its paper and to images for a net, whatever the colours of ink and paper.
 * Nothing here needs Node.
 */

/** Difference in brightness between paper and the strongest ink below which the paper is empty. */
const LEAST_CONTRAST = 32;

/** Ink is looked for in a picture of at most so many pixels a side; a digit has 20. */
const MOST_PIXELS = 320;
/** The same for a picture of several digits. */
const MOST_PIXELS_OF_MANY = 640;

/** Alpha from which a pixel counts as visible. */
const VISIBLE = 128;

/** A picture as an image for a net, and how many digits are on it: more than one cannot be read. */
export interface ReadPicture {
  /** (rows, columns) intensity 0..255 */
  readonly image: Uint8Array;
  readonly digits: number;
}

/**
 * The ink of a picture, as `readInk` finds it.
 *
 * @param name names the picture in errors, such as a path
 * @throws {InputError} when nothing is drawn on it
 */
export function inkOf(pixels: Pixels, name: string, mostPixels = MOST_PIXELS): DrawnDigit {
  const planes = onPaper(pixels).map((data) => shrunk({ ...pixels, data }, mostPixels));
  return digitOnPaper(planes) ?? refuseEmpty(name);
}

/**
 * A picture of one digit as an image for a net, as `readDigit` makes it, and how many digits are on it.
 *
 * @param values intensities of the images that the net learned from
 * @throws {InputError} when nothing is drawn on it
 */
export function digitOf(
  pixels: Pixels,
  rows: number,
  columns: number,
  name = "the picture",
  values = usualPixels,
): ReadPicture {
  if (isFitted(pixels, rows, columns, values)) return { image: pixels.grey, digits: 1 };
  const ink = inkOf(pixels, name);
  const image = fitDigit(ink, rows, columns) ?? refuseEmpty(name);
  return { image: drawnIn(image, values), digits: ink.digits };
}

/**
 * Each digit of a picture as an image for a net, by lines from top to bottom, in each from left to right.
 *
 * @param values intensities of the images that the net learned from
 * @returns images of (rows, columns) intensity 0..255, one line with one at least
 * @throws {InputError} when nothing is drawn on it
 */
export function linesOf(
  pixels: Pixels,
  rows: number,
  columns: number,
  name = "the picture",
  values = usualPixels,
): Uint8Array[][] {
  if (isFitted(pixels, rows, columns, values)) return [[pixels.grey]];
  const lines = inkOf(pixels, name, MOST_PIXELS_OF_MANY).lines.map((line) =>
    line
      .map((ink) => fitDigit(ink, rows, columns))
      .filter((image) => image !== null)
      .map((image) => drawnIn(image, values)),
  );
  const filled = lines.filter((line) => line.length > 0);
  return filled.length > 0 ? filled : refuseEmpty(name);
}

/** Whether a picture looks like an image that the net learned from: of exactly the size, background all around. */
function isFitted(
  { width, height, grey, alpha }: Pixels,
  rows: number,
  columns: number,
  { background }: typeof usualPixels,
): boolean {
  if (width !== columns || height !== rows || alpha !== null) return false;
  const border = countBorder(grey, width, height);
  return (
    border.every((count, value) => count === 0 || value === background) &&
    grey.some((value) => Math.abs(value - background) >= LEAST_CONTRAST)
  );
}

/** A picture of anything as an image for a net, as `readScaled` makes it. */
export function scaledOf(pixels: Pixels, rows: number, columns: number): Uint8Array {
  const { width, height, grey, alpha } = pixels;
  const data = alpha === null ? grey : grey.map((value, i) => Math.round((value * alpha[i]) / 255));
  if (width === columns && height === rows) return data;
  const isLight = brightnessAt(countBorder(data, width, height), 0.5) >= 128;
  const inverted = (values: Uint8Array) => (isLight ? values.map((value) => 255 - value) : values);
  const step = Math.max(width / columns, height / rows);
  const corner = { x: (width - columns * step) / 2, y: (height - rows * step) / 2 };
  const scaled = resampled({ width, height, data: inverted(data) }, corner, step, rows, columns);
  return inverted(scaled.data);
}

function shrunk(page: Ink, mostPixels: number): Ink {
  const step = Math.max(page.width, page.height) / mostPixels;
  if (step <= 1) return page;
  const size = (pixels: number) => Math.max(1, Math.round(pixels / step));
  return resampled(page, { x: 0, y: 0 }, step, size(page.height), size(page.width));
}

/**
 * The picture on opaque paper.
 *
 * White strokes without a background would be lost on white paper, black strokes on black; so strokes of
 * one shade get paper of the opposite one. Where both shades occur, the digit lies on a card of its own,
 * and the paper is like the card.
 */
function onPaper({ grey, colours, alpha }: Pixels): Uint8Array[] {
  const planes = [grey, ...(colours ?? [])];
  if (alpha === null) return planes;
  const { darkest, lightest, mean } = tonesOf(grey, alpha);
  const hasCard = lightest - darkest >= 128;
  const paper = mean >= 128 === hasCard ? 255 : 0;
  return planes.map((plane) =>
    plane.map((value, i) => Math.round(paper + ((value - paper) * alpha[i]) / 255)),
  );
}

/** Brightness of the visible pixels; without any, a mean of 0. */
function tonesOf(grey: Uint8Array, alpha: Uint8Array) {
  let [darkest, lightest, sum, count] = [255, 0, 0, 0];
  for (let i = 0; i < grey.length; i++) {
    if (alpha[i] < VISIBLE) continue;
    if (grey[i] < darkest) darkest = grey[i];
    if (grey[i] > lightest) lightest = grey[i];
    sum += grey[i];
    count++;
  }
  return { darkest, lightest, mean: sum / Math.max(1, count) };
}

function refuseEmpty(name: string): never {
  const expected = "a digit lighter or darker than its paper";
  return refuse(name, "nothing is drawn", expected, "draw one, or raise the contrast");
}

/** How many of the outermost pixels have each brightness, 0..255. */
function countBorder(grey: Uint8Array, width: number, height: number): Uint32Array {
  const counts = new Uint32Array(256);
  for (let x = 0; x < width; x++) {
    counts[grey[x]]++;
    counts[grey[(height - 1) * width + x]]++;
  }
  for (let y = 0; y < height; y++) {
    counts[grey[y * width]]++;
    counts[grey[(y + 1) * width - 1]]++;
  }
  return counts;
}

/** The brightness below which a share of the counted pixels lies: 0.5 gives the median. */
function brightnessAt(counts: Uint32Array, share: number): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  let [value, below] = [0, counts[0]];
  while (below <= share * all && value < 255) below += counts[++value];
  return value;
}
