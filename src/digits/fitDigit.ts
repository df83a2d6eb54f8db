/*
 * A drawing of any size as one of MNIST's makers would have had it. Nothing here needs Node, since
 * the page's pad uses it too.
 */

/** A drawing: how much ink lies on each pixel. */
export interface Ink {
  readonly width: number;
  readonly height: number;
  /** (height, width) 0 paper to 255 full ink. */
  readonly data: ArrayLike<number>;
}

/** A digit fills at most 20 of 28 pixels, or that share of another image's side. */
export const [FILLED, SIDE] = [20, 28];

/**
 * What counts as ink where the digit ends. Less than this is the smoothness of an edge, and would make the
 * digit seem larger than it is; more would cut off faint ends. MNIST's training images, enlarged, are
 * answered equally well with 50 to 150.
 */
const LEAST_INK = 80;

/**
 * The thinnest pen, in pixels of a 28 x 28 image, that is left as it is: fewer than one in twenty of
 * MNIST's digits have a thinner one. The strokes of a thinner pen are made as thick; without that,
 * hairlines are answered wrongly five times as often.
 */
const LEAST_PEN = 1.5;

/** Strokes are measured and made thicker on a grid so many times as fine as an image of 28 x 28. */
const FINE = 4;

/** Differences between neighbours make slanting edges longer: by 4/π, the mean over all directions. */
const SLANTING = 1.273;

/** A stroke that covers this share of a pixel of the fine grid counts as if it covered it. */
const HAIRLINE = 0.25;

/**
 * A drawing fitted as MNIST's digits were: scaled, its shape kept, so that it fills 20 x 20 of 28 x 28
 * pixels (or that share of an image of another size), its edges smooth, its centre of mass in the middle,
 * its strongest ink 255. Strokes much thinner than those of MNIST's pens are made thicker.
 *
 * An image of MNIST comes out very nearly as it went in.
 *
 * @param ink     the drawing, wherever it lies on its paper
 * @param rows    height of the image in pixels
 * @param columns width of the image in pixels
 * @returns       (rows, columns) intensity 0..255; null where there is no ink
 * Source: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
 * recognition" (1998), section III.A
 */
export function fitDigit(ink: Ink, rows: number, columns: number): Uint8Array | null {
  const box = boundingBox(ink);
  if (box === null) return null;
  const { left, top, width, height } = box;
  // Pixels of the drawing for one of the image.
  const step = (Math.max(width / columns, height / rows) * SIDE) / FILLED;
  const centre = centreOfMass(ink);
  // Whole pixels of the image, so that what has the right size already is copied, not blurred. In MNIST the
  // centre lies in the pixel right below the middle: from 14.0 to 15.0, not from 13.5 to 14.5.
  const marginLeft = Math.ceil(columns / 2 - (centre.x - left) / step);
  const marginTop = Math.ceil(rows / 2 - (centre.y - top) / step);

  const corner = { x: left - marginLeft * step, y: top - marginTop * step };
  // Pixels of the fine grid for one of the image; an image that is fine itself needs no finer one.
  const zoom = FINE * Math.min(1, SIDE / Math.min(rows, columns));
  const fine = resampled(
    ink,
    corner,
    step / zoom,
    Math.ceil(rows * zoom),
    Math.ceil(columns * zoom),
  );
  const leastPen = (LEAST_PEN * zoom * Math.min(rows, columns)) / SIDE;
  const missing = leastPen - penWidth(fine);
  if (missing <= 0) return strengthened(resampled(ink, corner, step, rows, columns).data);
  const thick = thickened(fine, missing / 2);
  return strengthened(resampled(thick, { x: 0, y: 0 }, zoom, rows, columns).data);
}

interface Grid extends Ink {
  readonly data: Uint8Array;
}

/**
 * A part of the drawing on another grid.
 *
 * @param corner where the part begins, in pixels of the drawing
 * @param step   pixels of the drawing for one of the result
 */
function resampled(
  ink: Ink,
  corner: { readonly x: number; readonly y: number },
  step: number,
  rows: number,
  columns: number,
): Grid {
  const across = Array.from({ length: columns }, (_, x) =>
    spanOf(corner.x + x * step, step, ink.width),
  );
  const down = Array.from({ length: rows }, (_, y) =>
    spanOf(corner.y + y * step, step, ink.height),
  );
  const data = new Uint8Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) data[y * columns + x] = mean(ink, across[x], down[y]);
  }
  return { width: columns, height: rows, data };
}

/**
 * How wide strokes are: a stroke has two edges as long as itself, so that its width is twice its area by
 * the length of its edges. That length is the sum of all differences between neighbours, but for SLANTING.
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

/** Every stroke drawn again with a round pen around it. */
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

/** The image with its darkest pixel at 255, as in MNIST: pale strokes come out dark. */
function strengthened(image: Uint8Array): Uint8Array {
  let most = 1;
  for (const value of image) if (value > most) most = value;
  return image.map((value) => Math.round((255 * value) / most));
}

/** The smallest box around all that counts as ink. */
function boundingBox({ width, height, data }: Ink) {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] < LEAST_INK) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return bottom < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Where the drawing would balance; the middle of the first pixel is at 0.5. */
function centreOfMass({ width, height, data }: Ink): { x: number; y: number } {
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const here = data[y * width + x];
      mass += here;
      sumX += here * (x + 0.5);
      sumY += here * (y + 0.5);
    }
  }
  return { x: sumX / mass, y: sumY / mass };
}

/** A few neighbouring pixels of the drawing, in one direction: the first, and the share of each. */
interface Span {
  readonly first: number;
  readonly shares: readonly number[];
}

/**
 * What a pixel of the image takes from the drawing, in one direction: the mean of all that it covers or,
 * where the drawing is the coarser one, what lies between its two nearest pixels.
 *
 * @param from where the pixel begins, in pixels of the drawing
 * @param step how many of them it covers
 * @param size how many there are; what lies beyond is paper
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
