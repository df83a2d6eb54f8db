import { type Tensor, tensor } from "../layers/tensor.js";
import { Random, shuffle } from "../random.js";
import { placeIn } from "./words.js";

/*
 * An analytic gradient against central differences, (f(x + h) - f(x - h)) / 2h, in 64 bits, number by number.
 *
 * Source: Stanford CS231n, notes on learning, "Gradient checks", https://cs231n.github.io/neural-networks-3/#gradcheck.
 * Its rules of thumb: a relative error above 1e-2 usually means a wrong gradient, above 1e-4 is a reason to doubt,
 * and at most 1e-7 is a reason to be happy; kinks, such as ReLU's at 0, are no reason for either.
 */

/** A relative error above this is doubtful. */
export const DOUBTFUL = 1e-4;

/** A relative error above this is wrong. */
export const WRONG = 1e-2;

/** How to check. */
export interface GradientCheckOptions {
  /** Step; 1e-5 by default. */
  readonly h?: number;
  /** How many numbers to check at most, chosen at random; all by default. */
  readonly most?: number;
  /** Random seed of the choice. */
  readonly seed?: number;
}

/** What a check of one tensor found, as plain data. */
export interface GradientCheck {
  readonly verdict: "right" | "doubtful" | "wrong";
  /** How many numbers were compared, those that are both zero included. */
  readonly checked: number;
  /** How many were not, since the function bends sharply there, so that no slope is right. */
  readonly atKinks: number;
  /** How many are zero on both sides, as far as 64 bits tell. */
  readonly bothZero: number;
  /** The largest relative error, |analytic - numeric| / max(|analytic|, |numeric|); 0 if none was compared. */
  readonly largest: number;
  readonly median: number;
  /** Where the error is largest: index in the data, place in the tensor, and both values. */
  readonly worst: {
    readonly index: number;
    /** Such as "[3][2]". */
    readonly place: string;
    readonly analytic: number;
    readonly numeric: number;
  } | null;
  /** The median relative error of some of the numbers for steps from 1e-3 to 1e-9. */
  readonly sweep: readonly { readonly h: number; readonly error: number }[];
  /** What all numbers have in common, such as "everywhere 2.000 times what it should be"; null for nothing. */
  readonly finding: string | null;
}

const STEPS = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];

/** How many numbers the sweep takes. */
const SWEPT = 15;

/**
 * Compares the gradient of a function with its slopes.
 *
 * @param f        the function, of a tensor in the shape of x, in 64 bits; it must change nothing
 * @param x        where to check; taken in 64 bits
 * @param analytic the gradient of f at x, in the shape of x
 * @throws {RangeError} when analytic does not have the shape of x
 */
export function checkGradient(
  f: (x: Tensor) => number,
  x: Tensor,
  analytic: Tensor,
  { h = 1e-5, most = Number.POSITIVE_INFINITY, seed = 1 }: GradientCheckOptions = {},
): GradientCheck {
  if (analytic.shape.join() !== x.shape.join() || analytic.data.length !== x.data.length) {
    throw new RangeError(
      `the gradient is ${analytic.shape.join(" x ")}, expected ${x.shape.join(" x ")} like x`,
    );
  }
  const slopes = new Slopes(f, x);
  const compared: Compared[] = [];
  let atKinks = 0;
  for (const index of chosen(x.data.length, most, seed)) {
    const numeric = slopes.at(index, h);
    if (slopes.isKink(index, h)) atKinks++;
    else compared.push({ index, analytic: analytic.data[index], numeric });
  }
  const noise = slopes.noise(h);
  const isZero = (value: number) => Math.abs(value) <= 10 * noise;
  const both = compared.filter((one) => isZero(one.analytic) && isZero(one.numeric));
  const errors = compared.map((one) => relativeError(one, noise));
  const largest = errors.reduce((most, error) => (error > most ? error : most), 0);
  const place = errors.indexOf(largest);
  const worst = compared.length === 0 ? null : compared[place];
  const swept = compared.filter((one) => !both.includes(one)).slice(0, SWEPT);
  return {
    verdict: verdictOf(largest),
    checked: compared.length,
    atKinks,
    bothZero: both.length,
    largest,
    median: medianOf(errors),
    worst: worst && { ...worst, place: placeIn(x.shape, worst.index) },
    sweep: STEPS.map((step) => ({ h: step, error: sweepError(slopes, swept, step) })),
    finding: largest > DOUBTFUL ? findingOf(compared, analytic, noise) : null,
  };
}

interface Compared {
  readonly index: number;
  readonly analytic: number;
  readonly numeric: number;
}

/** The slopes of a function at a place, by differences. */
class Slopes {
  readonly #x: Tensor;
  readonly #value: number;

  constructor(
    private readonly f: (x: Tensor) => number,
    x: Tensor,
  ) {
    this.#x = tensor(Float64Array.from(x.data), ...x.shape);
    this.#value = f(this.#x);
  }

  /** (f(x + h) - f(x - h)) / 2h */
  at(index: number, h: number): number {
    return (this.#shifted(index, h) - this.#shifted(index, -h)) / (2 * h);
  }

  /** How much rounding may change a slope: f is known to about 2^-52 of its size. */
  noise(h: number): number {
    return (2.220446049250313e-16 * Math.max(1, Math.abs(this.#value))) / h;
  }

  /**
   * Whether f bends sharply within h: the slopes on both sides then differ, and do not come ten times closer to
   * each other with a tenth of h, as they do where f is smooth.
   */
  isKink(index: number, h: number): boolean {
    const [wide, slope] = this.#bend(index, h);
    if (wide <= 1e-4 * slope || wide <= 200 * this.noise(h)) return false;
    const [narrow] = this.#bend(index, h / 10);
    return !(narrow > 0.03 * wide && narrow < 0.3 * wide);
  }

  /** How far the slopes on both sides differ, and their size. */
  #bend(index: number, h: number): readonly [bend: number, slope: number] {
    const right = (this.#shifted(index, h) - this.#value) / h;
    const left = (this.#value - this.#shifted(index, -h)) / h;
    return [Math.abs(right - left), Math.abs(right) + Math.abs(left)];
  }

  #shifted(index: number, by: number): number {
    const { data } = this.#x;
    const at = data[index];
    data[index] = at + by;
    const value = this.f(this.#x);
    data[index] = at;
    return value;
  }
}

/** All indices, or as many as asked for, chosen at random. */
function chosen(count: number, most: number, seed: number): Uint32Array {
  const all = Uint32Array.from({ length: count }, (_, i) => i);
  if (most >= count) return all;
  shuffle(all, Random.fromSeed(seed));
  return all.slice(0, most).sort();
}

/** Below 20000 times the noise numbers are compared by their difference: rounding decides their digits. */
function relativeError({ analytic, numeric }: Omit<Compared, "index">, noise: number): number {
  const size = Math.max(Math.abs(analytic), Math.abs(numeric), 20000 * noise);
  const error = Math.abs(analytic - numeric) / size;
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}

function verdictOf(largest: number): GradientCheck["verdict"] {
  if (largest > WRONG) return "wrong";
  return largest > DOUBTFUL ? "doubtful" : "right";
}

function medianOf(errors: readonly number[]): number {
  if (errors.length === 0) return 0;
  return errors.toSorted((a, b) => a - b)[Math.floor(errors.length / 2)];
}

function sweepError(slopes: Slopes, swept: readonly Compared[], h: number): number {
  const errors = swept.map(({ index, analytic }) => {
    const numeric = slopes.at(index, h);
    const size = Math.max(Math.abs(analytic), Math.abs(numeric));
    return size === 0 ? 0 : Math.abs(analytic - numeric) / size;
  });
  return medianOf(errors);
}

/** What all numbers have in common. */
function findingOf(compared: readonly Compared[], analytic: Tensor, noise: number): string | null {
  const large = compared.filter(({ numeric }) => Math.abs(numeric) > 20000 * noise);
  if (large.length < 2) return null;
  if (large.every((one) => one.analytic === 0)) return "everywhere 0";
  const ratios = large.map((one) => one.analytic / one.numeric);
  const ratio = medianOf(ratios);
  if (ratios.every((one) => Math.abs(one - ratio) <= 1e-3 * Math.abs(ratio))) {
    if (Math.abs(ratio + 1) < 1e-3) return "everywhere of the opposite sign";
    return `everywhere ${ratio.toFixed(3)} times what it should be`;
  }
  return isTransposed(compared, analytic, noise) ? "transposed" : null;
}

function isTransposed(compared: readonly Compared[], { data, shape }: Tensor, noise: number) {
  if (shape.length !== 2 || shape[0] < 2 || shape[1] < 2) return false;
  const [rows, columns] = shape;
  return compared.every(({ index, numeric }) => {
    const [r, c] = [Math.floor(index / columns), index % columns];
    return relativeError({ analytic: data[c * rows + r], numeric }, noise) <= DOUBTFUL;
  });
}
