import type { Split } from "../dataset/split.js";
import type { Engine, ImagesByIndex, ParameterSet } from "../engine/engine.js";
import { parameterNames, type TwoLayerParameters } from "../net/twoLayerNet.js";
import { keyOf, Random, streams } from "../random.js";
import { learningRateAt, type RunLength, runLength } from "../settings/learningRate.js";
import type { Settings } from "../settings/settings.js";
import {
  type CheckpointInterval,
  type CheckpointTimer,
  startCheckpointTimer,
} from "./checkpointTimer.js";
import { DivergedError } from "./divergedError.js";
import { type EvaluationSet, evaluate, evaluationSet, measureAccuracy } from "./evaluate.js";
import type { EarlyStop, EpochFigures, History, StartFigures } from "./history.js";
import type { BestWeights, RunState } from "./runState.js";
import { createSampler, freshSampler, type Sampler } from "./sampler.js";
import type { SnapshotOptions } from "./snapshots.js";

/** The figures before the first update are measured on at most so many images of each set. */
const START_SAMPLE = 1000;

/** How long training may keep signals and timers waiting, in milliseconds. */
const LONGEST_STRETCH = 50;

/** What `train` reports; `iteration` is the number of updates done. */
export type TrainingEvent =
  | ({
      readonly type: "start";
      readonly iteration: number;
      /** Before the first update, also of a resumed run; null if unknown or not finite. */
      readonly figures: StartFigures | null;
      /** C */
      readonly classCount: number;
    } & RunLength)
  | {
      readonly type: "iteration";
      readonly iteration: number;
      /** Of the batch, before its update, L2 term included, in nats. */
      readonly loss: number;
      /** The L2 term in it. */
      readonly penalty: number;
      /** Of the update. */
      readonly learningRate: number;
      /** The images of the batch; valid until the next update. */
      readonly indices: Uint32Array;
    }
  | { readonly type: "validation"; readonly iteration: number; readonly accuracy: number }
  | ({ readonly type: "epoch" } & EpochFigures)
  | { readonly type: "measuring" };

/** How a run is saved during training. */
export interface CheckpointOptions {
  /** By default, as often as takes less than 1 % of the time. */
  readonly every?: CheckpointInterval;
  /** Saves a state, which never changes afterwards; training waits for it. */
  readonly save: (state: RunState) => Promise<void>;
}

/** What stops a run: an AbortSignal, in words that need no types of Node or of browsers. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  /** Throws the reason once the run is to stop. */
  throwIfAborted(): void;
}

/** What decides a run, and what is kept of it on the way. */
export interface RunOptions {
  /** Read before each update, so a live page may change what a run can change. */
  readonly settings: Settings;
  /** Random seed: decides the batches, distortions and dropout. */
  readonly seed: number;
  /** Stops the run after the current update; an AbortSignal. */
  readonly signal?: StopSignal;
  /** Resumes a run, to the same bytes as if it had never stopped. */
  readonly resume?: RunState;
  /** Saves the run at intervals and when it ends, also when `signal` stops it. */
  readonly checkpoint?: CheckpointOptions;
  /** Keeps the weights now and then, those at the end included, also when `signal` stops the run. */
  readonly snapshots?: SnapshotOptions;
}

/** What a run needs of the program that it runs in: a command, or a page. */
export interface Host {
  /** Lets signals, timers and messages be handled. */
  readonly rest: () => Promise<unknown>;
  /** Awaited before each update: a page shows how far the run is, and waits while it is paused. */
  readonly beforeUpdate?: (iteration: number) => Promise<void>;
}

/** How a run ended; the trained parameters are in the net. */
export interface TrainResult {
  readonly history: History;
  /** Updates done. */
  readonly iterations: number;
  /** Whether `signal` stopped the run. */
  readonly interrupted: boolean;
  /** The epoch that gave the parameters, with `keepBest`; null for those of the last update. */
  readonly bestEpoch: number | null;
  /** How `patience` ended the run; null if it did not. */
  readonly earlyStop: EarlyStop | null;
  /** The loss of the last batch, L2 term included, in nats. */
  readonly loss: number | null;
  /** The L2 term in it. */
  readonly penalty: number | null;
  /** On all training images; null when interrupted. */
  readonly trainingAccuracy: number | null;
  /** On all validation images; null when interrupted or when there are none. */
  readonly validationAccuracy: number | null;
  /** The margin that 98 % of the validation images exceed, or of the training images; null when interrupted. */
  readonly leastMargin: number | null;
}

/** What the trainer itself can tell of it. */
export type TrainerResult = Omit<TrainResult, "leastMargin"> & {
  readonly parameters: TwoLayerParameters;
};

/** The images that a run learns from and is measured on. */
export type RunSets = Readonly<Record<"train" | "trainSample" | "validation", EvaluationSet>>;

/**
 * Hands the images of a split to an engine.
 *
 * @param most how many training images are measured at the end of an epoch
 */
export async function loadSets(
  engine: Engine,
  { train, validation }: Split,
  seed: number,
  most: number,
): Promise<RunSets> {
  const images = await engine.load(train);
  const random = Random.fromSeed(seed, streams.sample);
  return {
    train: evaluationSet(images, train),
    trainSample: evaluationSet(images, train, most, random),
    validation: evaluationSet(await engine.load(validation), validation),
  };
}

/** One run: everything that an update changes, but for the parameters, which are in the engine. */
export class Trainer {
  readonly #length: RunLength;
  readonly #sampler: Sampler;
  readonly #checkpointTimer: CheckpointTimer;
  #history: History;
  /** Updates done. */
  #iteration: number;
  /** Whether the accuracies that are due after them are measured. */
  #measured: boolean;
  /** The L2 term in the last loss. */
  #penalty: number | null;
  #best: BestWeights | null;
  /** Updates done by the last snapshot. */
  #lastSnapshot = -1;
  /** Which parameters to measure and to return. */
  #judged: ParameterSet;
  #lastPause = performance.now();

  constructor(
    readonly engine: Engine,
    readonly sets: RunSets,
    readonly options: RunOptions & Host,
    readonly listen: (event: TrainingEvent) => void,
  ) {
    const { settings, seed, resume, checkpoint } = options;
    const N = sets.train.labels.length;
    const sampler = resume?.sampler ?? freshSampler(Random.fromSeed(seed, streams.batches));
    this.#length = runLength(settings, N);
    this.#sampler = createSampler(N, settings, sampler);
    this.#history = copyOf(
      resume?.history ?? { start: null, loss: [], validation: [], epochs: [] },
    );
    this.#iteration = resume?.iteration ?? 0;
    this.#measured = resume?.measured ?? true;
    this.#penalty = resume?.penalty ?? null;
    this.#best = resume?.best ?? null;
    this.#judged = settings.averageKeep > 0 ? "average" : "parameters";
    this.#checkpointTimer = startCheckpointTimer(checkpoint?.every, this.#iteration);
  }

  /** Takes steps until the run is over or interrupted. */
  async run(): Promise<void> {
    const { checkpoint, snapshots, beforeUpdate } = this.options;
    if (this.#iteration === 0) await this.#unlessInterrupted(() => this.#measureStart());
    const { start: figures } = this.#history;
    const { classCount } = this.engine;
    this.listen({
      type: "start",
      iteration: this.#iteration,
      figures,
      classCount,
      ...this.#length,
    });
    await this.#unlessInterrupted(async () => {
      for (;;) {
        await this.#pause();
        if (!this.#measured) await this.#measure();
        if (snapshots?.at.includes(this.#iteration)) await this.#keep(snapshots);
        if (this.#iteration >= this.#length.iterations || this.#outOfPatience() !== null) return;
        if (checkpoint !== undefined && this.#checkpointTimer.isDue(this.#iteration)) {
          await this.#save(checkpoint);
        }
        if (beforeUpdate !== undefined) await beforeUpdate(this.#iteration);
        this.options.signal?.throwIfAborted();
        await this.#step();
      }
    });
    if (checkpoint !== undefined && this.#iteration > 0) await this.#save(checkpoint);
    if (snapshots !== undefined) await this.#keep(snapshots);
  }

  /** Measures the initial weights on samples of both sets. */
  async #measureStart(): Promise<void> {
    const sampleOf = ({ from, labels }: EvaluationSet) =>
      evaluationSet(from, { labels }, START_SAMPLE);
    const sample = sampleOf(this.sets.train);
    const figures = await evaluate(this.engine, sample, () => this.#pause());
    const { meanLoss: loss, accuracy: trainingAccuracy } = figures;
    const penalty = await this.engine.penalty(this.options.settings.reg);
    if (!Number.isFinite(Math.fround(loss + penalty))) return; // the first update will tell
    const validationAccuracy = await this.#accuracy(sampleOf(this.sets.validation));
    this.#history = {
      ...this.#history,
      start: { loss, penalty, trainingAccuracy, validationAccuracy },
    };
  }

  /** One training step: draw a batch, compute its gradients, update the parameters, report. */
  async #step(): Promise<void> {
    const { settings, seed } = this.options;
    const epoch = Math.floor(this.#iteration / this.#length.iterationsPerEpoch);

    // Draw a batch: indices of training images, distorted anew in every epoch.
    const batch: ImagesByIndex = {
      from: this.sets.train.from,
      indices: this.#sampler.next(),
      distortionKey: settings.augment ? keyOf(seed, streams.distortions, epoch) : undefined,
    };

    // Compute loss and gradients as TwoLayerNet.lossAndGradients does; then w -= learningRate · dw.
    const learningRate = learningRateAt(this.#iteration, settings, this.#length);
    const key = keyOf(seed, streams.dropout, this.#iteration);
    const dropout = settings.dropout > 0 ? { share: settings.dropout, key } : undefined;
    const penalty = await this.engine.penalty(settings.reg);
    const loss = await this.engine.step(batch, { ...settings, learningRate, dropout });
    this.#iteration++;
    const diverged = (found: string) =>
      new DivergedError(this.#iteration, found, this.#history, settings);
    if (!Number.isFinite(Math.fround(loss))) throw diverged(`loss ${loss}`); // no file holds more
    this.#penalty = penalty;
    this.#history.loss.push(loss);
    const infinite = await this.#findInfinite();
    if (infinite !== undefined) throw diverged(`a number in ${infinite} is not finite`);
    if (settings.averageKeep > 0 && this.#iteration % settings.averageEvery === 0) {
      await this.engine.average(settings.averageKeep);
    }

    // Report.
    this.#measured = false;
    const { indices } = batch;
    this.listen({
      type: "iteration",
      iteration: this.#iteration,
      ...{ loss, penalty, learningRate, indices },
    });
  }

  /** The first parameter with a number that is not finite. */
  async #findInfinite(): Promise<keyof TwoLayerParameters | undefined> {
    if (await this.engine.allFinite()) return undefined;
    const parameters = await this.engine.parameters();
    return parameterNames.find((name) => !parameters[name].data.every(Number.isFinite));
  }

  /** Measures the accuracies that are due after an update, and records them once all are there. */
  async #measure(): Promise<void> {
    const iteration = this.#iteration;
    const validates = iteration % this.options.settings.every === 0;
    const endsEpoch = iteration % this.#length.iterationsPerEpoch === 0;
    const validationAccuracy =
      validates || endsEpoch ? await this.#accuracy(this.sets.validation) : null;
    const trainingAccuracy = endsEpoch ? await this.#accuracy(this.sets.trainSample) : null;
    this.#measured = true;
    if (validates && validationAccuracy !== null) {
      this.#history.validation.push({ iteration, accuracy: validationAccuracy });
      this.listen({ type: "validation", iteration, accuracy: validationAccuracy });
    }
    if (trainingAccuracy !== null) await this.#endEpoch(trainingAccuracy, validationAccuracy);
  }

  /** Records the figures of an epoch, and its parameters if they are the best so far. */
  async #endEpoch(trainingAccuracy: number, validationAccuracy: number | null): Promise<void> {
    const { settings } = this.options;
    const iteration = this.#iteration;
    const epoch = iteration / this.#length.iterationsPerEpoch;
    const learningRate = learningRateAt(iteration - 1, settings, this.#length);
    const accuracies = { trainingAccuracy, validationAccuracy };
    const figures = { epoch, iteration, learningRate, penalty: this.#penalty, ...accuracies };
    this.#history.epochs.push(figures);
    this.listen({ type: "epoch", ...figures });
    const needsBest = settings.keepBest || settings.patience !== null;
    const accuracy = needsBest ? validationAccuracy : null;
    if (accuracy !== null && accuracy > (this.#best?.accuracy ?? -1)) {
      this.#best = { epoch, accuracy, parameters: await this.#parameters() };
    }
  }

  /** How `patience` ends the run, once so many epochs have passed since the best one; null before. */
  #outOfPatience(): EarlyStop | null {
    const { patience } = this.options.settings;
    if (patience === null || this.#best === null) return null;
    const epoch = Math.floor(this.#iteration / this.#length.iterationsPerEpoch);
    const { epoch: bestEpoch, accuracy: bestAccuracy } = this.#best;
    return epoch - bestEpoch >= patience ? { epoch, bestEpoch, bestAccuracy } : null;
  }

  async #save({ save }: CheckpointOptions): Promise<void> {
    const start = performance.now();
    await save({
      iteration: this.#iteration,
      measured: this.#measured,
      penalty: this.#penalty,
      best: this.#best,
      history: copyOf(this.#history),
      sampler: this.#sampler.state(),
      ...(await this.engine.state()),
    });
    this.#checkpointTimer.saved(this.#iteration, performance.now() - start);
  }

  /** Keeps the weights, unless a snapshot has them. */
  async #keep({ save }: SnapshotOptions): Promise<void> {
    if (this.#lastSnapshot === this.#iteration) return;
    this.#lastSnapshot = this.#iteration;
    await save(this.#iteration, await this.#parameters());
  }

  /** The result of the run, and its parameters: of the best epoch with keepBest, else the last. */
  async finish(): Promise<TrainerResult> {
    const { settings, signal } = this.options;
    this.listen({ type: "measuring" });
    const kept = settings.keepBest ? this.#best : null;
    if (kept !== null) {
      const { parameters } = kept;
      await this.engine.setState({ parameters, velocity: null, average: null });
      this.#judged = "parameters";
    }
    const isWhole = this.#iteration >= this.#length.iterations;
    const measure = (set: EvaluationSet) => this.#unlessInterrupted(() => this.#accuracy(set));
    return {
      parameters: await this.#parameters(),
      bestEpoch: kept?.epoch ?? null,
      earlyStop: isWhole ? null : this.#outOfPatience(),
      history: this.#history,
      iterations: this.#iteration,
      trainingAccuracy: await measure(this.sets.train),
      validationAccuracy: await measure(this.sets.validation),
      loss: this.#history.loss.at(-1) ?? null,
      penalty: this.#penalty,
      interrupted: signal?.aborted ?? false,
    };
  }

  async #parameters(): Promise<TwoLayerParameters> {
    const { engine } = this;
    return this.#judged === "average" ? engine.averagedParameters() : engine.parameters();
  }

  /** 0..1; null for a set without images. */
  async #accuracy(set: EvaluationSet): Promise<number | null> {
    if (set.indices.length === 0) return null;
    const parameters = this.#judged;
    return measureAccuracy(this.engine, { ...set, parameters }, () => this.#pause());
  }

  /** Lets signals and timers run every so often; throws when `signal` is aborted. */
  async #pause(): Promise<void> {
    if (performance.now() - this.#lastPause > LONGEST_STRETCH) {
      await this.options.rest();
      this.#lastPause = performance.now();
    }
    this.options.signal?.throwIfAborted();
  }

  /** The result of work that pauses; null when `signal` ended it. */
  async #unlessInterrupted<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      const { signal } = this.options;
      if (signal?.aborted && error === signal.reason) return null;
      throw error;
    }
  }
}

function copyOf({ start, loss, validation, epochs }: History): History {
  return { start, loss: loss.slice(), validation: validation.slice(), epochs: epochs.slice() };
}
