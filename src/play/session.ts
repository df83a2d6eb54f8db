import { setAsTaken } from "../dataset/deskew.js";
import { preprocess } from "../dataset/preprocessing.js";
import { preprocessingOf, type Split, splitImages } from "../dataset/split.js";
import { createBrowserEngine } from "../engine/createBrowserEngine.js";
import type { Engine } from "../engine/engine.js";
import { InputError } from "../errors.js";
import { gatherEvidence } from "../inspect/evidence.js";
import { verdict } from "../inspect/verdict/verdict.js";
import { affineReluForward } from "../layers/affineRelu.js";
import { tensor } from "../layers/tensor.js";
import type { LessonLayers } from "../learn/lessonLayers.js";
import { initialize } from "../net/initialize.js";
import { TwoLayerNet, type TwoLayerParameters } from "../net/twoLayerNet.js";
import { Random, streams } from "../random.js";
import type { Settings } from "../settings/settings.js";
import { DivergedError } from "../training/divergedError.js";
import { answersOf, type EvaluationSet, evaluate, evaluationSet } from "../training/evaluate.js";
import type { EpochFigures, History } from "../training/history.js";
import { loadSets, Trainer, type TrainerResult, type TrainingEvent } from "../training/trainer.js";
import type { PageImages } from "./digits.js";
import type { RunReport, Start, UpdateTaken } from "./messages.js";

/** Milliseconds between two frames, and between two measurements of what costs more. */
const FRAME = 100;
const MEASUREMENT = 1000;

/** Training images that are measured at the end of an epoch; fewer than mnist-train takes, to go on sooner. */
const TRAINING_SAMPLE = 2000;

/** Images on which hidden units are watched. */
const WATCHED = 100;

/** What a session needs of the worker that it runs in. */
export interface SessionHost {
  readonly images: PageImages;
  /** The file kernels-single.wasm. */
  readonly kernels: Uint8Array<ArrayBuffer>;
  /** The lesson's layers with a mistake in them. */
  readonly lesson: (mutant: string) => LessonLayers;
  readonly report: (report: RunReport) => void;
  /** Lets messages arrive. */
  readonly rest: () => Promise<void>;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** A run in the page: the trainer of mnist-train, which waits where the reader does, and shows how far it is. */
export class Session {
  readonly #stop = new AbortController();
  #settings: Settings;
  #speed: number | null;
  /** Updates after which it pauses. */
  #goal = 0;
  #wake: () => void = () => {};
  #trainer: Trainer | null = null;
  #engine!: Engine;
  #split!: Split;
  #sets!: { readonly test: EvaluationSet; readonly watched: Uint8Array };

  #iteration = 0;
  #last: Extract<TrainingEvent, { type: "iteration" }> | null = null;
  #losses: number[] = [];
  #validation: History["validation"] = [];
  #epochs: EpochFigures[] = [];
  #perEpoch = 1;
  /** The parameters before an update that was asked for alone. */
  #before: TwoLayerParameters | null = null;
  #update: UpdateTaken | null = null;
  #framedAt = 0;
  #framedIteration = 0;
  #measuredAt = Number.NEGATIVE_INFINITY;
  #measuredIteration = -1;

  constructor(
    private readonly host: SessionHost,
    private readonly start: Start,
  ) {
    this.#settings = start.settings;
    this.#speed = start.speed;
  }

  /** Runs until the run is over, or `stop`. */
  async run(): Promise<void> {
    const { report } = this.host;
    let failure: string | null = null;
    try {
      const trainer = await this.#prepare();
      await trainer.run();
      if (this.#stop.signal.aborted) return;
      await this.#show();
    } catch (error) {
      if (error instanceof DivergedError) {
        failure = error.message;
        await this.#showFailed(error);
      } else if (error instanceof InputError || error instanceof RangeError) {
        report({ type: "refused", text: error.message });
        return;
      } else throw error;
    } finally {
      if (this.#stop.signal.aborted) await this.#engine?.close();
    }
    report({ type: "ended", iteration: this.#iteration, failure });
    if (failure === null) await this.judge();
  }

  /** Splits, initial weights and engine, as mnist-train has them. */
  async #prepare(): Promise<Trainer> {
    const { images, kernels, lesson } = this.host;
    const { settings, seed, mutant, from } = this.start;
    const slip = mutant === null ? null : lesson(mutant);
    const split = (slip?.splitImages ?? splitImages)(images.train, settings);
    this.#split = from === null ? split : { ...split, meanImage: from.meanImage };
    const { rows, columns } = images.train;
    const size = { inputSize: rows * columns, hiddenSize: settings.hidden, classCount: 10 };
    const parameters =
      from?.parameters ??
      initialize({ ...size, std: settings.std }, Random.fromSeed(seed, streams.weights));
    const preprocessing = preprocessingOf(this.#split, settings.scale);
    const setup = { parameters, preprocessing, settings, layers: slip?.layers };
    this.#engine = await createBrowserEngine(setup, kernels);
    const sets = await loadSets(this.#engine, this.#split, seed, TRAINING_SAMPLE);
    const test = setAsTaken(images.test, preprocessing);
    this.#sets = {
      test: evaluationSet(await this.#engine.load(test), test),
      watched: this.#split.train.images.subarray(0, WATCHED * rows * columns),
    };
    const { signal } = this.#stop;
    const now = () => this.#settings;
    const options = {
      seed,
      signal,
      get settings() {
        return now();
      },
      rest: this.host.rest,
      beforeUpdate: () => this.#beforeUpdate(),
    };
    this.#trainer = new Trainer(this.#engine, sets, options, (event) => this.#hear(event));
    return this.#trainer;
  }

  #hear(event: TrainingEvent): void {
    if (event.type === "start") {
      const { iterations, iterationsPerEpoch, figures } = event;
      this.#perEpoch = iterationsPerEpoch;
      this.host.report({
        type: "started",
        engine: this.#engine.name,
        ...{ iterations, iterationsPerEpoch },
        trainingImages: this.#split.train.labels.length,
        start: figures,
        meanImage: this.#split.meanImage,
        pixels: this.#split.pixels,
      });
    } else if (event.type === "iteration") {
      this.#iteration = event.iteration;
      this.#last = event;
      this.#losses.push(event.loss);
    } else if (event.type === "validation") this.#validation.push(event);
    else if (event.type === "epoch") this.#epochs.push(event);
  }

  /** Shows how far the run is, if it is time, and waits where the reader does. */
  async #beforeUpdate(): Promise<void> {
    if (this.#before !== null) await this.#keepUpdate(this.#before);
    if (performance.now() - this.#framedAt >= FRAME) {
      await this.#show();
      await this.host.rest();
    }
    const waits = () => this.#iteration >= this.#goal && !this.#stop.signal.aborted;
    while (waits()) {
      await this.#show();
      if (!waits()) break; // the reader went on meanwhile
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#framedAt = performance.now();
      this.#framedIteration = this.#iteration;
    }
    if (this.#speed !== null) await this.host.sleep(1000 / this.#speed);
    if (this.#goal === this.#iteration + 1) this.#before = await this.#engine.parameters();
  }

  async #keepUpdate(before: TwoLayerParameters): Promise<void> {
    this.#before = null;
    const { loss, learningRate, indices } = this.#last!;
    const after = await this.#engine.parameters();
    this.#update = { before, after, loss, learningRate, indices: indices.slice() };
  }

  /** Sends a frame, and now and then what the net makes of images. */
  async #show(): Promise<void> {
    const now = performance.now();
    const isPaused = this.#iteration >= this.#goal;
    const seconds = (now - this.#framedAt) / 1000;
    const parameters = await this.#engine.parameters();
    this.host.report({
      type: "frame",
      iteration: this.#iteration,
      epoch: this.#iteration / this.#perEpoch,
      losses: Float32Array.from(this.#losses),
      penalty: this.#last?.penalty ?? 0,
      learningRate: this.#last?.learningRate ?? this.#settings.learningRate,
      validation: this.#validation,
      epochs: this.#epochs,
      parameters,
      speed: isPaused ? null : (this.#iteration - this.#framedIteration) / seconds,
      isPaused,
      update: this.#update,
    });
    [this.#losses, this.#validation, this.#epochs, this.#update] = [[], [], [], null];
    const isDue = isPaused || now - this.#measuredAt >= MEASUREMENT;
    if (isDue && this.#measuredIteration < this.#iteration) await this.#measure(parameters);
    this.#framedAt = performance.now();
    this.#framedIteration = this.#iteration;
  }

  async #measure({ W1, b1 }: TwoLayerParameters): Promise<void> {
    this.#measuredAt = performance.now();
    this.#measuredIteration = this.#iteration;
    const { test, watched } = this.#sets;
    const x = preprocess(watched, preprocessingOf(this.#split, this.#settings.scale));
    const [D, H] = W1.shape;
    const hidden = affineReluForward(tensor(x, x.length / D, D), W1, b1);
    const activity = new Float32Array(H);
    hidden.data.forEach((value, i) => {
      if (value > 0) activity[i % H] += D / x.length;
    });
    this.host.report({
      type: "measured",
      iteration: this.#iteration,
      test: await evaluate(this.#engine, test),
      answers: await answersOf(this.#engine, test),
      activity,
    });
  }

  /** Shows a run up to where it diverged, with its diagnosis. */
  async #showFailed({ iteration, found, history, message }: DivergedError): Promise<void> {
    await this.#show();
    const run = { settings: this.#settings, evidence: null, figures: null, data: null };
    const { text } = verdict(history, { ...run, failure: { iteration, found } });
    const none = { trainingAccuracy: null, validationAccuracy: null };
    this.host.report({ type: "judged", text: text === "" ? message : text, ...none });
  }

  /** Says what the run so far means, as mnist-train does at the end. */
  async judge(): Promise<void> {
    if (this.#trainer === null) return;
    const result = await this.#trainer.finish();
    const text = judged(this.#settings, this.#split, result);
    const { trainingAccuracy, validationAccuracy } = result;
    this.host.report({ type: "judged", text, trainingAccuracy, validationAccuracy });
  }

  /** Goes on for so many updates. */
  go(updates: number): void {
    this.#goal = this.#iteration + updates;
    this.#wake();
  }

  /** Changes what a run can change on its way. */
  change(settings: Settings, speed: number | null): void {
    this.#settings = settings;
    this.#speed = speed;
  }

  stop(): void {
    this.#stop.abort();
    this.#wake();
  }
}

/** The diagnosis of a run as if it had been meant to end where it is. */
function judged(
  settings: Settings,
  split: Split,
  { parameters, history, iterations, ...figures }: TrainerResult,
): string {
  const data = null;
  const { trainingAccuracy } = figures;
  const net = new TwoLayerNet(parameters);
  const evidence = gatherEvidence(net, split, { settings, data, trainingAccuracy });
  const run = { settings: { ...settings, iterations, epochs: null }, figures, data, evidence };
  return verdict(history, { ...run, failure: null }).text;
}
