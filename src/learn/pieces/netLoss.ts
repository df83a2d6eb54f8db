import { log } from "../../math.js";
import type { Random } from "../../random.js";
import type { Inputs, Piece } from "../piece.js";
import { numbers } from "./inputs.js";
import { lossTerms, type NetSize, netInputs, parametersOf } from "./net.js";

const caseOf = (random: Random, size: NetSize, reg: number): Inputs => ({
  ...netInputs(random, size),
  reg,
});

export const netLoss: Piece = {
  name: "net-loss",
  title: "The net's loss and gradients, with L2",
  helpers: ["zerosLike"],
  imports: {
    "affine-forward": ["affineForward"],
    "affine-backward": ["affineBackward"],
    "affine-relu": ["affineReluForward", "affineReluBackward"],
    "softmax-loss": ["softmaxLoss"],
  },
  functions: [
    {
      name: "lossAndGradients",
      parameters: "parameters, x, labels, reg",
      doc: `
The loss of a batch and the gradient of every parameter:
loss = softmax loss + reg/2 · (Σ W1² + Σ W2²). The second term, L2 regularization, keeps weights small;
its gradient is reg · W. It leaves the biases out.

An example by hand, D = 1, H = 1, C = 2, N = 1:
  x = [1], label 0, W1 = [2], b1 = [0], W2 = [0 0], b2 = [0 0], reg = 0.5
  hidden = [2], scores = [0 0], p = [0.5 0.5], dscores = [-0.5 0.5]
  loss = log(2) + 0.25 · (4 + 0) = 1.693147
  dW2 = [-1 1] + 0.5 · [0 0], db2 = [-0.5 0.5], dhidden = [0], dW1 = [0] + 0.5 · [2] = [1], db1 = [0]

@param {Parameters} parameters W1 [D, H], b1 [H], W2 [H, C], b2 [C]
@param {Tensor} x [N, d1, ..., dk] with d1 · ... · dk = D
@param {ArrayLike<number>} labels [N] the class of each example, 0 to C - 1
@param {number} reg strength of the L2 term, 0 for none
@returns {{ loss: number, gradients: Parameters }} gradients in the shapes of the parameters`,
      todo: "forward through both layers, the loss, backward through both, then L2",
      body: `
  const { W1, b1, W2, b2 } = parameters;
  const hidden = affineReluForward(x, W1, b1);
  const scores = affineForward(hidden, W2, b2);
  const data = softmaxLoss(scores, labels);

  const second = affineBackward(data.dscores, hidden, W2);
  const first = affineReluBackward(second.dx, hidden, x, W1);
  const [dW1, dW2] = [zerosLike(W1), zerosLike(W2)];
  for (let i = 0; i < dW1.data.length; i++) dW1.data[i] = first.dW.data[i] + reg * W1.data[i];
  for (let i = 0; i < dW2.data.length; i++) dW2.data[i] = second.dW.data[i] + reg * W2.data[i];
  const [db1, db2] = [first.db, second.db];

  let squares = 0;
  for (const w of W1.data) squares += w * w;
  for (const w of W2.data) squares += w * w;
  return {
    loss: data.loss + 0.5 * reg * squares,
    gradients: { W1: dW1, b1: db1, W2: dW2, b2: db2 },
  };`,
    },
  ],
  hints: [
    "Forward keeps what backward needs: x, hidden and scores. Backward runs through the same layers in " +
      "reverse; the dx of one is the dout of the next. L2 adds to the loss and to two gradients.",
    "dscores from softmaxLoss; dhidden, dW2, db2 from affineBackward(dscores, hidden, W2); dW1, db1 from " +
      "affineReluBackward(dhidden, hidden, x, W1); then dW1 += reg·W1, dW2 += reg·W2, and " +
      "loss += reg/2 · (Σ W1² + Σ W2²).",
    "const second = affineBackward(dscores, hidden, W2); const first = affineReluBackward(second.dx, " +
      "hidden, x, W1); for each i: dW1.data[i] = first.dW.data[i] + reg * W1.data[i], and the same for " +
      "W2; gradients: { W1: dW1, b1: first.db, W2: dW2, b2: second.db }.",
  ],
  why:
    "The ½ in the loss makes the 2 of the square vanish in the gradient. The ReLU's mask reaches W1 and " +
    "b1 alike, because affineReluBackward applies it before both.",
  outputs: [
    { name: "loss", from: "lossAndGradients", field: "loss", kind: "number" },
    { name: "W1", from: "lossAndGradients", field: "gradients.W1", kind: "tensor" },
    { name: "b1", from: "lossAndGradients", field: "gradients.b1", kind: "tensor" },
    { name: "W2", from: "lossAndGradients", field: "gradients.W2", kind: "tensor" },
    { name: "b2", from: "lossAndGradients", field: "gradients.b2", kind: "tensor" },
  ],
  compared: "gradient",
  byHand: {
    inputs: {
      W1: numbers([2], 1, 1),
      b1: numbers([0], 1),
      W2: numbers([0, 0], 1, 2),
      b2: numbers([0, 0], 2),
      x: numbers([1], 1, 1),
      labels: Uint8Array.of(0),
      reg: 0.5,
    },
    expected: {
      loss: [log(2) + 1],
      W1: [1],
      b1: [0],
      W2: [-1, 1],
      b2: [-0.5, 0.5],
    },
  },
  cases: (random) => [
    caseOf(random, { N: 7, example: [2, 3, 1], H: 5, C: 4 }, 0.3),
    caseOf(random, { N: 8, example: [5], H: 5, C: 5 }, 0.2), // square: any weights run, in any place
    caseOf(random, { N: 7, example: [6], H: 5, C: 4 }, 0),
  ],
  call: (f, inputs) => ({
    lossAndGradients: f.lossAndGradients(parametersOf(inputs), inputs.x, inputs.labels, inputs.reg),
  }),
  terms: lossTerms,
  mutants: [
    {
      name: "net-loss-relu-on-scores",
      words:
        "You apply ReLU to the scores before the loss. Only the hidden layer has a ReLU; a score may be " +
        "negative.",
      source: { seen: "the printed notebook of the lesson, in its predict" },
      edits: [["scores = affineForward(hidden", "scores = affineReluForward(hidden"]],
    },
    {
      name: "net-l2-half-missing",
      words:
        "Your L2 term in the loss is twice what it should be: the ½ is missing. The gradient reg · W is " +
        "that of reg/2 · Σ W².",
      source: {
        seen: "github.com/bruceoutdoors/CS231n, issue 8: one assignment has the ½, another has not",
      },
      edits: [["0.5 * reg * squares", "reg * squares"]],
    },
    {
      name: "net-l2-half-doubled",
      words:
        "Your L2 term in the loss is half of what it should be: the ½ is there twice. Once is enough.",
      source: { seen: "github.com/nitrain/nitrain, issue 42: the L2 term scaled twice" },
      edits: [["0.5 * reg * squares", "0.25 * reg * squares"]],
    },
    {
      name: "net-l2-gradient-doubled",
      words:
        "Your L2 gradient is 2 · reg · W. With the ½ in the loss, the 2 of the square vanishes: reg · W.",
      source: { seen: "github.com/jingtinghuang/CS231n-Spring-2017, issue 3: 2*reg*W or reg*W" },
      edits: [
        ["reg * W1.data[i]", "2 * reg * W1.data[i]"],
        ["reg * W2.data[i]", "2 * reg * W2.data[i]"],
      ],
    },
    {
      name: "net-l2-gradient-missing",
      words: "Your gradients leave L2 out, although the loss has it. Add reg · W to dW1 and dW2.",
      source: {
        seen: "github.com/Burton2000/CS231n-2017, issue 9: a term in the loss whose gradient is left out",
      },
      edits: [
        ["first.dW.data[i] + reg * W1.data[i]", "first.dW.data[i]"],
        ["second.dW.data[i] + reg * W2.data[i]", "second.dW.data[i]"],
      ],
    },
    {
      name: "net-l2-loss-missing",
      words:
        "Your loss leaves L2 out, although the gradients have it. Add reg/2 · (Σ W1² + Σ W2²).",
      source: {
        seen: "github.com/nntrainer/nntrainer, pull request 157: weight decay in the update, and not in the loss",
      },
      edits: [["data.loss + 0.5 * reg * squares", "data.loss"]],
    },
    {
      name: "net-l2-sign",
      words: "Your L2 gradient has the wrong sign: it makes weights grow. Add reg · W.",
      source: {
        seen: "github.com/chainer/chainer, issue 261: the decayed weights subtracted from the gradient",
      },
      edits: [
        ["+ reg * W1.data[i]", "- reg * W1.data[i]"],
        ["+ reg * W2.data[i]", "- reg * W2.data[i]"],
      ],
    },
    {
      name: "net-l2-biases",
      words:
        "You regularize the biases too. L2 leaves them out: a bias shifts a unit and does not make it " +
        "steeper.",
      source: {
        seen: "github.com/JWarmenhoven/Coursera-Machine-Learning, issue 3, and Burton2000/CS231n-2017, issue 9",
      },
      edits: [
        [
          "  for (const w of W2.data) squares += w * w;\n",
          "  for (const w of W2.data) squares += w * w;\n" +
            "  for (const b of [b1, b2]) for (const w of b.data) squares += w * w;\n" +
            "  for (let i = 0; i < db1.data.length; i++) db1.data[i] += reg * b1.data[i];\n" +
            "  for (let i = 0; i < db2.data.length; i++) db2.data[i] += reg * b2.data[i];\n",
        ],
      ],
    },
    {
      name: "net-l2-W1-twice",
      words: "Your L2 term in the loss counts W1 twice and W2 never. It takes the squares of both.",
      source: { seen: 'github.com/lightaime/cs231n, pull request 2: "instead of W1 twice ;)"' },
      edits: [["for (const w of W2.data) squares", "for (const w of W1.data) squares"]],
    },
    {
      name: "net-l2-gradient-from-W1",
      words: "The L2 gradient of W2 is made from W1. Each matrix is drawn to 0 by its own numbers.",
      source: { ours: "the line for W2 is a copy of that for W1" },
      edits: [["second.dW.data[i] + reg * W2.data[i]", "second.dW.data[i] + reg * W1.data[i]"]],
    },
    {
      name: "net-backward-through-W1",
      words:
        "Going back through the second layer you use W1 where W2 belongs. A layer's backward takes the " +
        "weights that its forward took.",
      source: { ours: "the line for the second layer is a copy of that for the first" },
      edits: [
        ["affineBackward(data.dscores, hidden, W2)", "affineBackward(data.dscores, hidden, W1)"],
      ],
    },
    {
      name: "net-b1-before-mask",
      words:
        "b1's gradient is taken before ReLU's mask. The bias comes before ReLU in forward, so the mask " +
        "comes first in backward.",
      source: {
        ours: "two lines of CS231n's two-layer net in the other order: db1 from dhidden, then the mask",
      },
      edits: [
        [
          "const [db1, db2] = [first.db,",
          "const [db1, db2] = [affineBackward(second.dx, x, W1).db,",
        ],
      ],
    },
    {
      name: "net-relu-not-masked",
      words:
        "You go back through the first layer without its ReLU. Use affineReluBackward, as forward used " +
        "affineReluForward.",
      source: {
        seen: "the printed notebook of the lesson; github.com/iamtrask/Grokking-Deep-Learning, issue 9",
      },
      edits: [["affineReluBackward(second.dx, hidden, x, W1)", "affineBackward(second.dx, x, W1)"]],
    },
    {
      name: "net-l2-divided-by-N",
      words:
        "You divide L2 by the number of examples. Here reg is the same whatever the size of the batch.",
      source: {
        ours: "λ/2m is right in Coursera's machine learning courses, whose λ is larger by N",
      },
      edits: [
        [
          "  const { W1, b1, W2, b2 } = parameters;\n",
          "  const { W1, b1, W2, b2 } = parameters;\n  reg /= x.shape[0];\n",
        ],
      ],
    },
  ],
};
