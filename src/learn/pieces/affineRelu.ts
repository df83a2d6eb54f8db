import { affineBackward } from "../../layers/affine.js";
import { affineReluForward } from "../../layers/affineRelu.js";
import { reluBackward } from "../../layers/relu.js";
import type { Random } from "../../random.js";
import type { Inputs, Piece } from "../piece.js";
import { abs, affineTerms, numbers, tensorOf, uneven } from "./inputs.js";

/** x in a given shape, and everything that goes with it; out is what our forward makes of it. */
function caseOf(random: Random, shape: readonly number[], M: number): Inputs {
  const D = shape.slice(1).reduce((product, d) => product * d, 1);
  const [x, W, b] = [uneven(random, ...shape), uneven(random, D, M), uneven(random, M)];
  return { x, W, b, dout: uneven(random, shape[0], M), out: affineReluForward(x, W, b) };
}

export const affineRelu: Piece = {
  name: "affine-relu",
  title: "Affine and ReLU composed",
  helpers: [],
  imports: {
    "affine-forward": ["affineForward"],
    "affine-backward": ["affineBackward"],
    "relu-forward": ["reluForward"],
    "relu-backward": ["reluBackward"],
  },
  functions: [
    {
      name: "affineReluForward",
      parameters: "x, W, b",
      doc: `
Affine, then ReLU: out = max(0, x·W + b). Call the two functions that you have.

An example by hand:
  x = [1 2]   W = [1 -1]   b = [0 1]   x·W + b = [7 -4]   out = [7 0]
                  [3 -2]

@param {Tensor} x [N, d1, ..., dk] with d1 · ... · dk = D
@param {Tensor} W [D, M] weights
@param {Tensor} b [M] biases
@returns {Tensor} out [N, M]`,
      todo: "compose affineForward and reluForward",
      body: `
  const sums = affineForward(x, W, b);
  return reluForward(sums);`,
    },
    {
      name: "affineReluBackward",
      parameters: "dout, out, x, W",
      doc: `
Backward through ReLU, then through affine: the last layer of forward comes first.

The same example with dout = [5 6]. ReLU passes [5 0] on, and affine makes of it
  dW = [ 5 0]   db = [5 0]   dx = [5 15]
       [10 0]

@param {Tensor} dout [N, M] upstream gradient
@param {Tensor} out [N, M] what forward returned
@param {Tensor} x [N, d1, ..., dk], as in forward
@param {Tensor} W [D, M], as in forward
@returns {{ dx: Tensor, dW: Tensor, db: Tensor }} dx in the shape of x, dW [D, M], db [M]`,
      todo: "compose reluBackward and affineBackward",
      body: `
  const dsums = reluBackward(dout, out);
  return affineBackward(dsums, x, W);`,
    },
  ],
  hints: [
    "Forward: what comes out of affine goes into ReLU. Backward: undo them in the opposite order, " +
      "each with what it saw in forward.",
    "out = relu(affine(x)). dsums = reluBackward(dout, out), then dx, dW and db from " +
      "affineBackward(dsums, x, W). ReLU's output tells where its input was positive.",
    "return reluForward(affineForward(x, W, b)); and return affineBackward(reluBackward(dout, out), " +
      "x, W);",
  ],
  why: "Two calls each way. Every larger network is built like this: forward in order, backward reversed.",
  outputs: [
    { name: "out", from: "affineReluForward", kind: "tensor" },
    { name: "dx", from: "affineReluBackward", field: "dx", kind: "tensor" },
    { name: "dW", from: "affineReluBackward", field: "dW", kind: "tensor" },
    { name: "db", from: "affineReluBackward", field: "db", kind: "tensor" },
  ],
  compared: "gradient",
  byHand: {
    inputs: {
      x: numbers([1, 2], 1, 2),
      W: numbers([1, -1, 3, -2], 2, 2),
      b: numbers([0, 1], 2),
      dout: numbers([5, 6], 1, 2),
      out: numbers([7, 0], 1, 2),
    },
    expected: { out: [7, 0], dx: [5, 15], dW: [5, 0, 10, 0], db: [5, 0] },
  },
  cases: (random) => [
    caseOf(random, [4, 2, 3, 1], 5),
    caseOf(random, [4, 5], 5), // D = M, so that arguments in the wrong place show as numbers
    caseOf(random, [3, 4], 4),
  ],
  call: (f, { x, W, b, dout, out }) => ({
    affineReluForward: f.affineReluForward(x, W, b),
    affineReluBackward: f.affineReluBackward(dout, out, x, W),
  }),
  terms: (i) => {
    const [x, W, b] = ["x", "W", "b"].map((name) => tensorOf(i, name));
    const masked = reluBackward(abs(tensorOf(i, "dout")), tensorOf(i, "out"));
    const { dx, dW, db } = affineBackward(masked, abs(x), abs(W));
    return { out: affineTerms(x, W, b).data, dx: dx.data, dW: dW.data, db: db.data };
  },
  mutants: [
    {
      name: "affine-relu-no-relu",
      words:
        "Your forward leaves ReLU out, so that negative sums stay negative. Without it two layers are " +
        "no more than one: a product of matrices is a matrix.",
      source: { seen: "github.com/YujiaBao/ls, issue 1: hidden layers whose ReLU was missing" },
      edits: [["  return reluForward(sums);", "  return sums;"]],
    },
    {
      name: "affine-relu-order",
      words: "You apply ReLU to x, before the affine layer. It belongs after it, on the sums.",
      source: {
        seen: "github.com/Sentdex/NNfSiX, issue 153: ReLU applied before the bias was added",
      },
      edits: [
        [
          "const sums = affineForward(x, W, b);",
          "const sums = affineForward(reluForward(x), W, b);",
        ],
        ["  return reluForward(sums);", "  return sums;"],
      ],
    },
    {
      name: "affine-relu-mask-always-true",
      words:
        "Your backward lets dout through everywhere: ReLU is left out, or its mask is out >= 0, which " +
        "holds for every output of a ReLU. Only where out is above 0 was the unit on.",
      source: {
        seen: "github.com/iamtrask/Grokking-Deep-Learning, pull request 13: relu2deriv with >= on the output",
      },
      edits: [["reluBackward(dout, out)", "dout"]],
    },
    {
      name: "affine-relu-mask-from-input",
      words:
        "You mask by x, the input of the affine layer. ReLU saw the sums: mask by out, which is positive " +
        "where they were.",
      source: {
        ours: "two caches are at hand, as fc_cache and relu_cache in CS231n's layer_utils.py",
      },
      edits: [["reluBackward(dout, out)", "reluBackward(dout, x)"]],
    },
    {
      name: "affine-relu-backward-order",
      words:
        "You go back through affine first and mask dx afterwards. Backward takes the layers in reverse: " +
        "ReLU was last, so it comes first.",
      source: { ours: "backward is often written by copying forward, line by line" },
      edits: [
        ["  const dsums = reluBackward(dout, out);\n", ""],
        [
          "  return affineBackward(dsums, x, W);",
          "  const back = affineBackward(dout, x, W);\n" +
            "  return { ...back, dx: reluBackward(back.dx, x) };",
        ],
      ],
    },
    {
      name: "affine-relu-db-unmasked",
      words:
        "Your db sums dout as it came, before the mask. The bias is added before ReLU, so the mask " +
        "comes between it and dout.",
      source: {
        ours: "two lines of CS231n's two-layer net in the other order: db from dhidden, then the mask",
      },
      edits: [
        [
          "  return affineBackward(dsums, x, W);",
          "  return { ...affineBackward(dsums, x, W), db: affineBackward(dout, x, W).db };",
        ],
      ],
    },
    {
      name: "affine-relu-masked-by-dout",
      words: "You mask dout by its own sign. What counts is where out is positive.",
      source: { ours: "of the two arguments of backward, the wrong one is compared with 0" },
      edits: [["reluBackward(dout, out)", "reluBackward(dout, dout)"]],
    },
  ],
};
