import type { Piece } from "../piece.js";
import { numbers, uneven } from "./inputs.js";

export const reluForward: Piece = {
  name: "relu-forward",
  title: "ReLU forward",
  helpers: ["zerosLike"],
  functions: [
    {
      name: "reluForward",
      parameters: "x",
      doc: `
ReLU forward: out = max(0, x), number by number.

An example by hand: x = [-1 2 0], out = [0 2 0].

@param {Tensor} x any shape
@returns {Tensor} out, in the shape of x; x itself stays as it is`,
      todo: "make out with zerosLike(x) and fill it",
      body: `
  const out = zerosLike(x);
  for (let i = 0; i < x.data.length; i++) out.data[i] = Math.max(0, x.data[i]);
  return out;`,
    },
  ],
  hints: [
    "Positive numbers pass, negative ones become 0. No number depends on any other.",
    "out[i] = max(0, x[i]) for every i from 0 to x.data.length - 1, whatever the shape.",
    "const out = zerosLike(x); for each i: out.data[i] = Math.max(0, x.data[i]); return out.",
  ],
  why: "Math.max keeps NaN, so that a training run that diverges shows it. x > 0 ? x : 0 would hide it.",
  outputs: [{ name: "out", from: "reluForward", kind: "tensor", cites: "x" }],
  compared: "numbers",
  byHand: { inputs: { x: numbers([-1, 2, 0], 1, 3) }, expected: { out: [0, 2, 0] } },
  cases: (random) => [{ x: uneven(random, 4, 6) }, { x: uneven(random, 3, 2, 2, 5) }],
  call: (f, { x }) => ({ reluForward: f.reluForward(x) }),
  mutants: [
    {
      name: "relu-overwrites-x",
      words:
        "You write into x, which belongs to the caller. The backward pass needs x as it was; put the " +
        "results into a new tensor.",
      source: {
        seen: "github.com/acrarshin/RPNet, pull request 6: a ReLU in place, which spoiled the backward pass",
      },
      edits: [["const out = zerosLike(x);", "const out = x;"]],
    },
    {
      name: "relu-step",
      words:
        "You return 1 where x is positive. That is the slope of ReLU, which belongs in the backward " +
        "pass; forward returns x itself there.",
      source: { ours: "ReLU and its derivative are learned together, and both are piecewise" },
      edits: [["Math.max(0, x.data[i])", "x.data[i] > 0 ? 1 : 0"]],
    },
    {
      name: "relu-minimum",
      words: "You keep the negative numbers and drop the positive ones. It is the other way round.",
      source: { ours: "min and max differ by two letters" },
      edits: [["Math.max(0, x.data[i])", "Math.min(0, x.data[i])"]],
    },
    {
      name: "relu-absolute",
      words:
        "You turn negative numbers positive. They become 0: a unit that gets a negative sum is off.",
      source: { ours: "|x| too is never negative" },
      edits: [["Math.max(0, x.data[i])", "Math.abs(x.data[i])"]],
    },
    {
      name: "relu-identity",
      words: "You return x as it came. Where it is negative, 0 belongs in its place.",
      source: { seen: "github.com/ahmedfgad/NumPyCNN, issue 4: numpy.max(x, 0), which returns x" },
      edits: [["Math.max(0, x.data[i])", "x.data[i]"]],
    },
  ],
};
