/*
 * Milliseconds of a training step of the simd engine as the net and the batch grow, and on images
 * without a single 0. Prints one JSON document.
 */
import { createEngine, initialize, Random } from "../../dist/index.js";
import { headline, loadSplit, preprocessingOf } from "./headline.js";
import { median } from "./table.js";

const { seconds } = JSON.parse(process.argv[2]);
const WARM_UP = 20;
const PASSES = 2;

const split = await loadSplit();
const D = split.meanImage.length;

/** As many random images as the largest batch, every pixel 1 to 255. */
function denseImages() {
  const random = Random.fromSeed(1);
  const count = 1000;
  return {
    ...split.train,
    images: Uint8Array.from({ length: count * D }, () => 1 + random.below(255)),
    labels: split.train.labels.slice(0, count),
  };
}
const sets = { sparse: split.train, dense: denseImages() };

/** Median milliseconds of a step. */
async function timeStep({ hidden, batchSize, threads, images }) {
  const size = { inputSize: D, hiddenSize: hidden, classCount: 10, std: headline.std };
  const engine = await createEngine("simd", {
    parameters: initialize(size, Random.fromSeed(1)),
    preprocessing: preprocessingOf(split),
    threads,
  });
  const set = sets[images];
  const from = await engine.load(set);
  const random = Random.fromSeed(2);
  const update = { learningRate: 1e-6, reg: headline.reg };
  const step = async () => {
    const indices = Uint32Array.from({ length: batchSize }, () => random.below(set.labels.length));
    const before = performance.now();
    await engine.step({ from, indices }, update);
    return performance.now() - before;
  };
  for (let i = 0; i < WARM_UP; i++) await step();
  const times = [];
  const until = performance.now() + 1000 * seconds;
  do times.push(await step());
  while (performance.now() < until);
  await engine.close();
  return median(times);
}

const nonZero = ({ images }) => images.reduce((sum, pixel) => sum + (pixel === 0 ? 0 : 1), 0);
const pixelsPerImage = (set) => nonZero(set) / set.labels.length;

const usual = { hidden: headline.hidden, batchSize: headline.batchSize, images: "sparse" };
const cases = [
  ...[50, 100, 200, 400, 800].map((hidden) => ({ vary: "hidden", ...usual, hidden })),
  ...[50, 100, 200, 500, 1000].map((batchSize) => ({ vary: "batch", ...usual, batchSize })),
  { vary: "dense", ...usual, images: "dense" },
];

const results = cases.map((given) => ({ ...given, milliseconds: {} }));
for (let pass = 0; pass < PASSES; pass++) {
  for (const result of results) {
    for (const threads of [1, 2]) {
      const time = await timeStep({ ...result, threads });
      result.milliseconds[threads] = Math.min(time, result.milliseconds[threads] ?? time);
    }
  }
}
const pixels = { sparse: pixelsPerImage(sets.sparse), dense: pixelsPerImage(sets.dense) };
process.stdout.write(`${JSON.stringify({ results, pixels })}\n`);
