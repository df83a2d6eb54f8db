import type { History } from "../../training/history.js";
import * as end from "./end.js";
import { type Facts, factsOf, type JudgedRun, standing } from "./facts.js";
import { certainFault, someDead } from "./faults.js";
import type { Answer, Finding, Verdict } from "./finding.js";
import * as limits from "./limits.js";
import { inPercent } from "./statistics.js";
import * as steps from "./steps.js";

/*
 * What a run means, in plain words: something is wrong, too early to tell, or sound. A rule speaks only if its
 * numbers leave little doubt. Each threshold names the runs that it rests on; `npm run bench:verdicts` records
 * the runs that the tests judge.
 */

/** Shorter runs get no diagnosis of their curves: a quarter of 20 updates is five, for a mean and its error. */
const LEAST_ITERATIONS = 20;

/**
 * Whether a run went well, what stands out in it, what that rests on, and what to try.
 *
 * @param history losses of every update, not thinned
 */
export function verdict(history: History, run: JudgedRun): Verdict {
  const failed = steps.diverged(history, run);
  if (failed !== null) {
    const { text, suggestion } = failed;
    return {
      answer: "wrong",
      findings: [failed],
      text: `Something is wrong. ${text} Try ${suggestion}.`,
    };
  }
  if (run.settings === null) {
    return { answer: "unknown", findings: [], text: `${CANNOT_TELL} the settings of the run.` };
  }
  const facts = factsOf(history, { ...run, settings: run.settings });
  const findings = findingsIn(facts);
  const answer = answerOf(findings, facts);
  return { answer, findings, text: inWords(answer, findings, facts) };
}

const CANNOT_TELL = "Cannot tell whether the run went well, without";

function findingsIn(facts: Facts): Finding[] {
  const certain = certainFault(facts);
  if (certain !== null) return [certain];
  if (facts.history.loss.length < LEAST_ITERATIONS) return only(end.tooFewUpdates(facts));
  const collapsed = steps.collapsed(facts);
  if (collapsed !== null) return only(collapsed, someDead(facts));
  if (facts.poor) {
    const found = causeOf(facts) ?? whatIsLeft(facts);
    if (found !== null) return [found];
  }
  const spoiled = end.doesNotGeneralize(facts) ?? steps.initialWeightsTooLarge(facts);
  if (spoiled !== null) return [spoiled];
  return remarks(facts);
}

/** Why a net does not fit its training images: the first cause that its numbers show. */
function causeOf(facts: Facts): Finding | null {
  return (
    end.unrelated(facts) ??
    steps.warmUpTooLong(facts) ??
    steps.averageLags(facts) ??
    steps.keptEarly(facts) ??
    limits.dropoutTooHigh(facts) ??
    limits.labelsTooSmooth(facts) ??
    steps.unstable(facts) ??
    steps.initialWeightsTooLarge(facts) ??
    steps.rateVanishes(facts) ??
    steps.inputsTooSmall(facts) ??
    limits.l2Dominates(facts) ??
    steps.rateTooSmall(facts) ??
    limits.tooFewUnits(facts)
  );
}

function whatIsLeft(facts: Facts): Finding | null {
  return (
    end.stillFalling(facts) ??
    end.tooFewUpdates(facts) ??
    (facts.atChance || facts.below ? limits.distortionsTooStrong(facts) : null) ??
    end.notLearned(facts)
  );
}

/** What there is to say of a net that has learned. */
function remarks(facts: Facts): Finding[] {
  const unstable = steps.unstable(facts);
  const apart = end.overfitting(facts);
  // The slope of a loss that jumps means nothing; longer training makes overfitting worse.
  const falling = unstable === null && apart === null ? end.stillFalling(facts) : null;
  const found = only(unstable, steps.keptEarly(facts), someDead(facts), apart, falling);
  return found.length > 0 ? found : only(end.converged(facts));
}

function only(...findings: (Finding | null)[]): Finding[] {
  return findings.filter((finding) => finding !== null);
}

function answerOf(findings: readonly Finding[], facts: Facts): Answer {
  const said = (answer: Answer) => findings.some((finding) => finding.answer === answer);
  if (said("wrong")) return "wrong";
  if (said("early")) return "early";
  return facts.training === null || facts.evidence === null ? "unknown" : "sound";
}

function inWords(answer: Answer, findings: readonly Finding[], facts: Facts): string {
  const sentences = [lead(answer, findings, facts)];
  for (const { text, suggestion } of findings) {
    sentences.push(suggestion === null ? text : `${text} Try ${suggestion}.`);
  }
  const { epochs } = facts.history;
  if (
    answer === "sound" &&
    epochs.length > 0 &&
    epochs.every((epoch) => epoch.validationAccuracy === null)
  ) {
    sentences.push("Without validation images, overfitting cannot be detected.");
  }
  return sentences.join(" ");
}

function lead(answer: Answer, findings: readonly Finding[], facts: Facts): string {
  const stands = facts.poor ? ` ${standing(facts)}` : "";
  if (answer === "wrong") return `Something is wrong.${stands}`;
  if (answer === "early") return `Too early to tell.${stands}`;
  if (answer === "unknown") {
    const lacks =
      facts.training === null ? "its training accuracy" : "measurements of data and net";
    return `${CANNOT_TELL} ${lacks}.`;
  }
  return findings.length > 0 ? "Sound." : `Sound: ${learned(facts)}`;
}

function learned({ training, validation }: Facts): string {
  const held = validation === null ? "" : `, ${inPercent(validation)} of the validation images`;
  return `${inPercent(training ?? 0)} of the training images are classified correctly${held}.`;
}
