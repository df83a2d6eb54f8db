import { affineBackward as ours } from "../../layers/affine.js";
import type { Piece } from "../piece.js";
import { abs, numbers, tensorOf, uneven } from "./inputs.js";

export const affineBackward: Piece = {
  name: "affine-backward",
  title: "Affine backward",
  helpers: ["checkShape", "zerosLike"],
  functions: [
    {
      name: "affineBackward",
      parameters: "dout, x, W",
      doc: `
Affine backward: dx = dout·Wᵀ, dW = xᵀ·dout, db = the sum of dout over all examples.

dout says how much the loss changes with each number of out; the result says how much it changes with
each number of x, W and b. An example by hand, N = 2, D = 2, M = 2, with x and W as in forward:
  dout = [1 0]   x = [1  2]   W = [1 0]
         [2 5]       [3 -1]       [3 1]
  dx = [1·1 + 0·0   1·3 + 0·1] = [1  3]     dW = [1·1 + 3·2   1·0 + 3·5] = [7 15]
       [2·1 + 5·0   2·3 + 5·1]   [2 11]          [2·1 - 1·2   2·0 - 1·5]   [0 -5]
  db = [1 + 2   0 + 5] = [3 5]

@param {Tensor} dout [N, M] upstream gradient
@param {Tensor} x [N, d1, ..., dk], as in forward
@param {Tensor} W [D, M], as in forward
@returns {{ dx: Tensor, dW: Tensor, db: Tensor }} dx in the shape of x, dW [D, M], db [M]`,
      todo: "make dx, dW and db with zerosLike, and fill them",
      body: `
  const [N, M] = dout.shape;
  const D = x.data.length / N;
  checkShape("dout", dout, x.shape[0], W.shape[1]);
  checkShape("W", W, D, M);

  const dx = zerosLike(x);
  const dW = zerosLike(W);
  const db = zerosLike(W, M);
  for (let n = 0; n < N; n++) {
    for (let m = 0; m < M; m++) {
      const slope = dout.data[n * M + m];
      db.data[m] += slope;
      if (slope === 0) continue; // as behind a ReLU that is off
      for (let d = 0; d < D; d++) {
        dx.data[n * D + d] += slope * W.data[d * M + m];
        dW.data[d * M + m] += slope * x.data[n * D + d];
      }
    }
  }
  return { dx, dW, db };`,
    },
  ],
  hints: [
    "Take one number, such as W[d][m], and change it a little. Which numbers of out change, and by " +
      "how much each? The gradient adds up these changes, each times its dout.",
    "dx[n][d] = Σ_m dout[n][m] · W[d][m], dW[d][m] = Σ_n x[n][d] · dout[n][m], " +
      "db[m] = Σ_n dout[n][m]. The shapes leave no other way to combine them.",
    "for each n, d, m: dx.data[n * D + d] += dout.data[n * M + m] * W.data[d * M + m] and " +
      "dW.data[d * M + m] += x.data[n * D + d] * dout.data[n * M + m]; for each n, m: " +
      "db.data[m] += dout.data[n * M + m].",
  ],
  why:
    "One pass over n, m and d fills all three, since each product belongs to exactly one sum. Our " +
    "own code in src/layers computes dx only when it is read: the first layer needs none.",
  outputs: [
    { name: "dx", from: "affineBackward", field: "dx", kind: "tensor" },
    { name: "dW", from: "affineBackward", field: "dW", kind: "tensor" },
    { name: "db", from: "affineBackward", field: "db", kind: "tensor" },
  ],
  compared: "gradient",
  byHand: {
    inputs: {
      dout: numbers([1, 0, 2, 5], 2, 2),
      x: numbers([1, 2, 3, -1], 2, 2),
      W: numbers([1, 0, 3, 1], 2, 2),
    },
    expected: { dx: [1, 3, 2, 11], dW: [7, 15, 0, -5], db: [3, 5] },
  },
  cases: (random) => [
    { dout: uneven(random, 4, 5), x: uneven(random, 4, 2, 3, 1), W: uneven(random, 6, 5) },
    { dout: uneven(random, 4, 5), x: uneven(random, 4, 2, 3, 1), W: uneven(random, 6, 5) },
    { dout: uneven(random, 3, 2), x: uneven(random, 3, 4), W: uneven(random, 4, 2) },
  ],
  call: (f, { dout, x, W }) => ({ affineBackward: f.affineBackward(dout, x, W) }),
  terms: (i) => {
    const [dout, x, W] = ["dout", "x", "W"].map((name) => abs(tensorOf(i, name)));
    const { dx, dW, db } = ours(dout, x, W);
    return { dx: dx.data, dW: dW.data, db: db.data };
  },
  mutants: [
    {
      name: "affine-dx-flat",
      words:
        "Your dx is flattened to [N, D]. It has to come back in the shape in which x came, since the " +
        "layer before knows only that.",
      source: {
        ours: "CS231n, assignment 2, ends affine_backward with a reshape, which is easily left out",
      },
      edits: [["const dx = zerosLike(x);", "const dx = zerosLike(x, N, D);"]],
    },
    {
      name: "affine-dx-weights-not-transposed",
      words: "For dx you read W as if it were [M, D]. dx[n][d] sums over m, along the row d of W.",
      source: {
        seen: "github.com/apache/mxnet, pull request 4498: a review finds transposes missing in the backward pass of dot",
      },
      edits: [["slope * W.data[d * M + m]", "slope * W.data[m * D + d]"]],
    },
    {
      name: "affine-dW-transposed",
      words: "You compute doutᵀ·x, which is [M, D]. dW has the shape of W, [D, M]: xᵀ·dout.",
      source: {
        ours: "dW = dZ·Aᵀ is right where examples are columns, as in Coursera's Deep Learning Specialization",
      },
      edits: [
        ["const dW = zerosLike(W);", "const dW = zerosLike(W, M, D);"],
        ["dW.data[d * M + m] +=", "dW.data[m * D + d] +="],
      ],
    },
    {
      name: "affine-dW-columns-first",
      words:
        "The numbers of your dW are right but lie column by column. Its shape says [D, M], so " +
        "dW[d][m] is dW.data[d * M + m].",
      source: {
        seen: "github.com/iamtrask/Grokking-Deep-Learning, pull request 22: weight deltas were transposed",
      },
      edits: [["dW.data[d * M + m] +=", "dW.data[m * D + d] +="]],
    },
    {
      name: "affine-dW-last-example",
      words:
        "You set dW where you should add to it, so that only the last example is left. Every example " +
        "changes with W, so all of them count.",
      source: {
        seen: "github.com/0809zheng/CS231n-assignment2019, issue 19: = for += in a backward pass, which its test did not notice",
      },
      edits: [["dW.data[d * M + m] += slope", "dW.data[d * M + m] = slope"]],
    },
    {
      name: "affine-db-all-equal",
      words:
        "You sum dout over everything, so that all of db is the same. Each bias belongs to one column " +
        "m, and only the dout of that column reaches it.",
      source: {
        seen: "github.com/rasbt/stat453-deep-learning-ss21, issue 5: one torch.sum, and all biases the same",
      },
      edits: [["db.data[m] += slope;", "for (let k = 0; k < M; k++) db.data[k] += slope;"]],
    },
    {
      name: "affine-db-mean",
      words:
        "Your db is the mean of dout over the examples, not the sum. The mean is taken once, in the " +
        "loss; what arrives here is already divided by N.",
      source: {
        seen: 'proposed in github.com/dengfy/cs231n, issue 1: "Shouldn\'t db be averaged"',
      },
      edits: [["db.data[m] += slope;", "db.data[m] += slope / N;"]],
    },
    {
      name: "affine-db-not-summed",
      words:
        "Your db is dout itself, with a row for each example. One bias serves all examples, so their " +
        "rows are added up.",
      source: {
        seen: "github.com/jimfleming/differentiation, issue 1: biases broadcast to a row for each example",
      },
      edits: [
        ["const db = zerosLike(W, M);", "const db = zerosLike(W, N, M);"],
        ["db.data[m] += slope", "db.data[n * M + m] = slope"],
      ],
    },
    {
      name: "affine-db-last-example",
      words: "Your db holds the dout of the last example alone. Add up all of them.",
      source: {
        seen: "github.com/ocaml-multicore/parallel-programming-in-multicore-ocaml, issue 20: the last product in place of the sum",
      },
      edits: [["db.data[m] += slope", "db.data[m] = slope"]],
    },
    {
      name: "affine-divided-by-N",
      words:
        "You divide dW and db by N. The loss has done that already: its gradient, which arrives here as " +
        "dout, is that of a mean.",
      source: {
        seen: "github.com/eriklindernoren/PyTorch-YOLOv3, pull request 137: a loss averaged over the batch twice",
      },
      edits: [
        ["slope * x.data[n * D + d]", "(slope * x.data[n * D + d]) / N"],
        ["db.data[m] += slope;", "db.data[m] += slope / N;"],
      ],
    },
    {
      name: "affine-gradients-added",
      words:
        "You keep dW from call to call and add to it, so that the first call is right and the next is " +
        "not. Make a new one in every call.",
      source: {
        seen: "github.com/udacity/deep-learning-v2-pytorch, pull request 160: a lesson without zero_grad, so that gradients add up",
      },
      edits: [
        ["/** @typedef", "/** @type {any} */\nlet kept;\n/** @typedef"],
        ["const dW = zerosLike(W);", "const dW = (kept ??= zerosLike(W));"],
      ],
    },
  ],
};
