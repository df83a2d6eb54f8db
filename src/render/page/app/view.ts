/** The part of a run that a chart shows: shares of its length, 0..1. */
export type View = readonly [from: number, to: number];

export const wholeRun: View = [0, 1];

/** The narrowest part. */
const NARROWEST = 0.01;

/** A part within the run and not too narrow, around the middle of what was asked for. */
export function within(from: number, to: number): View {
  const width = Math.min(1, Math.max(NARROWEST, to - from));
  const start = Math.min(1 - width, Math.max(0, (from + to - width) / 2));
  return [start, start + width];
}

/** A part wider or narrower by a factor around a place in it. */
export function zoomed([from, to]: View, factor: number, around: number): View {
  return within(around - (around - from) * factor, around + (to - around) * factor);
}
