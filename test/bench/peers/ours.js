/*
 * The headline run in mnist-train: the same loop as that of the peers, over the public API.
 */
import {
  createEngine,
  evaluationSet,
  initialize,
  measureAccuracy,
  Random,
  streams,
} from "../../../dist/index.js";
import { loadSplit, preprocessingOf, timeRun } from "../headline.js";

const run = JSON.parse(process.argv[2]);
const split = await loadSplit();
const { train, validation, meanImage } = split;
const size = {
  inputSize: meanImage.length,
  hiddenSize: run.hidden,
  classCount: 10,
  std: run.std,
};
const engine = await createEngine(run.engine, {
  parameters: initialize(size, Random.fromSeed(run.seed, streams.weights)),
  preprocessing: preprocessingOf(split, run.scale),
  threads: run.threads,
});
const from = await engine.load(train);
const validationSet = evaluationSet(await engine.load(validation), validation);

const step = (indices, learningRate) =>
  engine.step({ from, indices }, { learningRate, reg: run.reg });
const validate = () => measureAccuracy(engine, validationSet);
await timeRun(run, train.labels.length, step, validate);
await engine.close();
