import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { softmaxLossBackward, softmaxLossForward } from "../../src/layers/softmaxLoss.js";
import { type Tensor, tensor, zeros, zerosLike } from "../../src/layers/tensor.js";
import { expectGradient, gaussians, seeded } from "../support/gradientCheck.js";

const finite = { min: -1e3, max: 1e3, noNaN: true };
const scoreRows = fc
  .record({ N: fc.integer({ min: 1, max: 5 }), C: fc.integer({ min: 1, max: 11 }) })
  .chain(({ N, C }) =>
    fc.record({
      scores: fc
        .array(fc.double(finite), { minLength: N * C, maxLength: N * C })
        .map((values) => tensor(Float64Array.from(values), N, C)),
      labels: fc.array(fc.integer({ min: 0, max: C - 1 }), { minLength: N, maxLength: N }),
    }),
  );

function probabilitiesOf(scores: Tensor, labels: ArrayLike<number>): Tensor {
  const probabilities = zerosLike(scores);
  softmaxLossForward(probabilities, scores, labels);
  return probabilities;
}

describe("softmaxLoss", () => {
  it("softmaxLossForward gives the probabilities and the loss worked out by hand", () => {
    const scores = tensor(Float64Array.of(0, Math.log(3), 5, 5), 2, 2);
    const p = zerosLike(scores);
    const loss = softmaxLossForward(p, scores, [0, 1]);
    [0.25, 0.75, 0.5, 0.5].forEach((expected, i) => {
      expect(p.data[i]).toBeCloseTo(expected, 14);
    });
    expect(loss).toBeCloseTo((Math.log(4) + Math.log(2)) / 2, 14);
  });

  it("softmaxLossForward of equal scores is ln C", () => {
    expect(softmaxLossForward(zeros(7, 10), zeros(7, 10), new Uint8Array(7))).toBeCloseTo(
      Math.LN10,
      14,
    );
  });

  it("softmaxLossBackward is (p - onehot) / N, worked out by hand", () => {
    const p = tensor(Float64Array.of(0.25, 0.75, 0.5, 0.5), 2, 2);
    const dscores = softmaxLossBackward(zerosLike(p), p, [0, 1]);
    expect([...dscores.data]).toEqual([-0.375, 0.375, 0.25, -0.25]);
  });

  it("smoothing spreads a share of the target over all classes, in loss and gradient", () => {
    const scores = gaussians(seeded(), 4, 5);
    const labels = [0, 4, 2, 2];
    const p = zerosLike(scores);
    const loss = softmaxLossForward(p, scores, labels, 0.1);
    let expected = 0;
    for (let n = 0; n < 4; n++) {
      for (let c = 0; c < 5; c++) {
        const target = 0.02 + (c === labels[n] ? 0.9 : 0);
        expected -= (target * Math.log(p.data[5 * n + c])) / 4;
      }
    }
    expect(loss).toBeCloseTo(expected, 12);
    const dscores = softmaxLossBackward(zerosLike(p), p, labels, 0.1);
    expectGradient("dscores", dscores, scores, () =>
      softmaxLossForward(zerosLike(scores), scores, labels, 0.1),
    );
  });

  it("without smoothing a score of -Infinity beside the label costs nothing", () => {
    const scores = tensor(Float64Array.of(0, Number.NEGATIVE_INFINITY), 1, 2);
    expect(softmaxLossForward(zerosLike(scores), scores, [0])).toBe(0);
  });

  it("every row of probabilities sums to 1", () => {
    fc.assert(
      fc.property(scoreRows, ({ scores, labels }) => {
        const p = probabilitiesOf(scores, labels);
        const C = scores.shape[1];
        for (let n = 0; n < labels.length; n++) {
          const row = p.data.subarray(n * C, (n + 1) * C);
          let sum = 0;
          for (const probability of row) sum += probability;
          expect(sum).toBeCloseTo(1, 12);
        }
      }),
    );
  });

  it("a constant added to a row of scores changes nothing", () => {
    fc.assert(
      fc.property(scoreRows, fc.double(finite), ({ scores, labels }, shift) => {
        const shifted = tensor(
          Float64Array.from(scores.data, (s) => s + shift),
          ...scores.shape,
        );
        const [p, q] = [zerosLike(scores), zerosLike(scores)];
        const before = softmaxLossForward(p, scores, labels);
        const after = softmaxLossForward(q, shifted, labels);
        expect(Math.abs(after - before)).toBeLessThan(1e-9);
        for (let i = 0; i < p.data.length; i++) {
          expect(Math.abs(p.data[i] - q.data[i])).toBeLessThan(1e-9);
        }
      }),
    );
  });

  it("scores far apart neither overflow nor lose the loss", () => {
    const scores = tensor(Float32Array.of(1e30, -1e30, 0), 1, 3);
    const p = zeros(1, 3);
    expect(softmaxLossForward(p, scores, [0])).toBe(0);
    expect([...p.data]).toEqual([1, 0, 0]);
    const apart = tensor(Float64Array.of(0, 1000), 1, 2);
    expect(softmaxLossForward(zerosLike(apart), apart, [0])).toBe(1000);
  });

  it("NaN or +Infinity among the scores, or -Infinity for the label, leaves no finite loss", () => {
    const loss = (...scores: number[]) =>
      softmaxLossForward(zeros(1, 2), tensor(Float32Array.from(scores), 1, 2), [0]);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(loss(0, bad)).not.toSatisfy(Number.isFinite);
      expect(loss(bad, 0)).not.toSatisfy(Number.isFinite);
    }
    expect(loss(Number.NEGATIVE_INFINITY, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(loss(0, Number.NEGATIVE_INFINITY)).toBe(0); // a class that is impossible
  });

  it.each([
    { N: 1, C: 2 },
    { N: 5, C: 10 },
    { N: 3, C: 7 },
  ])("softmaxLossBackward matches the numerical gradient, $N x $C", ({ N, C }) => {
    const scores = gaussians(seeded(), N, C);
    const labels = Uint8Array.from({ length: N }, (_, n) => (3 * n) % C);
    const p = probabilitiesOf(scores, labels);
    const dscores = softmaxLossBackward(zerosLike(p), p, labels);
    const f = () => softmaxLossForward(zerosLike(scores), scores, labels);
    expectGradient("dscores", dscores, scores, f);
  });

  it.each([
    ["softmaxLossForward", softmaxLossForward],
    ["softmaxLossBackward", softmaxLossBackward],
  ])("%s refuses labels that are no classes, or of another count", (_, layer) => {
    for (const bad of [3, -1, 0.5, Number.NaN]) {
      expect(() => layer(zeros(2, 3), zeros(2, 3), [0, bad])).toThrow(
        `label ${bad} at index 1, expected 0 to 2`,
      );
    }
    expect(() => layer(zeros(2, 3), zeros(2, 3), [0])).toThrow("1 labels, expected 2");
  });

  it.each([
    ["softmaxLossForward", softmaxLossForward, ["probabilities", "scores"]],
    ["softmaxLossBackward", softmaxLossBackward, ["dscores", "probabilities"]],
  ] as const)("%s refuses a tensor that holds too few numbers", (_, layer, [out, input]) => {
    const one = { data: Float32Array.of(0), shape: [2, 3] };
    const says = "holds 1 numbers, expected 6";
    expect(() => layer(one, zeros(2, 3), [0, 1])).toThrow(`${out} ${says}`);
    expect(() => layer(zeros(2, 3), one, [0, 1])).toThrow(`${input} ${says}`);
  });
});
