/*
 * The headline run in TensorFlow.js, on the backend that the settings name. Its "style" is
 * "gradients" for the library's own, tf.variableGrads, or "manual" for gradients written out: the
 * wasm backend has a fast product for matrices as they lie only, so those transpose beforehand.
 */
import * as tf from "@tensorflow/tfjs";
import { centred, loadSplit, timeRun } from "../headline.js";

const run = JSON.parse(process.argv[2]);
if (run.backend === "wasm") await import("@tensorflow/tfjs-backend-wasm");
await tf.setBackend(run.backend);
await tf.ready();

const { train, validation, meanImage } = await loadSplit();
const D = meanImage.length;
const C = 10;
const int32 = (values) => tf.tensor1d(Int32Array.from(values), "int32");
const x = tf.tensor2d(centred(train, meanImage), [train.labels.length, D]);
const y = tf.tidy(() => tf.oneHot(int32(train.labels), C).toFloat());
const xValidation = tf.tensor2d(centred(validation, meanImage), [validation.labels.length, D]);
const W1 = tf.variable(tf.randomNormal([D, run.hidden], 0, run.std, "float32", run.seed));
const W2 = tf.variable(tf.randomNormal([run.hidden, C], 0, run.std, "float32", run.seed + 1));
const b1 = tf.variable(tf.zeros([run.hidden]));
const b2 = tf.variable(tf.zeros([C]));
const weights = [W1, W2];
const biases = [b1, b2];

const hiddenOf = (images) => tf.fused.matMul({ a: images, b: W1, bias: b1, activation: "relu" });
const scoresOf = (hidden) => tf.fused.matMul({ a: hidden, b: W2, bias: b2 });

/** parameter = shrink · parameter - amount, shrink being the L2 term of weights. */
function update(shrink, [dW1, dW2], [db1, db2]) {
  W1.assign(W1.mul(shrink).sub(dW1));
  W2.assign(W2.mul(shrink).sub(dW2));
  b1.assign(b1.sub(db1));
  b2.assign(b2.sub(db2));
}

const styles = {
  gradients(images, labels, rate) {
    const loss = () => tf.losses.softmaxCrossEntropy(labels, scoresOf(hiddenOf(images)));
    const { grads } = tf.variableGrads(loss, [...weights, ...biases]);
    const amounts = (parameters) => parameters.map(({ name }) => grads[name].mul(rate));
    update(1 - rate * run.reg, amounts(weights), amounts(biases));
  },
  manual(images, labels, rate) {
    const hidden = hiddenOf(images);
    const probabilities = tf.softmax(scoresOf(hidden));
    const dscores = probabilities.sub(labels).mul(rate / run.batchSize);
    const dhidden = dscores.matMul(W2.transpose()).mul(tf.step(hidden));
    const dW = [images.transpose().matMul(dhidden), hidden.transpose().matMul(dscores)];
    update(1 - rate * run.reg, dW, [dhidden.sum(0), dscores.sum(0)]);
  },
};

function step(indices, rate) {
  tf.tidy(() => {
    const chosen = int32(indices);
    styles[run.style](tf.gather(x, chosen), tf.gather(y, chosen), rate);
  });
}

async function validate() {
  const answers = tf.tidy(() => scoresOf(hiddenOf(xValidation)).argMax(1));
  const classes = await answers.data();
  answers.dispose();
  return validation.labels.filter((label, n) => classes[n] === label).length / classes.length;
}

await timeRun(run, train.labels.length, step, validate);
