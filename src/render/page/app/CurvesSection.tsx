import { useMemo, useState } from "preact/hooks";
import {
  accuracyPoints,
  type LossCurve,
  lossName,
  type Points,
  shownRange,
  showsStart,
  thinned,
  wholeLossCurve,
} from "../../curves.js";
import { lossText, percent, short } from "../../numbers.js";
import type { PageHistory } from "../payload.js";
import { accuracyAxis, lossAxis, needsLog, wholeTicks } from "./axes.js";
import { LinePlot, type Marks, type Plot } from "./LinePlot.js";
import { PartOfRun } from "./PartOfRun.js";
import type { ReportProps } from "./sectionProps.js";
import { Table } from "./Table.js";
import { wholeRun } from "./view.js";

/** Loss and accuracy as charts to explore, and the figures of each epoch as a table. */
export function CurvesSection({ report }: ReportProps) {
  const { history, iterations } = report.payload;
  if (history !== null) return <Curves history={history} />;
  if (iterations === null)
    return "How this network was trained is unknown, so there are no curves.";
  return "This report was made without a history: train with --history history.json, then pass --history history.json to mnist-report.";
}

function Curves({ history }: { history: PageHistory }) {
  const [view, onView] = useState(wholeRun);
  const plots = useMemo(() => [lossPlot(history), accuracyPlot(history)], [history]);
  return (
    <>
      <p class="lead">
        Point at a curve to read its values; drag across it to zoom in. With the keyboard, the arrow
        keys read, + and - zoom, and 0 shows all.
        {hasL2(history) &&
          " The loss of a batch is what an update reduces: the data loss plus the L2 term ½ · reg · Σw²."}
      </p>
      <PartOfRun view={view} onView={onView} />
      <div class="charts">
        {plots.map((plot) => (
          <LinePlot key={plot.title} plot={plot} view={view} onView={onView} />
        ))}
      </div>
      {history.epochs.length > 0 && <EpochTable history={history} />}
    </>
  );
}

/** Whether the loss includes an L2 term; histories that lack the start have it in their epochs. */
function hasL2(history: PageHistory): boolean {
  return lossName(history) !== "loss" || history.epochs.some(({ penalty }) => (penalty ?? 0) > 0);
}

/** The most epochs whose points are marked. */
export const MOST_DOTS = 40;

function lossPlot(history: PageHistory): Plot {
  const { batches, smooth, iterations } = wholeLossCurve(history);
  const { failure } = history;
  const points = (of: LossCurve["batches"]): Points => of.map((at) => [at.iteration, at.loss]);
  const each = { name: "each batch", color: 0, points: points(batches) };
  const log = needsLog(each.points);
  const greatest = batches.reduce((most, { loss }) => Math.max(most, loss), 0);
  const isCut = greatest > shownRange(batches).greatest;
  return {
    title: hasL2(history) ? "Loss with L2, nats" : "Loss, nats",
    // An average over losses that exploded stays high for long, and says nothing.
    lines: failure
      ? [{ ...each, dots: batches.length <= MOST_DOTS }]
      : [
          { ...each, faint: true },
          { name: "smoothed", color: 0, points: points(smooth) },
        ],
    places: each.points.map(([iteration]) => iteration),
    span: [0, Math.max(1, iterations, failure?.iteration ?? 0)],
    marks: (from, to, most) => epochMarks(history, from, to, most),
    axis: (shown, isWhole) => lossAxis(shown, log, isWhole),
    tickText: (value) => short(value, 6),
    placeText: (iteration) => iterationInWords(history, iteration),
    valueText: lossText,
    notes: isCut ? [`beyond: up to ${short(greatest)}`] : [],
    mark: failure
      ? { at: failure.iteration, text: `diverged at iteration ${failure.iteration}` }
      : undefined,
    instead: batches.length === 0 && failure === null ? "no updates" : undefined,
  };
}

/** Marks at whole epochs, or at iterations where the part shown has no two of them. */
function epochMarks({ epochs }: PageHistory, from: number, to: number, most: number): Marks {
  const all = [{ epoch: 0, iteration: 0 }, ...epochs];
  const shown = all.filter(({ iteration }) => iteration >= from && iteration <= to);
  if (shown.length < 2) {
    const ticks = wholeTicks(from, to, most).map((at) => ({ at, text: String(at) }));
    return { name: "iteration", ticks };
  }
  const whole = new Set(wholeTicks(shown[0].epoch, shown[shown.length - 1].epoch, most));
  const ticks = shown
    .filter(({ epoch }) => whole.has(epoch))
    .map(({ epoch, iteration }) => ({ at: iteration, text: String(epoch) }));
  return { name: `epoch, ${epochs[0].iteration} iterations each`, ticks };
}

/** An iteration, and the epoch that it ends or is in. */
function iterationInWords({ epochs }: PageHistory, iteration: number): string {
  const epoch = epochs.find((at) => at.iteration >= iteration);
  if (epoch === undefined || iteration === 0) return `iteration ${iteration}`;
  const ends = epoch.iteration === iteration;
  return `iteration ${iteration}, ${ends ? "end of" : "in"} epoch ${epoch.epoch}`;
}

/** The most points of a line of accuracies. */
const MOST_EPOCHS = 1000;

function accuracyPlot(history: PageHistory): Plot {
  const { epochs: all, start } = history;
  const { training, validation } = accuracyPoints({ epochs: thinned(all, MOST_EPOCHS), start });
  const points = (shares: Points): Points => shares.map(([x, share]) => [x, 100 * share]);
  const dots = all.length <= MOST_DOTS;
  const lines = [
    { name: "training", color: 0, points: points(training), dots },
    { name: "validation", color: 1, points: points(validation), dots, dash: "6 3" },
  ].filter((line) => line.points.length > 0);
  const first = showsStart(history) ? 0 : 1;
  const isEmpty = all.length === 0;
  return {
    title: "Accuracy, %",
    lines: isEmpty ? [] : lines,
    span: [start === null ? 1 : 0, Math.max(2, all.length)],
    marks: (from, to, most) => ({
      name: "epoch",
      ticks: wholeTicks(from, to, most).map((at) => ({ at, text: String(at) })),
    }),
    // A start far below the epochs is off the chart, where the lines come from.
    axis: (shown) => accuracyAxis(shown.filter(([epoch]) => epoch >= first)),
    tickText: (value) => short(value, 6),
    placeText: (epoch) => (epoch === 0 ? "before the first update" : `epoch ${epoch}`),
    valueText: (value) => percent(value / 100),
    notes: [
      ...(start === null || isEmpty ? [] : [`${percent(start.trainingAccuracy, 1)} at the start`]),
      ...(validation.length === 0 && !isEmpty ? ["no validation images"] : []),
    ],
    instead: isEmpty ? "no whole epoch" : undefined,
  };
}

/** The figures of each epoch, after those of the start. */
function EpochTable({ history: { start, loss, epochs } }: { history: PageHistory }) {
  const firstRow =
    start === null
      ? []
      : [
          [
            ...[0, 0, "–", lossText(start.loss + start.penalty), lossText(start.penalty)],
            percent(start.trainingAccuracy),
            start.validationAccuracy === null ? "–" : percent(start.validationAccuracy),
          ],
        ];
  return (
    <details>
      <summary>The epochs as a table</summary>
      <Table
        tall
        titles={[
          "epoch",
          "iteration",
          "learning rate",
          "smoothed loss",
          "L2 term in it",
          "training",
          "validation",
        ]}
        rows={[
          ...firstRow,
          ...epochs.map((at) => [
            at.epoch,
            at.iteration,
            at.learningRate.toPrecision(3),
            lossText(smoothAt(loss, at.iteration)),
            at.penalty === null ? "–" : lossText(at.penalty),
            percent(at.trainingAccuracy),
            at.validationAccuracy === null ? "–" : percent(at.validationAccuracy),
          ]),
        ]}
      />
    </details>
  );
}

/** The smoothed loss at an iteration, or at the last one before it that the page holds. */
function smoothAt({ smooth }: LossCurve, iteration: number): number {
  return smooth.findLast((point) => point.iteration <= iteration)?.loss ?? Number.NaN;
}
