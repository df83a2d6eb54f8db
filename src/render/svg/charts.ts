import type { EChartsOption } from "echarts";
import { LineChart } from "echarts/charts";
import {
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([
  LineChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  SVGRenderer,
]);

/**
 * A chart as SVG text, the same for the same option.
 *
 * The build bundles the used parts of echarts into this file, so that users need not install its 62 MB; see
 * rolldown.config.js.
 *
 * @param size in pixels
 */
export function drawChart(
  option: EChartsOption,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(option);
    return `${renamed(chart.renderToSVGString())}\n`;
  } finally {
    chart.dispose(); // otherwise it keeps Node alive
  }
}

/** Renumbers clip paths and classes, which echarts counts through all charts of a process. */
function renamed(svg: string): string {
  const names = new Map<string, string>();
  return svg.replace(/\bzr\d+-\w+(-\d+)?/g, (name) => {
    const known = names.get(name) ?? `part-${names.size}`;
    names.set(name, known);
    return known;
  });
}
