/** What the verdict says about a run as a whole. */
export const answers = ["wrong", "early", "sound", "unknown"] as const;
export type Answer = (typeof answers)[number];

/** One conclusion about a run. */
export interface Finding {
  readonly kind: // Data that cannot be learned from.
    | "one class"
    | "equal images"
    | "unseen classes"
    // Steps.
    | "diverged"
    | "unstable"
    | "collapsed"
    | "rate too small"
    | "inputs too small"
    | "rate vanishes"
    | "warm-up too long"
    | "average lags"
    | "kept early"
    // What keeps a net from learning.
    | "units alike"
    | "dead units"
    | "initial weights too large"
    | "L2 dominates"
    | "dropout too high"
    | "labels too smooth"
    | "distortions too strong"
    | "too few units"
    | "at chance"
    | "underfitting"
    // What a run that learns may still lack.
    | "too few updates"
    | "still falling"
    | "overfitting"
    | "converged";
  /** Which answer the finding makes; a remark about a sound run says "sound". */
  readonly answer: Exclude<Answer, "unknown">;
  /** A sentence or two. */
  readonly text: string;
  /** What to try; null where nothing was measured to help. */
  readonly suggestion: string | null;
  /** What the text rests on; accuracies and falls are shares, 0..1. */
  readonly numbers: Readonly<Record<string, number>>;
}

export interface Verdict {
  readonly answer: Answer;
  /** The most important first. */
  readonly findings: readonly Finding[];
  /** All of it as one paragraph. */
  readonly text: string;
}
