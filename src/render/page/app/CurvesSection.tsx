import { LineChart } from "echarts/charts";
import * as components from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef, useState } from "preact/hooks";
import type { LossCurve } from "../../curves.js";
import { lossText, percent } from "../../numbers.js";
import { accuracyOptions, lossOptions } from "../../svg/curveOptions.js";
import type { PageHistory } from "../payload.js";
import type { SectionProps } from "./sectionProps.js";
import { Table } from "./Table.js";
import { useDark } from "./theme.js";

echarts.use([
  LineChart,
  components.GridComponent,
  components.LegendComponent,
  components.MarkLineComponent,
  components.TitleComponent,
  components.TooltipComponent,
  components.DataZoomComponent,
  SVGRenderer,
]);

/** Loss and accuracy as charts to explore, and the figures of each epoch as a table. */
export function CurvesSection({ report }: SectionProps) {
  const { history } = report.payload;
  if (history !== null) return <Curves history={history} />;
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
      <p>
        <label>
          Show{" "}
          <select value={part} onChange={(event) => setPart(Number(event.currentTarget.value))}>
            <option value={1}>the whole run</option>
            <option value={0.5}>its last half</option>
            <option value={0.25}>its last quarter</option>
            <option value={0.1}>its last tenth</option>
          </select>
        </label>
      </p>
      <div class="charts">
        {charts.map((chart) => (
          <Chart key={chart.label} {...chart} history={history} part={part} />
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

interface ChartProps {
  readonly history: PageHistory;
  /** What makes the chart of the history. */
  readonly options: typeof lossOptions;
  /** The share of the run to show, counted from its end. */
  readonly part: number;
  readonly label: string;
}

/** A chart as wide as its container. */
function Chart({ history, options, part, label }: ChartProps) {
  const container = useRef<HTMLDivElement>(null);
  const dark = useDark();
  useEffect(() => {
    const chart = echarts.init(container.current, null, { renderer: "svg" });
    const [ink, paper] = dark ? ["#e6edf3", "#161b22"] : ["#1f2328", "#ffffff"];
    const option = options(history, dark ? "dark" : "light");
    chart.setOption({
      ...option,
      grid: [option.grid].flat().map((grid) => ({ ...grid, bottom: 100 })), // room for the handles
      title: [option.title ?? []]
        .flat()
        .map((title) => ("bottom" in title ? { ...title, bottom: 108 } : title)),
      tooltip: {
        trigger: "axis",
        backgroundColor: paper,
        textStyle: { color: ink },
        valueFormatter: (value: unknown) => String(Number(Number(value).toPrecision(4))),
      },
      dataZoom: [
        {
          type: "slider",
          start: 100 * (1 - part),
          end: 100,
          filterMode: "none",
          bottom: 12,
          height: 24,
          textStyle: { color: ink },
        },
      ],
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(container.current!);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [history, options, part, dark]);
  return <div ref={container} class="chart" role="img" aria-label={label} />;
}
