/*
 * The pixels of a picture, as a decoder of files or a browser gives them. Nothing here needs Node.
 */

/** The most pixels of a photo: 33.5 million, since cameras of phones take 12 or 24 million. */
export const mostPhotoPixels = 2 ** 25;

/** The pixels of a picture. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** (height, width) 0 black to 255 white. */
  readonly grey: Uint8Array;
  /** Red, green and blue, (height, width) each; null where every pixel is gray. */
  readonly colours: readonly [Uint8Array, Uint8Array, Uint8Array] | null;
  /** (height, width) 0 transparent to 255 opaque; null where every pixel is opaque. */
  readonly alpha: Uint8Array | null;
}

/** The brightness of a colour, by the weights of ITU-R BT.601. */
export function greyOf(red: number, green: number, blue: number): number {
  return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
}

/**
 * Pixels from samples that alternate between channels.
 *
 * @param samples  (height, width, channels) 0..255: red, green, blue and, with four channels, alpha
 * @param channels 3 or 4
 */
export function pixelsOf(
  width: number,
  height: number,
  samples: ArrayLike<number>,
  channels: 3 | 4,
): Pixels {
  const N = width * height;
  const plane = () => new Uint8Array(N);
  const [grey, red, green, blue] = [plane(), plane(), plane(), plane()];
  const alpha = channels === 4 ? plane() : null;
  let [isColoured, isOpaque] = [false, true];
  for (let i = 0, at = 0; i < N; i++, at += channels) {
    red[i] = samples[at];
    green[i] = samples[at + 1];
    blue[i] = samples[at + 2];
    grey[i] = greyOf(red[i], green[i], blue[i]);
    if (red[i] !== green[i] || green[i] !== blue[i]) isColoured = true;
    if (alpha === null) continue;
    alpha[i] = samples[at + 3];
    if (alpha[i] < 255) isOpaque = false;
  }
  return {
    ...{ width, height, grey },
    colours: isColoured ? [red, green, blue] : null,
    alpha: isOpaque ? null : alpha,
  };
}
