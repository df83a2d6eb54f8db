import { cos, exp, sin } from "../math.js";
import { mix } from "../random.js";

/** How far the copies of an image may stray from it. Each copy draws its own amounts. */
export interface Augmentation {
  /** Elastic distortion: strength of the displacement field, in pixels of an image of 28. */
  readonly elasticAlpha: number;
  /** Width of the Gaussian that smooths the field, in pixels of an image of 28. */
  readonly elasticSigma: number;
  /** Largest rotation either way, in degrees. */
  readonly rotation: number;
  /** Largest change of width and of height, each by itself, as a share. */
  readonly zoom: number;
  /** Largest slant, in columns a row. */
  readonly shear: number;
  /** Largest shift, in pixels of an image of 28, across and down each by itself. */
  readonly shift: number;
}

/** The side of the images that lengths in pixels are meant for; others are distorted in proportion. */
export const USUAL_SIDE = 28;

/** Random numbers of an image that serve the affine part; those of the field come behind. */
const AFFINE_NUMBERS = 16;

/** The key of an image's copy: of the set's key and the index of the image. */
export function copyKey(key: number, index: number): number {
  return mix((mix(index) ^ key) >>> 0);
}

/** What a distortion comes down to for images of one size. */
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
   * Mixed counters: noise[i] is the i-th random word of every image, before its key comes in. Behind
   * the affine part there are two fields of rows · rowStride words.
   */
  readonly noise: Uint32Array;
  /** Words of a row of a field: columns rounded up to whole vectors. */
  readonly rowStride: number;
}

/**
 * Prepares the distortion of images of one size.
 *
 * The Gaussian ends three sigma from its middle.
 */
export function planDistortion(
  augmentation: Augmentation,
  rows: number,
  columns: number,
): DistortionPlan {
  const { elasticAlpha, elasticSigma, rotation, zoom, shear, shift } = augmentation;
  const unit = Math.max(rows, columns) / USUAL_SIDE;
  const rowStride = Math.ceil(columns / 4) * 4;
  const noise = new Uint32Array(AFFINE_NUMBERS + 2 * rows * rowStride);
  for (let i = 0; i < noise.length; i++) noise[i] = mix(i);
  return {
    rows,
    columns,
    // Once for the length, once more since a wider Gaussian leaves that much less of the noise.
    alpha: elasticAlpha * unit * unit,
    taps: elasticAlpha > 0 ? gaussian(elasticSigma * unit) : new Float32Array(0),
    rotation: (rotation * 3.141592653589793) / 180,
    zoom,
    shear,
    shift: shift * unit,
    noise,
    rowStride,
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
 * A distorted copy of an image: rotated, stretched, slanted, shifted and bent by a smooth random
 * field; bilinear between pixels, 0 outside.
 *
 * The fast engine does the same in kernels/augment.ts, in float32, so a pixel can differ by one.
 *
 * @param image (rows, columns) bytes
 * @param key   decides everything random about the copy
 * @returns (rows, columns) bytes
 * Source: P. Y. Simard, D. Steinkraus and J. C. Platt, "Best Practices for Convolutional Neural
 * Networks Applied to Visual Document Analysis" (2003)
 */
export function distort(image: Uint8Array, plan: DistortionPlan, key: number): Uint8Array {
  const { rows, columns, alpha, rowStride } = plan;
  const random = (i: number) => ((mix((plan.noise[i] ^ key) >>> 0) >>> 8) - 2 ** 23) / 2 ** 23; // -1 to 1
  const angle = random(0) * plan.rotation;
  const [cosine, sine] = [cos(angle), sin(angle)];
  const [width, height] = [1 + random(1) * plan.zoom, 1 + random(2) * plan.zoom];
  const slant = random(3) * plan.shear;
  // Where a pixel of the copy comes from: stretched and slanted, then turned, then shifted.
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
    row < 0 || row >= rows || column < 0 || column >= columns ? 0 : image[row * columns + column];
  const copy = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [x, y] = [column - middle.x, row - middle.y];
      const bend = row * rowStride + column;
      const fromX = within(from.x + xx * x + xy * y + alpha * bendX[bend], columns);
      const fromY = within(from.y + yx * x + yy * y + alpha * bendY[bend], rows);
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [right, down] = [fromX - left, fromY - top]; // shares of the far neighbours
      const above = pixel(top, left) + right * (pixel(top, left + 1) - pixel(top, left));
      const below =
        pixel(top + 1, left) + right * (pixel(top + 1, left + 1) - pixel(top + 1, left));
      copy[row * columns + column] = Math.floor(above + down * (below - above) + 0.5);
    }
  }
  return copy;
}

/** A coordinate, or the nearest one that lies at most a pixel outside: there all is 0. */
function within(position: number, size: number): number {
  return Math.min(Math.max(position, -1), size);
}

/** A field (rows, rowStride) smoothed along rows, then along columns; 0 outside the image. */
function smooth(
  field: Float64Array,
  { rows, columns, rowStride, taps }: DistortionPlan,
): Float64Array {
  const radius = (taps.length - 1) / 2;
  const along = new Float64Array(field.length);
  const across = new Float64Array(field.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let t = -radius; t <= radius; t++) {
        if (column + t < 0 || column + t >= columns) continue;
        along[row * rowStride + column] += taps[t + radius] * field[row * rowStride + column + t];
      }
    }
  }
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let t = -radius; t <= radius; t++) {
        if (row + t < 0 || row + t >= rows) continue;
        across[row * rowStride + column] +=
          taps[t + radius] * along[(row + t) * rowStride + column];
      }
    }
  }
  return across;
}
