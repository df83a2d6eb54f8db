/*
 * The run that everybody trains: the lesson's long run. What a peer is told of it, and how a peer in
 * JavaScript goes through it.
 */
import { loadDataSet, Random, recipes, splitImages, streams } from "../../dist/index.js";

/** Settings of the run, the same for all. */
const { settings } = recipes.notebook;
export const headline = { ...settings, decay: settings.schedule.decay, seed: 1 };

/** Iterations before the clock starts, for peers whose few iterations stand for all 10000. */
export const WARM_UP = 10;

/** Training and validation images, as bytes, and the mean image. */
export async function loadSplit() {
  const data = await loadDataSet();
  return splitImages(data.train, headline);
}

/** Preprocessing of a split's images, as the engines take it. */
export function preprocessingOf({ meanImage, train: { rows, columns } }, scale = 1) {
  return { rows, columns, meanImage, scale };
}

/** Draws the batches of the run; the array is used again for the next. */
export function batches(imageCount, { batchSize, seed }) {
  const random = Random.fromSeed(seed, streams.batches);
  const indices = new Uint32Array(batchSize);
  return () => {
    for (let i = 0; i < batchSize; i++) indices[i] = random.below(imageCount);
    return indices;
  };
}

/** Images as float32, (pixel - mean) · factor. */
export function centred({ images }, meanImage, factor = 1) {
  const D = meanImage.length;
  return Float32Array.from(images, (pixel, i) => (pixel - meanImage[i % D]) * factor);
}

/**
 * Goes through the iterations and validations of a run, and prints what they took.
 *
 * @param run      settings, `iterations` being those to carry out
 * @param step     (indices, learning rate) one update
 * @param validate () accuracy on the validation images
 */
export async function timeRun(run, imageCount, step, validate) {
  const nextBatch = batches(imageCount, run);
  const iterationsPerEpoch = Math.ceil(imageCount / run.batchSize);
  const rate = (iteration) =>
    run.learningRate * run.decay ** Math.floor(iteration / iterationsPerEpoch);
  if (run.iterations < headline.iterations) {
    for (let i = 0; i < WARM_UP; i++) await step(nextBatch(), rate(0));
  }

  let trainSeconds = 0;
  let validationSeconds = 0;
  let accuracy = null;
  let started = performance.now();
  for (let iteration = 0; iteration < run.iterations; iteration++) {
    await step(nextBatch(), rate(iteration));
    if ((iteration + 1) % run.every !== 0) continue;
    const paused = performance.now();
    trainSeconds += (paused - started) / 1000;
    accuracy = await validate();
    started = performance.now();
    validationSeconds += (started - paused) / 1000;
  }
  process.stdout.write(`${JSON.stringify({ trainSeconds, validationSeconds, accuracy })}\n`);
}
