import type { Tensor } from "../../layers/tensor.js";
import { log } from "../../math.js";
import type { Piece } from "../piece.js";
import { normal, numbers, uneven } from "./inputs.js";

/** The same scores with rows of 1000, 0 and -1000 added, so that exp alone overflows or gives 0. */
function far(scores: Tensor): Tensor {
  const [N, C] = scores.shape;
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) scores.data[n * C + c] += [1000, 0, -1000, 0][n % 4];
  }
  return scores;
}

export const softmax: Piece = {
  name: "softmax",
  title: "Softmax",
  helpers: ["zerosLike"],
  functions: [
    {
      name: "softmax",
      parameters: "scores",
      doc: `
Softmax of each row: p[n][c] = exp(s[n][c]) / Σ_j exp(s[n][j]). Each row of p sums to 1.

An example by hand: scores = [0 log(3)], exp gives [1 3], p = [0.25 0.75].
Scores of 1000 are allowed, where exp(1000) is Infinity: only the differences in a row count, so the
largest score of the row may be subtracted first.

@param {Tensor} scores [N, C] one score a class
@returns {Tensor} p [N, C] probabilities`,
      todo: "make p with zerosLike(scores) and fill it",
      body: `
  const [N, C] = scores.shape;
  const p = zerosLike(scores);
  for (let n = 0; n < N; n++) {
    const row = scores.data.subarray(n * C, (n + 1) * C);
    const max = Math.max(...row);
    let sum = 0;
    for (let c = 0; c < C; c++) sum += Math.exp(row[c] - max);
    for (let c = 0; c < C; c++) p.data[n * C + c] = Math.exp(row[c] - max) / sum;
  }
  return p;`,
    },
  ],
  hints: [
    "exp makes every score positive, and dividing by their sum makes them sum to 1, row by row. " +
      "What is exp(1000), and what changes if every score of a row is made smaller by the same number?",
    "p[n][c] = exp(s[n][c] - max) / Σ_j exp(s[n][j] - max), with max the largest score of row n. " +
      "The largest term is then exp(0) = 1.",
    "for each n: find max over c of scores.data[n * C + c]; let sum be the sum over c of " +
      "Math.exp(scores.data[n * C + c] - max); p.data[n * C + c] = Math.exp(... - max) / sum.",
  ],
  why: "Subtracting the maximum of its row changes no probability, and no exp can overflow.",
  outputs: [{ name: "p", from: "softmax", kind: "tensor", cites: "scores" }],
  compared: "numbers",
  byHand: {
    inputs: { scores: numbers([0, log(3)], 1, 2) },
    expected: { p: [0.25, 0.75] },
  },
  cases: (random) => [
    { scores: uneven(random, 4, 5) },
    { scores: normal(random, 2, 3, 4) },
    { scores: far(normal(random, 1, 4, 3)) },
  ],
  call: (f, { scores }) => ({ softmax: f.softmax(scores) }),
  mutants: [
    {
      name: "softmax-maximum-of-batch",
      words:
        "You subtract the maximum of the whole batch. A row whose scores all lie far below it then has " +
        "exp = 0 everywhere, and 0 / 0 is NaN: take the maximum of each row.",
      source: {
        seen: "github.com/manassharma07/crysx_nn, issue 7: the maximum of the whole array, which gave NaN on MNIST",
      },
      edits: [["Math.max(...row)", "Math.max(...scores.data)"]],
    },
    {
      name: "softmax-no-maximum",
      words:
        "You do not subtract the maximum, so exp(1000) is Infinity, and Infinity / Infinity is NaN. Only " +
        "differences within a row count: make its largest score 0 first.",
      source: {
        seen: "found in github.com/apache/singa, pull request 540: NaN at scores of 10000",
      },
      edits: [["const max = Math.max(...row);", "const max = 0;"]],
    },
    {
      name: "softmax-wrong-axis",
      words:
        "You divide by the sum over the examples, column by column. The classes of one example compete " +
        "with each other: each row sums to 1.",
      source: {
        seen: "axis=0 for axis=1, as corrected in github.com/triton-lang/triton, pull request 11409",
      },
      edits: [
        [
          "    for (let c = 0; c < C; c++) sum += Math.exp(row[c] - max);\n    for (let c = 0; c < C; c++) " +
            "p.data[n * C + c] = Math.exp(row[c] - max) / sum;",
          "    for (let c = 0; c < C; c++) {\n      sum = 0;\n      for (let k = 0; k < N; k++) sum += " +
            "Math.exp(scores.data[k * C + c] - max);\n      p.data[n * C + c] = Math.exp(row[c] - max) / sum;\n" +
            "    }",
        ],
      ],
    },
    {
      name: "softmax-normalized-over-batch",
      words:
        "You divide by the sum over the whole batch, so that all numbers together sum to 1. Each row has " +
        "a sum of its own.",
      source: { seen: "github.com/deeplearning4j/nd4j, issue 44: one sum for all elements" },
      edits: [
        [
          "for (let c = 0; c < C; c++) sum += Math.exp(row[c] - max);",
          "for (const score of scores.data) sum += Math.exp(score - max);",
        ],
      ],
    },
    {
      name: "softmax-not-normalized",
      words: "You do not divide by the sum. Probabilities of one example sum to 1.",
      source: { ours: "exp(scores) is positive already, and the largest is the same" },
      edits: [["Math.exp(row[c] - max) / sum", "Math.exp(row[c] - max)"]],
    },
    {
      name: "softmax-overwrites-scores",
      words:
        "You write into scores, which belong to the caller. Put the results into a new tensor.",
      source: { seen: "github.com/JuliaGPU/CUDA.jl, issue 592: softmax(x) changed x" },
      edits: [
        ["const p = zerosLike(scores);", "const p = scores;"],
        [
          "const row = scores.data.subarray(n * C, (n + 1) * C);",
          "const row = scores.data.slice(n * C, (n + 1) * C);",
        ],
      ],
    },
  ],
};
