import { againstDivergence } from "../../settings/againstDivergence.js";
import type { History } from "../../training/history.js";
import type { Facts, JudgedRun } from "./facts.js";
import { fittingWeights } from "./faults.js";
import type { Finding } from "./finding.js";
import { inPercent, lastMean, meanOf, SURE, short } from "./statistics.js";

/*
 * Steps that are too large or too small, and losses that show it.
 */

/** Momentum from here on makes a step the sum of more than 20 gradients; the recipes have 0.9. */
const HEAVY = 0.95;

/** What to change when steps are too large. */
function smallerSteps({ settings, rates }: Facts): string {
  if (settings.momentum > HEAVY) return "--momentum 0.9";
  return `--learning-rate ${short(rates.highest / 10)}`;
}

/** `notebook` and `fast` both shrink weights by 2e-4 of themselves in an update, momentum included. */
const SHRINKING = 2e-4;

/** An L2 penalty as strong as those of the recipes; null if it would not be weaker. */
export function weakerL2({ learningRate, momentum, reg }: Facts["settings"]): string | null {
  const weaker = Number(((SHRINKING * (1 - momentum)) / learningRate).toPrecision(1));
  return weaker < reg ? `--reg ${short(weaker)}` : null;
}

/** What there is to say about a run that diverged. */
export function diverged(
  { start }: History,
  { failure, settings }: Pick<JudgedRun, "failure" | "settings">,
): Finding | null {
  if (failure === null) return null;
  const { iteration, found } = failure;
  return {
    kind: "diverged",
    answer: "wrong",
    text: `Diverged: the run ended at iteration ${iteration} (${found}) and left no model.`,
    suggestion:
      settings === null
        ? "a smaller --learning-rate"
        : againstDivergence(settings, start?.loss ?? null),
    numbers: { iteration, ...(start !== null && { start: start.loss }) },
  };
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

/** A remark if the loss came down again, else a fault. */
export function unstable(facts: Facts): Finding | null {
  const found = largestRise(facts.history.loss);
  if (found === null) return null;
  const { rise, iteration, endsHigh } = found;
  const heavy = facts.settings.momentum > HEAVY;
  const momentum = heavy
    ? ` With momentum ${facts.settings.momentum}, steps add up ` +
      `${short(1 / (1 - facts.settings.momentum))} gradients.`
    : "";
  return {
    kind: "unstable",
    answer: endsHigh || facts.poor ? "wrong" : "sound",
    text:
      `Unstable: near iteration ${iteration} the loss was ${times(rise)} times what it had been` +
      `${endsHigh ? ", and it stayed high" : ""}.${momentum}`,
    suggestion: smallerSteps(facts),
    numbers: { rise, iteration },
  };
}

function times(rise: number): string {
  return rise < 1000 ? rise.toFixed(1) : rise.toExponential(0);
}

function largestRise(loss: readonly number[]) {
  const stretches = Math.min(STRETCHES, Math.floor(loss.length / LEAST_IN_STRETCH));
  let lowest = meanOf(loss, 0, Math.floor(loss.length / Math.max(1, stretches)));
  let worst: { readonly rise: number; readonly iteration: number } | null = null;
  let endsHigh = false;
  for (let s = 1; s < stretches; s++) {
    const start = Math.floor((s * loss.length) / stretches);
    const here = meanOf(loss, start, Math.floor(((s + 1) * loss.length) / stretches));
    const rise = here.mean / lowest.mean;
    const higher = here.mean - lowest.mean;
    const sure =
      higher > SURE * Math.hypot(here.error, lowest.error) && higher > RISE_OF_FIRST * loss[0];
    // A single outlying batch makes its stretch's error large, and does not count.
    const counts = rise >= RISE && sure;
    if (counts && rise > (worst?.rise ?? 0)) worst = { rise, iteration: start + 1 };
    endsHigh = counts;
    if (here.mean < lowest.mean) lowest = here;
  }
  return worst && { ...worst, endsHigh };
}

/** Accuracy that was once this much higher has collapsed; single epochs of the recipes differ by 0.01. */
const COLLAPSE = 0.1;

/** Accuracy that a run had and lost again; with keepBest, the figures are those of the best weights. */
export function collapsed(facts: Facts): Finding | null {
  const { history, validation, training } = facts;
  const { validation: measured, epochs } = history;
  const [end, on, accuracies] =
    validation === null
      ? [training, "training", epochs.map((e) => [e.iteration, e.trainingAccuracy] as const)]
      : [validation, "validation", measured.map((m) => [m.iteration, m.accuracy] as const)];
  if (end === null || accuracies.length === 0) return null;
  const [iteration, best] = accuracies.reduce((top, next) => (next[1] > top[1] ? next : top));
  if (best - end < COLLAPSE) return null;
  return {
    kind: "collapsed",
    answer: "wrong",
    text:
      `Collapsed: ${on} accuracy was ${inPercent(best)} after ${iteration} updates, and is ` +
      `${inPercent(end)} at the end. The steps are too large.`,
    suggestion: smallerSteps(facts),
    numbers: { best, iteration, end },
  };
}

/**
 * Steps are too small if the best single step is so many times as large. It is 0.25 to 16 times as large at the
 * end of the recipes, 32 at a tenth of their rate, 256 at a hundredth of that of `fast`, 65536 at a hundredth of
 * that of `notebook`.
 */
const TOO_SMALL = 100;
/** In the first updates, from tiny weights, even the best step hardly learns; `notebook` needs some 50. */
const SETTLED = 100;
/** Whatever else makes good steps larger, such as a short run, beyond this the steps are too small. */
export const FAR_TOO_SMALL = 1e5;
/** A suggestion is at most so many times the rate: better twice too small than once too large. */
const MOST_FACTOR = 100;

/** How many times as large the best step is; null unless steps are too small. */
export function factorToBest({ evidence, settings, rates, history }: Facts): number | null {
  const step = evidence?.step;
  if (!step || rates.warmingUp) return null;
  const factor = (step.rate / rates.highest) * (1 - settings.momentum);
  return factor < (history.loss.length < SETTLED ? FAR_TOO_SMALL : TOO_SMALL) ? null : factor;
}

export function rateTooSmall(facts: Facts): Finding | null {
  const { settings, rates } = facts;
  const factor = factorToBest(facts);
  if (factor === null) return null;
  const larger = Math.min(MOST_FACTOR, 10 ** Math.floor(Math.log10(factor / 10)));
  return {
    kind: "rate too small",
    answer: "wrong",
    text:
      `Learning rate too small: at the end of the run, the step that would lower the loss most is about ` +
      `${round(factor)} times as large as those of the run.`,
    suggestion: `--learning-rate ${short(settings.learningRate * larger)}`,
    numbers: { factor, rate: rates.highest },
  };
}

function round(factor: number): string {
  return String(Number(factor.toPrecision(1)));
}

/** Squared length of an input times rate: 3200 for `notebook`, whose pixels have no scale. */
const FITS_PIXELS = [100, 20000] as const;

/** Size of the first hidden units for such pixels: 0.18 in `notebook`, 90 with He's weights. */
const MOST_HIDDEN = 1;

/** Steps that would be of a good size if pixels were not scaled. */
export function inputsTooSmall(facts: Facts): Finding | null {
  const { settings, evidence } = facts;
  const { scale, learningRate, momentum } = settings;
  const factor = factorToBest(facts);
  if (factor === null || evidence === null || scale >= 0.5) return null;
  const length = evidence.inputLength / scale;
  const speed = (learningRate / (1 - momentum)) * length ** 2;
  if (speed < FITS_PIXELS[0] || speed > FITS_PIXELS[1]) return null;
  // He's weights are made for small inputs.
  if (settings.std === null || settings.std * length > MOST_HIDDEN) return null;
  return {
    kind: "inputs too small",
    answer: "wrong",
    text:
      `Inputs too small: learning rate ${learningRate} fits pixels of 0 to 255, and --scale ` +
      `${short(scale)} makes them so small that a step changes next to nothing.`,
    suggestion: "--scale 1",
    numbers: { factor, rate: learningRate, inputLength: evidence.inputLength },
  };
}

/** A rate at this share of its highest has vanished. */
const VANISHED = 0.01;

export function rateVanishes(facts: Facts): Finding | null {
  const { settings, rates, history } = facts;
  const { kind } = settings.schedule;
  if (kind !== "exponential" && kind !== "step") return null;
  if (rates.last > VANISHED * rates.highest) return null;
  const { epochs } = history;
  const from = epochs.find(({ learningRate }) => learningRate < VANISHED * rates.highest)?.epoch;
  const since = from === undefined ? "" : ` From epoch ${from} on it was below 1 % of its highest.`;
  return {
    kind: "rate vanishes",
    answer: "wrong",
    text:
      `Steps vanish too soon: the schedule took the learning rate from ${short(rates.highest)} to ` +
      `${rates.last.toExponential(0)}, long before the net had learned.${since}`,
    suggestion: kind === "exponential" ? "--decay 0.99" : "--schedule exponential",
    numbers: { highest: rates.highest, last: rates.last },
  };
}

export function warmUpTooLong({ settings, rates, atChance, history }: Facts): Finding | null {
  if (!rates.warmingUp) return null;
  return {
    kind: "warm-up too long",
    answer: atChance && history.loss.length >= SETTLED ? "wrong" : "early",
    text:
      `Warm-up too long: the run ended before its warm-up of ${settings.warmUp} epochs, at a learning rate ` +
      `of ${short(rates.highest)} instead of ${short(settings.learningRate)}.`,
    suggestion: "--warm-up 0",
    numbers: { rate: rates.highest, warmUp: settings.warmUp },
  };
}

/** A share of the initial weights in an average that spoils it; 0.3 and 0.17 still reach 97 and 99 %. */
const LAGS = 0.4;

export function averageLags({ settings, history }: Facts): Finding | null {
  const { averageKeep, averageEvery } = settings;
  const moves = Math.floor(history.loss.length / averageEvery);
  const left = averageKeep === 0 ? 0 : averageKeep ** moves;
  if (left < LAGS) return null;
  return {
    kind: "average lags",
    answer: "wrong",
    text:
      `Average lags: the saved weights are a moving average, and ${inPercent(left, 0)} of it is still the ` +
      "initial weights.",
    suggestion: "--average-keep 0.99",
    numbers: { left, moves },
  };
}

/** Weights kept from an early epoch may be this much worse on the training images than the last ones. */
const KEPT_WORSE = 0.02;

/** With few validation images, the best epoch may be an early one by luck. */
export function keptEarly({ settings, training, history, figures, poor }: Facts): Finding | null {
  const { epochs } = history;
  const bestEpoch = figures?.bestEpoch ?? null;
  if (!settings.keepBest || bestEpoch === null || training === null) return null;
  const last = lastMean(epochs.map((epoch) => epoch.trainingAccuracy));
  if (last - training < KEPT_WORSE) return null;
  return {
    kind: "kept early",
    answer: poor ? "wrong" : "sound",
    text:
      `Kept early: --keep-best kept the weights of epoch ${bestEpoch} of ${epochs.length}, by ` +
      `${settings.validation} validation images. Training accuracy went on to ${inPercent(last)}.`,
    suggestion: null,
    numbers: { bestEpoch, training, last },
  };
}

/** A first loss this many times that of guessing comes from weights that are too large: it should be 1. */
const HIGH_START = 10;
/** A run that gets its data loss below this share of that of guessing has made up for it. */
const MADE_UP = 0.5;
/** Losses whose mean is the end of a run. */
const LAST_LOSSES = 20;

export function initialWeightsTooLarge(facts: Facts): Finding | null {
  const { history, evidence, figures, poor } = facts;
  const { start, loss } = history;
  if (start === null || evidence === null) return null;
  const guessing = Math.log(evidence.classCount);
  if (start.loss < HIGH_START * guessing) return null;
  const end = lastLoss(loss) - (figures?.penalty ?? 0);
  if (!poor && end < MADE_UP * guessing) return null;
  return {
    kind: "initial weights too large",
    answer: "wrong",
    text:
      `Initial weights too large: the loss began at ${short(start.loss)} nats, where guessing gives ` +
      `${guessing.toFixed(2)}, and is still about ${short(end)} nats without the L2 penalty.`,
    suggestion: fittingWeights(facts),
    numbers: { start: start.loss, guessing, end },
  };
}

function lastLoss(loss: readonly number[]): number {
  return meanOf(loss, Math.max(0, loss.length - LAST_LOSSES), loss.length).mean;
}
