import type { EChartsOption } from "echarts";
import { LineChart } from "echarts/charts";
import {
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  TitleComponent,
  TooltipComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { percent } from "../../numbers.js";
import { accuracyOptions, lossOptions } from "../../svg/curveOptions.js";
import type { PageHistory } from "../payload.js";
import { Table } from "./Table.js";
import { useDark } from "./theme.js";

echarts.use([
  ...[LineChart, GridComponent, LegendComponent, TitleComponent],
  ...[TooltipComponent, DataZoomComponent, SVGRenderer],
]);

/** Loss and accuracy on the way, to look into; and the epochs' figures as a table. */
export function CurvesSection({ history }: { history: PageHistory }) {
  const theme = useDark() ? "dark" : "light";
  const loss = useMemo(() => lossOptions(history, theme), [history, theme]);
  const accuracy = useMemo(() => accuracyOptions(history, theme), [history, theme]);
  const { epochs } = history;
  const [part, setPart] = useState(1);
  return (
    <section id="curves" aria-labelledby="curves-title">
      <h2 id="curves-title">Curves</h2>
      <p class="lead">
        Point at a curve to read it, choose a part of the run or drag the handles below to look
        closer, choose a name to hide its line.
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
        <Chart
          option={loss}
          part={part}
          label={`Loss over ${history.loss.iterations} iterations`}
        />
        <Chart option={accuracy} part={part} label={`Accuracy over ${epochs.length} epochs`} />
      </div>
      {epochs.length > 0 && (
        <details>
          <summary>The epochs as a table</summary>
          <Table
            tall
            titles={[
              "epoch",
              "iteration",
              "learning rate",
              "smoothed loss",
              "training",
              "validation",
            ]}
            rows={epochs.map((of) => [
              ...[of.epoch, of.iteration, of.learningRate.toPrecision(3)],
              smoothAt(history, of.iteration).toFixed(4),
              percent(of.trainingAccuracy),
              of.validationAccuracy === null ? "–" : percent(of.validationAccuracy),
            ])}
          />
        </details>
      )}
    </section>
  );
}

/** The smoothed loss after so many iterations, as near as the page holds it. */
function smoothAt({ loss }: PageHistory, iteration: number): number {
  return loss.smooth.findLast((point) => point.iteration <= iteration)?.loss ?? Number.NaN;
}

interface ChartProps {
  readonly option: EChartsOption;
  /** The share of the run that is shown, its last one. */
  readonly part: number;
  readonly label: string;
}

/** A chart that follows the width of its place. */
function Chart({ option, part, label }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const dark = useDark();
  useEffect(() => {
    const chart = echarts.init(place.current, null, { renderer: "svg" });
    const [ink, paper] = dark ? ["#e6edf3", "#161b22"] : ["#1f2328", "#ffffff"];
    chart.setOption({
      ...option,
      grid: [option.grid].flat().map((grid) => ({ ...grid, bottom: 100 })), // room for the handles
      tooltip: {
        trigger: "axis",
        backgroundColor: paper,
        textStyle: { color: ink },
        valueFormatter: (value: unknown) => String(Number(Number(value).toPrecision(4))),
      },
      dataZoom: [
        {
          ...{ type: "slider", start: 100 * (1 - part), end: 100, filterMode: "none" },
          ...{ bottom: 12, height: 24, textStyle: { color: ink } },
        },
      ],
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(place.current!);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [option, part, dark]);
  return <div ref={place} class="chart" role="img" aria-label={label} />;
}
