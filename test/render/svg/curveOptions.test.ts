import { describe, expect, it } from "vitest";
import { type CurveHistory, lossCurve } from "../../../src/render/curves.js";
import { drawChart } from "../../../src/render/svg/charts.js";
import { curvesOptions } from "../../../src/render/svg/curveOptions.js";

const falling = (n: number) => Array.from({ length: n }, (_, i) => 2.3 / (1 + i / 10));
const epochs = (accuracies: readonly (readonly [number, number | null])[]) =>
  accuracies.map(([trainingAccuracy, validationAccuracy], i) => ({
    ...{ epoch: i + 1, trainingAccuracy, validationAccuracy },
  }));
const nothing: CurveHistory = { loss: [], epochs: [] };

interface Series {
  readonly name: string;
  readonly data: number[][];
  readonly xAxisIndex: number;
}

const [LOSS, ACCURACY] = [0, 1];
/** What one of the two charts shows, and the texts of both. */
// biome-ignore lint/suspicious/noExplicitAny: whatever echarts takes
const parts = (options: any, chart: number) => ({
  y: options.yAxis[chart],
  x: options.xAxis[chart],
  legend: options.legend[chart].data.map(({ name }: { name: string }) => name),
  texts: options.title.map(({ text }: { text: string }) => text),
  lines: options.series
    .filter(({ xAxisIndex }: Series) => xAxisIndex === chart)
    .map(({ name, data }: Series) => [name, data]),
});

describe("the loss of curvesOptions", () => {
  it("is logarithmic where losses lie far apart, and never where one of them is 0", () => {
    const scale = (loss: number[]) => parts(curvesOptions({ loss, epochs: [] }, "light"), LOSS).y;
    expect(scale([2.3, 1])).toMatchObject({ type: "value", min: 0, name: "loss, nats" });
    expect(scale([2.3, 0.2])).toMatchObject({ type: "log", logBase: 2, min: 0.125, max: 4 });
    expect(scale([2.3, 2e-4])).toMatchObject({ type: "log", logBase: 10, min: 1e-4, max: 10 });
    expect(scale([2.3, 0])).toMatchObject({ type: "value" });
  });

  it("draws the same from a curve that was made before", () => {
    const loss = falling(5000);
    const made = { loss: lossCurve(loss), epochs: [] };
    expect(curvesOptions(made, "dark")).toEqual(curvesOptions({ loss, epochs: [] }, "dark"));
  });

  it("marks where a run diverged, and says how far beyond the chart it went", () => {
    const failure = { iteration: 104, found: "loss NaN" };
    const start = { loss: 2.3, penalty: 0.2, trainingAccuracy: 0.1, validationAccuracy: null };
    const loss = [...falling(100), 1e9, 1e20, 4.24e37];
    // biome-ignore lint/suspicious/noExplicitAny: whatever echarts takes
    const options: any = curvesOptions({ loss, epochs: [], start, failure }, "light");
    expect(parts(options, LOSS).x.max).toBe(104);
    expect(parts(options, LOSS).y).toMatchObject({ name: "loss with L2, nats", max: 32 });
    expect(options.series[0].markLine).toMatchObject({
      data: [{ xAxis: 104 }],
      label: { formatter: "diverged at iteration 104" },
    });
    expect(parts(options, LOSS).texts).toContain("beyond: up to 4.24e37");
    expect(parts(options, LOSS).lines[0][1][0]).toEqual([0, 2.5]);
    // A first loss that is not finite leaves nothing but the mark.
    const none = drawChart(curvesOptions({ loss: [], epochs: [], failure }, "light"), {
      ...{ width: 400, height: 300 },
    });
    expect(none).toContain("diverged at iteration 104");
    expect(none).not.toContain("NaN");
  });

  it("says that there were no updates", () => {
    expect(parts(curvesOptions(nothing, "light"), LOSS)).toMatchObject({
      ...{ texts: ["no updates", "no whole epoch"], legend: [] },
      lines: [
        ["each batch", []],
        ["smoothed", []],
      ],
    });
  });
});

describe("the accuracy of curvesOptions", () => {
  const shown = (accuracies: readonly (readonly [number, number | null])[]) =>
    parts(curvesOptions({ loss: [1], epochs: epochs(accuracies) }, "light"), ACCURACY);

  it("shows percent by epoch, from a mark below the lowest", () => {
    const { lines, y, x, legend, texts } = shown([
      [0.91, 0.912],
      [0.97, 0.965],
    ]);
    expect(lines).toEqual([
      [
        "training",
        [
          [1, 91],
          [2, 97],
        ],
      ],
      [
        "validation",
        [
          [1, 91.2],
          [2, 96.5],
        ],
      ],
    ]);
    expect({ y, x, legend, texts }).toMatchObject({
      ...{ y: { name: "accuracy, %", min: 90, max: 100 }, x: { name: "epoch", max: 2 } },
      ...{ legend: ["training", "validation"], texts: [] },
    });
  });

  it("says that there are no validation images, or no whole epoch", () => {
    expect(shown([[0.9, null]])).toMatchObject({
      ...{ legend: ["training"], texts: ["no validation images"] },
    });
    expect(shown([])).toMatchObject({ legend: [], texts: ["no whole epoch"], lines: [] });
  });

  it("shows perfect accuracy and none at all within its scale", () => {
    expect(shown([[1, 1]]).y).toMatchObject({ min: 99.5, max: 100 });
    expect(shown([[0, 1]]).y).toMatchObject({ min: 0, max: 100 });
  });
});

describe("curvesOptions", () => {
  it("puts both beside each other, on the paper of its theme", () => {
    const history = { loss: falling(30), epochs: epochs([[0.9, 0.8]]) };
    for (const [theme, paper] of [
      ["light", "#ffffff"],
      ["dark", "#0d1117"],
    ] as const) {
      const options = curvesOptions(history, theme);
      expect(options).toMatchObject({ backgroundColor: paper, animation: false });
      const series = options.series as { xAxisIndex: number }[];
      expect(series.map(({ xAxisIndex }) => xAxisIndex)).toEqual([0, 0, 1, 1]);
    }
  });
});
