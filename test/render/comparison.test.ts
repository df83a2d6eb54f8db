import { describe, expect, it } from "vitest";
import { tensor } from "../../src/layers/tensor.js";
import { type ComparedRun, compare, type FinishedRun } from "../../src/render/comparison.js";
import { pageRuns } from "../../src/render/page/pageContent.js";
import { packNumbers, unpackNumbers } from "../../src/render/page/payload.js";
import { shapingOf, weightsOf } from "../../src/render/page/shaping.js";
import { drawChart } from "../../src/render/svg/charts.js";
import { comparisonOptions } from "../../src/render/svg/comparisonOptions.js";
import { runTable } from "../../src/render/terminal/runTable.js";
import { terminalComparison } from "../../src/render/terminal/terminalComparison.js";

const falling = (rate: number, length = 400) =>
  Array.from({ length }, (_, i) => 0.2 + 2.1 * Math.exp(-rate * i));
const epochs = (top: number, validated = true) =>
  [1, 2, 3].map((epoch) => ({
    epoch,
    trainingAccuracy: top,
    validationAccuracy: validated ? top - 0.1 / epoch : null,
  }));

const figures = { trainingAccuracy: 0.9, validationAccuracy: 0.8, seconds: 2, remark: "" };
const finished = (name: string, loss: number[], of = epochs(0.9)): FinishedRun => ({
  ...{ name, line: name.replace(/, seed.*/, ""), loss, epochs: of },
  ...{ iterations: loss.length, ...figures },
});
const runs = [
  finished("rate 1, seed 1", falling(0.01)),
  finished("rate 1, seed 2", falling(0.011)),
  finished("rate 2, seed 1", falling(0.05, 200), epochs(0.97)),
];
const diverged: FinishedRun = {
  ...finished("rate 9, seed 1", [2.3, 40, 3e37], []),
  ...{ trainingAccuracy: null, validationAccuracy: null, remark: "diverged at update 4: loss NaN" },
};

describe("compare", () => {
  it("shares lines between seeds, and scales between runs", () => {
    const { loss, iterations, epochs, measuredOn } = compare(runs);
    expect(loss.map(({ place }) => place)).toEqual([0, 0, 1]);
    expect({ iterations, epochs, measuredOn }).toEqual({
      iterations: 400,
      epochs: 3,
      measuredOn: "validation",
    });
  });

  it("lets a run that diverged leave the picture instead of flattening the others", () => {
    const [least, greatest] = compare([...runs, diverged]).lossRange;
    expect(least).toBeLessThan(0.3);
    expect(greatest).toBeLessThan(12);
    expect(compare([...runs, diverged]).measuredOn).toBe("validation");
  });

  it("measures on training where a run has no validation images", () => {
    expect(compare([...runs, finished("all", falling(1), epochs(1, false))]).measuredOn).toBe(
      "training",
    );
  });

  it("bounds the points of all lines together", () => {
    const many = Array.from({ length: 100 }, (_, i) => finished(`run ${i}`, falling(0.01, 5000)));
    const points = compare(many).loss.reduce((sum, line) => sum + line.points.length, 0);
    expect(points).toBeLessThanOrEqual(10_000);
  });
});

describe.each([
  ["lines of boxes", false],
  ["braille", true],
])("terminalComparison in %s", (_, braille) => {
  const style = { colour: null, braille };
  const colour = (text: string, place: number) => `<${place}${text}>`;

  it("draws a letter for each line, on axes that fit all", () => {
    const room = { columns: 80, style };
    expect(`${terminalComparison(runs, room)}\n\n${runTable(runs, 80, style)}`).toMatchSnapshot();
  });

  it("fits its columns, colored or not, with a run that diverged", () => {
    for (const columns of [44, 60, 80, 130]) {
      const text = terminalComparison([...runs, diverged], { columns, style });
      for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
      expect(text).toMatch(/a[^b]*b/s);
    }
    const colored = terminalComparison(runs, { columns: 80, style: { colour, braille } });
    expect(colored).toMatch(/<0[^>]*a/);
    expect(colored).toMatch(/<1[^>]*b/);
    expect(terminalComparison([diverged], { columns: 30, style })).toBe("");
  });

  it("puts figures below names where both do not fit a line", () => {
    const table = runTable([...runs, diverged], 40, style);
    expect(table).toContain("b  rate 2, seed 1\n");
    expect(table).toMatch(/3\.00e\+36|1\.\d+e\+37/);
    expect(table).toContain("diverged at update 4: loss NaN");
  });
});

describe("comparisonOptions", () => {
  it("names each line once in a legend that the picture has room for", () => {
    const size = { width: 800, height: 320 };
    const few = comparisonOptions(runs, "light", size);
    const many = Array.from({ length: 40 }, (_, i) => finished(`hidden ${i}`, falling(0.01)));
    expect(comparisonOptions(many, "light", size).size.height).toBeGreaterThan(few.size.height);
    const svg = drawChart(few.options, few.size);
    expect(svg.match(/rate 1/g)).toHaveLength(1);
    expect(svg).toContain("validation accuracy, %");
  });

  it("draws runs of no updates without a word of error", () => {
    const none: ComparedRun[] = ["a", "b"].map((name) => ({
      name,
      line: name,
      loss: [],
      epochs: [],
    }));
    const { options, size } = comparisonOptions(none, "dark", { width: 800, height: 320 });
    expect(drawChart(options, size)).toMatch(/no updates[\s\S]*no whole epoch/);
  });
});

describe("a page", () => {
  it("holds a hundred runs in less than 1 MB, and knows its own", () => {
    const many = Array.from({ length: 100 }, (_, i) => finished(`run ${i}`, falling(0.01, 10_000)));
    const held = pageRuns(many, many[7]);
    expect(JSON.stringify(held).length).toBeLessThan(1_000_000);
    expect(held.filter(({ isOwn }) => isOwn).map(({ name }) => name)).toEqual(["run 7"]);
  });

  const W1 = (scale: number, D = 6) =>
    tensor(
      Float32Array.from({ length: D * 3 }, (_, i) => scale * (i - 8)),
      D,
      3,
    );
  const moments = [0, 0.01, 1].map((scale) => ({ name: `at ${scale}`, W1: W1(scale) }));

  it("holds weights on the way to 1 in 254 of the largest of their unit", () => {
    const { shaping, pictures } = shapingOf(moments, [2, 0]);
    expect(shaping).toMatchObject({ units: [2, 0], left: 0, moments: ["at 0", "at 0.01", "at 1"] });
    moments.forEach(({ W1: { data } }, m) => {
      [2, 0].forEach((h, u) => {
        const n = 2 * m + u;
        const weights = weightsOf(pictures.subarray(6 * n, 6 * n + 6), shaping.scales[n]);
        weights.forEach((weight, d) => {
          expect(Math.abs(weight - data[3 * d + h])).toBeLessThanOrEqual(shaping.scales[n] / 250);
        });
      });
    });
  });

  it("holds fewer moments and units of large images", () => {
    const large = Array.from({ length: 40 }, (_, i) => ({ name: `${i}`, W1: W1(i, 90_000) }));
    const { shaping, pictures } = shapingOf(large, [0, 1, 2]);
    expect(pictures.length).toBeLessThanOrEqual(1_000_000);
    expect(shaping.moments.length + shaping.left).toBe(40);
    expect([shaping.moments[0], shaping.moments.at(-1)]).toEqual(["0", "39"]);
  });

  it("unpacks pictures beside images", () => {
    const numbers = {
      meanImage: Float32Array.of(1),
      parameters: Float32Array.of(2, 3),
      images: Uint8Array.of(4),
      pictures: Uint8Array.of(5, 6),
    };
    expect(unpackNumbers(packNumbers(numbers))).toEqual(numbers);
  });
});
