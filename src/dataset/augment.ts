import { cos, exp, sin } from "../math.js";
import { mix } from "../random.js";

/** The largest distortions of an image. Each copy draws its own amounts. */
export interface Augmentation {
  /** Elastic distortion: strength of the displacement field, in pixels of an image of 28. */
  readonly elasticAlpha: number;
  /** Width of the Gaussian that smooths the field, in pixels of an image of 28. */
  readonly elasticSigma: number;
  /** Largest rotation either way, in degrees. */
  readonly rotation: number;
  /** Largest change of width and of height, independent of each other, as a share. */
  readonly zoom: number;
  /** Largest slant, in columns per row. */
  readonly shear: number;
  /** Largest shift across and down, independent of each other, in pixels of an image of 28. */
  readonly shift: number;
}

/** Side of the images that lengths in pixels refer to; other sizes are distorted in proportion. */
const USUAL_SIDE = 28;

/** Random numbers of an image for the affine part; those of the field follow. */
const AFFINE_NUMBERS = 16;

/** The key of a copy, from the key of the whole set and the index of the image. */
export function copyKey(key: number, index: number): number {
  return mix((mix(index) ^ key) >>> 0);
}

/** An augmentation in the units of images of one size. */
export interface DistortionPlan {
  readonly rows: number;
  readonly columns: number;
  /** Strength of the field in pixels of this size. */
  readonly alpha: number;
  /** The grid on which the fields are computed; null where there is no field. */
  readonly grid: FieldGrid | null;
  /** Largest rotation in radians. */
  readonly rotation: number;
  readonly zoom: number;
  readonly shear: number;
  /** In pixels of this size. */
  readonly shift: number;
  /**
   * Mixed counters: noise[i] with the key of a copy gives its i-th random number. After the affine part
   * follows the noise of two fields, each of noiseRows · noiseStride words.
   */
  readonly noise: Uint32Array;
  /** Words in a row of noise, in whole vectors. */
  readonly noiseStride: number;
  /** The intensity of all that lies outside the image. */
  readonly background: number;
}

/**
 * Where the fields of an elastic distortion are computed: a smooth field changes little from pixel to pixel, so it
 * is computed at every few pixels only, and linear between them; and noise finer than that would be averaged away.
 */
export interface FieldGrid {
  /** Pixels from one point of the grid to the next, both ways: the largest power of two up to sigma. */
  readonly spacing: number;
  /** Points down and across; the last ones may lie outside the image. */
  readonly rows: number;
  readonly columns: number;
  /** Rows and columns of noise: one number for a square of `spacing / 2` pixels a side, at least of one. */
  readonly noiseRows: number;
  readonly noiseColumns: number;
  /** (grid rows, noise rows) weights of the rows of noise for a point. */
  readonly down: Float32Array;
  /** (grid columns, noise columns) weights of the columns of noise for a point. */
  readonly across: Float32Array;
}

/**
 * Prepares the distortion of images of one size; the Gaussian ends three sigma from its middle.
 *
 * @param background intensity of all that lies outside an image, 0..255
 */
export function planDistortion(
  augmentation: Augmentation,
  rows: number,
  columns: number,
  background = 0,
): DistortionPlan {
  const { elasticAlpha, elasticSigma, rotation, zoom, shear, shift } = augmentation;
  const unit = Math.max(rows, columns) / USUAL_SIDE;
  const grid = elasticAlpha > 0 ? fieldGrid(elasticSigma * unit, rows, columns) : null;
  const noiseStride = Math.ceil((grid?.noiseColumns ?? 0) / 4) * 4;
  const noise = new Uint32Array(AFFINE_NUMBERS + 2 * (grid?.noiseRows ?? 0) * noiseStride);
  for (let i = 0; i < noise.length; i++) noise[i] = mix(i);
  return {
    rows,
    columns,
    // Once for the length, and once since a wider Gaussian averages that much more of the noise away.
    alpha: elasticAlpha * unit * unit,
    grid,
    rotation: (rotation * 3.141592653589793) / 180,
    zoom,
    shear,
    shift: shift * unit,
    noise,
    noiseStride,
    background,
  };
}

function fieldGrid(sigma: number, rows: number, columns: number): FieldGrid {
  let spacing = 1;
  while (2 * spacing <= sigma) spacing *= 2;
  const cell = Math.max(1, spacing / 2);
  const points = (size: number) => Math.ceil((size - 1) / spacing) + 1;
  const cells = (size: number) => Math.ceil(size / cell);
  // Weights over pixels have the sum 1. A cell stands for `cell` of them in a row, whose sum is as wide as one
  // random number times the square root of that: across and down together, times `cell`.
  const factor = Math.sqrt(cell) / (sigma * Math.sqrt(2 * 3.141592653589793));
  const weights = (size: number) =>
    Float32Array.from({ length: points(size) * cells(size) }, (_, i) => {
      const [point, own] = [Math.floor(i / cells(size)), i % cells(size)];
      const distance = own * cell + (cell - 1) / 2 - point * spacing;
      return factor * exp(-(distance * distance) / (2 * sigma * sigma));
    });
  return {
    ...{ spacing, rows: points(rows), columns: points(columns) },
    ...{ noiseRows: cells(rows), noiseColumns: cells(columns) },
    ...{ down: weights(rows), across: weights(columns) },
  };
}

/**
 * A distorted copy of an image: rotated, stretched, slanted, shifted, and bent by a smooth random field;
 * bilinear between pixels, the background outside.
 *
 * The fast engine does the same in float32, so a pixel can differ by one; see simd/kernels/augment.ts.
 *
 * @param image (rows, columns) bytes
 * @param key   seeds everything random about the copy
 * @returns     (rows, columns) bytes
 * Source: P. Y. Simard, D. Steinkraus and J. C. Platt, "Best Practices for Convolutional Neural
 * Networks Applied to Visual Document Analysis" (2003)
 */
export function distort(image: Uint8Array, plan: DistortionPlan, key: number): Uint8Array {
  const { rows, columns, alpha, grid, noiseStride, background } = plan;
  const random = (i: number) => ((mix((plan.noise[i] ^ key) >>> 0) >>> 8) - 2 ** 23) / 2 ** 23; // -1 to 1
  const angle = random(0) * plan.rotation;
  const [cosine, sine] = [cos(angle), sin(angle)];
  const [width, height] = [1 + random(1) * plan.zoom, 1 + random(2) * plan.zoom];
  const slant = random(3) * plan.shear;
  // The source of each pixel of the copy: stretched and slanted, then rotated, then shifted.
  const xx = cosine * width;
  const xy = cosine * slant - sine * height;
  const yx = sine * width;
  const yy = sine * slant + cosine * height;
  const middle = { x: (columns - 1) / 2, y: (rows - 1) / 2 };
  const from = { x: random(4) * plan.shift + middle.x, y: random(5) * plan.shift + middle.y };

  const bend = (field: number) => {
    if (grid === null) return () => 0;
    const first = AFFINE_NUMBERS + field * grid.noiseRows * noiseStride;
    return fieldOf(grid, (row, column) => random(first + row * noiseStride + column));
  };
  const [bendX, bendY] = [bend(0), bend(1)];

  const pixel = (row: number, column: number) =>
    row < 0 || row >= rows || column < 0 || column >= columns
      ? background
      : image[row * columns + column];
  const copy = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [x, y] = [column - middle.x, row - middle.y];
      const fromX = clamped(from.x + xx * x + xy * y + alpha * bendX(row, column), columns);
      const fromY = clamped(from.y + yx * x + yy * y + alpha * bendY(row, column), rows);
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [right, down] = [fromX - left, fromY - top]; // shares of the far neighbors
      const above = pixel(top, left) + right * (pixel(top, left + 1) - pixel(top, left));
      const below =
        pixel(top + 1, left) + right * (pixel(top + 1, left + 1) - pixel(top + 1, left));
      copy[row * columns + column] = Math.floor(above + down * (below - above) + 0.5);
    }
  }
  return copy;
}

/** A coordinate clamped to one pixel outside the image, where all is background. */
function clamped(position: number, size: number): number {
  return Math.min(Math.max(position, -1), size);
}

/**
 * A smooth random field, as a function of row and column: noise smoothed by a Gaussian at the points of the grid, 0
 * outside the image, and linear between four points.
 *
 * @param noise the random number in a row and column of the noise
 */
function fieldOf(
  { spacing, rows, columns, noiseRows, noiseColumns, down, across }: FieldGrid,
  noise: (row: number, column: number) => number,
): (row: number, column: number) => number {
  const smoothed = new Float64Array(noiseRows * columns); // along the rows
  const field = new Float64Array(rows * columns);
  for (let r = 0; r < noiseRows; r++) {
    for (let c = 0; c < noiseColumns; c++) {
      const value = noise(r, c);
      for (let k = 0; k < columns; k++) {
        smoothed[r * columns + k] += across[k * noiseColumns + c] * value;
      }
    }
  }
  for (let m = 0; m < rows; m++) {
    for (let r = 0; r < noiseRows; r++) {
      for (let k = 0; k < columns; k++) {
        field[m * columns + k] += down[m * noiseRows + r] * smoothed[r * columns + k];
      }
    }
  }
  return (row, column) => {
    const [m, k] = [Math.floor(row / spacing), Math.floor(column / spacing)];
    const [downward, right] = [(row % spacing) / spacing, (column % spacing) / spacing];
    const between = (a: number, b: number, share: number) =>
      share === 0 ? a : a + share * (b - a); // at the last point, there is no b
    const at = m * columns + k;
    const above = between(field[at], field[at + columns], downward);
    const next = between(field[at + 1], field[at + columns + 1], downward);
    return between(above, next, right);
  };
}
