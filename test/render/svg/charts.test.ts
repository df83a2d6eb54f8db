import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { verdict } from "../../../src/inspect/verdict/verdict.js";
import { drawChart } from "../../../src/render/svg/charts.js";
import { curvesOptions } from "../../../src/render/svg/curveOptions.js";
import { rasterize } from "../../../src/render/svg/rasterize.js";
import { terminalCurves } from "../../../src/render/terminal/terminalCurves.js";
import { recipes } from "../../../src/settings/recipes.js";

const history = {
  loss: Array.from({ length: 400 }, (_, i) => 2.3 / (1 + i / 5)),
  epochs: [0.9, 0.95, 0.97].map((accuracy, i) => ({
    ...{ epoch: i + 1, trainingAccuracy: accuracy, validationAccuracy: accuracy - 0.02 },
  })),
};
const size = { width: 800, height: 320 };
const svg = drawChart(curvesOptions(history, "light"), size);
const font = new URL("../../../node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf", import.meta.url);

describe("drawChart", () => {
  it("draws axes, units, lines and their names", () => {
    expect(svg).toMatch(/^<svg width="800" height="320" .*<\/svg>\n$/s);
    for (const text of ["loss, nats", "iteration", "each batch", "smoothed", "accuracy, %"]) {
      expect(svg).toContain(`>${text}</text>`);
    }
    expect(svg).not.toMatch(/NaN|undefined|Infinity|<image|<script|http(?!:\/\/www\.w3\.org)/);
  });

  it("gives the same text again, also after other charts, and dark another", () => {
    drawChart(curvesOptions({ loss: [], epochs: [] }, "dark"), size);
    expect(drawChart(curvesOptions(history, "light"), size)).toBe(svg);
    expect(drawChart(curvesOptions(history, "dark"), size)).not.toBe(svg);
  });

  it.each<[string, typeof history]>([
    ["nothing", { loss: [], epochs: [] }],
    ["one update", { loss: [2.3], epochs: [] }],
    ["losses of 0", { loss: [0, 0, 0], epochs: history.epochs.slice(0, 1) }],
  ])("draws a history of %s", (_, of) => {
    expect(drawChart(curvesOptions(of, "light"), size)).not.toMatch(/NaN|Infinity/);
  });
});

describe("the curves of a run of very many epochs", () => {
  const epochs = Array.from({ length: 200_000 }, (_, i) => ({
    ...{
      epoch: i + 1,
      iteration: i + 1,
      learningRate: 1,
      penalty: null,
      trainingAccuracy: 0.99,
      validationAccuracy: 0.98,
    },
  }));
  const long = { loss: epochs.map(({ epoch }) => 1 + 1 / epoch), epochs };

  it("are drawn with no more points than a picture can show", () => {
    expect(drawChart(curvesOptions(long, "light"), size).length).toBeLessThan(150_000);
    expect(terminalCurves(long, { columns: 80 })).toContain("200000");
  });

  it("are judged in no time", () => {
    const { settings } = recipes.notebook;
    const unknown = { evidence: null, figures: null, data: null, failure: null };
    const history = { start: null, validation: [], ...long };
    const { findings } = verdict(history, { settings, ...unknown });
    expect(findings.map(({ kind }) => kind)).toEqual(["converged"]);
  }, 10_000);
});

describe("rasterize", () => {
  it("gives a PNG of the size asked for, letters included, the same again", async () => {
    const png = await rasterize(svg, font.pathname, 2);
    const { width, height, data } = decode(png);
    expect({ width, height }).toEqual({ width: 1600, height: 640 });
    expect(await rasterize(svg, font.pathname, 2)).toEqual(png);
    const textless = decode(
      await rasterize(svg.replace(/<text.*?<\/text>/gs, ""), font.pathname, 2),
    );
    const dark = (pixels: ArrayLike<number>) =>
      Array.from({ length: pixels.length / 4 }, (_, i) => pixels[4 * i]).filter((v) => v < 80)
        .length;
    expect(dark(data) - dark(textless.data)).toBeGreaterThan(2000); // pixels of ink
  });
});
