import type { EChartsOption } from "echarts";
import { LineChart } from "echarts/charts";
import * as components from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "preact/hooks";
import type { Theme } from "../../svg/curveOptions.js";
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

/** Pixels of height of a chart with one row in its legend. */
const HEIGHT = 340;

interface PartProps {
  readonly part: number;
  readonly onChange: (part: number) => void;
}

/** Chooses the share of a run to show, counted from its end. */
export function PartOfRun({ part, onChange }: PartProps) {
  return (
    <p>
      <label>
        Show{" "}
        <select value={part} onChange={(event) => onChange(Number(event.currentTarget.value))}>
          <option value={1}>the whole run</option>
          <option value={0.5}>its last half</option>
          <option value={0.25}>its last quarter</option>
          <option value={0.1}>its last tenth</option>
        </select>
      </label>
    </p>
  );
}

export interface ChartProps<T> {
  readonly shown: T;
  /** What makes the chart of it. */
  readonly options: (shown: T, theme: Theme) => EChartsOption;
  /** The share of the run to show, counted from its end. */
  readonly part: number;
  readonly label: string;
  /** Pixels of height besides the usual ones. */
  readonly more?: number;
}

/** A chart as wide as its container. */
export function Chart<T>({ shown, options, part, label, more = 0 }: ChartProps<T>) {
  const container = useRef<HTMLDivElement>(null);
  const dark = useDark();
  useEffect(() => {
    const chart = echarts.init(container.current, null, { renderer: "svg" });
    const [ink, paper] = dark ? ["#e6edf3", "#161b22"] : ["#1f2328", "#ffffff"];
    const option = options(shown, dark ? "dark" : "light");
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
  }, [shown, options, part, dark]);
  const style = { height: `${HEIGHT + more}px` };
  return <div ref={container} class="chart" style={style} role="img" aria-label={label} />;
}
