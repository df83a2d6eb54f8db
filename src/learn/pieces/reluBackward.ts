import type { Piece } from "../piece.js";
import { numbers, tensorOf, uneven } from "./inputs.js";

const AT_ZERO =
  "At exactly 0 you pass dout on, which is as right as 0. But the next piece hands in ReLU's output, " +
  "which is 0 wherever x was negative. There x >= 0 lets everything through; x > 0 works for both.";

export const reluBackward: Piece = {
  name: "relu-backward",
  title: "ReLU backward",
  helpers: ["checkShape", "zerosLike"],
  functions: [
    {
      name: "reluBackward",
      parameters: "dout, x",
      doc: `
ReLU backward: dx = dout where x is positive, else 0.

An example by hand: x = [3 -2 1], dout = [4 5 -6], dx = [4 0 -6].

@param {Tensor} dout upstream gradient, in the shape of x
@param {Tensor} x as in forward, or what forward returned, which is positive in the same places
@returns {Tensor} dx, in the shape of x`,
      todo: "make dx with zerosLike(x) and fill it",
      body: `
  checkShape("dout", dout, ...x.shape);
  const dx = zerosLike(x);
  for (let i = 0; i < x.data.length; i++) {
    dx.data[i] = x.data[i] > 0 ? dout.data[i] : 0;
  }
  return dx;`,
    },
  ],
  hints: [
    "Change one number of x a little. If it is positive, the output changes by as much. If it is " +
      "negative, the output stays 0. How much of dout reaches x in each case?",
    "dx[i] = dout[i] · (1 where x[i] > 0, 0 where x[i] < 0). The sign of dout does not matter.",
    "const dx = zerosLike(x); for each i: if (x.data[i] > 0) dx.data[i] = dout.data[i]; return dx.",
  ],
  why:
    "At exactly 0 ReLU has no slope, and 0 is the usual choice. It also makes the output of forward as " +
    "good a mask as its input.",
  outputs: [
    {
      name: "dx",
      from: "reluBackward",
      kind: "tensor",
      cites: "x",
      eitherIsRight: (inputs, i) => tensorOf(inputs, "x").data[i] === 0,
    },
  ],
  compared: "gradient",
  byHand: {
    inputs: { dout: numbers([4, 5, -6], 1, 3), x: numbers([3, -2, 1], 1, 3) },
    expected: { dx: [4, 0, -6] },
  },
  cases: (random) => [
    { dout: uneven(random, 4, 6), x: uneven(random, 4, 6) },
    { dout: uneven(random, 3, 2, 2, 5), x: uneven(random, 3, 2, 2, 5) },
  ],
  call: (f, { dout, x }) => ({ reluBackward: f.reluBackward(dout, x) }),
  remark({ dx }, inputs) {
    const [x, dout] = [tensorOf(inputs, "x").data, tensorOf(inputs, "dout").data];
    const passes = Array.from(dx).some((d, i) => x[i] === 0 && d !== 0 && d === dout[i]);
    return passes ? AT_ZERO : null;
  },
  mutants: [
    {
      name: "relu-not-masked",
      words:
        "You pass dout on everywhere. Where x was negative the output did not change with x, so what " +
        "should arrive there?",
      source: {
        seen: "the printed notebook of the lesson, which copies dout and never sets it to 0",
      },
      edits: [["x.data[i] > 0 ? dout.data[i] : 0", "dout.data[i]"]],
    },
    {
      name: "relu-masked-by-dout",
      words:
        "You let pass what is positive in dout. What counts is the sign of x: a gradient may well be " +
        "negative.",
      source: { ours: "of the two arguments of backward, the wrong one is compared with 0" },
      edits: [["x.data[i] > 0 ? dout.data[i] : 0", "dout.data[i] > 0 ? dout.data[i] : 0"]],
    },
    {
      name: "relu-mask-of-values",
      words:
        "You multiply dout by x where x is positive. The slope of ReLU there is 1, whatever the size of x.",
      source: { ours: "multiplying by max(0, x) looks like a mask" },
      edits: [["x.data[i] > 0 ? dout.data[i] : 0", "dout.data[i] * Math.max(0, x.data[i])"]],
    },
    {
      name: "relu-mask-alone",
      words: "You return the slope of ReLU, 1 or 0. The chain rule multiplies it by dout.",
      source: {
        seen: "github.com/haifengl/smile, issue 528: the gradient from above replaced by 0 or 1; stackoverflow.com, question 50121887",
      },
      edits: [["x.data[i] > 0 ? dout.data[i] : 0", "x.data[i] > 0 ? 1 : 0"]],
    },
    {
      name: "relu-mask-inverted",
      words:
        "You let pass where x is negative and block where it is positive. It is the other way round.",
      source: {
        seen: "proposed in github.com/patrikeh/go-deep, issue 30: 1 where the value is negative",
      },
      edits: [["x.data[i] > 0 ? dout.data[i] : 0", "x.data[i] > 0 ? 0 : dout.data[i]"]],
    },
    {
      name: "relu-mask-signed",
      words:
        "Where x is negative you turn the sign of dout. Nothing arrives there: the output stayed 0.",
      source: { ours: "Math.sign(x) is shorter than a condition, and is -1 where 0 is meant" },
      edits: [["x.data[i] > 0 ? dout.data[i] : 0", "dout.data[i] * Math.sign(x.data[i])"]],
    },
    {
      name: "relu-overwrites-dout",
      words: "You write into dout, which belongs to the caller. Put the results into a new tensor.",
      source: {
        seen: "github.com/PaddlePaddle/PaddleCustomDevice, pull request 1263: dout shared its memory with dx, and was changed with it",
      },
      edits: [["const dx = zerosLike(x);", "const dx = dout;"]],
    },
  ],
};
