import { drawnIn, usualPixels } from "../dataset/pixelValues.js";
import { refuse } from "../errors.js";
import { fitDigit, type Ink, resampled } from "./fitDigit.js";
import { type DrawnDigit, digitOnPaper } from "./paper.js";
import { decodePng, type PngPixels } from "./png.js";

/*
 * A picture of one digit to the ink on its paper, whatever the colours of both. Nothing here opens a file.
 */

/** Difference in brightness between paper and the strongest ink below which the paper is empty. */
const LEAST_CONTRAST = 32;

/** Ink is looked for in a picture of at most so many pixels a side; a digit has 20. */
const MOST_PIXELS = 320;

/** Alpha from which a pixel counts as visible. */
const VISIBLE = 128;

/**
 * The ink of a picture of one digit: dark on light or light on dark, in colours or gray, on paper or on
 * a transparent background, lit unevenly, ruled or framed.
 *
 * The digit needs some room around it. The strongest ink becomes 255; what differs from the paper no more than
 * its grain does becomes 0, and so does all that is no part of the digit. A large picture is shrunk to 320 pixels.
 *
 * @param bytes a whole PNG file
 * @param name  names the picture in errors, such as a path
 * @throws {InputError} when it is no PNG, is damaged, exceeds the limits, or nothing is drawn on it
 */
export function readInk(bytes: Uint8Array, name = "the picture"): DrawnDigit {
  return inkOf(decodePng(bytes, name), name);
}

/**
 * A picture of one digit as an image for a net: its ink, fitted as the digits of MNIST were, in the
 * intensities of the images that the net learned from. A picture that looks like one of these, of exactly
 * their size and with their background all around, is taken as it is.
 *
 * @param bytes   a whole PNG file
 * @param rows    height of the image in pixels
 * @param columns width of the image in pixels
 * @param name    names the picture in errors, such as a path
 * @param pixels  intensities of the images that the net learned from
 * @returns       (rows, columns) intensity 0..255
 * @throws {InputError} as `readInk` does
 */
export function readDigit(
  bytes: Uint8Array,
  rows: number,
  columns: number,
  name = "the picture",
  pixels = usualPixels,
): Uint8Array {
  return readPicture(bytes, rows, columns, name, pixels).image;
}

/** A picture as an image for a net, and how many digits are on it: more than one cannot be read. */
export interface ReadPicture {
  /** (rows, columns) intensity 0..255 */
  readonly image: Uint8Array;
  readonly digits: number;
}

/** As `readDigit`, and counts the digits. */
export function readPicture(
  bytes: Uint8Array,
  rows: number,
  columns: number,
  name = "the picture",
  pixels = usualPixels,
): ReadPicture {
  const decoded = decodePng(bytes, name);
  const { width, height, grey, alpha } = decoded;
  if (width === columns && height === rows && alpha === null) {
    const border = countBorder(grey, width, height);
    const { background } = pixels;
    const isFitted = border.every((count, value) => count === 0 || value === background);
    if (isFitted && grey.some((value) => Math.abs(value - background) >= LEAST_CONTRAST))
      return { image: grey, digits: 1 };
  }
  const ink = inkOf(decoded, name);
  const image = fitDigit(ink, rows, columns) ?? refuseEmpty(name);
  return { image: drawnIn(image, pixels), digits: ink.digits };
}

/**
 * A picture of anything as an image for a net: its brightness, scaled to the size. The aspect ratio is kept; margins
 * are black or white, whichever is nearer to most of the border. What is transparent is black.
 *
 * A picture of exactly that size keeps its pixels.
 *
 * @param bytes   a whole PNG file
 * @param rows    height of the image in pixels
 * @param columns width of the image in pixels
 * @param name    names the picture in errors, such as a path
 * @returns       (rows, columns) intensity 0..255
 * @throws {InputError} when it is no PNG, is damaged, or exceeds the limits
 */
export function readScaled(
  bytes: Uint8Array,
  rows: number,
  columns: number,
  name = "the picture",
): Uint8Array {
  const { width, height, grey, alpha } = decodePng(bytes, name);
  const data = alpha === null ? grey : grey.map((value, i) => Math.round((value * alpha[i]) / 255));
  if (width === columns && height === rows) return data;
  const isLight = brightnessAt(countBorder(data, width, height), 0.5) >= 128;
  const inverted = (values: Uint8Array) => (isLight ? values.map((value) => 255 - value) : values);
  const step = Math.max(width / columns, height / rows);
  const corner = { x: (width - columns * step) / 2, y: (height - rows * step) / 2 };
  const scaled = resampled({ width, height, data: inverted(data) }, corner, step, rows, columns);
  return inverted(scaled.data);
}

function inkOf(pixels: PngPixels, name: string): DrawnDigit {
  const { width, height } = pixels;
  const page = { width, height, data: onPaper(pixels) };
  return digitOnPaper(shrunk(page)) ?? refuseEmpty(name);
}

function shrunk(page: Ink): Ink {
  const step = Math.max(page.width, page.height) / MOST_PIXELS;
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
function onPaper({ grey, alpha }: PngPixels): Uint8Array {
  if (alpha === null) return grey;
  const { darkest, lightest, mean } = tonesOf(grey, alpha);
  const hasCard = lightest - darkest >= 128;
  const paper = mean >= 128 === hasCard ? 255 : 0;
  return grey.map((value, i) => Math.round(paper + ((value - paper) * alpha[i]) / 255));
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
