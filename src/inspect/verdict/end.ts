import { runLength } from "../../settings/learningRate.js";
import { endsNearZero, type Facts } from "./facts.js";
import type { Finding } from "./finding.js";
import { skill } from "./levels.js";
import { inPercent, LAST_EPOCHS, lastMean, lastQuarters, luck, short } from "./statistics.js";

/*
 * What is left to say of a run whose steps are right: too short, too well fitted, or at its end.
 */

/**
 * A loss still falls if the last quarter of a run is this much below the one before. The lesson's 10000
 * iterations fall by 3 % there, and 10000 more gain 0.3 points; its first 1000 fall by 14 %, and the next
 * 9000 gain 2.6.
 */
const FALLING = 0.05;
/** A net with this training accuracy has little left to learn. */
const LEARNED = 0.995;

export function stillFalling(facts: Facts): Finding | null {
  const { history, settings, training, poor } = facts;
  const { last, fall, sure } = lastQuarters(history.loss);
  // A schedule that ends near 0 makes the loss fall at the end by itself.
  if (endsNearZero(facts) || fall < FALLING || !sure) return null;
  // A run that patience stopped would stop there again.
  if (settings.patience !== null || (training ?? 0) >= LEARNED) return null;
  return {
    kind: "still falling",
    answer: poor ? "early" : "sound",
    text:
      `Still falling: in the last quarter of the run the loss was ${inPercent(fall, 1)} below the ` +
      "quarter before.",
    suggestion: longer(facts),
    numbers: { fall, loss: last.mean, first: history.loss[0] },
  };
}

/** Twice as long, and at least as long as it takes to say how a run went. */
function longer({ settings, history, evidence }: Facts): string {
  const { epochs } = settings;
  const images = evidence?.trainingImages ?? null;
  const inEpoch = images === null ? null : runLength(settings, images).iterationsPerEpoch;
  const needed = inEpoch === null ? 0 : Math.max(SHORT, FEW_EPOCHS * inEpoch);
  return epochs === null
    ? `--iterations ${Math.max(2 * history.loss.length, needed)}`
    : `--epochs ${Math.max(2 * epochs, Math.ceil(needed / (inEpoch ?? 1)))}`;
}

/** `notebook` passes a linear classifier between 300 and 1000 updates, `fast` in 300 of its 600. */
const SHORT = 500;
/** Nor does one that has not seen each image. */
const FEW_EPOCHS = 1;

/** Before so many updates a net may be anywhere. */
export function tooFewUpdates(facts: Facts): Finding | null {
  const { loss, epochs } = facts.history;
  const updates = loss.length;
  if (updates >= SHORT && epochs.length >= FEW_EPOCHS) return null;
  return {
    kind: "too few updates",
    answer: "early",
    text:
      `Too few updates to say how the run went: ${updates}` +
      `${updates >= SHORT ? ", less than one pass over the training images" : ""}.`,
    suggestion: longer(facts),
    numbers: { updates },
  };
}

/** What to check where neither a net nor the class means learn. */
const CHECK = "Check that labels and images belong together";

/** Images that tell nothing about their labels, as far as can be seen. */
export function unrelated({ atChance, unrelated, training, evidence }: Facts): Finding | null {
  if (!atChance || !unrelated || training === null) return null;
  return {
    kind: "at chance",
    answer: "wrong",
    text: `At chance, like the class means: the images seem to say nothing about their labels. ${CHECK}.`,
    suggestion: null,
    numbers: { training, nearestMean: evidence?.nearestMean ?? 0 },
  };
}

/** Training accuracy that is no better than chance, and nothing that explains it. */
export function notLearned(facts: Facts): Finding | null {
  const { atChance, below, training, history } = facts;
  if (training === null || !(atChance || below)) return null;
  const numbers = { training, updates: history.loss.length };
  if (atChance) {
    return {
      kind: "at chance",
      answer: "wrong",
      text:
        "At chance: the net tells the classes apart no better than the most frequent class does, and nothing " +
        `in its settings explains it. ${CHECK}.`,
      suggestion: null,
      numbers,
    };
  }
  return {
    kind: "underfitting",
    answer: "wrong",
    text: "Underfitting: the net does worse on its own training images than a linear one on new images.",
    suggestion: null,
    numbers,
  };
}

/** Of what a net knows of its training images, at least this share must hold for others. */
const HOLDS = 0.5;

/** Training accuracy of images that are known by heart, and mean little for others. */
export function doesNotGeneralize(facts: Facts): Finding | null {
  const { evidence, training, validation, settings } = facts;
  if (evidence === null || training === null || validation === null) return null;
  const { mostFrequent, unseen, trainingImages } = evidence;
  const gap = training - validation;
  if (gap < Math.max(GAP, luck(validation, settings.validation))) return null;
  const unseenClasses = unseen > 0.01;
  const holds =
    skill(validation, mostFrequent.validation ?? 0) >=
    HOLDS * skill(training, mostFrequent.training);
  if (holds && !unseenClasses) return null;
  const reached =
    `${inPercent(training)} of the training images are classified correctly, and only ` +
    `${inPercent(validation)} of the validation images`;
  const numbers = { training, validation, gap, unseen };
  if (unseenClasses) {
    return {
      kind: "unseen classes",
      answer: "wrong",
      text:
        `Unseen classes: ${reached}, since ${inPercent(unseen, 1)} of those are of classes that no training ` +
        "image has. The training images are too few, or sorted by class.",
      suggestion: null,
      numbers,
    };
  }
  return {
    kind: "overfitting",
    answer: "wrong",
    text:
      `Overfitting: ${reached}. What the net knows by heart of ${trainingImages} images says little about ` +
      `others.${facts.unrelated ? ` ${CHECK}.` : ""}`,
    suggestion: facts.unrelated ? null : moreImages(facts),
    numbers,
  };
}

/**
 * Training accuracy this far above validation accuracy is overfitting. The recipes end 0.6 to 1.4 points
 * apart if they learn from 50000 images, `overfit` 11, a run on 500 images 14.
 */
const GAP = 0.03;
/** So is a validation accuracy that has fallen by this much while training accuracy has not. */
const LOST = 0.005;

export function overfitting(facts: Facts): Finding | null {
  const { settings, history } = facts;
  const { epochs } = history;
  const trainings = epochs.map((epoch) => epoch.trainingAccuracy);
  const validations = epochs.map((epoch) => epoch.validationAccuracy ?? Number.NaN);
  const gaps = trainings.map((training, i) => training - validations[i]);
  if (epochs.length < LAST_EPOCHS || gaps.some(Number.isNaN)) return null;
  // Accuracy on few validation images is a matter of chance.
  const lucky = luck(lastMean(validations), settings.validation);
  const least = Math.max(GAP, lucky);
  const training = facts.training ?? lastMean(trainings);
  const validation = facts.validation ?? lastMean(validations);
  if (gaps.slice(-LAST_EPOCHS).every((gap) => gap >= least) && training - validation >= least) {
    const since = epochs[gaps.findLastIndex((gap) => gap < least) + 1].epoch;
    return {
      kind: "overfitting",
      answer: "sound",
      text:
        `Overfitting: ${inPercent(training)} of the training images are classified correctly, ` +
        `${inPercent(validation)} of the validation images; they have been more than ` +
        `${short(Math.floor(1000 * least) / 10)} points apart since epoch ${since}.`,
      suggestion: moreImages(facts),
      numbers: { training, validation, gap: training - validation, since },
    };
  }
  return decline(facts, trainings, validations, lucky);
}

function decline(
  { history: { epochs }, settings }: Facts,
  trainings: number[],
  validations: number[],
  lucky: number,
): Finding | null {
  const means = validations.map((_, i) =>
    lastMean(validations.slice(Math.max(0, i + 1 - LAST_EPOCHS), i + 1)),
  );
  const best = means.reduce((top, mean, i) => (i >= 2 && mean >= means[top] ? i : top), 2);
  const validation = lastMean(validations);
  const training = lastMean(trainings);
  const lost = means[best] - validation;
  const trainingThen = lastMean(trainings.slice(0, best + 1));
  // A run with keepBest has kept the weights of that epoch.
  if (settings.keepBest || lost < Math.max(LOST, lucky) || training < trainingThen) return null;
  const since = epochs[best].epoch;
  return {
    kind: "overfitting",
    answer: "sound",
    text:
      `Overfitting: validation accuracy has fallen from ${inPercent(means[best])} near epoch ` +
      `${since} to ${inPercent(validation)}, while training accuracy has not.`,
    suggestion: null,
    numbers: { training, validation, lost, since },
  };
}

function moreImages({ settings: { limit } }: Facts): string | null {
  return limit === null ? null : `more images, with a larger --limit than ${limit}`;
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

export function converged(facts: Facts): Finding | null {
  const { loss, epochs } = facts.history;
  // A curve that is flat because its steps went to 0 does not show what longer training would bring.
  if (endsNearZero(facts) || epochs.length < EPOCHS_TO_LEVEL) return null;
  const { fall } = lastQuarters(loss);
  const accuracies = epochs.map((epoch) => epoch.validationAccuracy ?? epoch.trainingAccuracy);
  const gained =
    lastMean(accuracies) - lastMean(accuracies.slice(0, Math.floor(0.75 * epochs.length)));
  if (Math.abs(fall) > LEVEL || Math.abs(gained) > LEVEL_ACCURACY) return null;
  const on = epochs[0].validationAccuracy === null ? "training" : "validation";
  return {
    kind: "converged",
    answer: "sound",
    text:
      `Leveled off: the last quarter of the run changed the loss by ${inPercent(Math.abs(fall), 1)}, ` +
      `and ${on} accuracy by ${(100 * Math.abs(gained)).toFixed(2)} points, so longer training ` +
      "would gain little.",
    suggestion: null,
    numbers: { fall, gained },
  };
}
