import { UsageError } from "../errors.js";

/** How batches are drawn: at random with replacement, or in shuffled passes over all images. */
export const samplings = ["replacement", "passes"] as const;
/** A way to draw batches. */
export type Sampling = (typeof samplings)[number];

/** Everything that decides a training run, but for the data and the seed. */
export interface Settings {
  /** Images set aside for validation, from the end of the training file. */
  readonly validation: number;
  /** Train on the first so many of the others; null for all. */
  readonly limit: number | null;
  /** Multiplies every centred pixel; 1 keeps intensities on their 0..255 scale. */
  readonly scale: number;
  /** H, hidden units. */
  readonly hidden: number;
  /** Standard deviation of the first weights. */
  readonly std: number;
  /** Updates in all; null when `epochs` says it. */
  readonly iterations: number | null;
  /** Passes over the training images; null when `iterations` says it. */
  readonly epochs: number | null;
  /** Images in one update. */
  readonly batchSize: number;
  readonly sampling: Sampling;
  /** Multiplies the gradient of an update. */
  readonly learningRate: number;
  /** Multiplies the learning rate after every epoch. */
  readonly decay: number;
  /** Strength of the L2 term. */
  readonly reg: number;
  /** Iterations between measurements of validation accuracy. */
  readonly every: number;
}

/** The values that a numeric setting may take. */
export interface Range {
  readonly whole: boolean;
  readonly least: number;
  readonly most: number;
  /** Whether `least` itself is left out. */
  readonly above?: boolean;
}

const whole = (least: number, most: number): Range => ({ whole: true, least, most });
const between = (least: number, most: number): Range => ({ whole: false, least, most });
const above = (least: number, most: number): Range => ({ whole: false, least, most, above: true });

/** The range of each numeric setting. */
export const ranges = {
  validation: whole(0, 2 ** 32 - 1),
  limit: whole(1, 2 ** 32 - 1),
  scale: above(0, 1e6),
  // A saved model is one string of JSON, 13 to 15 characters a weight, and V8 allows 2^29: of 28 x 28
  // pixels some 45000 hidden units could be trained, but not saved. This leaves room for larger images.
  hidden: whole(1, 8192),
  std: between(0, 1e3),
  iterations: whole(1, 1e9),
  epochs: whole(1, 1e6),
  batchSize: whole(1, 65536),
  learningRate: above(0, 1e6),
  decay: above(0, 1),
  reg: between(0, 1e6),
  every: whole(1, 1e9),
} as const satisfies Partial<Record<keyof Settings, Range>>;

export const seedRange = whole(0, Number.MAX_SAFE_INTEGER);

/** A range in words: "a whole number from 1 to 65536". */
export function describeRange({ whole, least, most, above }: Range): string {
  const kind = whole ? "a whole number" : "a number";
  if (above) return `${kind} above ${least}, at most ${most}`;
  if (most === Number.MAX_SAFE_INTEGER) return `${kind} from ${least} to 2^53 - 1`;
  return `${kind} from ${least} to ${most}`;
}

/** Whether a number is in a range; NaN is in none. */
export function inRange(value: number, { whole, least, most, above }: Range): boolean {
  if (whole && !Number.isInteger(value)) return false;
  return (above ? value > least : value >= least) && value <= most;
}

/**
 * Checks settings and seed from whatever code they come.
 *
 * @throws {UsageError} naming the setting, its value and its range
 */
export function checkSettings(settings: Settings, seed: number): void {
  const check = (name: string, value: unknown, range: Range) => {
    if (typeof value === "number" && inRange(value, range)) return;
    throw new UsageError(`${name} ${value}: expected ${describeRange(range)}`);
  };
  check("seed", seed, seedRange);
  const optional: readonly string[] = ["limit", "iterations", "epochs"];
  for (const name of Object.keys(ranges) as (keyof typeof ranges)[]) {
    if (settings[name] === null && optional.includes(name)) continue;
    check(name, settings[name], ranges[name]);
  }
  if (!samplings.includes(settings.sampling)) {
    throw new UsageError(`sampling ${settings.sampling}: expected one of ${samplings.join(", ")}`);
  }
  if ((settings.iterations === null) === (settings.epochs === null)) {
    throw new UsageError(
      `iterations ${settings.iterations}, epochs ${settings.epochs}: expected one of the two, ` +
        "and null for the other",
    );
  }
}
