import { type FinishedRun, lastLoss } from "../render/comparison.js";
import { duration, percent } from "../render/numbers.js";
import { aligned } from "../render/terminal/tables.js";
import { flagOf } from "../settings/flagName.js";
import { type Spread, spreadOf, type Variation } from "./sweep.js";

/*
 * What several runs came to: one row for each setting, over its seeds.
 */

/** A run that was trained. */
export interface SweptRun {
  readonly variation: Variation;
  readonly finished: FinishedRun;
  readonly hasDiverged: boolean;
}

/** The runs that differ in their seed alone. */
export interface SweepRow {
  /** The values that they share, by the names of settings. */
  readonly values: Variation;
  readonly finished: number;
  readonly diverged: number;
  /** Smoothed loss at the end, nats; null if no run finished, as are the others. */
  readonly smoothedLoss: Spread | null;
  /** 0..1 */
  readonly trainingAccuracy: Spread | null;
  /** 0..1; null without validation images, too. */
  readonly validationAccuracy: Spread | null;
  /** Wall time. */
  readonly seconds: Spread | null;
}

/** The rows of the table, in the order of the runs; figures are those of the runs that did not diverge. */
export function sweepRows(runs: readonly SweptRun[]): SweepRow[] {
  const groups = new Map<string, SweptRun[]>();
  for (const run of runs) {
    const { seed, ...others } = run.variation;
    const key = JSON.stringify(others);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups].map(([key, group]) => {
    const sound = group.filter(({ hasDiverged }) => !hasDiverged).map(({ finished }) => finished);
    return {
      values: JSON.parse(key),
      finished: sound.length,
      diverged: group.length - sound.length,
      smoothedLoss: spreadOf(sound.map(lastLoss)),
      trainingAccuracy: spreadOf(sound.map((run) => run.trainingAccuracy)),
      validationAccuracy: spreadOf(sound.map((run) => run.validationAccuracy)),
      seconds: spreadOf(sound.map((run) => run.seconds)),
    };
  });
}

/** The rows as lines of text, each figure as mean ± standard deviation. */
export function sweepTable(rows: readonly SweepRow[]): string {
  const keys = Object.keys(rows[0]?.values ?? {});
  const hasDiverged = rows.some(({ diverged }) => diverged > 0);
  const header = [
    ...keys.map((key) => flagOf(key).replace("--", "")),
    "runs",
    ...(hasDiverged ? ["diverged"] : []),
    ...["smoothed loss", "training", "validation", "time"],
  ];
  const share = (value: number) => percent(value);
  const lines = rows.map(({ values, finished, diverged, ...figures }) => [
    ...keys.map((key) => String(values[key])),
    String(finished + diverged),
    ...(hasDiverged ? [String(diverged)] : []),
    spreadText(figures.smoothedLoss, (value) => value.toFixed(4)),
    spreadText(figures.trainingAccuracy, share),
    spreadText(figures.validationAccuracy, share),
    figures.seconds === null ? "-" : duration(figures.seconds.mean),
  ]);
  return aligned([header, ...lines]);
}

/** "97.63 ± 0.05 %"; without the deviation if one run has none. */
function spreadText(spread: Spread | null, text: (value: number) => string): string {
  if (spread === null) return "-";
  const { mean, deviation } = spread;
  if (deviation === null) return text(mean);
  const unit = /\s\D*$/.exec(text(mean))?.[0] ?? "";
  const bare = (value: number) => text(value).slice(0, text(value).length - unit.length);
  return `${bare(mean)} ± ${bare(deviation)}${unit}`;
}
