/*
 * A drawing of any size, fitted as the digits of MNIST were. Nothing here needs Node, since the drawing pad
 * of the report page uses it too.
 */

/** A drawing: the ink on each pixel. */
export interface Ink {
  readonly width: number;
  readonly height: number;
  /** (height, width) 0 paper to 255 full ink. */
  readonly data: ArrayLike<number>;
}

/** A digit fills at most 20 of 28 pixels, or the same share of the side of another image. */
export const [FILLED, SIDE] = [20, 28];

/**
 * Least intensity of ink at the edge of a digit. A lower value would count the smoothing of edges as part of
 * the digit, a higher one would cut off faint ends. On enlarged training images of MNIST, accuracy is the
 * same from 50 to 150.
 */
const LEAST_INK = 80;

/**
 * Strokes thinner than this are made as thick, in pixels of a 28 x 28 image. Fewer than one in twenty digits
 * of MNIST have thinner ones; without it, hairlines are misclassified five times as often.
 */
const LEAST_PEN = 1.5;

/** Strokes are measured and thickened on a grid this many times as fine as an image of 28 x 28. */
const FINE = 4;

/** Differences between neighbors make slanting edges longer: by 4/π, the mean over all directions. */
const SLANTING = 1.273;

/** A stroke that covers this share of a pixel of the fine grid counts as covering all of it. */
const HAIRLINE = 0.25;

/**
 * A drawing fitted as the digits of MNIST were: scaled to 20 x 20 of 28 x 28 pixels (or the same share of
 * another size), its aspect ratio kept, its edges smooth, its center of mass in the middle, its strongest
 * ink 255. Strokes much thinner than those of MNIST are thickened.
 *
 * An image of MNIST comes out almost unchanged.
 *
 * @param ink     the drawing, anywhere on its paper
 * @param rows    height of the image in pixels
 * @param columns width of the image in pixels
 * @returns       (rows, columns) intensity 0..255; null where there is no ink
 * Source: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
 * recognition" (1998), section III.A
 */
export function fitDigit(ink: Ink, rows: number, columns: number): Uint8Array | null {
  const found = measured(ink);
  if (found === null) return null;
  const { left, top, width, height, center } = found;
  // Pixels of the drawing per pixel of the image.
  const step = (Math.max(width / columns, height / rows) * SIDE) / FILLED;
  // Whole pixels of the image, so that a drawing of the right size is copied, not blurred. In MNIST the center
  // lies in the pixel right below the middle: from 14.0 to 15.0, not from 13.5 to 14.5.
  const marginLeft = Math.ceil(columns / 2 - (center.x - left) / step);
  const marginTop = Math.ceil(rows / 2 - (center.y - top) / step);

  const corner = { x: left - marginLeft * step, y: top - marginTop * step };
  // Pixels of the fine grid per pixel of the image; a large image needs no finer grid.
  const zoom = FINE * Math.min(1, SIDE / Math.min(rows, columns));
  const [fineRows, fineColumns] = [Math.ceil(rows * zoom), Math.ceil(columns * zoom)];
  const fine = resampled(ink, corner, step / zoom, fineRows, fineColumns);
  const leastPen = (LEAST_PEN * zoom * Math.min(rows, columns)) / SIDE;
  const missing = leastPen - penWidth(fine);
  if (missing <= 0) return strengthened(resampled(ink, corner, step, rows, columns).data);
  const thick = thickened(fine, missing / 2);
  return strengthened(resampled(thick, { x: 0, y: 0 }, zoom, rows, columns).data);
}

/** A picture of pixels that are bytes. */
export interface Grid extends Ink {
  readonly data: Uint8Array;
}

/**
 * A part of the drawing on another grid.
 *
 * @param corner where the part begins, in pixels of the drawing
 * @param step   pixels of the drawing per pixel of the result
 */
export function resampled(
  ink: Ink,
  corner: { readonly x: number; readonly y: number },
  step: number,
  rows: number,
  columns: number,
): Grid {
  const spans = (count: number, from: number, size: number) =>
    Array.from({ length: count }, (_, i) => spanOf(from + i * step, step, size));
  const across = spans(columns, corner.x, ink.width);
  const down = spans(rows, corner.y, ink.height);
  const data = new Uint8Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) data[y * columns + x] = mean(ink, across[x], down[y]);
  }
  return { width: columns, height: rows, data };
}

/**
 * The mean width of strokes. A stroke has two edges of its own length, so its width is twice its area over
 * the length of its edges: the sum of all differences between neighbors, over SLANTING.
 */
function penWidth({ width, height, data }: Grid): number {
  let [area, edges] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const here = data[y * width + x];
      const right = x + 1 < width ? data[y * width + x + 1] : 0;
      const below = y + 1 < height ? data[(y + 1) * width + x] : 0;
      area += here;
      edges += Math.abs(here - right) + Math.abs(here - below);
    }
  }
  return edges === 0 ? 0 : (2 * area * SLANTING) / edges;
}

/** Every stroke redrawn with a round pen. */
function thickened({ width, height, data }: Grid, radius: number): Grid {
  const full = strengthened(data).map((value) => Math.min(255, value / HAIRLINE));
  const reach = Math.ceil(radius);
  const thick = new Uint8Array(full.length);
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const share = Math.min(1, Math.max(0, radius + 1 - Math.sqrt(dx * dx + dy * dy)));
      for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
        for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x++) {
          const to = (y + dy) * width + x + dx;
          const value = share * full[y * width + x];
          if (value > thick[to]) thick[to] = value;
        }
      }
    }
  }
  return { width, height, data: thick };
}

/** The image scaled so that its strongest ink is 255, as in MNIST. */
function strengthened(image: Uint8Array): Uint8Array {
  let most = 1;
  for (const value of image) if (value > most) most = value;
  return image.map((value) => Math.round((255 * value) / most));
}

/**
 * The smallest box around all ink of at least LEAST_INK, and the center of mass; null without such ink. The
 * middle of the first pixel is at 0.5.
 */
function measured({ width, height, data }: Ink) {
  let [left, right, top, bottom] = [width, -1, height, -1];
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const here = data[y * width + x];
      mass += here;
      sumX += here * (x + 0.5);
      sumY += here * (y + 0.5);
      if (here < LEAST_INK) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  if (bottom < 0) return null;
  const center = { x: sumX / mass, y: sumY / mass };
  return { left, top, width: right - left + 1, height: bottom - top + 1, center };
}

/** Neighboring pixels of the drawing in one direction: the first of them, and the share of each. */
interface Span {
  readonly first: number;
  readonly shares: readonly number[];
}

/**
 * The source of a pixel of the image in one direction: the mean of the pixels that it covers or, where the
 * drawing is coarser, the interpolation of the two nearest ones.
 *
 * @param from where the pixel begins, in pixels of the drawing
 * @param step how many of them it covers
 * @param size how many there are; beyond them is paper
 */
function spanOf(from: number, step: number, size: number): Span {
  const middle = from + step / 2;
  const start = step >= 1 ? from : middle - 0.5;
  const length = Math.max(1, step);
  const first = Math.max(0, Math.floor(start));
  const end = Math.min(size, Math.ceil(start + length));
  const shares: number[] = [];
  for (let i = first; i < end; i++) {
    shares.push((Math.min(i + 1, start + length) - Math.max(i, start)) / length);
  }
  return { first, shares };
}

function mean({ width, data }: Ink, across: Span, down: Span): number {
  let sum = 0;
  for (let j = 0; j < down.shares.length; j++) {
    const row = (down.first + j) * width + across.first;
    let along = 0;
    for (let i = 0; i < across.shares.length; i++) along += across.shares[i] * data[row + i];
    sum += down.shares[j] * along;
  }
  return Math.round(sum);
}
