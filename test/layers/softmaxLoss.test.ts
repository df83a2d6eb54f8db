import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { softmax } from "../../src/layers/softmax.js";
import { softmaxLoss } from "../../src/layers/softmaxLoss.js";
import { type Tensor, tensor, zeros } from "../../src/layers/tensor.js";
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

describe("softmax and softmaxLoss", () => {
  it("give the probabilities and the loss worked out by hand", () => {
    const scores = tensor(Float64Array.of(0, Math.log(3), 5, 5), 2, 2);
    const p = softmax(scores);
    const { loss } = softmaxLoss(scores, [0, 1]);
    [0.25, 0.75, 0.5, 0.5].forEach((expected, i) => {
      expect(p.data[i]).toBeCloseTo(expected, 14);
    });
    expect(loss).toBeCloseTo((Math.log(4) + Math.log(2)) / 2, 14);
  });

  it("the loss of equal scores is ln C", () => {
    expect(softmaxLoss(zeros(7, 10), new Uint8Array(7)).loss).toBeCloseTo(Math.LN10, 14);
  });

  it("dscores is (p - onehot) / N, worked out by hand", () => {
    const scores = tensor(Float64Array.of(0, Math.log(3), 5, 5), 2, 2);
    const { dscores } = softmaxLoss(scores, [0, 1]);
    [-0.375, 0.375, 0.25, -0.25].forEach((expected, i) => {
      expect(dscores.data[i]).toBeCloseTo(expected, 14);
    });
    expect([...softmaxLoss(zeros(1, 2), [0]).dscores.data]).toEqual([-0.5, 0.5]);
  });

  it("smoothing spreads a share of the target over all classes, in loss and gradient", () => {
    const scores = gaussians(seeded(), 4, 5);
    const labels = [0, 4, 2, 2];
    const p = softmax(scores);
    const { loss, dscores } = softmaxLoss(scores, labels, 0.1);
    let expected = 0;
    for (let n = 0; n < 4; n++) {
      for (let c = 0; c < 5; c++) {
        const target = 0.02 + (c === labels[n] ? 0.9 : 0);
        expected -= (target * Math.log(p.data[5 * n + c])) / 4;
      }
    }
    expect(loss).toBeCloseTo(expected, 12);
    expectGradient("dscores", dscores, scores, () => softmaxLoss(scores, labels, 0.1).loss);
  });

  it("without smoothing a score of -Infinity beside the label costs nothing", () => {
    const scores = tensor(Float64Array.of(0, Number.NEGATIVE_INFINITY), 1, 2);
    expect(softmaxLoss(scores, [0]).loss).toBe(0);
  });

  it("every row of probabilities sums to 1", () => {
    fc.assert(
      fc.property(scoreRows, ({ scores, labels }) => {
        const p = softmax(scores);
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
        const [p, q] = [softmax(scores), softmax(shifted)];
        const [before, after] = [softmaxLoss(scores, labels), softmaxLoss(shifted, labels)];
        expect(Math.abs(after.loss - before.loss)).toBeLessThan(1e-9);
        for (let i = 0; i < p.data.length; i++) {
          expect(Math.abs(p.data[i] - q.data[i])).toBeLessThan(1e-9);
        }
      }),
    );
  });

  it("scores far apart neither overflow nor lose the loss", () => {
    const scores = tensor(Float32Array.of(1e30, -1e30, 0), 1, 3);
    expect(softmaxLoss(scores, [0]).loss).toBe(0);
    expect([...softmax(scores).data]).toEqual([1, 0, 0]);
    const apart = tensor(Float64Array.of(0, 1000), 1, 2);
    expect(softmaxLoss(apart, [0]).loss).toBe(1000);
  });

  it("NaN or +Infinity among the scores, or -Infinity for the label, leaves no finite loss", () => {
    const loss = (...scores: number[]) =>
      softmaxLoss(tensor(Float32Array.from(scores), 1, 2), [0]).loss;
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
  ])("dscores matches the numerical gradient, $N x $C", ({ N, C }) => {
    const scores = gaussians(seeded(), N, C);
    const labels = Uint8Array.from({ length: N }, (_, n) => (3 * n) % C);
    const { dscores } = softmaxLoss(scores, labels);
    expectGradient("dscores", dscores, scores, () => softmaxLoss(scores, labels).loss);
  });

  it("softmaxLoss refuses labels that are no classes, or of another count", () => {
    for (const bad of [3, -1, 0.5, Number.NaN]) {
      expect(() => softmaxLoss(zeros(2, 3), [0, bad])).toThrow(
        `label ${bad} at index 1, expected 0 to 2`,
      );
    }
    expect(() => softmaxLoss(zeros(2, 3), [0])).toThrow("1 labels, expected 2");
  });

  it("both refuse scores that hold too few numbers, or have no row for each example", () => {
    const one = { data: Float32Array.of(0), shape: [2, 3] };
    const deep = zeros(2, 3, 4);
    for (const layer of [softmax, (scores: Tensor) => softmaxLoss(scores, [0, 1])]) {
      expect(() => layer(one)).toThrow("scores holds 1 numbers, expected 6");
      expect(() => layer(deep)).toThrow("scores is 2 x 3 x 4, expected 2 x 12");
    }
  });

  it("give fresh tensors, and leave the scores alone", () => {
    const scores = gaussians(seeded(), 2, 3);
    const before = structuredClone(scores);
    expect(softmax(scores)).not.toBe(softmax(scores));
    expect(softmaxLoss(scores, [0, 1]).dscores).not.toBe(scores);
    expect(scores).toEqual(before);
  });
});
