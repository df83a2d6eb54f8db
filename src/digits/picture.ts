import { InputError } from "../errors.js";
import { fitDigit, type Ink } from "./fitDigit.js";
import { decodePng, type PngPixels } from "./png.js";

/*
 * A picture of one digit to the ink on its paper, whatever the colours of both. Nothing here opens a file.
 */

/** Brightness between paper and the strongest ink below which a picture is taken for empty paper. */
const LEAST_CONTRAST = 32;

/**
 * Share of the border's pixels that may be something else than paper, such as a stroke that leaves the
 * picture. What the others differ by is noise: the grain and the shades of a photo.
 */
const STRAY = 0.1;

/** The paper's noise is cut off at so many times what the border shows of it: inside there is more. */
const NOISE_MARGIN = 1.5;

/** Alpha from which a pixel is one that can be seen. */
const SEEN = 128;

/**
 * The ink of a picture of one digit: dark on light or light on dark, in colours or grey, on paper or on
 * nothing at all (alpha). What most of the border shows is the paper, so that the digit needs some room
 * around it. The strongest ink becomes 255; what differs from the paper no more than the border does
 * becomes 0.
 *
 * @param bytes a whole PNG file
 * @param name  names the picture in errors, such as a path
 * @throws {InputError} when it is no PNG, is damaged, is larger than the limits, or nothing is drawn on it
 */
export function readInk(bytes: Uint8Array, name = "the picture"): Ink {
  return inkOf(decodePng(bytes, name), name);
}

/**
 * A picture of one digit as a net takes it: its ink, fitted as MNIST's digits were. A picture that looks
 * like an image of MNIST, of just that size and with black all around, is taken as it is.
 *
 * @param bytes   a whole PNG file
 * @param rows    height of the image in pixels
 * @param columns width of the image in pixels
 * @param name    names the picture in errors, such as a path
 * @returns       (rows, columns) intensity 0..255
 * @throws {InputError} as `readInk` does
 */
export function readDigit(
  bytes: Uint8Array,
  rows: number,
  columns: number,
  name = "the picture",
): Uint8Array {
  const pixels = decodePng(bytes, name);
  const { width, height, grey, alpha } = pixels;
  if (width === columns && height === rows && alpha === null) {
    const border = countBorder(grey, width, height);
    const isFitted = border.subarray(1).every((count) => count === 0);
    if (isFitted && grey.some((value) => value >= LEAST_CONTRAST)) return grey;
  }
  return fitDigit(inkOf(pixels, name), rows, columns) ?? rejectEmpty(name);
}

function inkOf(pixels: PngPixels, name: string): Ink {
  const { width, height } = pixels;
  const grey = onPaper(pixels);
  const border = countBorder(grey, width, height);
  const paper = brightnessAt(border, 0.5);

  let [darkest, lightest] = [255, 0];
  for (let i = 0; i < grey.length; i++) {
    if (grey[i] < darkest) darkest = grey[i];
    if (grey[i] > lightest) lightest = grey[i];
  }
  const isDark = paper - darkest >= lightest - paper;
  const strongest = isDark ? paper - darkest : lightest - paper;
  if (strongest < LEAST_CONTRAST) rejectEmpty(name);
  const noise = Math.abs(brightnessAt(border, isDark ? STRAY : 1 - STRAY) - paper);
  const cut = Math.min(NOISE_MARGIN * noise, strongest / 2);
  const ink = Uint8Array.from({ length: 256 }, (_, value) => {
    const difference = isDark ? paper - value : value - paper;
    const share = (difference - cut) / (strongest - cut);
    return Math.round(255 * Math.min(1, Math.max(0, share)));
  });
  for (let i = 0; i < grey.length; i++) grey[i] = ink[grey[i]];
  return { width, height, data: grey };
}

/**
 * The picture laid on paper where it can be seen through: in place.
 *
 * White strokes on nothing would be lost on white paper and black ones on black, so that strokes of one
 * shade get paper of the other. Where both shades are there, the digit lies on a card of its own, and the
 * paper is like the card.
 */
function onPaper({ grey, alpha }: PngPixels): Uint8Array {
  if (alpha === null) return grey;
  let [darkest, lightest, sum, seen] = [255, 0, 0, 0];
  for (let i = 0; i < grey.length; i++) {
    if (alpha[i] < SEEN) continue;
    if (grey[i] < darkest) darkest = grey[i];
    if (grey[i] > lightest) lightest = grey[i];
    sum += grey[i];
    seen++;
  }
  const isLight = seen > 0 && sum / seen >= 128;
  const hasCard = lightest - darkest >= 128;
  const paper = isLight === hasCard ? 255 : 0;
  for (let i = 0; i < grey.length; i++) {
    grey[i] = Math.round(paper + ((grey[i] - paper) * alpha[i]) / 255);
  }
  return grey;
}

function rejectEmpty(name: string): never {
  throw new InputError(
    `${name}: nothing is drawn, expected a digit lighter or darker than its paper; ` +
      "draw one, or raise the contrast",
  );
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

/** The brightness that a share of the counted pixels lies below: 0.5 for the one in the middle. */
function brightnessAt(counts: Uint32Array, share: number): number {
  let all = 0;
  for (const count of counts) all += count;
  let [value, below] = [0, counts[0]];
  while (below <= share * all && value < 255) below += counts[++value];
  return value;
}
