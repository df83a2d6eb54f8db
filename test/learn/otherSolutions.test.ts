import { describe, expect, it } from "vitest";
import { judge } from "../../src/learn/check.js";
import { checkCases, runTrusted } from "../../src/learn/diagnose.js";
import { loadText, pieceOf } from "../../src/learn/modules.js";
import type { Piece } from "../../src/learn/piece.js";
import type { Outcome } from "../../src/learn/run.js";

/*
 * Code that is right but not ours: other orders of sums, other loops, nothing composed, plain arrays in between. All
 * of it passes.
 */

const zeros = `const zeros = (...shape) => {
  const data = new Float64Array(shape.reduce((a, b) => a * b, 1));
  return { data, shape };
};`;

const matrices = `
const rows = (t, N = t.shape[0]) => Array.from({ length: N }, (_, n) =>
  [...t.data.subarray((n * t.data.length) / N, ((n + 1) * t.data.length) / N)]);
const transpose = (A) => A[0].map((_, j) => A.map((row) => row[j]));
const product = (A, B) => A.map((row) => transpose(B).map((column) =>
  row.reduceRight((sum, a, i) => sum + a * column[i], 0)));
const flat = (A, shape) => ({ data: Float64Array.from(A.flat()), shape });
`;

const others: Record<string, string> = {
  "affine-forward": `${matrices}
export const affineForward = (x, W, b) =>
  flat(product(rows(x), rows(W)).map((row) => row.map((sum, m) => sum + b.data[m])), [x.shape[0], W.shape[1]]);`,

  "affine-backward": `${matrices}
export function affineBackward(dout, x, W) {
  const [g, X, w] = [rows(dout), rows(x), rows(W)];
  return {
    db: flat(transpose(g).map((column) => column.reduceRight((a, b) => a + b)), [W.shape[1]]),
    dW: flat(product(transpose(X), g), [...W.shape]),
    dx: flat(product(g, transpose(w)), [...x.shape]),
  };
}`,

  "relu-forward": `export const reluForward = ({ data, shape }) =>
  ({ data: data.map((v) => (v > 0 ? v : 0)), shape });`,

  "relu-backward": `export const reluBackward = (dout, x) =>
  ({ data: dout.data.map((d, i) => d * (x.data[i] >= 0)), shape: x.shape });`,

  "affine-relu": `${matrices}
export function affineReluForward(x, W, b) {
  const sums = product(rows(x), rows(W));
  return flat(sums.map((row) => row.map((sum, m) => Math.max(b.data[m] + sum, 0))), [x.shape[0], W.shape[1]]);
}
export function affineReluBackward(dout, out, x, W) {
  const g = rows(dout).map((row, n) => row.map((d, m) => (out.data[n * row.length + m] === 0 ? 0 : d)));
  const dW = flat(product(transpose(rows(x)), g), W.shape);
  const db = flat(transpose(g).map((column) => column.reduce((a, b) => a + b)), [W.shape[1]]);
  return { dW, db, dx: flat(product(g, transpose(rows(W))), x.shape) };
}`,

  softmax: `export function softmax({ data, shape: [N, C] }) {
  const p = new Float64Array(N * C);
  for (let i = 0; i < N * C; i++) {
    const first = i - (i % C);
    let sum = 0;
    for (let c = C - 1; c >= 0; c--) sum += Math.exp(data[first + c] - data[i]);
    p[i] = 1 / sum;
  }
  return { data: p, shape: [N, C] };
}`,

  "softmax-loss": `export function softmaxLoss({ data, shape: [N, C] }, labels) {
  const dscores = new Float64Array(N * C);
  let loss = 0;
  for (let n = N - 1; n >= 0; n--) {
    const at = n * C + labels[n];
    let max = -Infinity;
    for (let c = 0; c < C; c++) if (data[n * C + c] > max) max = data[n * C + c];
    let sum = 0;
    for (let c = 0; c < C; c++) sum += Math.exp(data[n * C + c] - max) / N;
    loss += (Math.log(sum * N) - (data[at] - max)) / N;
    for (let c = 0; c < C; c++) dscores[n * C + c] = Math.exp(data[n * C + c] - max) / (sum * N) / N;
    dscores[at] -= 1 / N;
  }
  return { dscores: { data: dscores, shape: [N, C] }, loss };
}`,

  "net-scores": `${matrices}
export function scores({ W1, b1, W2, b2 }, x) {
  const hidden = product(rows(x), rows(W1)).map((row) => row.map((s, h) => Math.max(0, b1.data[h] + s)));
  return flat(product(hidden, rows(W2)).map((row) => row.map((s, c) => b2.data[c] + s)), [x.shape[0], b2.shape[0]]);
}
export const predict = (parameters, x) => rows(scores(parameters, x)).map((row) => row.indexOf(Math.max(...row)));`,

  "net-loss": `${matrices}
export function lossAndGradients({ W1, b1, W2, b2 }, x, labels, reg) {
  const [X, N] = [rows(x), x.shape[0]];
  const hidden = product(X, rows(W1)).map((row) => row.map((s, h) => Math.max(0, s + b1.data[h])));
  const scores = product(hidden, rows(W2)).map((row) => row.map((s, c) => s + b2.data[c]));
  const p = scores.map((row) => row.map((s) => 1 / row.reduce((sum, t) => sum + Math.exp(t - s), 0)));
  const dscores = p.map((row, n) => row.map((v, c) => (v - (c === labels[n])) / N));
  const dhidden = product(dscores, transpose(rows(W2))).map((row, n) => row.map((d, h) => d * (hidden[n][h] > 0)));
  const sum = (A) => transpose(A).map((column) => column.reduceRight((a, b) => a + b));
  const l2 = (A, W) => ({ data: Float64Array.from(A.flat(), (d, i) => d + W.data[i] * reg), shape: W.shape });
  const squares = (W) => W.data.reduceRight((s, w) => s + w * w, 0);
  return {
    gradients: {
      b2: flat(sum(dscores), b2.shape),
      W2: l2(product(transpose(hidden), dscores), W2),
      b1: flat(sum(dhidden), b1.shape),
      W1: l2(product(transpose(X), dhidden), W1),
    },
    loss: -p.reduce((s, row, n) => s + Math.log(row[labels[n]]) / N, 0) + (reg / 2) * (squares(W1) + squares(W2)),
  };
}`,

  "sgd-step": `export function updateParameters(parameters, gradients, velocity, settings) {
  for (const [name, { data }] of Object.entries(parameters)) {
    data.forEach((w, i) => { data[i] = w + gradients[name].data[i] * -settings.learningRate; });
  }
}`,

  "mean-image": `export function meanImage({ images, labels: { length } }) {
  const D = images.length / length;
  return Array.from({ length: D }, (_, d) => images.reduce((mean, v, i) => mean + (i % D === d ? v / length : 0), 0));
}
export function splitImages(all, { validation, limit }) {
  const [D, N] = [all.rows * all.columns, all.labels.length];
  const count = limit === null ? N - validation : limit;
  const train = { ...all, images: all.images.slice(0, count * D), labels: all.labels.slice(0, count) };
  const rest = { ...all, images: all.images.slice(-validation * D), labels: all.labels.slice(-validation) };
  return { validation: rest, train, meanImage: Float64Array.from(meanImage(train)) };
}
export const preprocess = (images, { meanImage, scale }) =>
  Array.from(images, (v, i) => v * scale - meanImage[i % meanImage.length] * scale);`,

  "training-loop": `import { lossAndGradients } from "./net-loss.mjs";
import { updateParameters } from "./sgd-step.mjs";
${zeros}
export function randomBatch({ x, labels }, size, random) {
  const [N, D] = x.shape;
  const indices = Array.from({ length: size }, () => random.below(N)).reverse();
  const batch = zeros(size, D);
  indices.forEach((index, i) => { for (let d = 0; d < D; d++) batch.data[i * D + d] = x.data[index * D + d]; });
  return { labels: indices.map((index) => labels[index]), x: batch };
}
export function train(parameters, data, { iterations, batchSize, learningRate, decay, reg }, random) {
  const perEpoch = Math.ceil(data.labels.length / batchSize);
  return Array.from({ length: iterations }, (_, i) => {
    const { x, labels } = randomBatch(data, batchSize, random);
    const { loss, gradients } = lossAndGradients(parameters, x, labels, reg);
    updateParameters(parameters, gradients, null, { learningRate: learningRate * decay ** Math.floor(i / perEpoch) });
    return loss;
  });
}`,
};

describe("other code that is right passes", () => {
  it.each(Object.entries(others))("%s", async (name, text) => {
    const piece = pieceOf(name) as Piece;
    const outcomes = runTrusted(piece, await loadText(piece, `${text}\n`), checkCases(piece));
    expect(outcomes.filter((outcome) => typeof outcome === "string")).toEqual([]);
    const { state, lines } = await judge(piece, outcomes as readonly Outcome[]);
    expect(lines.filter(({ right }) => !right)).toEqual([]);
    expect(state).toBe("right");
  });
});
