import type { Random } from "../../random.js";
import type { Inputs, Piece } from "../piece.js";
import { numbers, tensorOf } from "./inputs.js";
import { type NetSize, netInputs, parametersOf, scoreTerms } from "./net.js";

/** A net and a batch; the bias of the second layer makes every score of one case negative. */
function caseOf(random: Random, size: NetSize, shift = 0): Inputs {
  const { labels, ...inputs } = netInputs(random, size);
  const { data } = tensorOf(inputs, "b2");
  for (let c = 0; c < data.length; c++) data[c] += shift;
  return inputs;
}

export const netScores: Piece = {
  name: "net-scores",
  title: "The net's scores and its prediction",
  helpers: [],
  imports: { "affine-forward": ["affineForward"], "affine-relu": ["affineReluForward"] },
  functions: [
    {
      name: "scores",
      parameters: "parameters, x",
      doc: `
The scores of a two-layer net: hidden = max(0, x·W1 + b1), scores = hidden·W2 + b2.

An example by hand, D = 2, H = 2, C = 2:
  x = [1 2]   W1 = [1 -1]   b1 = [0 1]   hidden = [7 0]   W2 = [1 -2]   b2 = [0 9]
                   [3 -2]                                      [5  5]
  scores = [7·1 + 0·5 + 0   7·(-2) + 0·5 + 9] = [7 -5]

@param {Parameters} parameters W1 [D, H], b1 [H], W2 [H, C], b2 [C]
@param {Tensor} x [N, d1, ..., dk] with d1 · ... · dk = D
@returns {Tensor} scores [N, C], one a class`,
      todo: "compose affineReluForward and affineForward",
      body: `
  const { W1, b1, W2, b2 } = parameters;
  const hidden = affineReluForward(x, W1, b1);
  return affineForward(hidden, W2, b2);`,
    },
    {
      name: "predict",
      parameters: "parameters, x",
      doc: `
The class with the highest score, of each example. In the example above: [0], since 7 > -5.

@param {Parameters} parameters W1 [D, H], b1 [H], W2 [H, C], b2 [C]
@param {Tensor} x [N, d1, ..., dk] with d1 · ... · dk = D
@returns {Uint32Array} [N] the index of the highest score in each row, 0 to C - 1`,
      todo: "find the highest score of each row; make the result with new Uint32Array(N)",
      body: `
  const all = scores(parameters, x);
  const [N, C] = all.shape;
  const best = new Uint32Array(N);
  for (let n = 0; n < N; n++) {
    for (let c = 1; c < C; c++) {
      if (all.data[n * C + c] > all.data[n * C + best[n]]) best[n] = c;
    }
  }
  return best;`,
    },
  ],
  hints: [
    "Two layers: the first ends with a ReLU, the second does not, since a score may be negative. The " +
      "prediction is the place of the highest score, not the score.",
    "scores = max(0, x·W1 + b1)·W2 + b2; predict[n] = the c for which scores[n][c] is largest.",
    "const hidden = affineReluForward(x, W1, b1); return affineForward(hidden, W2, b2); and in predict, " +
      "for each n and c: if (all.data[n * C + c] > all.data[n * C + best[n]]) best[n] = c.",
  ],
  why: "predict calls scores, so that the two can never disagree. Softmax is not needed: it keeps the order.",
  outputs: [
    { name: "scores", from: "scores", kind: "tensor" },
    { name: "predictions", from: "predict", kind: "list" },
  ],
  compared: "numbers",
  byHand: {
    inputs: {
      W1: numbers([1, -1, 3, -2], 2, 2),
      b1: numbers([0, 1], 2),
      W2: numbers([1, -2, 5, 5], 2, 2),
      b2: numbers([0, 9], 2),
      x: numbers([1, 2], 1, 2),
    },
    expected: { scores: [7, -5], predictions: [0] },
  },
  cases: (random) => [
    caseOf(random, { N: 9, example: [2, 3, 1], H: 5, C: 4 }),
    caseOf(random, { N: 9, example: [6], H: 6, C: 4 }, -20),
    caseOf(random, { N: 9, example: [5], H: 5, C: 5 }), // square: any weights run, in any place
  ],
  call: (f, inputs) => ({
    scores: f.scores(parametersOf(inputs), inputs.x),
    predict: f.predict(parametersOf(inputs), inputs.x),
  }),
  terms: (inputs) => ({ scores: scoreTerms(inputs).data }),
  mutants: [
    {
      name: "net-relu-on-scores",
      words:
        "You apply ReLU to the scores. A score may be negative; only the hidden layer has a ReLU.",
      source: {
        seen: "the printed notebook of the lesson, whose predict does it, and makes ties of all negative scores",
      },
      edits: [
        ["return affineForward(hidden, W2, b2);", "return affineReluForward(hidden, W2, b2);"],
      ],
    },
    {
      name: "net-no-relu",
      words: "Your hidden layer has no ReLU. Two affine layers in a row are only one.",
      source: { seen: "github.com/lxtGH/dfn_seg, issue 4: a ReLU that was missed" },
      edits: [["= affineReluForward(x, W1, b1)", "= affineForward(x, W1, b1)"]],
    },
    {
      name: "net-predict-from-images",
      words:
        "You feed the images to the second layer. It takes the hidden layer: what the first one returned.",
      source: { seen: "the printed notebook of the lesson, in its predict" },
      edits: [["return affineForward(hidden, W2, b2);", "return affineForward(x, W2, b2);"]],
    },
    {
      name: "net-first-layer-twice",
      words:
        "You use W1 and b1 in both layers, and W2 never. The second layer has weights of its own.",
      source: {
        seen: "github.com/hunkim/DeepLearningZeroToAll, pull request 66: W2 where W3 belongs",
      },
      edits: [["affineForward(hidden, W2, b2)", "affineForward(hidden, W1, b1)"]],
    },
    {
      name: "net-predict-lowest",
      words: "You return the class with the lowest score. The highest one wins.",
      source: { ours: "< for >, or argmin for argmax" },
      edits: [["all.data[n * C + c] > all.data", "all.data[n * C + c] < all.data"]],
    },
    {
      name: "net-predict-first-row",
      words: "You compare the scores of the first example for all of them. Row n begins at n * C.",
      source: {
        seen: "github.com/BVLC/caffe, pull request 3182: argmax of a whole batch, without the index of the image",
      },
      edits: [
        ["all.data[n * C + c] > all.data[n * C + best[n]]", "all.data[c] > all.data[best[n]]"],
      ],
    },
    {
      name: "net-predict-never-class-0",
      words:
        "Your search begins at class 1, so that class 0 can never be the answer. Begin with class 0 as " +
        "the best so far.",
      source: {
        seen: "github.com/microsoft/computervision-recipes, pull request 315: a class never found, since its label was 0",
      },
      edits: [["const best = new Uint32Array(N);", "const best = new Uint32Array(N).fill(1);"]],
    },
  ],
};
