import { learningRateAt, runLength } from "../../settings/learningRate.js";
import { spansRun } from "../../settings/schedules.js";
import type { Settings } from "../../settings/settings.js";
import type { Failure, History } from "../../training/history.js";
import type { Evidence } from "../evidence.js";
import {
  type DataHashes,
  isAtChance,
  isBelow,
  isPoor,
  isUnrelated,
  type Rival,
  rivalOf,
} from "./levels.js";
import { inPercent } from "./statistics.js";

/** What is known about a run besides its curves; null for what is not known. */
export interface JudgedRun {
  readonly settings: Settings | null;
  readonly evidence: Evidence | null;
  /** Accuracies on all images, and the L2 term of the last loss. */
  readonly figures: {
    readonly trainingAccuracy: number | null;
    readonly validationAccuracy: number | null;
    readonly penalty?: number | null;
    /** The epoch that gave the weights, with keepBest. */
    readonly bestEpoch?: number | null;
  } | null;
  readonly data: DataHashes | null;
  /** What ended a run that diverged. */
  readonly failure: Failure | null;
}

/** A run with settings, and what follows from its numbers. */
export interface Facts extends Omit<JudgedRun, "settings"> {
  readonly history: History;
  readonly settings: Settings;
  /** Accuracies at the end, 0..1. */
  readonly training: number | null;
  readonly validation: number | null;
  readonly rival: Rival | null;
  /** Whether training accuracy is no better than the most frequent class. */
  readonly atChance: boolean;
  /** Whether it is below that of a linear classifier on new images. */
  readonly below: boolean;
  /** Whether it is low enough to look for a cause. */
  readonly poor: boolean;
  /** Whether the nearest class mean does no better than the most frequent class, too. */
  readonly unrelated: boolean;
  readonly rates: Rates;
}

/** Learning rates of a run's updates. */
export interface Rates {
  readonly highest: number;
  readonly last: number;
  /** Whether the run ended before its warm-up did. */
  readonly warmingUp: boolean;
}

export function factsOf(history: History, run: JudgedRun & { readonly settings: Settings }): Facts {
  const { settings, evidence, figures, data } = run;
  const last = history.epochs.at(-1);
  const training = figures?.trainingAccuracy ?? last?.trainingAccuracy ?? null;
  const validation = figures?.validationAccuracy ?? last?.validationAccuracy ?? null;
  const rival = evidence && rivalOf(evidence, data);
  return {
    ...run,
    history,
    training,
    validation,
    rival,
    atChance:
      training !== null &&
      evidence !== null &&
      isAtChance(training, evidence.mostFrequent.training),
    below: training !== null && isBelow(training, rival),
    poor: evidence !== null && isPoor(training, evidence, data),
    unrelated: evidence !== null && isUnrelated(evidence),
    rates: ratesOf(history, settings, evidence?.trainingImages ?? settings.limit),
  };
}

/** Updates whose rates are looked at. */
const LOOKS = 200;

/** @param N training images; null if unknown */
function ratesOf({ loss, epochs }: History, settings: Settings, N: number | null): Rates {
  if (N === null) {
    const highest = epochs.reduce((most, { learningRate }) => Math.max(most, learningRate), 0);
    const last = epochs.at(-1)?.learningRate ?? settings.learningRate;
    return { highest: highest || settings.learningRate, last, warmingUp: false };
  }
  const length = runLength(settings, N);
  const updates = loss.length;
  let highest = 0;
  for (let i = 0; i <= LOOKS; i++) {
    const update = Math.floor((i * Math.max(0, updates - 1)) / LOOKS);
    highest = Math.max(highest, learningRateAt(update, settings, length));
  }
  const last = learningRateAt(Math.max(0, updates - 1), settings, length);
  return { highest, last, warmingUp: updates <= settings.warmUp * length.iterationsPerEpoch };
}

/** A learning rate below this share of its maximum makes a curve flat by itself. */
const SMALL_RATE = 0.1;

/** Whether a curve may be flat because its steps went to 0. */
export function endsNearZero({ settings, rates }: Facts): boolean {
  return spansRun(settings.schedule) || rates.last < SMALL_RATE * rates.highest;
}

/** What a run reached, beside what is to be had for less. */
export function standing({ training, evidence, rival }: Facts): string {
  if (training === null) return "";
  const compared = [
    evidence && `the most frequent class makes up ${inPercent(evidence.mostFrequent.training)}`,
    rival && `${rival.name} reaches ${inPercent(rival.accuracy, 1)}`,
  ].filter((part) => part);
  const beside = compared.length === 0 ? "" : `; ${compared.join(", and ")}`;
  return `${inPercent(training)} of the training images are classified correctly${beside}.`;
}
