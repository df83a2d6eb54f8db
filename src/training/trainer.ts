import { setImmediate } from "node:timers/promises";
import type { Split } from "../dataset/split.js";
import { defaultEngine, type EngineName, withEngine } from "../engine/createEngine.js";
import type { Batch, Engine, LoadedImages, ParameterSet, Update } from "../engine/engine.js";
import { DivergedError } from "../errors.js";
import { parameterNames, type TwoLayerNet, type TwoLayerParameters } from "../net/twoLayerNet.js";
import { keyOf, Random, streams } from "../random.js";
import { learningRateAt, type RunLength, runLength } from "../settings/schedule.js";
import { checkSettings, type Settings } from "../settings/settings.js";
import type { EpochFigures, History } from "../training/history.js";
import type { RunState } from "../training/runState.js";
import { type CheckpointInterval, startCheckpointTimer } from "./checkpointTimer.js";
import { type EvaluationSet, evaluationSet, measureAccuracy } from "./evaluate.js";
import { createSampler, freshSampler } from "./sampler.js";

/** Training accuracy on the way is measured on at most so many images; at the end on all. */
const TRAINING_SAMPLE = 10000;

/** How long the loop may keep the event loop from signals and timers, in milliseconds. */
const LONGEST_STRETCH = 50;

/** What happens on the way, for whoever listens. */
export type TrainingEvent =
  | ({
      readonly type: "start";
      /** Updates done before, in a run that is gone on with. */
      readonly iteration: number;
    } & RunLength)
  | {
      readonly type: "iteration";
      /** Updates done. */
      readonly iteration: number;
      readonly loss: number;
    }
  | { readonly type: "validation"; readonly iteration: number; readonly accuracy: number }
  | ({ readonly type: "epoch" } & EpochFigures)
  | { readonly type: "measuring" };

/** How a run is saved on the way. */
export interface CheckpointOptions {
  /** As often as costs less than 1 % of the time unless told. */
  readonly every?: CheckpointInterval;
  /** Keeps a state, of which nothing changes afterwards; training waits for it. */
  readonly save: (state: RunState) => Promise<void>;
}

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
  /** Goes on from there, to the same bytes as if the run had never stopped. */
  readonly resume?: RunState;
  /** Saves the run now and then, and where it ends, also where `signal` ends it. */
  readonly checkpoint?: CheckpointOptions;
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
 * @param net    start and, when the promise resolves, end of training; the start is that of
 *               `resume` where there is one
 * @param split  images to train on and to judge by
 * @param listen called with what happens on the way
 * @throws {UsageError} when a setting is out of range
 * @throws {RangeError} when the net is not float32, or net, images and `resume` do not fit together
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
  const { rows, columns } = split.train;
  const setup = {
    parameters: net.parameters,
    preprocessing: { rows, columns, scale: settings.scale, meanImage: split.meanImage },
    augmentation: settings.augment ? settings : undefined,
    threads: options.threads,
  };
  return withEngine(options.engine ?? defaultEngine, setup, async (engine) => {
    const { trained, ...result } = await runIterations(engine, split, options, listen);
    for (const name of parameterNames) net.parameters[name].data.set(trained[name].data);
    return result;
  });
}

async function runIterations(
  engine: Engine,
  split: Split,
  { settings, seed, signal, resume, checkpoint }: TrainOptions,
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
  let parameters: ParameterSet = averages ? "average" : "parameters";
  const accuracy = async (set: EvaluationSet) => {
    if (set.indices.length === 0) return null;
    return measureAccuracy(engine, { ...set, parameters }, goOn);
  };

  // All that changes from update to update; the rest of it is the engine's.
  let iteration = resume?.iteration ?? 0; // updates done
  let measured = resume?.measured ?? true;
  let best = resume?.best ?? null;
  const history = copyOf(resume?.history ?? { loss: [], validation: [], epochs: [] });
  const fresh = freshSampler(Random.fromSeed(seed, streams.batches));
  const sampler = createSampler(N, settings, resume?.sampler ?? fresh);
  if (resume !== undefined) await engine.setState(resume);

  async function update(): Promise<void> {
    const learningRate = learningRateAt(iteration, settings, length);
    const epochBefore = Math.floor(iteration / iterationsPerEpoch);
    const batch = nextBatch(trainImages, sampler.next(), settings, seed, epochBefore);
    const loss = await engine.step(batch, updateAt(iteration, learningRate, settings, seed));
    iteration++;
    if (!Number.isFinite(loss)) throw new DivergedError(iteration, `loss ${loss}`, learningRate);
    if (!(await engine.allFinite())) {
      throw new DivergedError(iteration, await notFinite(engine), learningRate);
    }
    if (averages && iteration % settings.averageEvery === 0) {
      await engine.average(settings.averageKeep);
    }
    measured = false;
    history.loss.push(loss);
    listen({ type: "iteration", iteration, loss });
  }

  /** Accuracies, where they are due; returns whether it came to the end. */
  async function measure(): Promise<boolean> {
    const reportsNow = iteration % settings.every === 0;
    const epochEnds = iteration % iterationsPerEpoch === 0;
    const validates = (reportsNow || epochEnds) && validationSet.indices.length > 0;
    const validationAccuracy = validates ? await accuracy(validationSet) : null;
    const trainingAccuracy = epochEnds ? await accuracy(trainingSample) : null;
    const cutShort =
      (validates && validationAccuracy === null) || (epochEnds && trainingAccuracy === null);
    if (cutShort) return false;
    if (reportsNow && validationAccuracy !== null) {
      history.validation.push({ iteration, accuracy: validationAccuracy });
      listen({ type: "validation", iteration, accuracy: validationAccuracy });
    }
    if (trainingAccuracy !== null) {
      const epoch = iteration / iterationsPerEpoch;
      const learningRate = learningRateAt(iteration - 1, settings, length);
      const figures = { epoch, iteration, learningRate, trainingAccuracy, validationAccuracy };
      history.epochs.push(figures);
      listen({ type: "epoch", ...figures });
      const judges = settings.keepBest || settings.patience !== null;
      if (judges && validationAccuracy !== null && validationAccuracy > (best?.accuracy ?? -1)) {
        const now = await parametersOf(engine, parameters);
        best = { epoch, accuracy: validationAccuracy, parameters: now };
      }
    }
    return true;
  }

  /** Whether no epoch of late was better than one before. */
  const outOfPatience = () => {
    if (settings.patience === null || best === null) return false;
    return Math.floor(iteration / iterationsPerEpoch) - best.epoch >= settings.patience;
  };

  const timer = startCheckpointTimer(checkpoint?.every, iteration);
  async function save(): Promise<void> {
    const before = performance.now();
    const engineState = await engine.state();
    const state = { iteration, measured, best, history: copyOf(history), ...engineState };
    await checkpoint?.save({ ...state, sampler: sampler.state() });
    timer.saved(iteration, performance.now() - before);
  }

  listen({ type: "start", iteration, ...length });
  while (await goOn()) {
    if (!measured) measured = await measure();
    if (!measured || iteration >= iterations || outOfPatience()) break;
    if (checkpoint !== undefined && timer.isDue(iteration)) await save();
    await update();
  }
  if (checkpoint !== undefined && iteration > 0) await save();

  listen({ type: "measuring" });
  const kept = settings.keepBest && best !== null ? best : null;
  if (kept !== null) {
    await engine.setState({ parameters: kept.parameters, velocity: null, average: null });
    parameters = "parameters";
  }
  return {
    trained: await parametersOf(engine, parameters),
    bestEpoch: kept?.epoch ?? null,
    history,
    iterations: iteration,
    trainingAccuracy: await accuracy(everyTrainingImage),
    validationAccuracy: await accuracy(validationSet),
    loss: history.loss.at(-1) ?? null,
    interrupted: signal?.aborted ?? false,
  };
}

function copyOf({ loss, validation, epochs }: History): History {
  return { loss: loss.slice(), validation: validation.slice(), epochs: epochs.slice() };
}

/** What is not finite, in words: the first number that is not. */
async function notFinite(engine: Engine): Promise<string> {
  const parameters = await engine.parameters();
  const name = parameterNames.find((key) => !parameters[key].data.every(Number.isFinite));
  return `a number in ${name} is not finite`;
}

/** A batch by index; where settings say so, distorted in a way of this epoch. */
function nextBatch(
  from: LoadedImages,
  indices: Uint32Array,
  settings: Settings,
  seed: number,
  epoch: number,
): Batch {
  if (!settings.augment) return { from, indices };
  return { from, indices, distortionKey: keyOf(seed, streams.distortions, epoch) };
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

async function parametersOf(engine: Engine, set: ParameterSet) {
  return set === "average" ? engine.averagedParameters() : engine.parameters();
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
