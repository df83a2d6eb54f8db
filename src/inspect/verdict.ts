/*
 * What the curves of a run say, in plain words. A rule speaks only where its numbers leave little doubt:
 * better nothing than something wrong. Shares were set on runs of MNIST, each named beside its constant.
 */

/** What a verdict looks at; see train/history.ts. */
export interface JudgedHistory {
  /** Of every update. */
  readonly loss: readonly number[];
  readonly epochs: readonly {
    readonly epoch: number;
    readonly learningRate: number;
    readonly trainingAccuracy: number;
    readonly validationAccuracy: number | null;
  }[];
}

/** The settings that a verdict needs; those of a run have more. */
export interface JudgedSettings {
  readonly schedule: string;
  readonly learningRate: number;
  readonly epochs: number | null;
  readonly hidden: number;
  readonly limit: number | null;
  readonly augment: boolean;
  readonly dropout: number;
  readonly reg: number;
  readonly patience: number | null;
  readonly keepBest: boolean;
  /** Images set aside. */
  readonly validation: number;
}

/** What is known of a run besides its history; null for what nobody knows. */
export interface JudgedRun {
  readonly settings: JudgedSettings | null;
  /** Hidden units that no image of a sample turns on. */
  readonly deadUnits: number | null;
}

export type FindingKind =
  | "unstable"
  | "dead units"
  | "overfitting"
  | "still falling"
  | "underfitting"
  | "converged";

/** One thing that stands out. */
export interface Finding {
  readonly kind: FindingKind;
  /** A sentence or two. */
  readonly text: string;
  /** What to try. */
  readonly suggestion: string;
  /** What the text rests on; accuracies and falls are shares, 0..1. */
  readonly numbers: Readonly<Record<string, number>>;
}

export interface Verdict {
  readonly findings: readonly Finding[];
  /** All of it as one paragraph. */
  readonly text: string;
}

/** Updates below which a run says nothing: five in a quarter of it, for a mean and its error. */
const LEAST_ITERATIONS = 20;
/** A difference of means counts from so many standard errors: chance reaches 4 once in 30000 looks. */
const SURE = 4;
/** Epochs whose mean stands for how a run ended, since one alone goes up and down. */
const LAST_EPOCHS = 3;

/**
 * What stands out in a run, what it rests on, and what to try.
 *
 * @param history losses of every update, not thinned
 */
export function verdict(history: JudgedHistory, { settings, deadUnits }: JudgedRun): Verdict {
  if (history.loss.length < LEAST_ITERATIONS) {
    return { findings: [], text: "Too few updates to say how the run went." };
  }
  const rising = unstable(history, settings);
  const dead = deadHiddenUnits(deadUnits, settings);
  const apart = overfitting(history, settings);
  // Where the loss jumps about, its slope says nothing of its own; and a net that overfits would only do
  // so more if it were trained for longer.
  const falling = rising === null && apart === null ? stillFalling(history, settings) : null;
  const learns = [rising, dead, apart, falling].every((finding) => finding === null);
  const stuck = learns ? underfitting(history, settings) : null;
  const found = [rising, dead, apart, falling, stuck];
  const quiet = found.every((finding) => finding === null);
  const findings = [...found, quiet ? converged(history, settings) : null].filter(
    (finding) => finding !== null,
  );
  return { findings, text: inWords(findings, history) };
}

function inWords(findings: readonly Finding[], { epochs }: JudgedHistory): string {
  const sentences = findings.map(({ text, suggestion }) => `${text} Try ${suggestion}.`);
  if (findings.length === 0) sentences.push("Nothing stands out in the curves.");
  if (epochs.length > 0 && epochs.every((of) => of.validationAccuracy === null)) {
    sentences.push("Without validation images nobody can tell whether the net overfits.");
  }
  return sentences.join(" ");
}

/** Stretches of a run whose mean losses are compared, where it is long enough for all of them. */
const STRETCHES = 50;
const LEAST_IN_STRETCH = 5;
/**
 * A run is unstable where the mean loss of a stretch is so many times what it was before. The recipes
 * stay at 1.2 or below; a one-cycle of twice the rate of `fast` comes to 1.4 and still ends well.
 */
const RISE = 2;
/** And has risen by this share of the first loss: close to 0, losses are soon twice what they were. */
const RISE_OF_FIRST = 0.02;

function unstable({ loss }: JudgedHistory, settings: JudgedSettings | null): Finding | null {
  const stretches = Math.min(STRETCHES, Math.floor(loss.length / LEAST_IN_STRETCH));
  let lowest = meanOf(loss, 0, Math.floor(loss.length / stretches));
  let worst: { readonly rise: number; readonly iteration: number } | null = null;
  for (let s = 1; s < stretches; s++) {
    const start = Math.floor((s * loss.length) / stretches);
    const here = meanOf(loss, start, Math.floor(((s + 1) * loss.length) / stretches));
    const rise = here.mean / lowest.mean;
    const higher = here.mean - lowest.mean;
    const sure =
      higher > SURE * Math.hypot(here.error, lowest.error) && higher > RISE_OF_FIRST * loss[0];
    // One batch that is far off makes its stretch's error large, and is no reason for alarm.
    if (rise >= RISE && sure && rise > (worst?.rise ?? 0)) worst = { rise, iteration: start + 1 };
    if (here.mean < lowest.mean) lowest = here;
  }
  if (worst === null) return null;
  const times = worst.rise < 100 ? worst.rise.toFixed(1) : "more than 100";
  return {
    kind: "unstable",
    text: `Unstable: near iteration ${worst.iteration} the loss was ${times} times what it had been.`,
    suggestion:
      settings === null
        ? "a smaller --learning-rate"
        : `--learning-rate ${short(settings.learningRate / 2)}`,
    numbers: worst,
  };
}

/** Below this share of dead units a net hardly misses them; the recipes have none. */
const DEAD = 0.05;

function deadHiddenUnits(dead: number | null, settings: JudgedSettings | null): Finding | null {
  if (dead === null || settings === null || dead < DEAD * settings.hidden) return null;
  if (dead === 0) return null;
  const { hidden, learningRate } = settings;
  return {
    kind: "dead units",
    text:
      `Dead units: ${dead} of ${hidden} hidden units are off for all training images of a sample, so ` +
      "that they say and learn next to nothing.",
    suggestion: `--learning-rate ${short(learningRate / 2)}, as steps too large can turn units off for good`,
    numbers: { deadUnits: dead, hidden },
  };
}

/**
 * Training accuracy this far above validation accuracy is overfitting. The recipes end 0.6 to 1.4 points
 * apart where they learn from 50000 images, `overfit` 11, a run on 500 images 14.
 */
const GAP = 0.03;
/** So is a validation accuracy this far below what it was, while training accuracy is not. */
const LOST = 0.005;

function overfitting({ epochs }: JudgedHistory, settings: JudgedSettings | null): Finding | null {
  const gaps = epochs.map((of) => of.trainingAccuracy - (of.validationAccuracy ?? Number.NaN));
  if (settings === null || epochs.length < LAST_EPOCHS || gaps.some(Number.isNaN)) return null;
  const training = lastMean(epochs.map((of) => of.trainingAccuracy));
  const validations = epochs.map((of) => of.validationAccuracy ?? 0);
  const validation = lastMean(validations);
  // With few validation images their share is a matter of luck.
  const luck = SURE * Math.sqrt((validation * (1 - validation)) / Math.max(1, settings.validation));
  const least = Math.max(GAP, luck);
  if (training - validation >= least && gaps.slice(-LAST_EPOCHS).every((gap) => gap >= least)) {
    const since = epochs[gaps.findLastIndex((gap) => gap < least) + 1].epoch;
    return {
      kind: "overfitting",
      text:
        `Overfitting: ${percent(training)} of the training images are answered rightly, ` +
        `${percent(validation)} of the validation images; they have been more than ` +
        `${short(Math.floor(1000 * least) / 10)} points apart since epoch ${since}.`,
      suggestion: againstOverfitting(settings),
      numbers: { training, validation, gap: training - validation, since },
    };
  }
  const means = validations.map((_, i) =>
    lastMean(validations.slice(Math.max(0, i + 1 - LAST_EPOCHS), i + 1)),
  );
  const best = means.reduce((top, mean, i) => (i >= 2 && mean >= means[top] ? i : top), 2);
  const lost = means[best] - validation;
  const trainingThen = lastMean(epochs.slice(0, best + 1).map((of) => of.trainingAccuracy));
  // What validated best is what such a run has kept.
  if (settings.keepBest || lost < Math.max(LOST, luck) || training < trainingThen) return null;
  const since = epochs[best].epoch;
  return {
    kind: "overfitting",
    text:
      `Overfitting: validation accuracy has fallen from ${percent(means[best])} near epoch ` +
      `${since} to ${percent(validation)}, while training accuracy has not.`,
    suggestion: "--keep-best",
    numbers: { training, validation, lost, since },
  };
}

function againstOverfitting({ limit, augment, dropout }: JudgedSettings): string {
  if (limit !== null) return `more images, with a larger --limit than ${limit}`;
  if (!augment) return "--augment";
  return dropout === 0 ? "--dropout 0.2" : "fewer --hidden units";
}

/**
 * A loss still falls where the last quarter of a run is so much below the one before. The lesson's 10000
 * iterations fall by 3 % there, and as many again gain 0.3 points; its first 1000 fall by 14 %, and the
 * next 9000 gain 2.6.
 */
const FALLING = 0.05;
/** Where it has come no further than this share of where it began, the steps are too small. */
const HARDLY_BEGUN = 0.3;
/** A net that answers so many of its training images rightly has little left to learn from them. */
const LEARNED = 0.995;
/** Passes over the images that are enough to see that. */
const ENOUGH_EPOCHS = 5;

function stillFalling(history: JudgedHistory, settings: JudgedSettings | null): Finding | null {
  const { before, last, fall, sure } = lastQuarters(history);
  // A schedule that ends near 0 makes the loss fall at the end by itself, and is stretched over the run.
  if (settings === null || endsNearZero(settings, history)) return null;
  if (fall < FALLING || !sure || before.mean <= 0) return null;
  const { loss, epochs } = history;
  // A run that patience ended would end there again, however many epochs it is given.
  if (settings.patience !== null) return null;
  if (lastMean(epochs.map((of) => of.trainingAccuracy)) >= LEARNED) return null;
  const slow = last.mean / loss[0] > HARDLY_BEGUN && epochs.length >= ENOUGH_EPOCHS;
  const longer =
    settings.epochs === null
      ? `--iterations ${2 * loss.length}`
      : `--epochs ${2 * settings.epochs}`;
  return {
    kind: "still falling",
    text:
      `Still falling: in the last quarter of the run the loss was ${percent(fall)} below the ` +
      `quarter before${slow ? `, and still ${percent(last.mean / loss[0])} of what it began with` : ""}.`,
    suggestion: slow ? `--learning-rate ${short(10 * settings.learningRate)}` : longer,
    numbers: { fall, loss: last.mean, first: loss[0] },
  };
}

/** Training accuracy that the lesson's run passes in its first epoch, and the others in their second. */
const LOW = 0.9;
/** Hidden units that are enough for that: 10 come to 94 %, 3 stay at 67 %. */
const ENOUGH_UNITS = 20;

function underfitting(history: JudgedHistory, settings: JudgedSettings | null): Finding | null {
  const { loss, epochs } = history;
  if (settings === null || epochs.length < ENOUGH_EPOCHS) return null;
  const training = lastMean(epochs.map((of) => of.trainingAccuracy));
  const { last, fall } = lastQuarters(history);
  if (training >= LOW || endsNearZero(settings, history)) return null;
  const left = last.mean / loss[0];
  const slope =
    left > STANDING_STILL
      ? `the loss is still ${percent(left)} of what it began with`
      : "the loss hardly falls any more";
  return {
    kind: "underfitting",
    text:
      `Underfitting: no more than ${percent(training)} of the training images are answered ` +
      `rightly, and ${slope}.`,
    suggestion: againstUnderfitting(settings, left),
    numbers: { training, fall, left, hidden: settings.hidden },
  };
}

/** With three hidden units the loss comes to 0.43 of its beginning; at 1e-5 it stays at 1.0 for epochs. */
const STANDING_STILL = 0.9;

function againstUnderfitting(settings: JudgedSettings, left: number): string {
  const { hidden, reg, learningRate, dropout, augment } = settings;
  if (left > STANDING_STILL) return `--learning-rate ${short(10 * learningRate)}`;
  if (hidden < ENOUGH_UNITS) return "--hidden 50";
  if (dropout > 0) return `a smaller --dropout than ${dropout}`;
  if (augment) return "--no-augment";
  return reg > 0 ? "a smaller --reg" : "another --learning-rate";
}

/**
 * A loss has levelled off where the last quarter is no further from the one before. Of runs that were made
 * twice as long, those that had come to 1.4 % gained 0.1 points, those of 2.0 and 3.0 % gained 0.3.
 */
const LEVEL = 0.018;
/** And so has the accuracy over those epochs; twice what chance does to 10000 images near 98 %. */
const LEVEL_ACCURACY = 0.003;
/** Enough epochs that a quarter of them has the mean that is compared. */
const EPOCHS_TO_LEVEL = 4 * LAST_EPOCHS;

function converged(history: JudgedHistory, settings: JudgedSettings | null): Finding | null {
  const { epochs } = history;
  // A curve that is flat because its steps went to 0 has not shown what longer training would bring.
  if (settings === null || endsNearZero(settings, history)) return null;
  if (epochs.length < EPOCHS_TO_LEVEL) return null;
  const { fall } = lastQuarters(history);
  const accuracies = epochs.map((of) => of.validationAccuracy ?? of.trainingAccuracy);
  const gained =
    lastMean(accuracies) - lastMean(accuracies.slice(0, Math.floor(0.75 * epochs.length)));
  if (Math.abs(fall) > LEVEL || Math.abs(gained) > LEVEL_ACCURACY) return null;
  const on = epochs[0].validationAccuracy === null ? "training" : "validation";
  return {
    kind: "converged",
    text:
      `Levelled off: the last quarter of the run changed the loss by ${percent(Math.abs(fall))}, ` +
      `and ${on} accuracy by ${(100 * Math.abs(gained)).toFixed(2)} points, so that more of the ` +
      "same would gain little.",
    suggestion: settings.augment ? "more --hidden units" : "--augment, or another --recipe",
    numbers: { fall, gained },
  };
}

/** A rate this far below its greatest makes a curve flat by itself. */
const SMALL_RATE = 0.1;

function endsNearZero({ schedule }: JudgedSettings, { epochs }: JudgedHistory): boolean {
  if (schedule === "cosine" || schedule === "one-cycle") return true;
  const last = epochs.at(-1);
  return (
    last !== undefined && epochs.some((of) => last.learningRate < SMALL_RATE * of.learningRate)
  );
}

/** The third quarter of a run, the last one, and how far the loss fell between them, as a share. */
function lastQuarters({ loss }: JudgedHistory) {
  const quarter = (n: number) => Math.floor((n * loss.length) / 4);
  const before = meanOf(loss, quarter(2), quarter(3));
  const last = meanOf(loss, quarter(3), loss.length);
  const fall = before.mean > 0 ? 1 - last.mean / before.mean : 0;
  const sure = before.mean - last.mean > SURE * Math.hypot(before.error, last.error);
  return { before, last, fall, sure };
}

/** The mean of numbers from start to end, and its standard error. */
function meanOf(numbers: readonly number[], start: number, end: number) {
  const count = end - start;
  let sum = 0;
  for (let i = start; i < end; i++) sum += numbers[i];
  const mean = sum / count;
  let squares = 0;
  for (let i = start; i < end; i++) squares += (numbers[i] - mean) ** 2;
  return { mean, error: Math.sqrt(squares / Math.max(1, count - 1) / count) };
}

function lastMean(numbers: readonly number[]): number {
  const last = numbers.slice(-LAST_EPOCHS);
  return last.reduce((sum, number) => sum + number, 0) / last.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}
