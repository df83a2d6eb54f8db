import { spansRun } from "../settings/schedules.js";
import type { Settings } from "../settings/settings.js";
import type { Failure, History } from "../training/history.js";
import { diverged } from "./diverged.js";

/*
 * What the curves of a run mean, in plain words. A rule speaks only if its numbers leave little doubt:
 * nothing is better than something wrong. Each threshold names the runs of MNIST that it rests on.
 */

/** The curves of a run; their losses are those of every update. */
type Curves = Pick<History, "loss" | "epochs"> & Partial<Pick<History, "start">>;

/** What is known about a run besides its curves; null for what is not known. */
export interface JudgedRun {
  readonly settings: Settings | null;
  /** Hidden units that no image of a sample turns on. */
  readonly deadUnits: number | null;
  /** What ended the run if it diverged. */
  readonly failure?: Failure | null;
}

/** One conclusion from the curves. */
export interface Finding {
  readonly kind:
    | "diverged"
    | "unstable"
    | "dead units"
    | "overfitting"
    | "still falling"
    | "underfitting"
    | "converged";
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

/** Shorter runs get no diagnosis: a quarter of 20 updates is five, for a mean and its error. */
const LEAST_ITERATIONS = 20;
/** A difference of means counts from 4 standard errors: chance reaches that once in 30000 comparisons. */
const SURE = 4;
/** Epochs whose mean stands for the end of a run, since a single one goes up and down. */
const LAST_EPOCHS = 3;
/** What such a mean is: another figure than the accuracy on all images, which a run prints at its end. */
const LAST = `accuracy over the last ${LAST_EPOCHS} epochs averages`;

/**
 * What stands out in a run, what that rests on, and what to try.
 *
 * @param history losses of every update, not thinned
 */
export function verdict(history: Curves, { settings, deadUnits, failure }: JudgedRun): Verdict {
  if (failure) {
    const findings = [diverged(failure, history.start ?? null, settings)];
    return { findings, text: inWords(findings, { ...history, epochs: [] }) };
  }
  if (history.loss.length < LEAST_ITERATIONS) {
    return { findings: [], text: "Too few updates to say how the run went." };
  }
  const found = findingsIn(history, settings, deadUnits);
  const findings = found.filter((finding) => finding !== null);
  return { findings, text: inWords(findings, history) };
}

function findingsIn(
  history: Curves,
  settings: Settings | null,
  deadUnits: number | null,
): (Finding | null)[] {
  const rising = unstable(history, settings);
  if (settings === null) return [rising];
  const dead = deadUnits === null ? null : deadHiddenUnits(deadUnits, settings);
  const apart = overfitting(history, settings);
  // The slope of a loss that jumps means nothing; longer training makes overfitting worse.
  const falling = rising === null && apart === null ? stillFalling(history, settings) : null;
  const found = [rising, dead, apart, falling];
  if (found.some((finding) => finding !== null)) return found;
  return [underfitting(history, settings) ?? converged(history, settings)];
}

function inWords(findings: readonly Finding[], { epochs }: Curves): string {
  const sentences = findings.map(({ text, suggestion }) => `${text} Try ${suggestion}.`);
  if (findings.length === 0) sentences.push("Nothing stands out in the curves.");
  if (epochs.length > 0 && epochs.every((epoch) => epoch.validationAccuracy === null)) {
    sentences.push("Without validation images, overfitting cannot be detected.");
  }
  return sentences.join(" ");
}

/** Stretches of a run whose mean losses are compared, fewer in a short run. */
const STRETCHES = 50;
const LEAST_IN_STRETCH = 5;
/**
 * A run is unstable if the mean loss of a stretch is twice what it was before. The recipes stay at 1.2 or
 * below; a one-cycle of twice the rate of `fast` reaches 1.4 and still ends well.
 */
const RISE = 2;
/** It must also rise by this share of the first loss: close to 0, losses double easily. */
const RISE_OF_FIRST = 0.02;

function unstable({ loss }: Curves, settings: Settings | null): Finding | null {
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
    // A single outlying batch makes its stretch's error large, and does not count.
    if (rise >= RISE && sure && rise > (worst?.rise ?? 0)) worst = { rise, iteration: start + 1 };
    if (here.mean < lowest.mean) lowest = here;
  }
  if (worst === null) return null;
  const times = worst.rise.toFixed(1);
  const slower = settings && `--learning-rate ${short(settings.learningRate / 2)}`;
  return {
    kind: "unstable",
    text: `Unstable: near iteration ${worst.iteration} the loss was ${times} times what it had been.`,
    suggestion: slower ?? "a smaller --learning-rate",
    numbers: worst,
  };
}

/** Fewer dead units than this share hardly matter; the recipes have none. */
const DEAD = 0.05;

function deadHiddenUnits(dead: number, { hidden, learningRate }: Settings): Finding | null {
  if (dead === 0 || dead < DEAD * hidden) return null;
  return {
    kind: "dead units",
    text:
      `Dead units: ${dead} of ${hidden} hidden units are off for all training images of a sample, so ` +
      "they contribute and learn next to nothing.",
    suggestion: `--learning-rate ${short(learningRate / 2)}, as large steps can turn units off for good`,
    numbers: { deadUnits: dead, hidden },
  };
}

/**
 * Training accuracy this far above validation accuracy is overfitting. The recipes end 0.6 to 1.4 points
 * apart if they learn from 50000 images, `overfit` 11, a run on 500 images 14.
 */
const GAP = 0.03;
/** So is a validation accuracy that has fallen by this much while training accuracy has not. */
const LOST = 0.005;

function overfitting({ epochs }: Curves, settings: Settings): Finding | null {
  const trainings = epochs.map((epoch) => epoch.trainingAccuracy);
  const validations = epochs.map((epoch) => epoch.validationAccuracy ?? Number.NaN);
  const gaps = trainings.map((training, i) => training - validations[i]);
  if (epochs.length < LAST_EPOCHS || gaps.some(Number.isNaN)) return null;
  const training = lastMean(trainings);
  const validation = lastMean(validations);
  // Accuracy on few validation images is a matter of chance.
  const luck = SURE * Math.sqrt((validation * (1 - validation)) / Math.max(1, settings.validation));
  const least = Math.max(GAP, luck);
  if (training - validation >= least && gaps.slice(-LAST_EPOCHS).every((gap) => gap >= least)) {
    const since = epochs[gaps.findLastIndex((gap) => gap < least) + 1].epoch;
    return {
      kind: "overfitting",
      text:
        `Overfitting: ${LAST} ${inPercent(training)} on the training sample, ` +
        `${inPercent(validation)} on the validation images; they have been more than ` +
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
  const trainingThen = lastMean(trainings.slice(0, best + 1));
  // A run with keepBest has kept the weights of that epoch.
  if (settings.keepBest || lost < Math.max(LOST, luck) || training < trainingThen) return null;
  const since = epochs[best].epoch;
  return {
    kind: "overfitting",
    text:
      `Overfitting: validation accuracy has fallen from ${inPercent(means[best])} near epoch ` +
      `${since} to ${inPercent(validation)}, while training accuracy has not.`,
    suggestion: "--keep-best",
    numbers: { training, validation, lost, since },
  };
}

function againstOverfitting({ limit, augment, dropout }: Settings): string {
  if (limit !== null) return `more images, with a larger --limit than ${limit}`;
  if (!augment) return "--augment";
  return dropout === 0 ? "--dropout 0.2" : "fewer --hidden units";
}

/**
 * A loss still falls if the last quarter of a run is this much below the one before. The lesson's 10000
 * iterations fall by 3 % there, and 10000 more gain 0.3 points; its first 1000 fall by 14 %, and the next
 * 9000 gain 2.6.
 */
const FALLING = 0.05;
/** The steps are too small if the loss is still above this share of its start. */
const HARDLY_BEGUN = 0.3;
/** A net with this training accuracy has little left to learn. */
const LEARNED = 0.995;
/** Epochs that are enough to tell. */
const ENOUGH_EPOCHS = 5;

function stillFalling(history: Curves, settings: Settings): Finding | null {
  const { loss, epochs } = history;
  const { last, fall, sure } = lastQuarters(history);
  // A schedule that ends near 0 makes the loss fall at the end by itself.
  if (endsNearZero(settings, history) || fall < FALLING || !sure) return null;
  // A run that patience stopped would stop there again.
  if (settings.patience !== null) return null;
  if (lastMean(epochs.map((epoch) => epoch.trainingAccuracy)) >= LEARNED) return null;
  const slow = last.mean / loss[0] > HARDLY_BEGUN && epochs.length >= ENOUGH_EPOCHS;
  const longer =
    settings.epochs === null
      ? `--iterations ${2 * loss.length}`
      : `--epochs ${2 * settings.epochs}`;
  return {
    kind: "still falling",
    text:
      `Still falling: in the last quarter of the run the loss was ${inPercent(fall)} below the ` +
      `quarter before${slow ? `, and still ${inPercent(last.mean / loss[0])} of its start` : ""}.`,
    suggestion: slow ? `--learning-rate ${short(10 * settings.learningRate)}` : longer,
    numbers: { fall, loss: last.mean, first: loss[0] },
  };
}

/** The lesson's run passes this training accuracy in its first epoch, the other recipes in their second. */
const LOW = 0.9;
/** Hidden units that are enough for that: 10 reach 94 %, 3 stay at 67 %. */
const ENOUGH_UNITS = 20;

function underfitting(history: Curves, settings: Settings): Finding | null {
  const { loss, epochs } = history;
  if (epochs.length < ENOUGH_EPOCHS) return null;
  const training = lastMean(epochs.map((epoch) => epoch.trainingAccuracy));
  const { last, fall } = lastQuarters(history);
  if (training >= LOW || endsNearZero(settings, history)) return null;
  const left = last.mean / loss[0];
  const slope =
    left > STANDING_STILL
      ? `the loss is still ${inPercent(left)} of its start`
      : "the loss hardly falls any more";
  return {
    kind: "underfitting",
    text: `Underfitting: ${LAST} only ${inPercent(training)} on the training sample, and ${slope}.`,
    suggestion: againstUnderfitting(settings, left),
    numbers: { training, fall, left, hidden: settings.hidden },
  };
}

/** With three hidden units the loss falls to 0.43 of its start; at a rate of 1e-5 it stays at 1.0. */
const STANDING_STILL = 0.9;

function againstUnderfitting(settings: Settings, left: number): string {
  const { hidden, reg, learningRate, dropout, augment } = settings;
  if (left > STANDING_STILL) return `--learning-rate ${short(10 * learningRate)}`;
  if (hidden < ENOUGH_UNITS) return "--hidden 50";
  if (dropout > 0) return `a smaller --dropout than ${dropout}`;
  if (augment) return "--no-augment";
  return reg > 0 ? "a smaller --reg" : "another --learning-rate";
}

/**
 * A loss has leveled off if its last two quarters differ by no more than this. Of runs that were made twice
 * as long, those that had reached 1.4 % gained 0.1 points, those at 2.0 and 3.0 % gained 0.3.
 */
const LEVEL = 0.018;
/** So must the accuracy; this is twice the chance variation on 10000 images near 98 %. */
const LEVEL_ACCURACY = 0.003;
/** Enough epochs for a quarter of them to have the mean that is compared. */
const EPOCHS_TO_LEVEL = 4 * LAST_EPOCHS;

function converged(history: Curves, settings: Settings): Finding | null {
  const { epochs } = history;
  // A curve that is flat because its steps went to 0 does not show what longer training would bring.
  if (endsNearZero(settings, history) || epochs.length < EPOCHS_TO_LEVEL) return null;
  const { fall } = lastQuarters(history);
  const accuracies = epochs.map((epoch) => epoch.validationAccuracy ?? epoch.trainingAccuracy);
  const gained =
    lastMean(accuracies) - lastMean(accuracies.slice(0, Math.floor(0.75 * epochs.length)));
  if (Math.abs(fall) > LEVEL || Math.abs(gained) > LEVEL_ACCURACY) return null;
  const on = epochs[0].validationAccuracy === null ? "training" : "validation";
  return {
    kind: "converged",
    text:
      `Leveled off: the last quarter of the run changed the loss by ${inPercent(Math.abs(fall))}, ` +
      `and ${on} accuracy by ${(100 * Math.abs(gained)).toFixed(2)} points, so longer training ` +
      "would gain little.",
    suggestion: settings.augment ? "more --hidden units" : "--augment, or another --recipe",
    numbers: { fall, gained },
  };
}

/** A learning rate below this share of its maximum makes a curve flat by itself. */
const SMALL_RATE = 0.1;

function endsNearZero({ schedule }: Settings, { epochs }: Curves): boolean {
  const last = epochs.at(-1)?.learningRate ?? Number.POSITIVE_INFINITY;
  return spansRun(schedule) || epochs.some(({ learningRate }) => last < SMALL_RATE * learningRate);
}

/** The third quarter of a run, the last one, and how far the loss fell between them, as a share. */
function lastQuarters({ loss }: Curves) {
  const quarter = (n: number) => Math.floor((n * loss.length) / 4);
  const before = meanOf(loss, quarter(2), quarter(3));
  const last = meanOf(loss, quarter(3), loss.length);
  const fall = before.mean > 0 ? 1 - last.mean / before.mean : 0;
  const sure = before.mean - last.mean > SURE * Math.hypot(before.error, last.error);
  return { last, fall, sure };
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

function inPercent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}
