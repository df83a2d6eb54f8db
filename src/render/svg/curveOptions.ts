import type { EChartsOption } from "echarts";

/*
 * The curves of a run as options of echarts, plain values: files are drawn from them, and so is the
 * report's page, which is why nothing here may need Node or echarts itself.
 */

/** What the pictures say of a run; see train/history.ts. */
export interface CurveHistory {
  /** Of every update, or what `lossCurve` made of that. */
  readonly loss: readonly number[] | LossCurve;
  readonly epochs: readonly {
    readonly epoch: number;
    readonly trainingAccuracy: number;
    readonly validationAccuracy: number | null;
  }[];
}

/** The loss of one update. */
export interface LossPoint {
  /** Counted from 1. */
  readonly iteration: number;
  /** nats */
  readonly loss: number;
}

/** A loss in as many points as a picture can show. */
export interface LossCurve {
  /** Updates in all. */
  readonly iterations: number;
  readonly batches: readonly LossPoint[];
  readonly smooth: readonly LossPoint[];
}

export type Theme = "light" | "dark";

/** Points of a line: beyond two for each column of pixels nobody sees more of them. */
const MOST_POINTS = 1000;

/** The moving average looks back over this share of a run, and over so many updates at least. */
const SMOOTHING_SHARE = 0.01;
const LEAST_SMOOTHING = 5;

/**
 * Fewer points of the same shape: updates are divided into stretches of equal length, and the least and
 * the greatest loss of each stay, in their order. Every peak is still there, which a mean would hide.
 *
 * @param loss of every update
 * @param most points that may be left; shorter histories are given as they are
 */
export function thinLoss(loss: readonly number[], most: number): LossPoint[] {
  if (loss.length <= most) return loss.map((value, i) => ({ iteration: i + 1, loss: value }));
  const stretches = Math.max(1, Math.floor(most / 2));
  const points: LossPoint[] = [];
  for (let s = 0; s < stretches; s++) {
    const start = Math.floor((s * loss.length) / stretches);
    const end = Math.floor(((s + 1) * loss.length) / stretches);
    let [least, greatest] = [start, start];
    for (let i = start; i < end; i++) {
      if (loss[i] < loss[least]) least = i;
      if (loss[i] > loss[greatest]) greatest = i;
    }
    for (const i of least === greatest ? [least] : [least, greatest].sort((a, b) => a - b)) {
      points.push({ iteration: i + 1, loss: loss[i] });
    }
  }
  return points;
}

/** A loss as pictures show it: each batch, and an exponential moving average over them. */
export function lossCurve(loss: readonly number[], most = MOST_POINTS): LossCurve {
  const back = Math.max(LEAST_SMOOTHING, SMOOTHING_SHARE * loss.length);
  const smooth: LossPoint[] = [];
  const every = Math.max(1, Math.ceil(loss.length / most));
  let sum = 0;
  let weight = 0; // what the sum of weights lacks at first would pull the average towards 0
  loss.forEach((value, i) => {
    sum += (value - sum) / back;
    weight += (1 - weight) / back;
    const shown = i % every === 0 || i === loss.length - 1;
    if (shown) smooth.push({ iteration: i + 1, loss: sum / weight });
  });
  return { iterations: loss.length, batches: thinLoss(loss, most), smooth };
}

/** Of a theme; the lines are told apart by whoever sees colours in another way, too. */
interface Colours {
  readonly ink: string;
  readonly faint: string;
  readonly paper: string;
  readonly blue: string;
  readonly orange: string;
}

// Blue and orange of M. Okabe and K. Ito, "Color Universal Design" (2008), as bright as the paper asks.
const colours: Record<Theme, Colours> = {
  light: { ink: "#24292f", faint: "#d8dee4", paper: "#ffffff", blue: "#0072b2", orange: "#d55e00" },
  dark: { ink: "#e6edf3", faint: "#30363d", paper: "#0d1117", blue: "#56b4e9", orange: "#e69f00" },
};

/** Where a chart has its place in a picture: distances from its edges. */
interface Place {
  readonly left: number | string;
  readonly right: number | string;
  /** Where a note in the middle stands. */
  readonly middle: string;
}

const whole: Place = { left: 66, right: 22, middle: "54%" };
const leftHalf: Place = { left: 66, right: "53%", middle: "27%" };
const rightHalf: Place = { left: "57%", right: 22, middle: "77%" };

/** A chart's parts: its axes, its lines, their legend, and what has to be said in words. */
interface Chart {
  readonly x: Record<string, unknown>;
  readonly y: Record<string, unknown>;
  readonly lines: readonly Record<string, unknown>[];
  /** Names of lines, and the sign before them where a line has no marks to show there. */
  readonly legend: readonly { readonly name: string; readonly icon?: string }[];
  /** Instead of lines, in the middle. */
  readonly instead?: string;
  /** Beside them. */
  readonly note?: string;
}

/** Loss by iteration. */
export function lossOptions(history: CurveHistory, theme: Theme): EChartsOption {
  return optionsOf([[lossChart(history, colours[theme]), whole]], colours[theme]);
}

/** Training and validation accuracy by epoch. */
export function accuracyOptions(history: CurveHistory, theme: Theme): EChartsOption {
  return optionsOf([[accuracyChart(history, colours[theme]), whole]], colours[theme]);
}

/** Both side by side on paper, for files. */
export function curvesOptions(history: CurveHistory, theme: Theme): EChartsOption {
  const of = colours[theme];
  const charts: [Chart, Place][] = [
    [lossChart(history, of), leftHalf],
    [accuracyChart(history, of), rightHalf],
  ];
  return { backgroundColor: of.paper, ...optionsOf(charts, of) };
}

/** A short piece of line, as a path of SVG. */
const STROKE = "path://M0 0H26V3H0Z";

function lossChart({ loss }: CurveHistory, { blue }: Colours): Chart {
  const { iterations, batches, smooth } = "batches" in loss ? loss : lossCurve(loss);
  const data = (points: readonly LossPoint[]) => points.map((p) => [p.iteration, p.loss]);
  const line = { type: "line", symbol: iterations === 1 ? "circle" : "none", symbolSize: 6 };
  return {
    x: {
      name: "iteration",
      minInterval: 1,
      min: 0,
      max: Math.max(1, iterations),
      axisLabel: { hideOverlap: true },
    },
    y: { name: "loss, nats", ...lossScale(batches) },
    legend:
      iterations === 0
        ? []
        : [
            { name: "each batch", icon: STROKE },
            { name: "smoothed", icon: STROKE },
          ],
    lines: [
      {
        ...{ ...line, name: "each batch", data: data(batches) },
        ...{ lineStyle: { color: blue, width: 1, opacity: 0.35 } },
        itemStyle: { color: blue, opacity: 0.35 },
      },
      {
        ...{ ...line, name: "smoothed", data: data(smooth) },
        ...{ lineStyle: { color: blue, width: 2 }, itemStyle: { color: blue } },
      },
    ],
    instead: iterations === 0 ? "no updates" : undefined,
  };
}

/** Times that the greatest loss is of the least where a straight scale shows the end of a run no more. */
export const LOG_FROM = 8;
/** Beyond so many times, powers of 2 would be too many marks. */
const MOST_FOR_BASE_2 = 128;

/** A logarithmic scale where losses lie far apart; it cannot show 0. */
function lossScale(points: readonly LossPoint[]): Record<string, unknown> {
  let [least, greatest] = [Number.POSITIVE_INFINITY, 0];
  for (const { loss } of points) {
    least = Math.min(least, loss);
    greatest = Math.max(greatest, loss);
  }
  const times = greatest / least;
  if (!(least > 0) || times < LOG_FROM) return { type: "value", min: 0 };
  const logBase = times > MOST_FOR_BASE_2 ? 10 : 2;
  const exponent = (value: number) => Math.log(value) / Math.log(logBase);
  return {
    ...{ type: "log", logBase },
    min: power(logBase, Math.floor(exponent(least))),
    max: power(logBase, Math.ceil(exponent(greatest))),
    axisLabel: { formatter: shortly },
  };
}

function shortly(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** A whole power of a base, as its decimal text would have it: 10 ** -4 is a little less than 0.0001. */
function power(base: number, exponent: number): number {
  return exponent < 0 ? 1 / base ** -exponent : base ** exponent;
}

/** Epochs up to which each gets a mark of its own. */
const MOST_MARKS = 40;

function accuracyChart({ epochs: all }: CurveHistory, { blue, orange }: Colours): Chart {
  const every = Math.ceil(all.length / MOST_POINTS);
  const epochs = all.filter((_, i) => i % every === 0 || i === all.length - 1);
  const marks = { showSymbol: epochs.length <= MOST_MARKS, symbolSize: 6 };
  const judged = epochs.filter((of) => of.validationAccuracy !== null);
  const lines = [
    {
      ...{ type: "line", name: "training", ...marks, symbol: "circle" },
      ...{ lineStyle: { color: blue, width: 2 }, itemStyle: { color: blue } },
      data: epochs.map((of) => [of.epoch, percent(of.trainingAccuracy)]),
    },
    {
      ...{ type: "line", name: "validation", ...marks, symbol: "diamond", symbolSize: 8 },
      ...{ lineStyle: { color: orange, width: 2 }, itemStyle: { color: orange } },
      data: judged.map((of) => [of.epoch, percent(of.validationAccuracy ?? 0)]),
    },
  ];
  const shown = judged.length > 0 ? lines : lines.slice(0, 1);
  const none = epochs.length === 0;
  const shares = none
    ? [0]
    : epochs.flatMap((of) => [of.trainingAccuracy, of.validationAccuracy ?? 1]);
  return {
    x: { name: "epoch", min: 1, max: Math.max(2, all.length), minInterval: 1 },
    y: { name: "accuracy, %", type: "value", ...accuracyScale(shares) },
    legend: none ? [] : shown.map(({ name }) => ({ name })),
    lines: none ? [] : shown,
    instead: none ? "no whole epoch" : undefined,
    note: !none && judged.length === 0 ? "no validation images" : undefined,
  };
}

/** Steps between the marks of an accuracy axis, in percent. */
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20];
const MOST_STEPS = 6;

/** From a mark below all shares up to 100 %. */
function accuracyScale(shares: readonly number[]): Record<string, unknown> {
  const room = shares.reduce((most, share) => Math.max(most, 100 * (1 - share)), 0.5);
  const interval = STEPS.find((step) => Math.ceil(room / step) <= MOST_STEPS) ?? 20;
  const min = 100 - interval * Math.ceil(room / interval);
  return { min: Number(min.toFixed(1)), max: 100, interval };
}

/** With two decimals, as everywhere; more would only be ink. */
function percent(share: number): number {
  return Math.round(10000 * share) / 100;
}

/** Text that every machine can set; SVG files bring no letters of their own. */
const FONT = "Helvetica, Arial, sans-serif";

function optionsOf(
  charts: readonly (readonly [Chart, Place])[],
  { ink, faint }: Colours,
): EChartsOption {
  const axis = (i: number, nameGap: number, { axisLabel, ...own }: Record<string, unknown>) => ({
    ...{ type: "value", gridIndex: i, nameLocation: "middle", nameGap },
    nameTextStyle: { color: ink, fontSize: 13 },
    axisLabel: { color: ink, fontSize: 12, ...(axisLabel as object) },
    axisLine: { show: true, lineStyle: { color: ink } },
    axisTick: { show: true, lineStyle: { color: ink } },
    splitLine: { lineStyle: { color: faint } },
    ...own,
  });
  const text = (words: string, style: Record<string, unknown>) => ({
    ...{ text: words, textStyle: { color: ink, fontSize: 13, fontWeight: "normal" }, ...style },
  });
  const options = {
    animation: false,
    textStyle: { fontFamily: FONT },
    grid: charts.map(([, { left, right }]) => ({
      ...{ left, right, top: 40, bottom: 56 },
      outerBoundsMode: "none", // the places leave room for the names of the axes
    })),
    xAxis: charts.map(([{ x }], i) => ({ ...axis(i, 32, x), splitLine: { show: false } })),
    yAxis: charts.map(([{ y }], i) => axis(i, 46, y)),
    legend: charts.map(([{ legend }, { right }]) => ({
      ...{ data: legend, right, top: 8, itemGap: 18, itemWidth: 26 },
      textStyle: { color: ink, fontSize: 13 },
    })),
    title: charts.flatMap(([{ instead, note }, { middle }]) => [
      ...(instead === undefined
        ? []
        : [text(instead, { left: middle, top: "42%", textAlign: "center" })]),
      ...(note === undefined ? [] : [text(note, { left: "97%", bottom: 64, textAlign: "right" })]),
    ]),
    series: charts.flatMap(([{ lines }], i) =>
      lines.map((line) => ({ ...line, xAxisIndex: i, yAxisIndex: i })),
    ),
  };
  return options as EChartsOption;
}
