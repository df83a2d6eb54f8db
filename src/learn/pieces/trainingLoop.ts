import type { Tensor } from "../../layers/tensor.js";
import { log } from "../../math.js";
import { Random } from "../../random.js";
import type { Inputs, Piece } from "../piece.js";
import { numbers, tensorOf } from "./inputs.js";
import { netInputs, parametersOf } from "./net.js";

/*
 * Batches are random, and every order of drawing is right. So the loop is checked on data whose rows are all the
 * same, where any batch is as good as any other; and batches are checked for belonging to the data.
 */

/** What the loop is given, beside a net and data: N examples, all the same, and the settings. */
function loopCase(random: Random, N: number, iterations: number): Inputs {
  const { x, labels, ...parameters } = netInputs(random, { N: 1, example: [4], H: 3, C: 3 });
  const row = (x as Tensor).data;
  const data = Float64Array.from({ length: N * 4 }, (_, i) => row[i % 4]);
  const different = Float64Array.from({ length: N * 4 }, () => random.gaussian());
  return {
    ...parameters,
    same: { data, shape: [N, 4] },
    sameLabels: new Uint8Array(N).fill((labels as Uint8Array)[0]),
    different: { data: different, shape: [N, 4] },
    labels: Uint8Array.from({ length: N }, (_, i) => i),
    iterations,
    batchSize: 3,
    learningRate: 0.2,
    decay: 0.5,
    reg: 0.1,
    seed: random.below(1000),
  };
}

/** Copies of the parameters, since a loop changes them. */
function copies(inputs: Inputs): Record<string, Tensor> {
  const entries = Object.entries(parametersOf(inputs)).map(
    ([name, { data, shape }]) => [name, { data: data.slice(), shape }] as const,
  );
  return Object.fromEntries(entries);
}

const settingsOf = ({ iterations, batchSize, learningRate, decay, reg }: Inputs) => ({
  iterations,
  batchSize,
  learningRate,
  decay,
  reg,
});

/** Which row of the data each row of a batch is; -1 for none. */
function rowsIn(x: ArrayLike<number>, data: Tensor): number[] {
  const D = data.shape[1];
  return Array.from({ length: x.length / D }, (_, n) => {
    for (let row = 0; row < data.shape[0]; row++) {
      let d = 0;
      while (d < D && x[n * D + d] === data.data[row * D + d]) d++;
      if (d === D) return row;
    }
    return -1;
  });
}

export const trainingLoop: Piece = {
  name: "training-loop",
  title: "A random batch and the training loop",
  helpers: ["zerosLike"],
  imports: { "net-loss": ["lossAndGradients"], "sgd-step": ["updateParameters"] },
  functions: [
    {
      name: "randomBatch",
      parameters: "data, batchSize, random",
      doc: `
A batch: examples drawn at random, each from all N, so that one may occur twice; and their labels.

An example by hand, where random.below(3) gives 2, then 0:
  x = [1 2]   labels = [7 8 9]   the batch: x = [5 6]   labels = [9 7]
      [3 4]                                     [1 2]
      [5 6]

@param {{ x: Tensor, labels: ArrayLike<number> }} data x [N, D], labels [N]
@param {number} batchSize
@param {Random} random random.below(N) is a whole number from 0 to N - 1
@returns {{ x: Tensor, labels: Uint8Array }} x [batchSize, D], labels [batchSize]`,
      todo: "draw batchSize rows with random.below(N), and copy each row and its label",
      body: `
  const [N, D] = data.x.shape;
  const x = zerosLike(data.x, batchSize, D);
  const labels = new Uint8Array(batchSize);
  for (let i = 0; i < batchSize; i++) {
    const index = random.below(N);
    x.data.set(data.x.data.subarray(index * D, (index + 1) * D), i * D);
    labels[i] = data.labels[index];
  }
  return { x, labels };`,
    },
    {
      name: "train",
      parameters: "parameters, data, settings, random",
      doc: `
Trains a net: in each iteration draw a batch, compute its loss and gradients, take a step.

An epoch is as many iterations as it takes to see N examples: N / batchSize, rounded up. After every
epoch the learning rate is multiplied by decay. An example by hand: N = 7, batchSize = 3, so an
epoch has 3 iterations. With learningRate = 0.2 and decay = 0.5, iterations 0 to 2 use a rate of 0.2,
iterations 3 to 5 one of 0.1, and so on.

@param {Parameters} parameters changed in place
@param {{ x: Tensor, labels: ArrayLike<number> }} data x [N, D], labels [N]
@param {{ iterations: number, batchSize: number, learningRate: number, decay: number, reg: number }}
  settings
@param {Random} random
@returns {number[]} the loss of each iteration's batch, before its step`,
      todo: "loop: randomBatch, lossAndGradients, updateParameters(..., null, { learningRate }), decay",
      body: `
  const { iterations, batchSize, decay, reg } = settings;
  const iterationsPerEpoch = Math.ceil(data.x.shape[0] / batchSize);
  let { learningRate } = settings;
  const losses = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    const batch = randomBatch(data, batchSize, random);
    const { loss, gradients } = lossAndGradients(parameters, batch.x, batch.labels, reg);
    updateParameters(parameters, gradients, null, { learningRate });
    losses.push(loss);
    if ((iteration + 1) % iterationsPerEpoch === 0) learningRate *= decay;
  }
  return losses;`,
    },
  ],
  hints: [
    "One index decides both the row of x and the label. The loop needs four lines: draw, compute, step, " +
      "note the loss; and a fifth that sometimes lowers the learning rate.",
    "iterationsPerEpoch = ceil(N / batchSize). After iteration i, counted from 0, multiply the rate by " +
      "decay if (i + 1) is a multiple of iterationsPerEpoch.",
    "const index = random.below(N); x.data.set(data.x.data.subarray(index * D, (index + 1) * D), i * D); " +
      "labels[i] = data.labels[index]. In train: if ((iteration + 1) % iterationsPerEpoch === 0) " +
      "learningRate *= decay.",
  ],
  why:
    "Rounding up makes an epoch a whole number of iterations, so that its end is met exactly. Chance is a " +
    "parameter: the same generator gives the same run.",
  outputs: [
    { name: "batch.x", from: "randomBatch", field: "x", kind: "tensor", shapeOnly: true },
    { name: "batch.labels", from: "randomBatch", field: "labels", kind: "list", shapeOnly: true },
    { name: "losses", from: "train", field: "losses", kind: "list" },
    { name: "W1", from: "train", field: "W1", kind: "tensor" },
    { name: "b1", from: "train", field: "b1", kind: "tensor" },
    { name: "W2", from: "train", field: "W2", kind: "tensor" },
    { name: "b2", from: "train", field: "b2", kind: "tensor" },
    { name: "losses again", from: "train again", kind: "list", shapeOnly: true },
  ],
  compared: "numbers",
  byHand: {
    inputs: {
      W1: numbers([2], 1, 1),
      b1: numbers([0], 1),
      W2: numbers([0, 0], 1, 2),
      b2: numbers([0, 0], 2),
      same: numbers([1, 1], 2, 1),
      sameLabels: Uint8Array.of(0, 0),
      different: numbers([1, 2, 3, 4, 5, 6, 7], 7, 1),
      labels: Uint8Array.of(0, 1, 0, 1, 0, 1, 0),
      iterations: 1,
      batchSize: 5,
      learningRate: 0.5,
      decay: 1,
      reg: 0.5,
      seed: 1,
    },
    expected: {
      losses: [log(2) + 1],
      W1: [1.5],
      b1: [0],
      W2: [0.5, -0.5],
      b2: [0.25, -0.25],
    },
  },
  cases: (random) => [loopCase(random, 7, 11), loopCase(random, 6, 7)],
  call(f, inputs) {
    const random = () => Random.fromSeed(inputs.seed as number);
    const different = { x: inputs.different, labels: inputs.labels };
    const size = inputs.labels instanceof Uint8Array ? 8 * inputs.labels.length : 0;
    const [parameters, settings] = [copies(inputs), settingsOf(inputs)];
    const same = { x: inputs.same, labels: inputs.sameLabels };
    const losses = f.train(parameters, same, settings, random());
    const still = { ...settings, learningRate: 0, iterations: 20 };
    return {
      randomBatch: f.randomBatch(different, size, random()),
      train: losses instanceof Promise ? losses : { losses, ...parameters },
      "train again": f.train(copies(inputs), fewClasses(inputs), still, random()),
    };
  },
  alsoWrong(outputs, inputs) {
    const rows = rowsIn(outputs["batch.x"], tensorOf(inputs, "different"));
    const labels = inputs.labels as Uint8Array;
    const foreign = rows.filter((row) => row < 0).length;
    if (foreign > 0) return `${foreign} of ${rows.length} rows of the batch are no row of the data`;
    const wrong = rows.filter((row, n) => labels[row] !== outputs["batch.labels"][n]).length;
    if (wrong > 0)
      return `${wrong} of ${rows.length} labels of the batch are not those of its rows`;
    const drawn = new Set(rows).size;
    if (drawn <= labels.length / 2) {
      return `${rows.length} draws gave ${drawn} of the ${labels.length} rows, expected nearly all`;
    }
    const last = rows.includes(labels.length - 1) && rows.includes(0);
    if (!last) return "the first or the last row of the data is never drawn";
    const losses = Array.from(outputs["losses again"]);
    if (losses.length > 1 && new Set(losses).size === 1) {
      return "every iteration trains on the same batch, expected a new one each time";
    }
    return null;
  },
  mutants: [
    {
      name: "batch-labels-in-order",
      words:
        "You draw the rows at random and take the labels from the start. The label of a row has the " +
        "index of that row.",
      source: {
        seen: "github.com/udacity/nd320-c1-emr-data-starter, issue 4: shuffled rows beside unshuffled labels",
      },
      edits: [["labels[i] = data.labels[index]", "labels[i] = data.labels[i % N]"]],
    },
    {
      name: "batch-labels-drawn-again",
      words:
        "You draw a second index for the label. One index decides both, or labels and rows no longer " +
        "belong together.",
      source: {
        seen: "github.com/cran/deepnet, pull request 1: batches of inputs and outputs did not match",
      },
      edits: [["labels[i] = data.labels[index]", "labels[i] = data.labels[random.below(N)]"]],
    },
    {
      name: "batch-always-first",
      words:
        "Your batch is always the first rows of the data. Draw each row at random, with random.below(N).",
      source: {
        seen: "github.com/fpichi/gca-rom, pull request 26: an index of the batch that is not updated",
      },
      edits: [["const index = random.below(N);", "const index = i % Math.min(N, 3);"]],
    },
    {
      name: "batch-never-last",
      words: "You never draw the last row: random.below(N) already stops at N - 1.",
      source: {
        seen: "github.com/DagnyT/hardnet, issue 4: np.random.randint(0, len - 1), whose end is left out too",
      },
      edits: [["const index = random.below(N);", "const index = random.below(N - 1);"]],
    },
    {
      name: "loop-one-batch",
      words:
        "You draw one batch before the loop and train on it alone. Draw a new one in every iteration.",
      source: {
        seen: "github.com/isaac-sim/IsaacLab, issue 370: indices drawn outside of the loop",
      },
      edits: [
        ["    const batch = randomBatch(data, batchSize, random);\n", ""],
        [
          "  const losses = [];",
          "  const batch = randomBatch(data, batchSize, random);\n  /** @type {number[]} */\n  const losses = [];",
        ],
      ],
    },
    {
      name: "loop-decay-every-iteration",
      words:
        "You lower the learning rate after every iteration, so that after a few hundred nothing moves " +
        "any more. It falls once an epoch.",
      source: {
        seen: "github.com/keras-team/keras, issue 2808: a decay thought to be by epoch was by batch",
      },
      edits: [
        ["    if ((iteration + 1) % iterationsPerEpoch === 0) learningRate", "    learningRate"],
      ],
    },
    {
      name: "loop-epoch-fraction",
      words:
        "Your epoch is a fraction of an iteration too long or short, so (iteration + 1) % epoch is hardly " +
        "ever 0 and the rate never falls. Round N / batchSize up.",
      source: {
        seen: "github.com/cs231n/cs231n.github.io, issue 185, and the printed notebook of the lesson: / for // in Python 3",
      },
      edits: [["Math.ceil(data.x.shape[0] / batchSize)", "data.x.shape[0] / batchSize"]],
    },
    {
      name: "loop-decay-before-first-epoch",
      words:
        "You lower the rate at iteration 0, before the first epoch. It falls after an epoch: test " +
        "iteration + 1.",
      source: {
        seen: "github.com/bbdamodaran/deepJDOT, pull request 9, and the printed notebook of the lesson: decay at iteration 0",
      },
      edits: [["if ((iteration + 1) % iterationsPerEpoch", "if (iteration % iterationsPerEpoch"]],
    },
    {
      name: "loop-no-decay",
      words: "Your learning rate never falls. Multiply it by decay after every epoch.",
      source: { seen: "github.com/clab/dynet, issue 208: trainers that ignore their decay" },
      edits: [["    if ((iteration + 1) % iterationsPerEpoch === 0) learningRate *= decay;\n", ""]],
    },
    {
      name: "loop-loss-after-step",
      words:
        "Your losses are those after the step. The loss of a batch that has just been learned says less: " +
        "note it before.",
      source: {
        seen: "github.com/keras-team/keras, issue 12274: the loss before a step compared with that after it",
      },
      edits: [
        [
          "    losses.push(loss);",
          "    losses.push(lossAndGradients(parameters, batch.x, batch.labels, reg).loss + 0 * loss);",
        ],
      ],
    },
    {
      name: "loop-no-l2",
      words: "You pass no reg on, so that the loop trains without L2. Hand it to lossAndGradients.",
      source: {
        seen: "github.com/salesforce/ALPRO, issue 10: weight_decay, which is not passed on",
      },
      edits: [["batch.labels, reg);", "batch.labels, 0 * reg);"]],
    },
  ],
};

/** The rows that differ, with labels that the net has classes for. */
function fewClasses(inputs: Inputs): { x: unknown; labels: Uint8Array } {
  const C = tensorOf(inputs, "b2").data.length;
  return {
    x: inputs.different,
    labels: (inputs.labels as Uint8Array).map((label) => label % C),
  };
}
