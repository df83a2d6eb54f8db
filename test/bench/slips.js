/*
 * What goes wrong with the lesson's slips, measured: `node test/bench/slips.js`, a few minutes. The figures of
 * docs/slips.md.
 */
import {
  affineBackward,
  affineForward,
  affineReluForward,
  argmax,
  initialize,
  loadDataSet,
  preprocess,
  preprocessingOf,
  Random,
  recipes,
  reluBackward,
  reluForward,
  softmaxLoss,
  splitImages,
  TwoLayerNet,
  tensor,
  train,
} from "../../dist/index.js";
import { learningRateAt, runLength } from "../../dist/settings/learningRate.js";

const say = (what, value) => process.stdout.write(`${what.padEnd(58)}${value}\n`);
const percent = (share) => `${(100 * share).toFixed(2)} %`;
const { notebook } = recipes;
const data = await loadDataSet();
const split = splitImages(data.train, notebook.settings);
const D = 784;

/** A set's images as the net takes them, (N, D). */
const inputs = ({ images, labels }, preprocessing, type = Float32Array) =>
  tensor(type.from(preprocess(images, preprocessing)), labels.length, D);
const accuracyOf = (scores, { labels }) => {
  const answers = argmax(scores);
  return labels.reduce((right, label, n) => right + (answers[n] === label), 0) / labels.length;
};
const freshParameters = (hiddenSize, std) =>
  initialize({ inputSize: D, hiddenSize, classCount: 10, std }, Random.fromSeed(1));

/** 1. The gradient of one batch, and 1000 iterations of 100 images with 100 hidden units. */
function reluSlip() {
  const preprocessing = preprocessingOf(split, 1);
  const images = split.train.images;
  const batchOf = (indices) => ({
    images: Uint8Array.from(indices.flatMap((i) => [...images.subarray(i * D, (i + 1) * D)])),
    labels: Uint8Array.from(indices, (i) => split.train.labels[i]),
  });
  const backward = {
    "as it is": reluBackward,
    "with the slip": (dout) => dout, // a copy of the gradient
  };
  const gradients = ({ W1, b1, W2, b2 }, x, labels, throughRelu) => {
    const before = affineForward(x, W1, b1);
    const hidden = reluForward(before);
    const { loss, dscores } = softmaxLoss(affineForward(hidden, W2, b2), labels);
    const second = affineBackward(dscores, hidden, W2);
    const first = affineBackward(throughRelu(second.dx, before), x, W1);
    return { loss, W1: first.dW, b1: first.db, W2: second.dW, b2: second.db };
  };
  const random = Random.fromSeed(2);
  const draw = (count) =>
    Array.from({ length: count }, () => Math.floor(random.uniform() * split.train.labels.length));
  for (const [name, throughRelu] of Object.entries(backward)) {
    say(`1. ReLU backward ${name}: relative error of dW1`, relativeError(gradients, throughRelu));
    const parameters = freshParameters(100, 1e-4);
    const batches = Random.fromSeed(3);
    for (let i = 0; i < 1000; i++) {
      const indices = Array.from({ length: 100 }, () =>
        Math.floor(batches.uniform() * split.train.labels.length),
      );
      const batch = batchOf(indices);
      const g = gradients(parameters, inputs(batch, preprocessing), batch.labels, throughRelu);
      for (const key of ["W1", "b1", "W2", "b2"]) {
        const values = parameters[key].data;
        for (let j = 0; j < values.length; j++) values[j] -= 1e-3 * g[key].data[j];
      }
    }
    const x = inputs(split.validation, preprocessing);
    const scores = new TwoLayerNet(parameters).scores(x);
    say(
      "   1000 iterations reach, of the validation images",
      percent(accuracyOf(scores, split.validation)),
    );
  }

  /** Against the slope of the loss along W1, in float64, where half of the units are off. */
  function relativeError(gradientsOf, throughRelu) {
    const float64 = ({ data: values, shape }) => tensor(Float64Array.from(values), ...shape);
    const parameters = Object.fromEntries(
      Object.entries(freshParameters(20, 0.01)).map(([key, value]) => [key, float64(value)]),
    );
    const batch = batchOf(draw(10));
    const x = inputs(batch, preprocessingOf(split, 1 / 255), Float64Array);
    const lossAt = () => gradientsOf(parameters, x, batch.labels, throughRelu).loss;
    const { W1: gradient } = gradientsOf(parameters, x, batch.labels, throughRelu);
    let [error, size] = [0, 0];
    const h = 1e-5;
    for (let i = 0; i < gradient.data.length; i += 97) {
      const at = parameters.W1.data[i];
      parameters.W1.data[i] = at + h;
      const above = lossAt();
      parameters.W1.data[i] = at - h;
      const slope = (above - lossAt()) / (2 * h);
      parameters.W1.data[i] = at;
      error += (gradient.data[i] - slope) ** 2;
      size += slope ** 2;
    }
    return Math.sqrt(error / size).toExponential(1);
  }
}

/** 2 and 3. Predict, with a net that is trained as it should be. */
async function predictSlips() {
  const { parameters } = await trained(split);
  const { W1, b1, W2, b2 } = parameters;
  const x = inputs(data.test, preprocessingOf(split, 1));
  try {
    affineForward(x, W2, b2);
  } catch (error) {
    say("2. The images given to the second layer", error.message);
  }
  const scores = affineForward(affineReluForward(x, W1, b1), W2, b2);
  const cut = reluForward(scores);
  const N = data.test.labels.length;
  let tied = 0;
  for (let n = 0; n < N; n++) {
    if (cut.data.subarray(n * 10, (n + 1) * 10).every((score) => score === 0)) tied++;
  }
  say("3. Test accuracy of the scores", percent(accuracyOf(scores, data.test)));
  say("   of the scores behind a ReLU", percent(accuracyOf(cut, data.test)));
  say("   images with no score above 0, all answered 0", `${tied} of ${N}`);
}

/** 4. The mean image in 8 bits, and the lesson's run without centring. */
async function meanSlip() {
  const { images, labels } = split.train;
  const sums = new Uint8Array(D);
  for (let i = 0; i < images.length; i++) sums[i % D] += images[i]; // overflows
  say("4. Brightest pixel of the mean image", Math.max(...split.meanImage).toFixed(2));
  say("   of the one summed in 8 bits", (Math.max(...sums) / labels.length).toFixed(5));
  for (const [name, meanImage] of [
    ["centred", split.meanImage],
    ["not centred", new Float32Array(D)],
  ]) {
    const { net, other } = await trainedOn({ ...split, meanImage });
    const scores = net.scores(inputs(data.test, preprocessingOf(other, 1)));
    say(`   test accuracy of notebook, seed 1, ${name}`, percent(accuracyOf(scores, data.test)));
  }
}

async function trainedOn(other) {
  return { net: await trained(other), other };
}

async function trained(other) {
  const net = new TwoLayerNet(freshParameters(200, notebook.settings.std));
  await train(net, other, { settings: notebook.settings, seed: 1 });
  return net;
}

/** 5. How often the work of an epoch is done in 10000 iterations, by the batch size. */
function epochSlip() {
  const N = split.train.labels.length;
  const done = (batchSize) => {
    const perEpoch = Math.max(N / batchSize, 1);
    let count = 0;
    for (let i = 0; i < 10000; i++) if (i % perEpoch === 0) count++;
    return count;
  };
  for (const batchSize of [200, 128, 64, 300]) {
    const settings = { ...notebook.settings, batchSize };
    const { iterations, iterationsPerEpoch } = runLength(settings, N);
    const ours = Math.floor(iterations / iterationsPerEpoch);
    say(
      `5. Batches of ${batchSize}: epochs noticed, epochs there are`,
      `${done(batchSize)}, ${ours}`,
    );
  }
  const uneven = Array.from({ length: 1000 }, (_, i) => i + 1).filter((b) => N % b !== 0);
  say("   batch sizes up to 1000 that do not divide 50000", uneven.length);
  const first = learningRateAt(0, notebook.settings, runLength(notebook.settings, N));
  say("   learning rate of the first epoch, here and there", `${first}, ${0.99 * 0.001}`);
}

reluSlip();
await predictSlips();
await meanSlip();
epochSlip();
