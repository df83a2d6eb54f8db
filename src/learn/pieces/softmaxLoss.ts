import { softmax } from "../../layers/softmax.js";
import { log } from "../../math.js";
import type { Random } from "../../random.js";
import type { Inputs, Piece } from "../piece.js";
import { labelsOf, normal, numbers, tensorOf, uneven } from "./inputs.js";

/** Scores of which one lies 1000 below the others, at its label: exp gives a probability of exactly 0. */
function hopeless(random: Random): Inputs {
  const scores = normal(random, 1, 4, 3);
  const labels = labelsOf(random, 4, 3);
  for (let c = 0; c < 3; c++) scores.data[c] += c === labels[0] ? 0 : 1000;
  return { scores, labels };
}

/** Scores that are all near 1000, where exp alone is Infinity. */
function high(random: Random): Inputs {
  const scores = normal(random, 1, 3, 4);
  for (let i = 0; i < scores.data.length; i++) scores.data[i] += 1000;
  return { scores, labels: labelsOf(random, 3, 4) };
}

/** Σ|terms| of the loss and of dscores. */
function termsOf(inputs: Inputs): Record<string, ArrayLike<number>> {
  const scores = tensorOf(inputs, "scores");
  const labels = inputs.labels as Uint8Array;
  const [N, C] = scores.shape;
  const dscores = softmax(scores).data;
  let loss = 0;
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) loss = Math.max(loss, 1 + Math.abs(scores.data[n * C + c]));
    dscores[n * C + labels[n]] += 1;
  }
  return { loss: [loss], dscores: dscores.map((p) => p / N) };
}

export const softmaxLoss: Piece = {
  name: "softmax-loss",
  title: "Softmax loss",
  helpers: [],
  imports: { softmax: ["softmax"] },
  functions: [
    {
      name: "softmaxLoss",
      parameters: "scores, labels",
      doc: `
The loss of a batch and its gradient: loss = the mean over n of -log p[n][labels[n]], with p the softmax
of scores, and dscores = (p - target) / N, where target is 1 at the label and 0 elsewhere.

An example by hand, N = 2, C = 2:
  scores = [0 log(3)]   labels = [1 0]   p = [0.25 0.75]
           [0 0     ]                        [0.5  0.5 ]
  loss = (-log(0.75) - log(0.5)) / 2 = 0.490415
  dscores = [0.25      0.75 - 1] / 2 = [ 0.125 -0.125]
            [0.5 - 1   0.5     ]       [-0.25   0.25 ]

A probability may round to 0 where the score of the label is far below the others, and log(0) is
-Infinity. The loss itself is finite: -log p = log(Σ_j exp(s[j] - max)) + max - s[label].

@param {Tensor} scores [N, C] one score a class
@param {ArrayLike<number>} labels [N] the class of each example, 0 to C - 1
@returns {{ loss: number, dscores: Tensor }} the mean loss, and dscores [N, C]`,
      todo: "compute loss and dscores; softmax(scores) gives a fresh tensor of probabilities",
      body: `
  const [N, C] = scores.shape;
  const dscores = softmax(scores); // p, of which the rest is made
  let loss = 0;
  for (let n = 0; n < N; n++) {
    const row = scores.data.subarray(n * C, (n + 1) * C);
    const max = Math.max(...row);
    let sum = 0;
    for (const score of row) sum += Math.exp(score - max);
    loss += Math.log(sum) + max - row[labels[n]];
    dscores.data[n * C + labels[n]] -= 1;
    for (let c = 0; c < C; c++) dscores.data[n * C + c] /= N;
  }
  return { loss: loss / N, dscores };`,
    },
  ],
  hints: [
    "The loss of one example is -log of the probability that it gives to its label; a batch takes the " +
      "mean. Raising a score raises its own probability and lowers all others: what does the label want?",
    "loss = 1/N Σ_n (log Σ_j exp(s[n][j] - max_n) + max_n - s[n][label_n]); " +
      "dscores[n][c] = (p[n][c] - (1 if c is the label, else 0)) / N.",
    "const dscores = softmax(scores); for each n: loss += Math.log(sum) + max - " +
      "scores.data[n * C + labels[n]]; dscores.data[n * C + labels[n]] -= 1; then divide all of dscores " +
      "and loss by N.",
  ],
  why:
    "The logarithm is taken of a sum that holds exp(0) = 1, so it is never that of 0. The gradient is " +
    "made in place of the probabilities, which nothing needs afterwards.",
  outputs: [
    { name: "loss", from: "softmaxLoss", field: "loss", kind: "number" },
    { name: "dscores", from: "softmaxLoss", field: "dscores", kind: "tensor" },
  ],
  compared: "gradient",
  byHand: {
    inputs: {
      scores: numbers([0, log(3), 0, 0], 2, 2),
      labels: Uint8Array.of(1, 0),
    },
    expected: {
      loss: [(-log(0.75) - log(0.5)) / 2],
      dscores: [0.125, -0.125, -0.25, 0.25],
    },
  },
  cases: (random) => [
    { scores: uneven(random, 5, 4), labels: labelsOf(random, 5, 4) },
    { scores: normal(random, 2, 3, 5), labels: labelsOf(random, 3, 5) },
    hopeless(random),
    high(random),
  ],
  call: (f, { scores, labels }) => ({ softmaxLoss: f.softmaxLoss(scores, labels) }),
  terms: termsOf,
  mutants: [
    {
      name: "loss-sum",
      words:
        "Your loss is the sum over the examples, not the mean: divide it by N. Your gradient has the N, " +
        "so the two do not belong together.",
      source: {
        ours: "loss and gradient are divided by N in different places, so that one is forgotten",
      },
      edits: [["loss: loss / N", "loss"]],
    },
    {
      name: "loss-gradient-sum",
      words:
        "Your gradient is that of the sum, N times too large. The loss is a mean, so dscores is divided " +
        "by N as well.",
      source: {
        seen: "stackoverflow.com, question 65275522: why the gradient is divided by the batch size",
      },
      edits: [["    for (let c = 0; c < C; c++) dscores.data[n * C + c] /= N;\n", ""]],
    },
    {
      name: "loss-and-gradient-sum",
      words:
        "Neither your loss nor your gradient is divided by N. They belong together, but a learning rate " +
        "that suits a mean is N times too large for a sum.",
      source: {
        ours: "many tutorials sum the loss over a batch, with a learning rate smaller by as much",
      },
      edits: [
        ["loss: loss / N", "loss"],
        ["    for (let c = 0; c < C; c++) dscores.data[n * C + c] /= N;\n", ""],
      ],
    },
    {
      name: "loss-gradient-doubled",
      words:
        "Your gradient is twice what it should be. The 2 comes from the square in a squared error; " +
        "there is no square here.",
      source: {
        seen: "github.com/markroxor/fromscratchtoml, issue 65: the gradient of softmax off by a factor of two",
      },
      edits: [["dscores.data[n * C + c] /= N", "dscores.data[n * C + c] *= 2 / N"]],
    },
    {
      name: "loss-label-not-subtracted",
      words:
        "Your gradient is p / N: the 1 at the label is not subtracted. As it is, training lowers every " +
        "score, that of the right class most of all.",
      source: { ours: "the gradient is p but for one column, and that line is one of three" },
      edits: [["    dscores.data[n * C + labels[n]] -= 1;\n", ""]],
    },
    {
      name: "loss-gradient-sign",
      words: "Your gradient has the wrong sign: target - p. Going against it would raise the loss.",
      source: {
        seen: "asked about in github.com/eriklindernoren/ML-From-Scratch, issue 107: y - p or p - y",
      },
      edits: [["dscores.data[n * C + c] /= N", "dscores.data[n * C + c] /= -N"]],
    },
    {
      name: "loss-sign",
      words: "Your loss is the mean of log p, which is negative. The loss is -log p.",
      source: {
        seen: "github.com/peterroelants/peterroelants.github.io, pull request 24: a minus lost in a page on cross entropy",
      },
      edits: [["loss: loss / N", "loss: -loss / N"]],
    },
    {
      name: "loss-probabilities-overwritten",
      words:
        "You take the logarithm of a probability after the 1 has been subtracted from it, so of a " +
        "number below 0: NaN. Use the probabilities first, or keep a copy.",
      source: { ours: "dscores = probs, as CS231n's case study has it, is no copy" },
      edits: [
        ["    loss += Math.log(sum) + max - row[labels[n]];\n", ""],
        [
          "    dscores.data[n * C + labels[n]] -= 1;\n",
          "    dscores.data[n * C + labels[n]] -= 1;\n" +
            "    loss -= Math.log(dscores.data[n * C + labels[n]]);\n",
        ],
      ],
    },
    {
      name: "loss-log-of-0",
      words:
        "You take the logarithm of a probability that has rounded to 0, which is -Infinity. Take it " +
        "of the sum instead: -log p = log(Σ_j exp(s[j] - max)) + max - s[label].",
      source: {
        seen: "forums.fast.ai, topic 1441: cross entropy of log(0); hidden by a + 1e-7 in many books",
      },
      edits: [
        [
          "loss += Math.log(sum) + max - row[labels[n]];",
          "loss -= Math.log(dscores.data[n * C + labels[n]]);",
        ],
      ],
    },
    {
      name: "loss-no-maximum",
      words:
        "You sum exp(score) without subtracting the maximum, so scores of 1000 give a loss of Infinity. " +
        "Subtract the largest score of the row inside exp, and add it again outside the logarithm.",
      source: {
        seen: 'CS231n\'s notes on linear classification: "Practical issues: Numeric stability"',
      },
      edits: [["const max = Math.max(...row);", "const max = 0;"]],
    },
    {
      name: "loss-maximum-not-added",
      words:
        "You subtract the maximum inside exp and compare with the score itself. Subtract it from the " +
        "label's score too, or add it again outside the logarithm.",
      source: { ours: "the shift cancels in p, but not in a loss made of two terms" },
      edits: [["Math.log(sum) + max - row[labels[n]]", "Math.log(sum) - row[labels[n]]"]],
    },
    {
      name: "loss-divided-by-all",
      words: "You divide by N · C, the number of scores. The mean is over the N examples alone.",
      source: {
        seen: "github.com/jax-ml/jax, issue 1023: np.mean over images and classes in the MNIST example",
      },
      edits: [
        ["loss: loss / N", "loss: loss / (N * C)"],
        ["dscores.data[n * C + c] /= N", "dscores.data[n * C + c] /= N * C"],
      ],
    },
    {
      name: "loss-first-label",
      words:
        "You use the label of the first example for all of them. Each row has a label of its own.",
      source: { ours: "a try with one example has labels[0]" },
      edits: [
        ["row[labels[n]]", "row[labels[0]]"],
        ["dscores.data[n * C + labels[n]] -= 1", "dscores.data[n * C + labels[0]] -= 1"],
      ],
    },
  ],
};
