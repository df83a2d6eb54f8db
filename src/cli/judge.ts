import { type Evidence, gatherEvidence } from "../inspect/evidence.js";
import type { Verdict } from "../inspect/verdict/finding.js";
import { verdict } from "../inspect/verdict/verdict.js";
import type { TwoLayerNet } from "../net/twoLayerNet.js";
import type { TrainResult } from "../training/trainer.js";
import type { Run } from "./resume.js";

/** What a run came to, in words, and what that rests on. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly evidence: Evidence;
}

/** Where a judgement may be told. */
interface Audience {
  readonly quiet?: true;
  readonly json?: true;
  readonly history?: string;
}

/**
 * Judges a run that has ended.
 *
 * @returns null for an interrupted run, since how it would have ended is unknown; and where nobody is told,
 *          since evidence about a net that learned little takes as long as several updates
 */
export function judge(
  { settings, split, data }: Run,
  net: TwoLayerNet,
  { history, ...figures }: TrainResult,
  { quiet, json, history: file }: Audience,
): Judgement | null {
  if (figures.interrupted || (quiet && !json && file === undefined)) return null;
  const { trainingAccuracy } = figures;
  const evidence = gatherEvidence(net, split, { settings, trainingAccuracy, data });
  const run = { settings, evidence, figures, data, failure: null };
  return { evidence, verdict: verdict(history, run) };
}
