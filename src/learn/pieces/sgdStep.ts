import type { Tensor } from "../../layers/tensor.js";
import type { Random } from "../../random.js";
import type { Inputs, Piece } from "../piece.js";
import { numbers, tensorOf, uneven } from "./inputs.js";

const names = ["W1", "b1", "W2", "b2"] as const;

/** The parameters among the inputs, copied, since a step changes them; and their gradients. */
function setOf(inputs: Inputs, prefix: "" | "d", copied: boolean): Record<string, Tensor> {
  const entries = names.map((name) => {
    const { data, shape } = tensorOf(inputs, prefix + name);
    return [name, { data: copied ? data.slice() : data, shape }] as const;
  });
  return Object.fromEntries(entries);
}

function caseOf(random: Random, learningRate: number): Inputs {
  const shapes = { W1: [4, 3], b1: [3], W2: [3, 2], b2: [2] };
  const all = Object.entries(shapes).flatMap(([name, shape]) => [
    [name, uneven(random, ...shape)],
    [`d${name}`, uneven(random, ...shape)],
  ]);
  return { ...Object.fromEntries(all), learningRate };
}

/** What a function returned that should return nothing of interest: a promise shows, else the parameters. */
const unlessPromise = (returned: unknown, parameters: unknown) =>
  returned instanceof Promise ? returned : parameters;

export const sgdStep: Piece = {
  name: "sgd-step",
  title: "One step of SGD",
  helpers: [],
  functions: [
    {
      name: "updateParameters",
      parameters: "parameters, gradients, velocity, settings",
      doc: `
One step of stochastic gradient descent: w -= learningRate · dw, for every number of every parameter.
The arrays change in place; nothing new is made.

An example by hand: w = 1, dw = 4, learningRate = 0.5: w becomes 1 - 0.5 · 4 = -1.

@param {Parameters} parameters changed in place
@param {Parameters} gradients in the shapes of the parameters
@param {null} velocity null in this lesson; momentum would keep its memory here. Return it as it came
@param {{ learningRate: number }} settings
@returns {null}`,
      todo: "change parameters.W1.data and the others in place",
      body: `
  const { learningRate } = settings;
  for (const name of /** @type {const} */ (["W1", "b1", "W2", "b2"])) {
    const [w, dw] = [parameters[name].data, gradients[name].data];
    for (let i = 0; i < w.length; i++) w[i] -= learningRate * dw[i];
  }
  return velocity;`,
    },
  ],
  hints: [
    "The gradient points to where the loss rises. Go a little the other way.",
    "w[i] = w[i] - learningRate · dw[i], for each i of W1, b1, W2 and b2 alike.",
    'for (const name of ["W1", "b1", "W2", "b2"]): const w = parameters[name].data; for each i: ' +
      "w[i] -= settings.learningRate * gradients[name].data[i]; then return velocity.",
  ],
  why: "In place, since a step would otherwise copy 160000 numbers. It is the only function here that changes what it is given.",
  outputs: names.map((name) => ({
    name,
    from: "updateParameters",
    field: name,
    kind: "tensor" as const,
  })),
  compared: "numbers",
  byHand: {
    inputs: {
      W1: numbers([1], 1, 1),
      dW1: numbers([4], 1, 1),
      b1: numbers([2], 1),
      db1: numbers([-2], 1),
      W2: numbers([0, 3], 1, 2),
      dW2: numbers([1, 0], 1, 2),
      b2: numbers([1, -1], 2),
      db2: numbers([1, 1], 2),
      learningRate: 0.5,
    },
    expected: { W1: [-1], b1: [3], W2: [-0.5, 3], b2: [0.5, -1.5] },
  },
  cases: (random) => [caseOf(random, 0.3), caseOf(random, 0.01)],
  call(f, inputs) {
    const parameters = setOf(inputs, "", true);
    const settings = { learningRate: inputs.learningRate };
    const returned = f.updateParameters(parameters, setOf(inputs, "d", false), null, settings);
    return { updateParameters: unlessPromise(returned, parameters) };
  },
  mutants: [
    {
      name: "sgd-sign",
      words:
        "You add the gradient, so that the loss rises. Subtract it: the gradient points uphill.",
      source: {
        seen: "github.com/pytorch/pytorch, issue 1871: weight + learning_rate * gradient in a tutorial",
      },
      edits: [["w[i] -= learningRate", "w[i] += learningRate"]],
    },
    {
      name: "sgd-rate-not-on-biases",
      words:
        "You subtract the whole gradient from the biases. The learning rate applies to them as it does " +
        "to the weights.",
      source: { ours: "biases are often updated in a line of their own" },
      edits: [["learningRate * dw[i]", '(name[0] === "b" ? 1 : learningRate) * dw[i]']],
    },
    {
      name: "sgd-biases-forgotten",
      words: "You change the weights and leave the biases as they were. They learn too.",
      source: {
        seen: "github.com/nntrainer/nntrainer, pull request 219; mattm/simple-neural-network, issue 5",
      },
      edits: [['(["W1", "b1", "W2", "b2"])', '(["W1", "W2"])']],
    },
    {
      name: "sgd-second-layer-forgotten",
      words: "You change the first layer alone. The second one learns too.",
      source: {
        seen: "github.com/dustinstansbury/medal, issue 4: a loop that stops before the output layer",
      },
      edits: [['(["W1", "b1", "W2", "b2"])', '(["W1", "b1"])']],
    },
    {
      name: "sgd-no-rate",
      words: "You subtract the whole gradient. Multiply it by the learning rate first.",
      source: {
        seen: "github.com/aimacode/aima-python, issue 285: an update without its learning_rate",
      },
      edits: [["learningRate * dw[i]", "dw[i]"]],
    },
    {
      name: "sgd-not-in-place",
      words:
        "The parameters are as they were: you compute new arrays and leave the old ones. Write into " +
        "parameters[name].data[i].",
      source: {
        ours: "W = W - lr * dW in NumPy makes a new array and names it W inside of the function only",
      },
      edits: [["parameters[name].data, gradients", "parameters[name].data.slice(), gradients"]],
    },
    {
      name: "sgd-weights-become-gradients",
      words: "You set the parameters to the step itself. Subtract the step from what they were.",
      source: {
        seen: "github.com/itdxer/neupy, issue 218: weights replaced by the change, = without the old value",
      },
      edits: [["w[i] -= learningRate", "w[i] = -learningRate"]],
    },
  ],
};
