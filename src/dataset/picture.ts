import { InputError } from "../errors.js";
import type { Ink } from "./fitDigit.js";
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
  const pixels = decodePng(bytes, name);
  const { width, height } = pixels;
  const grey = onPaper(pixels);
  const border = borderOf(grey, width, height).sort();
  const paper = border[border.length >> 1];

  let [darkest, lightest] = [255, 0];
  for (let i = 0; i < grey.length; i++) {
    if (grey[i] < darkest) darkest = grey[i];
    if (grey[i] > lightest) lightest = grey[i];
  }
  const isDark = paper - darkest >= lightest - paper;
  const strongest = isDark ? paper - darkest : lightest - paper;
  if (strongest < LEAST_CONTRAST) {
    throw new InputError(
      `${name}: nothing is drawn, expected a digit that differs from its paper; ` +
        "draw one, or raise the contrast",
    );
  }
  // The border is sorted, so that its noise is what lies this far from its end.
  const stray = Math.floor(STRAY * border.length);
  const noisiest = isDark ? paper - border[stray] : border[border.length - 1 - stray] - paper;
  const cut = Math.min(NOISE_MARGIN * noisiest, strongest / 2);
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

/** The outermost pixels of a picture. */
function borderOf(grey: Uint8Array, width: number, height: number): Uint8Array {
  const border: number[] = [];
  for (let x = 0; x < width; x++) border.push(grey[x], grey[(height - 1) * width + x]);
  for (let y = 0; y < height; y++) border.push(grey[y * width], grey[(y + 1) * width - 1]);
  return Uint8Array.from(border);
}
