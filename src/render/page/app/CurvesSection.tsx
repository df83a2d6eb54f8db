import { useState } from "preact/hooks";
import type { LossCurve } from "../../curves.js";
import { lossText, percent } from "../../numbers.js";
import { accuracyOptions, lossOptions } from "../../svg/curveOptions.js";
import type { PageHistory } from "../payload.js";
import { Chart, PartOfRun } from "./Chart.js";
import type { ReportProps } from "./sectionProps.js";
import { Table } from "./Table.js";

/** Loss and accuracy as charts to explore, and the figures of each epoch as a table. */
export function CurvesSection({ report }: ReportProps) {
  const { history, iterations } = report.payload;
  if (history !== null) return <Curves history={history} />;
  if (iterations === null)
    return "How this network was trained is unknown, so there are no curves.";
  return "This report was made without a history: train with --history history.json, then pass --history history.json to mnist-report.";
}

function Curves({ history }: { history: PageHistory }) {
  const { loss, epochs } = history;
  const [part, setPart] = useState(1);
  const charts = [
    { options: lossOptions, label: `Loss over ${loss.iterations} iterations` },
    { options: accuracyOptions, label: `Accuracy over ${epochs.length} epochs` },
  ];
  return (
    <>
      <p class="lead">
        Point at a curve to read its values. Select a part of the run or drag the handles to zoom
        in. Select a name to hide its line. The loss of a batch is what an update reduces: the data
        loss, plus the L2 term ½ · reg · Σw² if reg is not 0.
      </p>
      <PartOfRun part={part} onChange={setPart} />
      <div class="charts">
        {charts.map((chart) => (
          <Chart key={chart.label} {...chart} shown={history} part={part} />
        ))}
      </div>
      {epochs.length > 0 && <EpochTable history={history} />}
    </>
  );
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
