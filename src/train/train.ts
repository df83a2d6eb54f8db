import { setImmediate } from "node:timers/promises";
import type { Split } from "../dataset/split.js";
import { createEngine, defaultEngine, type EngineName } from "../engine/createEngine.js";
import type { Engine } from "../engine/engine.js";
import { DivergedError } from "../errors.js";
import { parameterNames, type TwoLayerNet } from "../net/twoLayerNet.js";
import { Random, streams } from "../random.js";
import { type EvaluationSet, evaluationSet, measureAccuracy } from "./evaluate.js";
import type { EpochFigures, History } from "./history.js";
import { createSampler } from "./sampler.js";
import { learningRateAt, type RunLength, runLength } from "./schedule.js";
import { checkSettings, type Settings } from "./settings.js";

/** Training accuracy on the way is measured on at most so many images; at the end on all. */
const TRAINING_SAMPLE = 10000;

/** How long the loop may keep the event loop from signals and timers, in milliseconds. */
const LONGEST_STRETCH = 50;

/** What happens on the way, for whoever listens. */
export type TrainingEvent =
  | ({ readonly type: "start" } & RunLength)
  | {
      readonly type: "iteration";
      /** Updates done. */
      readonly iteration: number;
      readonly loss: number;
    }
  | { readonly type: "validation"; readonly iteration: number; readonly accuracy: number }
  | ({ readonly type: "epoch" } & EpochFigures)
  | { readonly type: "measuring" };

/** How to train: the settings, where chance starts, and who computes. */
export interface TrainOptions {
  readonly settings: Settings;
  /** Decides which images make a batch. */
  readonly seed: number;
  /** The fast one unless told. */
  readonly engine?: EngineName;
  /** Threads that the engine may use; they change no bit of the result. */
  readonly threads?: number;
  /** Ends the run after the current update. */
  readonly signal?: AbortSignal;
}

/** How a run ended; the trained parameters are in the net. */
export interface TrainResult {
  readonly history: History;
  /** Updates done. */
  readonly iterations: number;
  /** Whether `signal` ended it early. */
  readonly interrupted: boolean;
  /** The loss of the last batch. */
  readonly loss: number | null;
  /** On all training images; null when interrupted. */
  readonly trainingAccuracy: number | null;
  /** On all validation images; null when interrupted or when there are none. */
  readonly validationAccuracy: number | null;
}

/**
 * Trains a float32 net by mini-batch SGD.
 *
 * @param net    start and, when the promise resolves, end of training
 * @param split  images to train on and to judge by
 * @param listen called with what happens on the way
 * @throws {UsageError} when a setting is out of range
 * @throws {RangeError} when the net is not float32, or does not fit the images
 * @throws {DivergedError} when a loss or a weight is no longer finite; net stays as it was
 */
export async function train(
  net: TwoLayerNet,
  split: Split,
  options: TrainOptions,
  listen: (event: TrainingEvent) => void = () => {},
): Promise<TrainResult> {
  const { settings, seed } = options;
  checkSettings(settings, seed);
  for (const name of parameterNames) {
    if (net.parameters[name].data instanceof Float32Array) continue;
    throw new RangeError(`${name} is float64, expected float32`); // the engines round to it
  }
  const engine = await createEngine(options.engine ?? defaultEngine, {
    parameters: net.parameters,
    meanImage: split.meanImage,
    scale: settings.scale,
    threads: options.threads,
  });
  try {
    const result = await runIterations(engine, net.classCount, split, options, listen);
    const trained = await engine.parameters();
    for (const name of parameterNames) {
      if (!trained[name].data.every(Number.isFinite)) {
        const length = runLength(settings, split.train.labels.length);
        const rate = learningRateAt(result.iterations - 1, settings, length);
        throw new DivergedError(result.iterations, `a number in ${name} is not finite`, rate);
      }
    }
    for (const name of parameterNames) net.parameters[name].data.set(trained[name].data);
    return result;
  } finally {
    await engine.close();
  }
}

async function runIterations(
  engine: Engine,
  classCount: number,
  split: Split,
  { settings, seed, signal }: TrainOptions,
  listen: (event: TrainingEvent) => void,
): Promise<TrainResult> {
  const N = split.train.labels.length;
  const length = runLength(settings, N);
  const { iterations, iterationsPerEpoch } = length;
  const trainImages = await engine.load(split.train);
  const validationImages = await engine.load(split.validation);
  const everyTrainingImage = evaluationSet(trainImages, split.train);
  const trainingSample = evaluationSet(trainImages, split.train, TRAINING_SAMPLE);
  const validationSet = evaluationSet(validationImages, split.validation);

  const goOn = pauseNowAndThen(signal);
  const accuracy = async (set: EvaluationSet) => {
    if (set.indices.length === 0) return null;
    return measureAccuracy(engine, set, classCount, goOn);
  };

  const sample = createSampler(N, settings, Random.fromSeed(seed, streams.batches));
  const history: History = { loss: [], validation: [], epochs: [] };
  listen({ type: "start", ...length });

  let iteration = 0; // updates done
  while (iteration < iterations && (await goOn())) {
    const learningRate = learningRateAt(iteration, settings, length);
    const batch = { from: trainImages, indices: sample() };
    const loss = await engine.step(batch, { learningRate, reg: settings.reg });
    iteration++;
    if (!Number.isFinite(loss)) throw new DivergedError(iteration, `loss ${loss}`, learningRate);
    history.loss.push(loss);
    listen({ type: "iteration", iteration, loss });

    const reportsNow = iteration % settings.every === 0;
    const epochEnds = iteration % iterationsPerEpoch === 0;
    if (!reportsNow && !epochEnds) continue;

    const validationAccuracy = await accuracy(validationSet);
    if (reportsNow && validationAccuracy !== null) {
      history.validation.push({ iteration, accuracy: validationAccuracy });
      listen({ type: "validation", iteration, accuracy: validationAccuracy });
    }
    if (epochEnds) {
      const trainingAccuracy = await accuracy(trainingSample);
      if (trainingAccuracy === null) break; // interrupted while measuring
      const epoch = iteration / iterationsPerEpoch;
      const figures = { epoch, iteration, learningRate, trainingAccuracy, validationAccuracy };
      history.epochs.push(figures);
      listen({ type: "epoch", ...figures });
    }
  }

  listen({ type: "measuring" });
  return {
    history,
    iterations: iteration,
    trainingAccuracy: await accuracy(everyTrainingImage),
    validationAccuracy: await accuracy(validationSet),
    loss: history.loss.at(-1) ?? null,
    interrupted: signal?.aborted ?? false,
  };
}

/**
 * Gives signals and timers their turn every so often.
 *
 * @returns a function that tells whether the run should go on
 */
function pauseNowAndThen(signal: AbortSignal | undefined): () => Promise<boolean> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > LONGEST_STRETCH) {
      await setImmediate();
      last = performance.now();
    }
    return !signal?.aborted;
  };
}
