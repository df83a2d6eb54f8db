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
  /** (2 · radius + 1) weights of the smoothing, sum 1; empty where there is no field. */
  readonly taps: Float32Array;
  /** Largest rotation in radians. */
  readonly rotation: number;
  readonly zoom: number;
  readonly shear: number;
  /** In pixels of this size. */
  readonly shift: number;
  /**
   * Mixed counters: noise[i] with the key of a copy gives its i-th random number. After the affine part
   * follow two fields of rows · rowStride words.
   */
  readonly noise: Uint32Array;
  /** Words in a row of a field: columns, rounded up to whole vectors. */
  readonly rowStride: number;
  /** The intensity of all that lies outside the image. */
  readonly background: number;
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
  const rowStride = Math.ceil(columns / 4) * 4;
  const noise = new Uint32Array(AFFINE_NUMBERS + 2 * rows * rowStride);
  for (let i = 0; i < noise.length; i++) noise[i] = mix(i);
  return {
    rows,
    columns,
    // Once for the length, and once since a wider Gaussian averages that much more of the noise away.
    alpha: elasticAlpha * unit * unit,
    taps: elasticAlpha > 0 ? gaussian(elasticSigma * unit) : new Float32Array(0),
    rotation: (rotation * 3.141592653589793) / 180,
    zoom,
    shear,
    shift: shift * unit,
    noise,
    rowStride,
    background,
  };
}

function gaussian(sigma: number): Float32Array {
  const radius = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    exp(-((i - radius) * (i - radius)) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Float32Array.from(weights, (weight) => weight / sum);
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
  const { rows, columns, alpha, rowStride, background } = plan;
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

  const fieldSize = rows * rowStride;
  const field = (start: number) =>
    smooth(
      Float64Array.from({ length: fieldSize }, (_, i) => random(start + i)),
      plan,
    );
  const bends = plan.taps.length > 0;
  const bendX = bends ? field(AFFINE_NUMBERS) : new Float64Array(fieldSize);
  const bendY = bends ? field(AFFINE_NUMBERS + fieldSize) : bendX;

  const pixel = (row: number, column: number) =>
    row < 0 || row >= rows || column < 0 || column >= columns
      ? background
      : image[row * columns + column];
  const copy = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [x, y] = [column - middle.x, row - middle.y];
      const bend = row * rowStride + column;
      const fromX = clamped(from.x + xx * x + xy * y + alpha * bendX[bend], columns);
      const fromY = clamped(from.y + yx * x + yy * y + alpha * bendY[bend], rows);
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

/** A field (rows, rowStride) smoothed along its rows, then along its columns. */
function smooth(field: Float64Array, plan: DistortionPlan): Float64Array {
  return smoothLines(smoothLines(field, plan, "rows"), plan, "columns");
}

/** A field smoothed along its rows or its columns; 0 outside the image. */
function smoothLines(
  field: Float64Array,
  { rows, columns, rowStride, taps }: DistortionPlan,
  along: "rows" | "columns",
): Float64Array {
  const radius = (taps.length - 1) / 2;
  const result = new Float64Array(field.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [place, size, step] = along === "rows" ? [column, columns, 1] : [row, rows, rowStride];
      const i = row * rowStride + column;
      const last = Math.min(radius, size - 1 - place);
      for (let t = Math.max(-radius, -place); t <= last; t++) {
        result[i] += taps[t + radius] * field[i + t * step];
      }
    }
  }
  return result;
}
