import type { Piece } from "../piece.js";
import { affineTerms, numbers, tensorOf, uneven } from "./inputs.js";

export const affineForward: Piece = {
  name: "affine-forward",
  title: "Affine forward",
  helpers: ["checkShape", "zerosLike"],
  functions: [
    {
      name: "affineForward",
      parameters: "x, W, b",
      doc: `
Affine forward: out = x·W + b, each example of x flattened to a row.

An example by hand, N = 2, D = 2, M = 2:
  x = [1  2]   W = [1 0]   b = [10 20]
      [3 -1]       [3 1]
  out = [1·1 + 2·3 + 10   1·0 + 2·1 + 20] = [17 22]
        [3·1 - 1·3 + 10   3·0 - 1·1 + 20]   [10 19]

@param {Tensor} x [N, d1, ..., dk]: N examples of D = d1 · ... · dk numbers each
@param {Tensor} W [D, M] weights
@param {Tensor} b [M] biases
@returns {Tensor} out [N, M]`,
      todo: "make out with zerosLike(x, N, M) and fill it",
      body: `
  const [N, M] = [x.shape[0], W.shape[1]];
  const D = x.data.length / N; // d1 · ... · dk: each example is one row
  checkShape("W", W, x.data.length / N, M);
  checkShape("b", b, M);

  const out = zerosLike(x, N, M);
  for (let n = 0; n < N; n++) {
    const sum = Float64Array.from(b.data);
    for (let d = 0; d < D; d++) {
      for (let m = 0; m < M; m++) sum[m] += x.data[n * D + d] * W.data[d * M + m];
    }
    out.data.set(sum, n * M);
  }
  return out;`,
    },
  ],
  hints: [
    "Each number of out belongs to one example n and one column m. Which numbers of x and of W meet " +
      "in it, and what is added once at the end?",
    "out[n][m] = b[m] + Σ_d x[n][d] · W[d][m]. Row by row, x[n][d] is x.data[n * D + d], where " +
      "D = x.data.length / N counts all numbers of an example, whatever the shape of x.",
    "for each n, for each m: let sum = b.data[m]; for each d: sum += x.data[n * D + d] * " +
      "W.data[d * M + m]; then out.data[n * M + m] = sum.",
  ],
  why:
    "The innermost loop runs along a row of W, in the order in which its numbers lie in memory. " +
    "Sums are kept in 64 bits and rounded once.",
  outputs: [{ name: "out", from: "affineForward", kind: "tensor" }],
  compared: "numbers",
  byHand: {
    inputs: {
      x: numbers([1, 2, 3, -1], 2, 2),
      W: numbers([1, 0, 3, 1], 2, 2),
      b: numbers([10, 20], 2),
    },
    expected: { out: [17, 22, 10, 19] },
  },
  cases: (random) => [
    { x: uneven(random, 4, 2, 3, 1), W: uneven(random, 6, 5), b: uneven(random, 5) },
    { x: uneven(random, 4, 2, 3, 1), W: uneven(random, 6, 5), b: uneven(random, 5) },
    { x: uneven(random, 3, 4), W: uneven(random, 4, 2), b: uneven(random, 2) },
  ],
  call: (f, { x, W, b }) => ({ affineForward: f.affineForward(x, W, b) }),
  terms: (i) => ({ out: affineTerms(tensorOf(i, "x"), tensorOf(i, "W"), tensorOf(i, "b")).data }),
  mutants: [
    {
      name: "affine-not-flattened",
      words:
        "You take the second size of x for D, the number of inputs. Here an example has more than " +
        "one dimension: how many numbers does it hold in all?",
      source: {
        seen: "github.com/dingchenwei/googLeNet, issue 1: no Flatten in front of a linear layer",
      },
      edits: [["const D = x.data.length / N;", "const D = x.shape[1];"]],
    },
    {
      name: "affine-weights-transposed",
      words:
        "You read W as if it were [M, D], so that its rows and columns are swapped. W is [D, M]: " +
        "where does W[d][m] lie in W.data?",
      source: {
        seen: "github.com/pytorch/pytorch, issue 139598: x times a weight matrix that is stored as (out, in)",
      },
      edits: [["W.data[d * M + m]", "W.data[m * D + d]"]],
    },
    {
      name: "affine-no-bias",
      words: "You leave the bias out. What should out be for an example of zeros alone?",
      source: { seen: "corrected in github.com/Kulbear/deep-learning-coursera, pull request 48" },
      edits: [["Float64Array.from(b.data)", "new Float64Array(M)"]],
    },
    {
      name: "affine-bias-by-example",
      words:
        "You add one bias to a whole example: b[n] where b[m] belongs. There is a bias for each " +
        "column of out, and every example gets all of them.",
      source: {
        seen: "github.com/robertknight/rten, pull request 526: a bias broadcast the wrong way, where both sizes were equal",
      },
      edits: [["Float64Array.from(b.data)", "new Float64Array(M).fill(b.data[n % M])"]],
    },
    {
      name: "affine-sum-carried-over",
      words:
        "You start the sums from the bias once, and each example goes on from the sums of the " +
        "one before. Each row of out starts anew from b.",
      source: {
        seen: "github.com/UCLA-VAST/AutoSA, issue 20: an accumulator of a matrix product that is never cleared",
      },
      edits: [
        [
          "  for (let n = 0; n < N; n++) {\n    const sum = Float64Array.from(b.data);",
          "  const sum = Float64Array.from(b.data);\n  for (let n = 0; n < N; n++) {",
        ],
      ],
    },
    {
      name: "affine-output-added",
      words:
        "You keep out from call to call and add to what is in it, so that the first call is right and " +
        "the next is not. Make a new out in every call.",
      source: { ours: "a buffer that is reused saves memory, and += is how its numbers are made" },
      edits: [
        ["/** @typedef", "/** @type {any} */\nlet kept;\n/** @typedef"],
        ["const out = zerosLike(x, N, M);", "const out = (kept ??= zerosLike(x, N, M));"],
        [
          "    out.data.set(sum, n * M);",
          "    for (let m = 0; m < M; m++) out.data[n * M + m] += sum[m];",
        ],
      ],
    },
  ],
};
