/*
 * The colours of pixels: on a page, in a terminal, in a PNG.
 */

/** Red, green, blue, 0..255 each. */
export type Rgb = readonly [number, number, number];

/** The colours that others are mixed from. */
export interface Palette {
  readonly paper: Rgb;
  readonly ink: Rgb;
  readonly positive: Rgb;
  readonly negative: Rgb;
}

export const lightPalette: Palette = {
  paper: [255, 255, 255],
  ink: [20, 24, 31],
  positive: [190, 24, 40],
  negative: [18, 84, 190],
};

export const darkPalette: Palette = {
  paper: [13, 17, 23],
  ink: [240, 243, 246],
  positive: [255, 106, 105],
  negative: [92, 160, 255],
};

/** Colours of a terminal that has few, by their numbers in its palette. */
export interface Ramps {
  /** Each from paper to full strength. */
  readonly ink: readonly number[];
  readonly positive: readonly number[];
  readonly negative: readonly number[];
  /** For the lines of a chart: each is legible on black and on white. */
  readonly lines: readonly number[];
}

/**
 * The colours of pixels in terminals, by how many colours these have. The closest colour to a mix of red, green and
 * blue would jump between hues; along a ramp only the strength changes.
 */
export const ramps = {
  256: {
    ink: Array.from({ length: 24 }, (_, i) => 232 + i), // the grays
    positive: [232, 52, 88, 124, 160, 196],
    negative: [232, 17, 18, 19, 20, 21, 27, 33],
    lines: [27, 130, 196, 28, 163, 30], // contrast of 4 and more with black and with white
  },
  16: {
    ink: [0, 8, 7, 15],
    positive: [0, 1, 9],
    negative: [0, 4, 12],
    lines: [12, 5, 1, 8], // green, yellow and cyan are too bright for white
  },
} satisfies Record<number, Ramps>;

/** Intensity 0..255 as the number of a colour between paper and ink. */
export function inkNumber(intensity: number, { ink }: Ramps): number {
  return step(ink, intensity / 255);
}

/** A signed number as the number of a colour, as `signedColour` has it. */
export function signedNumber(value: number, most: number, { positive, negative }: Ramps): number {
  return step(value < 0 ? negative : positive, most === 0 ? 0 : Math.abs(value) / most);
}

function step(ramp: readonly number[], share: number): number {
  return ramp[Math.round(Math.min(1, Math.max(0, share)) * (ramp.length - 1))];
}

/** Intensity 0..255 as a colour between paper and ink. */
export function inkColour(intensity: number, { paper, ink }: Palette): Rgb {
  return mixed(paper, ink, intensity / 255);
}

/**
 * A signed number as a colour: blue below 0, red above, paper at 0.
 *
 * @param most the absolute value that gets the full colour; see `largestSize`
 */
export function signedColour(value: number, most: number, palette: Palette): Rgb {
  const end = value < 0 ? palette.negative : palette.positive;
  return mixed(palette.paper, end, most === 0 ? 0 : Math.abs(value) / most);
}

/** The largest absolute value of some numbers; 0 if there are none. */
export function largestSize(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]));
  return most;
}

function mixed(from: Rgb, to: Rgb, share: number): Rgb {
  const within = Math.min(1, Math.max(0, share));
  const between = (i: number) => Math.round(from[i] + (to[i] - from[i]) * within);
  return [between(0), between(1), between(2)];
}
