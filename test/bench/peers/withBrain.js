/*
 * The nearest that brain.js comes to the headline run: as many images, drawn alike, through a net of
 * the same size. It has no mini-batch, softmax, L2 or mean: each image is an update of its own, ten
 * sigmoids are held to 0 and 1 by their squared error, and pixels go from 0 to 1.
 */
import brain from "brain.js";
import { loadSplit, timeRun } from "../headline.js";

const run = JSON.parse(process.argv[2]);
const { train, validation, meanImage } = await loadSplit();
const D = meanImage.length;
const pixels = ({ images }, n) =>
  Float32Array.from(images.subarray(n * D, (n + 1) * D), (pixel) => pixel / 255);
const oneHot = (label) => Array.from({ length: 10 }, (_, c) => (c === label ? 1 : 0));
const example = (labels) => (n) => ({ input: pixels(train, n), output: oneHot(labels[n]) });

const examples = Array.from(train.labels.keys(), example(train.labels));
const validationInputs = Array.from(validation.labels.keys(), (n) => pixels(validation, n));
const net = new brain.NeuralNetwork({ hiddenLayers: [run.hidden], activation: "sigmoid" });

function step(indices) {
  const drawn = Array.from(indices, (n) => examples[n]);
  net.train(drawn, { iterations: 1, learningRate: 0.1 });
}

function validate() {
  let right = 0;
  for (const [n, input] of validationInputs.entries()) {
    const scores = net.run(input);
    if (scores.indexOf(Math.max(...scores)) === validation.labels[n]) right++;
  }
  return right / validationInputs.length;
}

await timeRun(run, train.labels.length, step, validate);
