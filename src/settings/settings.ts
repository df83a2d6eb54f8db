import type { Augmentation } from "../dataset/augment.js";
import { UsageError } from "../errors.js";

/** How batches are drawn: at random with replacement, or in shuffled passes over all images. */
export const samplings = ["replacement", "passes"] as const;
/** A way to draw batches. */
export type Sampling = (typeof samplings)[number];

/** How weights start: normal with a deviation that is given, or with He's, which fits ReLU. */
export const initializations = ["normal", "he"] as const;
/** A way for weights to start. */
export type Initializing = (typeof initializations)[number];

/** How the learning rate goes: a factor every epoch, a factor now and then, or along a curve. */
export const schedules = ["exponential", "step", "cosine", "one-cycle"] as const;
/** A way for the learning rate to go. */
export type Schedule = (typeof schedules)[number];

/** Everything that decides a training run, but for the data and the seed. */
export interface Settings extends Augmentation {
  /** Images set aside for validation, from the end of the training file. */
  readonly validation: number;
  /** Train on the first so many of the others; null for all. */
  readonly limit: number | null;
  /** Multiplies every centred pixel; 1 keeps intensities on their 0..255 scale. */
  readonly scale: number;
  /** H, hidden units. */
  readonly hidden: number;
  readonly initialization: Initializing;
  /** Standard deviation of the first weights where they are normal; null for He's. */
  readonly std: number | null;
  /** Updates in all; null when `epochs` says it. */
  readonly iterations: number | null;
  /** Passes over the training images; null when `iterations` says it. */
  readonly epochs: number | null;
  /** Images in one update. */
  readonly batchSize: number;
  readonly sampling: Sampling;
  /** Multiplies the gradient of an update; where a schedule rises and falls, its height. */
  readonly learningRate: number;
  readonly schedule: Schedule;
  /** Multiplies the learning rate after every epoch (exponential) or step; 1 for curves. */
  readonly decay: number;
  /** Epochs between the drops of schedule step; null for others. */
  readonly stepEpochs: number | null;
  /** Epochs, or parts of one, in which the learning rate rises from nothing. */
  readonly warmUp: number;
  /** Share of the velocity that is kept from update to update; 0 for plain SGD. */
  readonly momentum: number;
  /** Whether momentum looks ahead. */
  readonly nesterov: boolean;
  /** Strength of the L2 term. */
  readonly reg: number;
  /** Share of hidden units left out of each update, for each image others. */
  readonly dropout: number;
  /** Share of the target that goes to all classes alike. */
  readonly labelSmoothing: number;
  /** Share of the moving average of the weights that stays when it moves; 0 for no average. */
  readonly averageKeep: number;
  /** Updates between its moves. */
  readonly averageEvery: number;
  /** Whether images are distorted, anew in every epoch, by the amounts below. */
  readonly augment: boolean;
  /** Epochs without a better validation accuracy before the run ends; null for no such end. */
  readonly patience: number | null;
  /** Whether the weights with the best validation accuracy at the end of an epoch are kept. */
  readonly keepBest: boolean;
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
  stepEpochs: whole(1, 1e6),
  warmUp: between(0, 1e6),
  momentum: between(0, 0.9999),
  reg: between(0, 1e6),
  dropout: between(0, 0.99),
  labelSmoothing: between(0, 0.99),
  averageKeep: between(0, 0.999999),
  averageEvery: whole(1, 1e9),
  elasticAlpha: between(0, 1000),
  // Below half a pixel nothing is smoothed, beyond 14 nothing is left of the field.
  elasticSigma: between(0.5, 14),
  rotation: between(0, 180),
  zoom: between(0, 0.9),
  shear: between(0, 2),
  shift: between(0, 28),
  patience: whole(1, 1e6),
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
  const optional: readonly string[] = [
    ...["limit", "iterations", "epochs", "std", "stepEpochs", "patience"],
  ];
  for (const name of Object.keys(ranges) as (keyof typeof ranges)[]) {
    if (settings[name] === null && optional.includes(name)) continue;
    check(name, settings[name], ranges[name]);
  }
  checkWord("sampling", settings.sampling, samplings);
  checkWord("initialization", settings.initialization, initializations);
  checkWord("schedule", settings.schedule, schedules);
  for (const name of ["nesterov", "augment", "keepBest"] as const) {
    if (typeof settings[name] === "boolean") continue;
    throw new UsageError(`${name} ${settings[name]}: expected true or false`);
  }
  if ((settings.iterations === null) === (settings.epochs === null)) {
    throw new UsageError(
      `iterations ${settings.iterations}, epochs ${settings.epochs}: expected one of the two, ` +
        "and null for the other",
    );
  }
  checkTogether(settings);
}

function checkWord(name: string, value: unknown, words: readonly unknown[]): void {
  if (words.includes(value)) return;
  throw new UsageError(`${name} ${value}: expected one of ${words.join(", ")}`);
}

/** Refuses settings that contradict each other: one of them would do nothing. */
function checkTogether(settings: Settings): void {
  const { initialization, std, schedule, decay, stepEpochs, warmUp } = settings;
  const refuse = (wrong: boolean, found: string, expected: string) => {
    if (wrong) throw new UsageError(`${found}: expected ${expected}`);
  };
  refuse(
    (initialization === "normal") === (std === null),
    `initialization ${initialization} with std ${std}`,
    "a std for normal, and null for he, which has its own",
  );
  const curve = schedule === "cosine" || schedule === "one-cycle";
  refuse(
    curve && decay !== 1,
    `schedule ${schedule} with decay ${decay}`,
    "decay 1, since the curve ends near 0 by itself",
  );
  refuse(
    (schedule === "step") === (stepEpochs === null),
    `schedule ${schedule} with stepEpochs ${stepEpochs}`,
    "stepEpochs for schedule step, and null for the others",
  );
  refuse(
    schedule === "one-cycle" && warmUp > 0,
    `schedule one-cycle with warmUp ${warmUp}`,
    "warmUp 0, since the cycle begins with a rise of its own",
  );
  refuse(
    settings.nesterov && settings.momentum === 0,
    "nesterov with momentum 0",
    "a momentum above 0 to look ahead by",
  );
  const judges = settings.patience !== null || settings.keepBest;
  refuse(
    judges && settings.validation === 0,
    `patience ${settings.patience}, keepBest ${settings.keepBest} with validation 0`,
    "validation images to judge by",
  );
}
