/*
 * Where the time of a headline step goes, kernel by kernel: `npm run bench:kernels`.
 *
 * The engine works as ever; only the functions of its WebAssembly module are wrapped in clocks, on
 * the main thread. What is left of a step beside them is TypeScript and, with more threads than
 * one, waiting for the others.
 */
import { createEngine, initialize, Random, streams } from "../../dist/index.js";
import { batches, headline, loadSplit, preprocessingOf } from "./headline.js";
import { median, table } from "./table.js";

const STEPS = Number(process.argv[2] ?? 2000);
const WARM_UP = 200;

/** Milliseconds of this step, by kernel. */
let spent = {};

function clocked(name, kernel) {
  return (...values) => {
    const before = performance.now();
    const result = kernel(...values);
    spent[name] = (spent[name] ?? 0) + performance.now() - before;
    return result;
  };
}

const { Instance } = WebAssembly;
WebAssembly.Instance = function ClockedInstance(module, imports) {
  const { exports } = new Instance(module, imports);
  const functions = Object.entries(exports).filter(([, value]) => typeof value === "function");
  return { exports: Object.fromEntries(functions.map(([name, f]) => [name, clocked(name, f)])) };
};

const split = await loadSplit();
const { train, meanImage } = split;
const preprocessing = preprocessingOf(split);
const size = {
  inputSize: meanImage.length,
  hiddenSize: headline.hidden,
  classCount: 10,
  std: headline.std,
};

/** Milliseconds of each kernel, of the whole step and of the rest of it, for each step. */
async function clockSteps(threads) {
  const parameters = initialize(size, Random.fromSeed(headline.seed, streams.weights));
  const engine = await createEngine("simd", { parameters, preprocessing, threads });
  const from = await engine.load(train);
  const nextBatch = batches(train.labels.length, headline);
  const steps = [];
  for (let i = -WARM_UP; i < STEPS; i++) {
    const indices = nextBatch();
    spent = {};
    const before = performance.now();
    await engine.step({ from, indices }, headline);
    const whole = performance.now() - before;
    const inKernels = Object.values(spent).reduce((sum, time) => sum + time, 0);
    if (i >= 0) steps.push({ ...spent, rest: whole - inKernels, whole });
  }
  await engine.close();
  return steps;
}

for (const threads of [1, 2]) {
  const steps = await clockSteps(threads);
  const medianOf = (name) => median(steps.map((step) => step[name]));
  const whole = medianOf("whole");
  const rows = Object.keys(steps[0]).map((name) => [
    name,
    medianOf(name).toFixed(3),
    `${((100 * medianOf(name)) / whole).toFixed(1)} %`,
  ]);
  const count = threads === 1 ? "1 thread" : `the first of ${threads} threads`;
  process.stdout.write(
    `\n${count}, median of ${STEPS} steps\n\n${table(["kernel", "ms", "share"], rows)}\n`,
  );
}
