import type { EChartsOption } from "echarts";
import type { Failure } from "../../training/history.js";
import {
  accuracyPoints,
  type CurveHistory,
  LOG_FROM,
  type LossPoint,
  lossName,
  MOST_POINTS,
  type Points,
  shownRange,
  showsStart,
  wholeLossCurve,
} from "../curves.js";
import { percent, short } from "../numbers.js";

/*
 * The curves of a run as options of echarts, plain values, for files. The report page draws its own charts.
 */

export type Theme = "light" | "dark";
type Colours = Readonly<Record<"ink" | "faint" | "paper" | "blue" | "orange", string>>;

/** Blue and orange of M. Okabe and K. Ito, "Color Universal Design" (2008), adapted to the paper. */
export const colours: Readonly<Record<Theme, Colours>> = {
  light: { ink: "#24292f", faint: "#d8dee4", paper: "#ffffff", blue: "#0072b2", orange: "#d55e00" },
  dark: { ink: "#e6edf3", faint: "#30363d", paper: "#0d1117", blue: "#56b4e9", orange: "#e69f00" },
};

/** The place of a chart in a picture: distances from its edges. */
export interface Place {
  readonly left: number | string;
  readonly right: number | string;
  /** Position of a text in the middle of the chart. */
  readonly middle: string;
  /** Position of a text in its lower right corner. */
  readonly beside: { readonly left: string; readonly bottom: number };
}

export const leftHalf: Place = {
  left: 66,
  right: "53%",
  middle: "27%",
  beside: { left: "46%", bottom: 64 },
};
export const rightHalf: Place = {
  left: "57%",
  right: 22,
  middle: "77%",
  beside: { left: "96%", bottom: 64 },
};

/** The parts of a chart. */
export interface Chart {
  readonly x: Record<string, unknown>;
  readonly y: Record<string, unknown>;
  readonly lines: readonly (Record<string, unknown> & { readonly name: string })[];
  /** The sign before a line's name in the legend; without it, the mark of its points. */
  readonly icon?: string;
  /** Text in the middle of a chart without any points. */
  readonly instead?: string;
  /** Text beside the lines. */
  readonly note?: string;
  /** Text above the lines. */
  readonly above?: string;
  /** Marks on the first line. */
  readonly mark?: Record<string, unknown>;
}

/** Loss by iteration, and training and validation accuracy by epoch, side by side on paper. */
export function curvesOptions(history: CurveHistory, theme: Theme): EChartsOption {
  const chosen = colours[theme];
  const charts: [Chart, Place][] = [
    [lossChart(history, chosen), leftHalf],
    [accuracyChart(history, chosen), rightHalf],
  ];
  return { backgroundColor: chosen.paper, ...optionsOf(charts, chosen) };
}

/** A line of a chart. */
export function line(name: string, color: string, data: readonly number[][]) {
  const [lineStyle, itemStyle] = [{ color, width: 2 }, { color }];
  return { type: "line", name, data, symbolSize: 6, lineStyle, itemStyle };
}

/** A short stroke, as a path of SVG. */
const STROKE = "path://M0 0H26V3H0Z";

/** The axis of so many updates. */
export function iterationAxis(iterations: number): Record<string, unknown> {
  const max = Math.max(1, iterations);
  return { name: "iteration", minInterval: 1, min: 0, max, axisLabel: { hideOverlap: true } };
}

function lossChart(history: CurveHistory, { blue, orange }: Colours): Chart {
  const { iterations, batches, smooth } = wholeLossCurve(history);
  const { failure = null } = history;
  const range = shownRange(batches);
  const greatest = batches.reduce((most, { loss }) => Math.max(most, loss), 0);
  const data = (points: readonly LossPoint[]) => points.map((p) => [p.iteration, p.loss]);
  const few = failure === null ? 1 : MOST_MARKS;
  const symbol = batches.length <= few ? "circle" : "none";
  const opacity = 0.35;
  const lines = [
    {
      ...line("each batch", blue, data(batches)),
      symbol,
      lineStyle: { color: blue, width: 1, opacity },
      itemStyle: { color: blue, opacity },
    },
    { ...line("smoothed", blue, data(smooth)), symbol },
  ];
  return {
    x: iterationAxis(Math.max(iterations, failure?.iteration ?? 0)),
    y: { name: `${lossName(history)}, nats`, ...lossScale(range) },
    icon: STROKE,
    // An average over losses that exploded stays high for long, and says nothing.
    lines: failure === null ? lines : [{ ...line("each batch", blue, data(batches)), symbol }],
    mark: failure === null ? undefined : failureMark(failure, orange),
    instead: batches.length === 0 && failure === null ? "no updates" : undefined,
    above: greatest > range.greatest ? `beyond: up to ${short(greatest)}` : undefined,
  };
}

/** A vertical line where a run diverged. */
function failureMark({ iteration }: Failure, color: string): Record<string, unknown> {
  return {
    silent: true,
    symbol: "none",
    data: [{ xAxis: iteration }],
    lineStyle: { color, width: 2, type: "dashed" },
    label: {
      formatter: `diverged at iteration ${iteration}`,
      position: "insideEndTop",
      color,
      fontSize: 13,
    },
  };
}

/** Ratio of the greatest loss to the least beyond which powers of 2 would be too many marks. */
const MOST_FOR_BASE_2 = 128;

/** A logarithmic scale if losses differ a lot; it cannot show 0. */
export function lossScale({
  least,
  greatest,
}: ReturnType<typeof shownRange>): Record<string, unknown> {
  const ratio = greatest / least;
  if (!(least > 0) || ratio < LOG_FROM) return { type: "value", min: 0 };
  const logBase = ratio > MOST_FOR_BASE_2 ? 10 : 2;
  const exponent = (value: number) => Math.log(value) / Math.log(logBase);
  return {
    type: "log",
    logBase,
    min: power(logBase, Math.floor(exponent(least))),
    max: power(logBase, Math.ceil(exponent(greatest))),
    axisLabel: { formatter: markText },
  };
}

/** The text of a mark; echarts passes its index as well. */
function markText(value: number): string {
  return short(value);
}

/** A whole power of a base, rounded as its decimal text: 10 ** -4 is a little less than 0.0001. */
function power(base: number, exponent: number): number {
  return exponent < 0 ? 1 / base ** -exponent : base ** exponent;
}

/** The most epochs that each get a mark. */
export const MOST_MARKS = 40;

function accuracyChart(history: CurveHistory, { blue, orange }: Colours): Chart {
  const { epochs: all, start = null } = history;
  const every = Math.ceil(all.length / MOST_POINTS);
  const epochs = all.filter((_, i) => i % every === 0 || i === all.length - 1);
  const { training, validation } = accuracyPoints({ epochs, start });
  const data = (points: Points) =>
    points.map(([epoch, share]) => [epoch, Math.round(10000 * share) / 100]);
  const showSymbol = epochs.length <= MOST_MARKS;
  const lines = [
    { ...line("training", blue, data(training)), showSymbol, symbol: "circle" },
    {
      ...line("validation", orange, data(validation)),
      showSymbol,
      symbol: "diamond",
      symbolSize: 8,
    },
  ].filter(({ data }) => data.length > 0);
  // A start far below the epochs is off the chart, where the lines come from.
  const inView = showsStart(history) ? 0 : 1;
  const shares = [...training, ...validation].flatMap(([epoch, share]) =>
    epoch < inView ? [] : [share],
  );
  const isEmpty = epochs.length === 0;
  const notes = [
    ...(start === null || isEmpty ? [] : [`${percent(start.trainingAccuracy, 1)} at the start`]),
    ...(lines.length === 1 ? ["no validation images"] : []),
  ];
  return {
    x: { name: "epoch", min: start === null ? 1 : 0, max: Math.max(2, all.length), minInterval: 1 },
    y: { name: "accuracy, %", type: "value", ...accuracyScale(isEmpty ? [0] : shares) },
    lines,
    instead: isEmpty ? "no whole epoch" : undefined,
    note: notes.length === 0 ? undefined : notes.join(", "),
  };
}

/** Steps between the marks of an accuracy axis, in percent. */
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20];
const MOST_STEPS = 6;

/** From a mark below all shares up to 100 %. */
export function accuracyScale(shares: readonly number[]): Record<string, unknown> {
  const room = shares.reduce((most, share) => Math.max(most, 100 * (1 - share)), 0.5);
  const interval = STEPS.find((step) => Math.ceil(room / step) <= MOST_STEPS) ?? 20;
  const min = 100 - interval * Math.ceil(room / interval);
  return { min: Number(min.toFixed(1)), max: 100, interval };
}

/** Fonts of every system, since an SVG file has none of its own. */
const FONT = "Helvetica, Arial, sans-serif";

export function optionsOf(
  charts: readonly (readonly [Chart, Place])[],
  { ink, faint }: Colours,
): EChartsOption {
  const axis = (i: number, nameGap: number, { axisLabel, ...own }: Record<string, unknown>) => ({
    type: "value",
    gridIndex: i,
    nameLocation: "middle",
    nameGap,
    nameTextStyle: { color: ink, fontSize: 13 },
    axisLabel: { color: ink, fontSize: 12, ...(axisLabel as object) },
    axisLine: { show: true, lineStyle: { color: ink } },
    axisTick: { show: true, lineStyle: { color: ink } },
    splitLine: { lineStyle: { color: faint } },
    ...own,
  });
  const textStyle = { color: ink, fontSize: 13 };
  const text = (words: string | undefined, style: Record<string, unknown>) =>
    words === undefined
      ? []
      : [{ text: words, textStyle: { ...textStyle, fontWeight: "normal" }, ...style }];
  const options = {
    animation: false,
    textStyle: { fontFamily: FONT },
    grid: charts.map(([, { left, right }]) => ({
      left,
      right,
      top: 40,
      bottom: 56,
      outerBoundsMode: "none", // the places leave room for the names of the axes
    })),
    xAxis: charts.map(([{ x }], i) => ({ ...axis(i, 32, x), splitLine: { show: false } })),
    yAxis: charts.map(([{ y }], i) => axis(i, 46, y)),
    legend: charts.map(([{ lines, icon, instead }, { right }]) => ({
      data: instead === undefined ? lines.map(({ name }) => ({ name, icon })) : [],
      right,
      top: 8,
      itemGap: 18,
      itemWidth: 26,
      textStyle,
    })),
    title: charts.flatMap(([{ instead, note, above }, { left, middle, beside }]) => [
      ...text(instead, { left: middle, top: "42%", textAlign: "center" }),
      ...text(above, { left, top: 4 }),
      ...text(note, { ...beside, textAlign: "right" }),
    ]),
    series: charts.flatMap(([{ lines, mark: markLine }], i) =>
      lines.map((series, n) => ({
        ...series,
        ...(n === 0 ? { markLine } : {}),
        xAxisIndex: i,
        yAxisIndex: i,
      })),
    ),
  };
  return options as EChartsOption;
}
