import type { Facts } from "./facts.js";
import type { Finding } from "./finding.js";
import { inPercent } from "./statistics.js";

/*
 * Faults that the data or the weights show by themselves, however long the run was.
 */

/** The first fault that is certain. */
export function certainFault(facts: Facts): Finding | null {
  return oneClass(facts) ?? equalImages(facts) ?? unitsAlike(facts) ?? allDead(facts);
}

function oneClass({ evidence }: Facts): Finding | null {
  if (evidence?.mostFrequent.training !== 1) return null;
  return {
    kind: "one class",
    answer: "wrong",
    text:
      "One class: all training images have the same label, so there is nothing to tell apart, and any " +
      "accuracy on them means nothing.",
    suggestion: null,
    numbers: { trainingImages: evidence.trainingImages },
  };
}

/** With two images or more; their mean is that of all, and what is left of them is rounding. */
function equalImages({ evidence, settings }: Facts): Finding | null {
  if (evidence === null || evidence.inputLength > 1e-3 * settings.scale) return null;
  return {
    kind: "equal images",
    answer: "wrong",
    text: "Equal images: less the mean image, nothing is left of the training images.",
    suggestion: null,
    numbers: { inputLength: evidence.inputLength },
  };
}

/** Inputs longer than this are pixels of 0..255 that were not scaled: 1800 on MNIST, 7.1 if scaled. */
const UNSCALED = 100;

/** Initial weights that fit inputs: those of the lesson for its pixels, else He's. */
export function fittingWeights({ evidence }: Facts): string {
  return (evidence?.inputLength ?? 0) > UNSCALED ? "--std 0.0001" : "--initialization he";
}

function unitsAlike(facts: Facts): Finding | null {
  const { evidence, settings } = facts;
  // Weights that L2 has shrunk to 0 were not alike at the start.
  if (!evidence?.alike || (settings.std !== 0 && settings.reg > 0)) return null;
  return {
    kind: "units alike",
    answer: "wrong",
    text:
      `Units alike: all ${settings.hidden} hidden units have the same weights, so they get the same ` +
      "gradients and can never differ. Initial weights must be random.",
    suggestion: settings.std === 0 ? fittingWeights(facts) : null,
    numbers: { hidden: settings.hidden, std: settings.std ?? Number.NaN },
  };
}

function allDead(facts: Facts): Finding | null {
  const { evidence, settings } = facts;
  if (evidence === null || evidence.deadUnits < settings.hidden) return null;
  return { ...deadUnits(evidence.deadUnits, facts), answer: "wrong" };
}

/** Fewer dead units than this share hardly matter; the recipes have none. */
const DEAD = 0.05;

/** Dead units that are some of all, a remark. */
export function someDead(facts: Facts): Finding | null {
  const dead = facts.evidence?.deadUnits ?? 0;
  return dead === 0 || dead < DEAD * facts.settings.hidden ? null : deadUnits(dead, facts);
}

function deadUnits(dead: number, { settings: { hidden } }: Facts): Finding {
  return {
    kind: "dead units",
    answer: "sound",
    text:
      `Dead units: ${dead} of ${hidden} hidden units (${inPercent(dead / hidden, 0)}) are off for all ` +
      "training images of a sample, so they contribute and learn next to nothing. Large steps can turn " +
      "units off for good.",
    suggestion: null,
    numbers: { deadUnits: dead, hidden },
  };
}
