import * as echarts from "echarts";

const INK = "#24292f";
const FAINT = "#d0d7de";
const ACCENT = "#0969da";

/** Test error against time to train, a labelled point a recipe, a small one a seed: an SVG text. */
export function accuracyChart(results) {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 760, height: 420 });
  const shown = results.filter(({ recipe }) => recipe !== "overfit");
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const error = (run) => 100 * (1 - run.testAccuracy);
  const axis = {
    nameLocation: "middle",
    nameTextStyle: { color: INK, fontSize: 14 },
    axisLabel: { color: INK, fontSize: 13 },
    axisLine: { show: true, lineStyle: { color: INK } },
    splitLine: { lineStyle: { color: FAINT } },
  };
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    textStyle: { fontFamily: "sans-serif" },
    grid: { left: 70, right: 90, top: 24, bottom: 56 },
    xAxis: {
      ...axis,
      type: "log",
      name: "time to train, seconds",
      nameGap: 34,
      min: 0.3,
      max: 1000,
    },
    yAxis: { ...axis, type: "value", name: "test error, %", nameGap: 44, min: 0, max: 3 },
    series: [
      {
        type: "scatter",
        symbolSize: 6,
        itemStyle: { color: ACCENT, opacity: 0.35 },
        data: shown.flatMap(({ runs }) => runs.map((run) => [run.seconds, error(run)])),
      },
      {
        type: "scatter",
        symbolSize: 13,
        itemStyle: { color: ACCENT },
        label: {
          show: true,
          position: "top",
          distance: 9,
          formatter: ({ data }) => `${data[2]}  ${data[1].toFixed(2)} %`,
          color: INK,
          fontSize: 14,
        },
        data: shown.map(({ recipe, runs }) => [
          mean(runs.map((run) => run.seconds)),
          mean(runs.map(error)),
          recipe,
        ]),
      },
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}
