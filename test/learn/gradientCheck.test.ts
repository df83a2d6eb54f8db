import { describe, expect, it } from "vitest";
import { map, type Tensor, tensor } from "../../src/layers/tensor.js";
import { checkGradient } from "../../src/learn/gradientCheck.js";
import { lessonLayers } from "../../src/learn/lessonLayers.js";
import { loadLesson } from "../../src/learn/modules.js";
import {
  checkNetGradients,
  ownLossAndGradients,
  smallGradientPlace,
} from "../../src/learn/netGradients.js";
import { gradientText } from "../../src/render/terminal/gradientCheck.js";
import { gaussians, seeded } from "../support/gradientCheck.js";

const sum = (x: Tensor, f: (value: number) => number) =>
  Array.from(map(x, f).data).reduce((total, value) => total + value, 0);

describe("checkGradient", () => {
  const x = gaussians(seeded(), 3, 4);
  const cubes = (at: Tensor) => sum(at, (value) => value * value * value);
  const slope = map(x, (value) => 3 * value * value);

  it("a right gradient is right, and its sweep makes a V", () => {
    const check = checkGradient(cubes, x, slope);
    expect(check).toMatchObject({ verdict: "right", checked: 12, atKinks: 0, finding: null });
    expect(check.largest).toBeLessThan(1e-7);
    const errors = check.sweep.map(({ error }) => error);
    const least = Math.min(...errors);
    expect(errors[0]).toBeGreaterThan(100 * least);
    expect(errors.at(-1)).toBeGreaterThan(100 * least);
  });

  it("one wrong number is found, with its place and both values; the sweep of wrong ones is flat", () => {
    const wrong = tensor(Float64Array.from(slope.data), 3, 4);
    wrong.data[6] += 1;
    const { verdict, worst } = checkGradient(cubes, x, wrong);
    expect(verdict).toBe("wrong");
    expect(worst).toMatchObject({ index: 6, place: "[1][2]", analytic: slope.data[6] + 1 });
    expect(worst?.numeric).toBeCloseTo(slope.data[6], 6);
    const doubled = checkGradient(
      cubes,
      x,
      map(slope, (value) => 2 * value),
    );
    for (const { error } of doubled.sweep) expect(error).toBeCloseTo(0.5, 2);
  });

  it("says what all numbers have in common", () => {
    const finding = (gradient: Tensor) => checkGradient(cubes, x, gradient).finding;
    expect(finding(map(slope, (value) => 2 * value))).toBe(
      "everywhere 2.000 times what it should be",
    );
    expect(finding(map(slope, (value) => -value))).toBe("everywhere of the opposite sign");
    expect(finding(map(slope, () => 0))).toBe("everywhere 0");
    const turned = map(slope, (_, i) => slope.data[(i % 3) * 4 + Math.floor(i / 3)]);
    expect(finding(turned)).toBe("transposed");
    expect(finding(map(slope, (value, i) => value + i))).toBeNull();
  });

  it("skips kinks, and no more than them", () => {
    const at = tensor(Float64Array.of(0, 1, -2, 3e-6, 5, -1e-6), 6);
    const relu = (values: Tensor) => sum(values, (value) => Math.max(0, value));
    const check = checkGradient(relu, at, tensor(Float64Array.of(0, 1, 0, 1, 1, 0), 6));
    expect(check).toMatchObject({ verdict: "right", atKinks: 3, checked: 3, bothZero: 1 });
  });

  it("a sharp but smooth bend is no kink, so that a wrong gradient cannot hide there", () => {
    const at = tensor(Float64Array.of(0.001), 1);
    const steep = (values: Tensor) => sum(values, (value) => 1e4 * value * value);
    expect(checkGradient(steep, at, tensor(Float64Array.of(25), 1))).toMatchObject({
      verdict: "wrong",
      atKinks: 0,
    });
    expect(checkGradient(steep, at, tensor(Float64Array.of(20), 1)).verdict).toBe("right");
  });

  it("takes x in 32 bits, leaves it as it was, and checks as many numbers as asked for", () => {
    const single = tensor(Float32Array.from(x.data), 3, 4);
    const before = single.data.slice();
    const check = checkGradient(
      cubes,
      single,
      map(single, (value) => 3 * value * value),
      {
        most: 5,
      },
    );
    expect(check).toMatchObject({ verdict: "right", checked: 5 });
    expect(single.data).toEqual(before);
  });

  it("NaN is wrong, and a gradient of another shape is refused", () => {
    expect(
      checkGradient(
        cubes,
        x,
        map(slope, () => Number.NaN),
      ).verdict,
    ).toBe("wrong");
    expect(() => checkGradient(cubes, x, tensor(new Float64Array(12), 4, 3))).toThrow(
      "the gradient is 4 x 3, expected 3 x 4 like x",
    );
  });
});

describe("the gradients of a net", () => {
  const place = smallGradientPlace();
  const lesson = async (bug?: string) =>
    lessonLayers(await loadLesson(bug), "the lesson").layers.lossAndGradients;

  it("ours and the finished lesson's are right, without L2 and with it", async () => {
    for (const net of [ownLossAndGradients, await lesson()]) {
      const checks = checkNetGradients(net, place);
      expect(checks.map(({ name, reg }) => `${name} ${reg}`)).toEqual([
        "W1 0",
        "b1 0",
        "W2 0",
        "b2 0",
        "W1 0.1",
        "b1 0.1",
        "W2 0.1",
        "b2 0.1",
      ]);
      for (const check of checks) {
        expect(check.verdict).toBe("right");
        expect(check.largest).toBeLessThan(1e-6);
      }
    }
  });

  it("names the tensors that a mistake reaches, and no others", async () => {
    const wrong = async (bug: string) =>
      checkNetGradients(await lesson(bug), place)
        .filter(({ verdict }) => verdict === "wrong")
        .map(({ name, reg, finding }) => `${name} ${reg}${finding === null ? "" : ` ${finding}`}`);
    expect(await wrong("relu-not-masked")).toEqual(["W1 0", "b1 0", "W1 0.1", "b1 0.1"]);
    expect(await wrong("net-l2-gradient-doubled")).toEqual(["W1 0.1", "W2 0.1"]);
    expect(await wrong("affine-dW-columns-first")).toContain("W2 0 transposed");
    expect(await wrong("loss-gradient-doubled")).toContain(
      "b2 0 everywhere 2.000 times what it should be",
    );
  });

  it("as text at 80 columns", async () => {
    for (const bug of [undefined, "relu-not-masked", "loss-gradient-sum"]) {
      const text = gradientText(checkNetGradients(await lesson(bug), place));
      for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
      expect(`\n${text}\n`).toMatchSnapshot(bug ?? "the finished lesson");
    }
  });
});
