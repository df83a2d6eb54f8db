import { setImmediate } from "node:timers/promises";
import type { Split } from "../dataset/split.js";
import { createEngine, defaultEngine, type EngineName } from "../engine/createEngine.js";
import type { Batch, Engine, LoadedImages, Update, Weights } from "../engine/engine.js";
import { DivergedError } from "../errors.js";
import { parameterNames, type TwoLayerNet, type TwoLayerParameters } from "../net/twoLayerNet.js";
import { keyOf, Random, streams } from "../random.js";
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
  /** The epoch whose weights these are, where the best are kept; null for the last ones. */
  readonly bestEpoch: number | null;
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
    const { trained, ...result } = await runIterations(
      engine,
      net.classCount,
      split,
      options,
      listen,
    );
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
): Promise<TrainResult & { readonly trained: TwoLayerParameters }> {
  const N = split.train.labels.length;
  const length = runLength(settings, N);
  const { iterations, iterationsPerEpoch } = length;
  const trainImages = await engine.load(split.train);
  const validationImages = await engine.load(split.validation);
  const everyTrainingImage = evaluationSet(trainImages, split.train);
  const trainingSample = evaluationSet(trainImages, split.train, TRAINING_SAMPLE);
  const validationSet = evaluationSet(validationImages, split.validation);

  const goOn = pauseNowAndThen(signal);
  const averages = settings.averageKeep > 0;
  let of: Weights = averages ? "average" : "parameters";
  const accuracy = async (set: EvaluationSet) => {
    if (set.indices.length === 0) return null;
    return measureAccuracy(engine, { ...set, of }, classCount, goOn);
  };

  const sample = createSampler(N, settings, Random.fromSeed(seed, streams.batches));
  const judges = settings.keepBest || settings.patience !== null;
  let best: { epoch: number; accuracy: number; parameters: TwoLayerParameters } | null = null;
  const history: History = { loss: [], validation: [], epochs: [] };
  listen({ type: "start", ...length });

  let iteration = 0; // updates done
  while (iteration < iterations && (await goOn())) {
    const learningRate = learningRateAt(iteration, settings, length);
    const epochBefore = Math.floor(iteration / iterationsPerEpoch);
    const batch = nextBatch(trainImages, sample(), split, settings, seed, epochBefore);
    const loss = await engine.step(batch, updateAt(iteration, learningRate, settings, seed));
    iteration++;
    if (averages && iteration % settings.averageEvery === 0) {
      await engine.average(settings.averageKeep);
    }
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
      if (!judges || validationAccuracy === null) continue;
      if (best === null || validationAccuracy > best.accuracy) {
        const parameters = await parametersOf(engine, of);
        best = { epoch, accuracy: validationAccuracy, parameters };
      }
      if (settings.patience !== null && epoch - best.epoch >= settings.patience) break;
    }
  }

  listen({ type: "measuring" });
  const kept = settings.keepBest && best !== null ? best : null;
  if (kept !== null) {
    await engine.setParameters(kept.parameters);
    of = "parameters";
  }
  return {
    trained: await parametersOf(engine, of),
    bestEpoch: kept?.epoch ?? null,
    history,
    iterations: iteration,
    trainingAccuracy: await accuracy(everyTrainingImage),
    validationAccuracy: await accuracy(validationSet),
    loss: history.loss.at(-1) ?? null,
    interrupted: signal?.aborted ?? false,
  };
}

/** A batch by index; where settings say so, distorted in a way of this epoch. */
function nextBatch(
  from: LoadedImages,
  indices: Uint32Array,
  { train: { rows, columns } }: Split,
  settings: Settings,
  seed: number,
  epoch: number,
): Batch {
  if (!settings.augment) return { from, indices };
  const key = keyOf(seed, streams.distortions, epoch);
  return { from, indices, distortion: { augmentation: settings, rows, columns, key } };
}

function updateAt(
  iteration: number,
  learningRate: number,
  settings: Settings,
  seed: number,
): Update {
  const { reg, momentum, nesterov, labelSmoothing, dropout } = settings;
  const update = { learningRate, reg, momentum, nesterov, labelSmoothing };
  if (dropout === 0) return update;
  const key = keyOf(seed, streams.dropout, iteration);
  return { ...update, dropout: { share: dropout, key } };
}

async function parametersOf(engine: Engine, of: Weights) {
  return of === "average" ? engine.averagedParameters() : engine.parameters();
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
