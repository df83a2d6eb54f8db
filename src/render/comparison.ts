import {
  accuracyPoints,
  type CurveHistory,
  type LossCurve,
  lossCurve,
  MOST_POINTS,
  type Points,
  thinned,
} from "./curves.js";
import { duration, fourDecimals, percent } from "./numbers.js";

/*
 * The curves of several runs side by side, as points for pictures of every kind. The page uses them too, so
 * nothing here needs Node.
 */

/** A run among others. */
export interface ComparedRun extends CurveHistory {
  /** Its name, which no other run has. */
  readonly name: string;
  /** The name of its line in a picture; runs that differ in their seed alone share one. */
  readonly line: string;
}

/** A run with what it reached; null for what is not known. */
export interface FinishedRun extends ComparedRun {
  /** Updates done. */
  readonly iterations: number;
  /** 0..1 */
  readonly trainingAccuracy: number | null;
  /** 0..1 */
  readonly validationAccuracy: number | null;
  /** Wall time of training. */
  readonly seconds: number | null;
  /** What else is to be known about its end, such as "interrupted"; "" for nothing. */
  readonly remark: string;
}

/** The final figures of a run as text: updates, smoothed loss, training and validation accuracy, time. */
export function finalFigures(run: FinishedRun): string[] {
  const loss = lastLoss(run);
  const share = (value: number | null) => (value === null ? "-" : percent(value));
  return [
    String(run.iterations),
    loss !== null && loss >= 1e4 ? loss.toPrecision(3) : fourDecimals(loss),
    share(run.trainingAccuracy),
    share(run.validationAccuracy),
    run.seconds === null ? "-" : duration(run.seconds),
  ];
}

/** What `finalFigures` lists. */
export const figureTitles = ["updates", "smoothed loss", "training", "validation", "time"];

/** The line of one run. */
export interface ComparedLine {
  readonly name: string;
  /** Which of the different names it has, counted from 0: it decides color and letter. */
  readonly place: number;
  readonly points: Points;
}

/** What a picture of several runs shows. */
export interface Comparison {
  /** Smoothed loss by iteration, nats. */
  readonly loss: readonly ComparedLine[];
  /** The least and the greatest loss to show; a run that diverged leaves the picture. */
  readonly lossRange: readonly [least: number, greatest: number];
  /** Updates of the longest run. */
  readonly iterations: number;
  /** Accuracy by epoch, as a share. */
  readonly accuracy: readonly ComparedLine[];
  /** Whose accuracy: that of training where a run has no validation images. */
  readonly measuredOn: "validation" | "training";
  /** Whole epochs of the longest run. */
  readonly epochs: number;
}

/** The most points of all lines of a picture together. */
const MOST_IN_ALL = 10_000;
/** The fewest points of a line, however many there are. */
const LEAST_POINTS = 50;
/** A loss above so many times the first one of its run does not widen the scale. */
const MOST_TIMES_FIRST = 5;

/** The curves of several runs, on common scales. */
export function compare(runs: readonly ComparedRun[]): Comparison {
  const names = lineNames(runs);
  const most = pointsPerRun(runs.length);
  const lines = (pointsOf: (run: ComparedRun) => Points): ComparedLine[] =>
    runs.map((run) => {
      const points = thinned(pointsOf(run), most);
      return { name: run.line, place: names.indexOf(run.line), points };
    });
  const curves = runs.map(({ loss }) => lossCurve(loss));
  const loss = lines((run) => smoothPoints(curves[runs.indexOf(run)]));
  const measured = runs.filter(({ epochs }) => epochs.length > 0);
  const validated = measured.every(({ epochs }) => epochs[0].validationAccuracy !== null);
  const measuredOn = validated ? "validation" : "training";
  return {
    loss,
    lossRange: rangeOf(loss),
    iterations: Math.max(0, ...curves.map(({ iterations }) => iterations)),
    accuracy: lines(({ epochs }) => accuracyPoints({ epochs })[measuredOn]),
    measuredOn,
    epochs: Math.max(0, ...runs.map(({ epochs }) => epochs.at(-1)?.epoch ?? 0)),
  };
}

/** The most points of each line in a picture of so many runs. */
export function pointsPerRun(runs: number): number {
  return Math.max(LEAST_POINTS, Math.min(MOST_POINTS, Math.floor(MOST_IN_ALL / runs)));
}

/** The different names of lines, in their order. */
export function lineNames(runs: readonly Pick<ComparedRun, "line">[]): string[] {
  return [...new Set(runs.map(({ line }) => line))];
}

/** The smoothed loss at the end of a run; null for one of no updates. */
export function lastLoss({ loss }: Pick<CurveHistory, "loss">): number | null {
  return lossCurve(loss).smooth.at(-1)?.loss ?? null;
}

function smoothPoints({ smooth }: LossCurve): Points {
  return smooth.map(({ iteration, loss }) => [iteration, loss]);
}

/** The losses that a picture shows: all but those far above the first loss of their run. */
function rangeOf(lines: readonly ComparedLine[]): readonly [number, number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, 0];
  for (const { points } of lines) {
    for (const [, loss] of points) {
      if (loss > MOST_TIMES_FIRST * points[0][1]) continue;
      least = Math.min(least, loss);
      greatest = Math.max(greatest, loss);
    }
  }
  return greatest === 0 ? [0, 1] : [least, greatest];
}
