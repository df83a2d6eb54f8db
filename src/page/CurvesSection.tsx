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
import { useEffect, useMemo, useRef } from "preact/hooks";
import { accuracyOptions, lossOptions } from "../report/curveOptions.js";
import type { PageHistory } from "../report/pagePayload.js";
import { Table } from "./Table.js";
import { percent, useDark } from "./theme.js";

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
  return (
    <section id="curves" aria-labelledby="curves-title">
      <h2 id="curves-title">Curves</h2>
      <p class="lead">
        Point at a curve to read it, drag the handles below it to look closer, choose a name to hide
        its line.
      </p>
      <div class="charts">
        <Chart option={loss} label={`Loss over ${history.loss.iterations} iterations`} />
        <Chart option={accuracy} label={`Accuracy over ${epochs.length} epochs`} />
      </div>
      {epochs.length > 0 && (
        <details>
          <summary>The epochs as a table</summary>
          <Table
            tall
            titles={["epoch", "iteration", "learning rate", "training", "validation"]}
            rows={epochs.map((of) => [
              ...[of.epoch, of.iteration, of.learningRate.toPrecision(3)],
              percent(of.trainingAccuracy),
              of.validationAccuracy === null ? "–" : percent(of.validationAccuracy),
            ])}
          />
        </details>
      )}
    </section>
  );
}

/** A chart that follows the width of its place. */
function Chart({ option, label }: { option: EChartsOption; label: string }) {
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
        { type: "slider", bottom: 12, height: 24, filterMode: "none", textStyle: { color: ink } },
      ],
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(place.current!);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [option, dark]);
  return <div ref={place} class="chart" role="img" aria-label={label} />;
}
