import type { LabelledImages } from "./labelledImages.js";
import { usualPixels } from "./pixelValues.js";
import type { Preprocessing } from "./preprocessing.js";

/** Rows are shifted by 256ths of a pixel, so that all that follows is exact, in whole numbers. */
const PART_BITS = 8;
const PARTS = 1 << PART_BITS;

/** The steepest slant that is taken off, in columns a row. A level stroke has no slant that could be measured. */
const STEEPEST = 1;

/**
 * Takes the slant off images, in place: shifts each row so that the line through the middle of the ink becomes
 * upright. A net then need not learn each digit at every slant.
 *
 * The slant is the covariance of column and row over the variance of the row, weighted by ink: how far a pixel
 * lies from the background. Images with ink in one row only, or in none, stay as they are.
 *
 * @param images     (N, rows · columns) intensity 0..255
 * @param background intensity of what surrounds the ink, and of what shifted rows leave free
 * Source: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-Based Learning Applied to Document
 * Recognition" (1998), which measures classifiers on MNIST as it is and deskewed
 */
export function deskew(
  images: Uint8Array,
  { rows, columns }: Pick<LabelledImages, "rows" | "columns">,
  background = usualPixels.background,
): void {
  const place = new RowSpans(rows, columns, background);
  for (let start = 0; start < images.length; start += rows * columns) {
    place.find(images, start);
    const { slant, middle } = place.slantOf(images, start);
    if (slant === 0) continue;
    for (let r = 0; r < rows; r++) {
      place.shift(images, start, r, Math.floor(slant * (r - middle) * PARTS + 0.5));
    }
  }
}

/** Where the ink of each row of an image begins and ends; most of an image is background. */
class RowSpans {
  readonly #first: Int32Array;
  readonly #end: Int32Array;
  /** (columns) working space */
  readonly #ink: Uint8Array;

  constructor(
    readonly rows: number,
    readonly columns: number,
    readonly background: number,
  ) {
    this.#first = new Int32Array(rows);
    this.#end = new Int32Array(rows);
    this.#ink = new Uint8Array(columns);
  }

  /** Finds them in the image that begins at a pixel; a row without ink ends where it begins. */
  find(images: Uint8Array, start: number): void {
    const { rows, columns, background } = this;
    for (let r = 0; r < rows; r++) {
      const from = start + r * columns;
      let first = from;
      let end = from + columns;
      while (first < end && images[first] === background) first++;
      while (end > first && images[end - 1] === background) end--;
      this.#first[r] = first - from;
      this.#end[r] = end - from;
    }
  }

  /** How many columns the ink moves to the right from row to row, and the row of its middle. */
  slantOf(images: Uint8Array, start: number): { slant: number; middle: number } {
    let mass = 0; // of the ink
    let x = 0; // the sum of ink times column, and so on
    let y = 0;
    let xy = 0;
    let yy = 0;
    for (let r = 0; r < this.rows; r++) {
      const from = start + r * this.columns;
      const end = this.#end[r];
      let rowMass = 0;
      let rowX = 0;
      for (let c = this.#first[r]; c < end; c++) {
        const ink = Math.abs(images[from + c] - this.background);
        rowMass += ink;
        rowX += ink * c;
      }
      mass += rowMass;
      x += rowX;
      y += r * rowMass;
      xy += r * rowX;
      yy += r * r * rowMass;
    }
    const variance = mass * yy - y * y;
    if (variance <= 0) return { slant: 0, middle: 0 };
    const slant = (mass * xy - x * y) / variance;
    return { slant: Math.max(-STEEPEST, Math.min(STEEPEST, slant)), middle: y / mass };
  }

  /** Shifts a row to the left by so many parts of a pixel. */
  shift(images: Uint8Array, start: number, r: number, parts: number): void {
    const { columns, background } = this;
    const ink = this.#ink;
    const from = start + r * columns;
    const [first, end] = [this.#first[r], this.#end[r]];
    for (let c = first; c < end; c++) {
      ink[c] = images[from + c];
      images[from + c] = background;
    }
    const left = parts >> PART_BITS;
    const share = parts & (PARTS - 1);
    let here = background;
    for (let c = first; c <= end; c++) {
      const next = c < end ? ink[c] : background;
      const to = c - 1 - left;
      const mixed = (here * (PARTS - share) + next * share + PARTS / 2) >> PART_BITS;
      if (to >= 0 && to < columns) images[from + to] = mixed;
      here = next;
    }
  }
}

/** What tells how a net takes images. */
type Taking = Omit<Preprocessing, "scale" | "meanImage">;

/** A set of images as a net takes them; see `asTaken`. */
export function setAsTaken(
  set: LabelledImages,
  preprocessing: Taking,
  straighten?: typeof deskew,
): LabelledImages {
  return { ...set, images: asTaken(set.images, preprocessing, straighten) };
}

/**
 * Images as a net takes them: deskewed, in a copy, if its preprocessing says so, else as they are.
 *
 * @param images     (N, rows · columns) intensity 0..255
 * @param straighten deskews them, as `deskew` or faster
 */
export function asTaken(
  images: Uint8Array,
  { deskew: isDeskewed = false, pixels, ...size }: Taking,
  straighten = deskew,
): Uint8Array {
  if (!isDeskewed) return images;
  const copy = images.slice();
  straighten(copy, size, pixels?.background);
  return copy;
}
