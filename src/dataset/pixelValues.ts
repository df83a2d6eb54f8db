/** Which intensities the pixels of images have. */
export interface PixelValues {
  /** The most frequent one, 0..255: of what surrounds a digit. */
  readonly background: number;
  /** The lowest one, 0..255. */
  readonly least: number;
  /** The highest one, 0..255. */
  readonly greatest: number;
}

/** Those of MNIST: light digits on black. */
export const usualPixels: PixelValues = { background: 0, least: 0, greatest: 255 };

/** The background is judged by about so many images, spread over the set. */
const SAMPLE = 1000;

/**
 * The intensities of images.
 *
 * @param images bytes, one image after another
 * @param D      pixels of an image
 */
export function pixelValuesOf(images: Uint8Array, D: number): PixelValues {
  if (images.length === 0) return usualPixels;
  const counts = new Uint32Array(256);
  const stride = D * Math.max(1, Math.floor(images.length / D / SAMPLE));
  for (let start = 0; start < images.length; start += stride) {
    for (let i = start; i < start + D; i++) counts[images[i]]++;
  }
  const background = counts.indexOf(counts.reduce((most, count) => Math.max(most, count)));
  let least = counts.findIndex((count) => count > 0);
  let greatest = counts.findLastIndex((count) => count > 0);
  // The images between those of the sample count as well, but nothing lies beyond 0 and 255.
  for (let i = 0; i < images.length && (least > 0 || greatest < 255); i++) {
    if (images[i] < least) least = images[i];
    if (images[i] > greatest) greatest = images[i];
  }
  return { background, least, greatest };
}

/**
 * What the mean of images tells about their pixels, where nothing else is known: dark digits on a light
 * background if the pixels at its edge are light, else those of MNIST.
 *
 * @param meanImage (rows, columns) intensity 0..255; zeros of a net that takes off no mean tell nothing
 */
export function pixelValuesOfMean(
  meanImage: Float32Array,
  rows: number,
  columns: number,
): PixelValues {
  const isEdge = (d: number) => {
    const [row, column] = [Math.floor(d / columns), d % columns];
    return row === 0 || row === rows - 1 || column === 0 || column === columns - 1;
  };
  const edge = meanImage.filter((_, d) => isEdge(d));
  const mean = edge.reduce((sum, value) => sum + value, 0) / edge.length;
  return mean >= 128 ? { ...usualPixels, background: 255 } : usualPixels;
}

/**
 * A drawing in the intensities of other images: paper becomes their background, full ink the end of their
 * range that is farther away.
 *
 * @param ink 0 paper to 255 full ink
 */
export function drawnIn(ink: Uint8Array, { background, least, greatest }: PixelValues): Uint8Array {
  const strongest = background - least > greatest - background ? least : greatest;
  return ink.map((value) => Math.round(background + ((strongest - background) * value) / 255));
}
