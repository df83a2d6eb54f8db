import type { EChartsOption } from "echarts";
import { type ComparedLine, type ComparedRun, compare, lineNames } from "../comparison.js";
import {
  accuracyScale,
  type Chart,
  colours,
  iterationAxis,
  leftHalf,
  line,
  lossScale,
  MOST_MARKS,
  optionsOf,
  type Place,
  rightHalf,
  type Theme,
} from "./curveOptions.js";

/*
 * The curves of several runs as options of echarts, for files: a color for each name, and one legend for all charts.
 */

/** Colors that most readers can tell apart (Okabe and Ito), adapted to the paper; further lines are dashed. */
const lineColours: Readonly<Record<Theme, readonly string[]>> = {
  light: "#0072b2 #d55e00 #009e73 #b0458a #56b4e9 #e69f00 #24292f #8c564b".split(" "),
  dark: "#56b4e9 #e69f00 #2fc49a #e08fc4 #8ea8ff #f0e442 #e6edf3 #c49c94".split(" "),
};
const DASHES = ["solid", "dashed", "dotted"] as const;

/** Pixels of a letter in the legend, and of a row. */
const ENTRY = { letter: 7.2, row: 22 };
/** Pixels above and below the legend. */
const AROUND_LEGEND = 14;

/** Both charts of several runs as one picture, and how high it must be so that the legend fits. */
export function comparisonOptions(
  runs: readonly ComparedRun[],
  theme: Theme,
  { width, height }: { readonly width: number; readonly height: number },
): { readonly options: EChartsOption; readonly size: { width: number; height: number } } {
  const charts: [Chart, Place][] = [
    [lossChart(runs, theme), leftHalf],
    [accuracyChart(runs, theme), rightHalf],
  ];
  const { options, legendHeight } = withLegend(runs, theme, charts, inFile(width));
  return {
    options: { backgroundColor: colours[theme].paper, ...options },
    size: { width, height: height + legendHeight - ENTRY.row },
  };
}

/** How wide a legend is, and an entry of it besides its letters. */
interface LegendPlace {
  readonly width: number;
  readonly beside: number;
}

/** With more room between entries, since a PNG has wider letters than echarts expects. */
const inFile = (width: number): LegendPlace => ({ width: width - 60, beside: 78 });

/** Charts under a legend that names each line once; the same name in both charts is one entry. */
function withLegend(
  runs: readonly ComparedRun[],
  theme: Theme,
  charts: readonly (readonly [Chart, Place])[],
  place: LegendPlace,
) {
  const names = lineNames(runs);
  const legendHeight = legendHeightOf(names, place);
  const drawn = optionsOf(charts, colours[theme]);
  const grids = [drawn.grid].flat();
  const options: EChartsOption = {
    ...drawn,
    grid: grids.map((grid) => ({ ...grid, top: legendHeight + AROUND_LEGEND })),
    legend: {
      data: names,
      left: "center",
      top: AROUND_LEGEND / 2,
      width: place.width,
      itemGap: 8,
      itemWidth: 36,
      textStyle: { color: colours[theme].ink, fontSize: 13 },
      formatter: withRoom,
    },
  };
  return { options, legendHeight };
}

/** Pixels of all rows, at most. */
function legendHeightOf(names: readonly string[], { width, beside }: LegendPlace): number {
  const longest = Math.max(...names.map((name) => name.length));
  const across = Math.max(1, Math.floor(width / (beside + ENTRY.letter * longest)));
  return Math.ceil(names.length / across) * ENTRY.row;
}

/** A name and room beside it, since a PNG has wider letters than echarts expects. */
function withRoom(name: string): string {
  return name + "\u00a0".repeat(1 + Math.ceil(name.length / 16));
}

function lossChart(runs: readonly ComparedRun[], theme: Theme): Chart {
  const { loss, lossRange, iterations } = compare(runs);
  const [least, greatest] = lossRange;
  const isCut = loss.some(({ points }) => points.some(([, value]) => value > greatest));
  const scale = lossScale({ least, greatest });
  return {
    x: iterationAxis(iterations),
    y: { name: "smoothed loss, nats", ...(isCut && { max: greatest }), ...scale },
    lines: loss.map((compared) => ({ ...lineOf(compared, theme), symbol: "none" })),
    instead: iterations === 0 ? "no updates" : undefined,
  };
}

function accuracyChart(runs: readonly ComparedRun[], theme: Theme): Chart {
  const { accuracy, measuredOn, epochs } = compare(runs);
  const inPercent = accuracy.map((compared) => ({
    ...compared,
    points: compared.points.map(([x, share]): [number, number] => [
      x,
      Math.round(10000 * share) / 100,
    ]),
  }));
  const shares = accuracy.flatMap(({ points }) => points.map(([, share]) => share));
  return {
    x: { name: "epoch", min: 1, max: Math.max(2, epochs), minInterval: 1 },
    y: {
      name: `${measuredOn} accuracy, %`,
      type: "value",
      ...accuracyScale(epochs === 0 ? [0] : shares),
    },
    lines: inPercent.map((compared) => ({
      ...lineOf(compared, theme),
      showSymbol: epochs <= MOST_MARKS,
    })),
    instead: epochs === 0 ? "no whole epoch" : undefined,
  };
}

/** The line of a run, in the color and dashes of its name. */
function lineOf({ name, place, points }: ComparedLine, theme: Theme) {
  const all = lineColours[theme];
  const drawn = line(name, all[place % all.length], points);
  const type = DASHES[Math.floor(place / all.length) % DASHES.length];
  return { ...drawn, symbolSize: 5, symbol: "circle", lineStyle: { ...drawn.lineStyle, type } };
}
