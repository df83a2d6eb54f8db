/*
 * Where the time of a step goes, kernel by kernel: `npm run bench:kernels -- [steps] [recipe]`, of the lesson's
 * long run unless it names another.
 *
 * The engine works as ever; only the functions of its WebAssembly module are wrapped in clocks, on
 * the main thread. What is left of a step beside them is TypeScript and, with more threads than
 * one, waiting for the others.
 */
import {
  createEngine,
  initialize,
  loadDataSet,
  preprocessingOf,
  Random,
  recipes,
  splitImages,
  streams,
} from "../../dist/index.js";
import { batches } from "./headline.js";
import { median, table } from "./table.js";

const [steps = "2000", recipe = "notebook"] = process.argv.slice(2);
const STEPS = Number(steps);
const SEED = 1;
const { settings } = recipes[recipe];
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

const split = splitImages((await loadDataSet()).train, settings);
const { train, meanImage } = split;
const preprocessing = preprocessingOf(split, settings.scale);
const size = {
  inputSize: meanImage.length,
  hiddenSize: settings.hidden,
  classCount: 10,
  std: settings.std,
};

/** Milliseconds of each kernel, of the whole step and of the rest of it, for each step. */
async function clockSteps(threads) {
  const parameters = initialize(size, Random.fromSeed(SEED, streams.weights));
  const engine = await createEngine("simd", { parameters, preprocessing, settings, threads });
  const from = await engine.load(train);
  const nextBatch = batches(train.labels.length, { ...settings, seed: SEED });
  const steps = [];
  for (let i = -WARM_UP; i < STEPS; i++) {
    const indices = nextBatch();
    spent = {};
    const before = performance.now();
    const distortionKey = settings.augment ? i + WARM_UP : undefined;
    await engine.step({ from, indices, distortionKey }, settings);
    if (settings.averageKeep && i % settings.averageEvery === 0) {
      await engine.average(settings.averageKeep);
    }
    const whole = performance.now() - before;
    const inKernels = Object.values(spent).reduce((sum, time) => sum + time, 0);
    if (i >= 0) steps.push({ ...spent, rest: whole - inKernels, whole });
  }
  await engine.close();
  return steps;
}

for (const threads of [1, 2]) {
  const steps = await clockSteps(threads);
  // What is not part of every step is shared out over all of them.
  const medianOf = (name) => {
    const times = steps.flatMap((step) => step[name] ?? []);
    return (median(times) * times.length) / steps.length;
  };
  const whole = medianOf("whole");
  const names = new Set(steps.flatMap((step) => Object.keys(step)));
  const rows = [...names].map((name) => [
    name,
    medianOf(name).toFixed(3),
    `${((100 * medianOf(name)) / whole).toFixed(1)} %`,
  ]);
  const count = threads === 1 ? "1 thread" : `the first of ${threads} threads`;
  process.stdout.write(
    `\n${count}, median of ${STEPS} steps\n\n${table(["kernel", "ms", "share"], rows)}\n`,
  );
}
