import type { Facts } from "./facts.js";
import type { Finding } from "./finding.js";
import { inPercent } from "./statistics.js";
import { FAR_TOO_SMALL, factorToBest, weakerL2 } from "./steps.js";

/*
 * What keeps a net from fitting its training images, although its steps are of a good size.
 */

/**
 * The gradient of the L2 term, as a share of that of the data loss, from which on it is L2 that stops the net:
 * 0.9 at --reg 50, 0.55 at 10 and 0.36 at 5, which ends below a linear classifier; 0.06 in `notebook`.
 */
const PULLS = 0.3;
/** L2 needs so many time constants, 1 / (rate · reg) updates, to balance the images; `notebook` has 2. */
const TIME_TO_PULL = 1;
/** Weights shrunk to this share of their initial size: only L2 does that. */
const ERASED = 0.5;

export function l2Dominates(facts: Facts): Finding | null {
  const { settings, evidence, history, figures, atChance, rates } = facts;
  const { reg, momentum } = settings;
  const step = evidence?.step;
  const time = ((rates.highest * reg) / (1 - momentum)) * history.loss.length;
  if (!step || time < TIME_TO_PULL) return null;
  const began = history.start?.penalty ?? 0;
  const left = figures?.penalty == null || began === 0 ? null : Math.sqrt(figures.penalty / began);
  const erased = atChance && left !== null && left < ERASED;
  const pulls = !atChance && step.pull !== null && step.pull > PULLS;
  if (!erased && !pulls) return null;
  const text = erased
    ? `the penalty of --reg ${reg} has shrunk the weights to ${percentOrLess(left)} of their initial size, ` +
      "before they learned anything"
    : `the pull of --reg ${reg} on the weights is ${inPercent(step.pull ?? 0, 0)} of that of the images`;
  return {
    kind: "L2 dominates",
    answer: "wrong",
    text: `L2 dominates the loss: ${text}.`,
    suggestion: weakerL2(settings),
    numbers: { ...(step.pull === null ? {} : { pull: step.pull }), ...(erased && { left }) },
  };
}

function percentOrLess(share: number): string {
  return share < 0.005 ? "less than 1 %" : inPercent(share, 0);
}

/** With a dropout of 0.5 `fast` ends above a linear classifier; with 0.8 and more it does not learn. */
const MUCH_DROPOUT = 0.5;

export function dropoutTooHigh(facts: Facts): Finding | null {
  const { dropout } = facts.settings;
  if (dropout <= MUCH_DROPOUT || factorToBest(facts) !== null) return null;
  return {
    kind: "dropout too high",
    answer: "wrong",
    text: `Dropout too high: an update sees ${inPercent(1 - dropout, 0)} of the hidden units.`,
    suggestion: "--dropout 0.2",
    numbers: { dropout },
  };
}

/**
 * `fast` reaches 96.6 % with a label smoothing of 0.9, and 87.2 % with 0.99. Smoothing shrinks gradients, so the best
 * step is larger: 4000 times that of `notebook` with 0.99.
 */
const MUCH_SMOOTHING = 0.5;

export function labelsTooSmooth(facts: Facts): Finding | null {
  const { labelSmoothing } = facts.settings;
  if (labelSmoothing <= MUCH_SMOOTHING || (factorToBest(facts) ?? 0) > FAR_TOO_SMALL) return null;
  return {
    kind: "labels too smooth",
    answer: "wrong",
    text:
      `Labels too smooth: --label-smoothing ${labelSmoothing} makes the targets of all classes almost equal, ` +
      "so there is next to nothing to learn.",
    suggestion: "--label-smoothing 0.1",
    numbers: { labelSmoothing },
  };
}

export function distortionsTooStrong({ settings: { augment } }: Facts): Finding | null {
  if (!augment) return null;
  return {
    kind: "distortions too strong",
    answer: "wrong",
    text: "Distortions too strong: the net learns from distorted images, and cannot tell the plain ones apart.",
    suggestion: "--no-augment",
    numbers: {},
  };
}

export function tooFewUnits({ settings: { hidden }, evidence }: Facts): Finding | null {
  const classes = evidence?.classCount ?? 0;
  if (hidden >= classes) return null;
  return {
    kind: "too few units",
    answer: "wrong",
    text:
      `Too few hidden units: all that the second layer knows of an image is ` +
      `${hidden === 1 ? "one number" : `${hidden} numbers`}, to tell ${classes} classes apart.`,
    suggestion: `--hidden ${5 * classes}`,
    numbers: { hidden, classes },
  };
}
