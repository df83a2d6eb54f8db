import { log } from "../math.js";
import { linesOfDigits } from "./digitsApart.js";
import type { Grid, Ink } from "./fitDigit.js";
import {
  type Box,
  boxAround,
  type Component,
  closing,
  componentsOf,
  cropped,
  type Field,
  greatest,
  mapped,
  type Plane,
  quantile,
  within,
} from "./morphology.js";
import { printedLines } from "./printedLines.js";

/*
 * The ink of digits on paper that need not be of one brightness: a lamp stands in a corner, a hand throws its
 * shadow, lines are printed, a frame is drawn. Nothing here needs Node.
 *
 * The paper's brightness is found at each pixel, and ink is what is missing from it; so a shadow, which takes the
 * same share from both, does no harm. Of a coloured picture, the channel counts that shows the ink best. Lines that
 * run through the picture count as paper. What is left falls into pieces, and those that are no part of a digit go.
 */

/** Strokes are narrower than this share of the shorter side, shadows that matter are wider. */
const WIDEST_STROKE = 0.3;
/** In pictures with more pixels a side, each is averaged with its neighbors, which takes the grain off. */
const SMALL = 64;
/** Half of the pixels are paper, at least; ink is darker by so many times what these differ by, but not by more … */
const NOISE_MARGIN = 2.5;
/** … than this. */
const MOST_CUT = 0.25;
/** Paper as dark as this, or darker, counts as so bright: no share of nothing is taken. */
const DARKEST = 8;
/** Ink that takes a smaller share of the light leaves the paper empty. */
const LEAST_INK = 0.125;
/** The share of the picture that may be darker than what counts as its strongest ink. */
const SPECKS = 0.002;
/** Ink of at least this share of the strongest makes the pieces. */
const PIECE = 0.35;

/** The ink of what is drawn. */
export interface DrawnDigit {
  readonly width: number;
  readonly height: number;
  /** (height, width) 0 paper to 255 full ink, nothing but the digit. */
  readonly data: Uint8Array;
  /** Digits that stand apart from each other: of more than one, all are in the ink. */
  readonly digits: number;
  /** The ink of each digit alone, by lines from top to bottom, in each from left to right. */
  readonly lines: readonly (readonly Ink[])[];
}

/** Another channel than brightness is looked at where its ink takes this many times the share of light. */
const CLEARER = 1.25;

/**
 * The ink of one digit or of several: dark on light or light on dark.
 *
 * @param planes the picture's brightness, 0 black to 255 white; for a coloured picture, then each of its channels, of
 *               which the one with most contrast is taken
 * @returns      null where nothing is drawn
 */
export function digitOnPaper(planes: readonly Plane[]): DrawnDigit | null {
  const [first, ...others] = planes.map(findInk);
  const best = others.reduce(
    (most, { strongest }) => Math.max(most, strongest),
    CLEARER * first.strongest,
  );
  const { ink, strongest } = others.find((other) => other.strongest >= best) ?? first;
  if (strongest < LEAST_INK) return null;
  const full = mapped(ink, (value) => Math.min(1, value / strongest));
  const pieces = piecesOfDigit(full);
  const lines = linesOfDigits(pieces);
  const { width, height } = ink;
  return {
    ...inkAround(full, lines.flat(2), { left: 0, top: 0, right: width - 1, bottom: height - 1 }),
    digits: Math.max(1, lines.flat().length),
    lines: lines.map((line) => line.map((own) => inkOfOne(full, own, pieces))),
  };
}

/** The ink of a picture, of one channel, and how strong it is. */
function findInk(plane: Plane): { readonly ink: Field; readonly strongest: number } {
  const framed = mapped(plane, (value) => value);
  clearEdges(framed, 1);
  clearEdges(framed, -1);
  const page = isInkDark(framed) ? framed : mapped(framed, (value) => 255 - value);
  const drawn = inkOn(page);
  const ink = withoutLines(drawn);
  const strongest = strongestOf(ink);
  if (strongest >= LEAST_INK) return { ink, strongest };
  return { ink: drawn, strongest: strongestOf(drawn) }; // a stroke may be as straight as a line
}

/** The strongest ink but for a few specks, one pixel at least. */
function strongestOf({ data }: Field): number {
  return quantile(data, 1 - Math.max(SPECKS, 1.01 / data.length));
}

/** The share of light that is missing from the paper, above the noise. */
function inkOn(page: Field): Field {
  const side = Math.min(page.width, page.height);
  const reach = Math.max(1, Math.round((WIDEST_STROKE / 2) * side));
  const paper = closing(side < SMALL ? page : smoothed(page), reach);
  const missing = mapped(page, (value, i) => {
    const light = paper.data[i];
    return Math.max(0, light - value) / Math.max(DARKEST, light);
  });
  const cut = Math.min(MOST_CUT, NOISE_MARGIN * quantile(missing.data, 0.5));
  return mapped(missing, (value) => Math.max(0, value - cut) / (1 - cut));
}

/** Each pixel as the mean of the nine around it. */
function smoothed({ width, height, data }: Field): Field {
  return {
    ...{ width, height },
    data: data.map((_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      let sum = 0;
      for (let v = y - 1; v <= y + 1; v++) {
        for (let u = x - 1; u <= x + 1; u++)
          sum += data[within(v, height) * width + within(u, width)];
      }
      return sum / 9;
    }),
  };
}

/** The ink with lines that run through the picture taken as paper. */
function withoutLines(ink: Field): Field {
  const reach = Math.min(ink.width, ink.height) < SMALL ? 0 : 1; // lines have soft edges
  const lines = greatest(printedLines(ink), reach).data;
  return mapped(ink, (value, i) =>
    lines[i] === 0 ? value : Math.max(0, value - 1.15 * lines[i]) / Math.max(0.05, 1 - lines[i]),
  );
}

/** Pixels along the longer side of the picture in which polarity is judged. */
const THUMBNAIL = 28;
/** Half the side of the square of which the median is the paper, as a share of the shorter side. */
const NEIGHBORS = 0.25;
/** Added to brightness before its logarithm, so that the grain of black counts little. */
const BLACK = 24;

/**
 * Whether ink is darker than its paper. In logarithms, what differs most from the paper around it is ink, in light
 * and in shadow: the sum of cubes has its sign. Around a pixel is only what the picture has, since its border, said to go on,
 * would make a desk outweigh the paper on it.
 */
function isInkDark(grey: Plane): boolean {
  const { width, height, data } = thumbnail(mapped(grey, (value) => log(value + BLACK)));
  const reach = Math.floor(NEIGHBORS * Math.min(width, height));
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const around: number[] = [];
      for (let v = y - reach; v <= y + reach; v++) {
        for (let u = x - reach; u <= x + reach; u++) {
          if (u >= 0 && v >= 0 && u < width && v < height) around.push(data[v * width + u]);
        }
      }
      const apart = data[y * width + x] - quantile(Float32Array.from(around), 0.5);
      sum += apart * apart * apart;
    }
  }
  return sum <= 0;
}

/** The picture shrunk by whole factors, each pixel the mean of those that it covers. */
function thumbnail({ width, height, data }: Field): Field {
  const zoom = Math.max(1, Math.max(width, height) / THUMBNAIL);
  const small = {
    width: Math.max(1, Math.round(width / zoom)),
    height: Math.max(1, Math.round(height / zoom)),
  };
  const sums = new Float32Array(small.width * small.height);
  const counts = new Float32Array(sums.length);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * small.height) / height) * small.width;
    for (let x = 0; x < width; x++) {
      const at = row + Math.floor((x * small.width) / width);
      sums[at] += data[y * width + x];
      counts[at]++;
    }
  }
  return { ...small, data: sums.map((sum, i) => sum / counts[i]) };
}

/** The places, as shares of the side, whose middle brightness is that of the paper behind a frame. */
const BEHIND_FRAME = [0.09, 0.12, 0.15];
/** A frame has at most this share of that brightness … */
const FRAME_CONTRAST = 0.75;
/** … along this share of the edge, at least, between the corners. */
const FRAME_LENGTH = 0.9;

/**
 * Paints over a frame along the picture's edges with the paper behind it.
 *
 * @param sign 1 for a dark frame, -1 for a light one
 */
function clearEdges({ width, height, data }: Field, sign: 1 | -1): void {
  const edges: { count: number; depth: number; at: (i: number, d: number) => number }[] = [
    { count: width, depth: height, at: (i, d) => d * width + i },
    { count: width, depth: height, at: (i, d) => (height - 1 - d) * width + i },
    { count: height, depth: width, at: (i, d) => i * width + d },
    { count: height, depth: width, at: (i, d) => i * width + width - 1 - d },
  ];
  for (const { count, depth, at } of edges) {
    const behind = BEHIND_FRAME.map((share) => Math.floor(share * depth));
    const paper = Float32Array.from({ length: count }, (_, i) =>
      quantile(
        Float32Array.from(behind, (d) => data[at(i, d)]),
        0.5,
      ),
    );
    const bright = (value: number) => (sign === 1 ? value : 255 - value);
    const corner = Math.floor(BEHIND_FRAME[1] * count);
    const isDark = (i: number, d: number) =>
      bright(data[at(i, d)]) + 10 < FRAME_CONTRAST * bright(paper[i]);
    const isFramed = (d: number) => {
      let framed = 0;
      for (let i = corner; i < count - corner; i++) if (isDark(i, d)) framed++;
      return framed >= FRAME_LENGTH * (count - 2 * corner);
    };
    let deep = 0;
    while (deep < behind[1] && isFramed(deep)) deep++; // two of the three places are paper
    if (deep === 0 || deep >= behind[1]) continue;
    for (let i = 0; i < count; i++) {
      let own = deep; // a frame that is not level is deeper here than there, a digit's stroke much deeper
      while (own < Math.min(behind[1], 2 * deep + 2) && isDark(i, own)) own++;
      for (let d = 0; d <= own; d++) data[at(i, d)] = paper[i]; // the last has its soft edge
    }
  }
}

/** Smaller pieces than this share of the largest are specks; a stroke of its own, as of a 5, is larger. */
const LEAST_PIECE = 0.06;
/** A piece inside the picture that has this share of the largest is the digit, not what touches the edge. */
const WHOLE_PIECE = 0.1;

/** The pieces of ink that make the digit. */
function piecesOfDigit(ink: Field): Component[] {
  const { width, height } = ink;
  const all = componentsOf(ink, PIECE).filter(({ pixels }) => pixels.length >= 3);
  const touches = ({ left, right, top, bottom }: Component) =>
    left === 0 || top === 0 || right === width - 1 || bottom === height - 1;
  const largest = (pieces: Component[]) =>
    pieces.reduce((most, { pixels }) => Math.max(most, pixels.length), 0);
  const inside = all.filter((piece) => !touches(piece));
  const whole = largest(inside) >= WHOLE_PIECE * largest(all) ? inside : all;
  const drawn = whole.filter((piece) => !whole.some((other) => isFrame(piece, other, ink)));
  return drawn.filter(({ pixels }) => pixels.length >= LEAST_PIECE * largest(drawn));
}

/** Whether a piece is a thin frame around most of the picture, and another lies in it. */
function isFrame(frame: Component, other: Component, { width, height }: Plane): boolean {
  const across = frame.right - frame.left + 1;
  const down = frame.bottom - frame.top + 1;
  return (
    frame.left < other.left &&
    frame.right > other.right &&
    frame.top < other.top &&
    frame.bottom > other.bottom &&
    across > 0.6 * width &&
    down > 0.6 * height &&
    frame.pixels.length < 0.25 * across * down &&
    other.pixels.length >= 0.15 * frame.pixels.length &&
    other.bottom - other.top >= 0.25 * down
  );
}

/** Soft edges of a piece reach as far as this share of the shorter side. */
const SOFT = 0.04;

/** The ink on and right beside some pieces, within a box. */
function inkAround(ink: Field, pieces: readonly Component[], box: Box): Grid {
  const mask = cropped(ink, box);
  mask.data.fill(0);
  for (const { pixels } of pieces) {
    for (const at of pixels) {
      const [x, y] = [at % ink.width, Math.floor(at / ink.width)];
      mask.data[(y - box.top) * mask.width + (x - box.left)] = 1;
    }
  }
  const reach = Math.max(1, Math.round(SOFT * Math.min(ink.width, ink.height)));
  const near = greatest(mask, reach).data;
  const { width, height, data } = cropped(ink, box);
  return { width, height, data: Uint8Array.from(data, (v, i) => Math.round(255 * v * near[i])) };
}

/** The ink of one of several digits, without that of its neighbors. */
function inkOfOne(ink: Field, own: readonly Component[], all: readonly Component[]): Grid {
  const alone = mapped(ink, (value) => value);
  for (const { pixels } of all) for (const at of pixels) alone.data[at] = 0;
  for (const { pixels } of own) for (const at of pixels) alone.data[at] = ink.data[at];
  const room = Math.round(SOFT * Math.min(ink.width, ink.height)) + 1;
  const { left, top, right, bottom } = boxAround(own);
  return inkAround(alone, own, {
    left: Math.max(0, left - room),
    top: Math.max(0, top - room),
    right: Math.min(ink.width - 1, right + room),
    bottom: Math.min(ink.height - 1, bottom + room),
  });
}
