import { setImmediate } from "node:timers/promises";
import { preprocessingOf, type Split } from "../dataset/split.js";
import { defaultEngine, type EngineName, withEngine } from "../engine/createEngine.js";
import type { NetFunctions } from "../engine/engine.js";
import { parameterNames, type TwoLayerNet } from "../net/twoLayerNet.js";
import { checkSettings } from "../settings/settings.js";
import { leastMargin } from "./leastMargin.js";
import {
  loadSets,
  type RunOptions,
  Trainer,
  type TrainingEvent,
  type TrainResult,
} from "./trainer.js";
import { TRAINING_SAMPLE } from "./workload.js";

/** How to train. */
export interface TrainOptions extends RunOptions {
  /** Compute engine; the fast one by default. */
  readonly engine?: EngineName;
  /** Threads that the engine may use; they change no bit of the result. */
  readonly threads?: number;
  /** Layers that the reference engine computes with in the place of its own. */
  readonly layers?: NetFunctions;
  /** Called with a sentence if the machine refuses threads, and without `threads` one must do. */
  readonly warn?: (text: string) => void;
}

/**
 * Trains a float32 net by mini-batch SGD.
 *
 * @param net    initial parameters, those of `resume` if given; trained when the promise resolves
 * @param split  images to train and to validate on
 * @param listen called with everything that there is to report
 * @throws {UsageError} when a setting is out of range
 * @throws {RangeError} when the net is not float32, or net, images and `resume` do not fit together
 * @throws {DivergedError} when a loss or a weight is no longer finite; the net stays as it was
 */
export async function train(
  net: TwoLayerNet,
  split: Split,
  options: TrainOptions,
  listen: (event: TrainingEvent) => void = () => {},
): Promise<TrainResult> {
  const { settings, seed, threads, warn } = options;
  checkSettings(settings, seed);
  for (const name of parameterNames) {
    if (net.parameters[name].data instanceof Float32Array) continue;
    throw new RangeError(`${name} is float64, expected float32`); // engines would round it
  }
  const setup = {
    parameters: net.parameters,
    preprocessing: preprocessingOf(split, settings.scale),
    settings,
    threads,
    warn,
    layers: options.layers,
  };
  return withEngine(options.engine ?? defaultEngine, setup, async (engine) => {
    const sets = await loadSets(engine, split, seed, TRAINING_SAMPLE);
    const trainer = new Trainer(engine, sets, { ...options, rest: setImmediate }, listen);
    if (options.resume !== undefined) await engine.setState(options.resume);
    await trainer.run();
    const { parameters, ...result } = await trainer.finish();
    for (const name of parameterNames) net.parameters[name].data.set(parameters[name].data);
    if (result.interrupted) return { ...result, leastMargin: null };
    await engine.setState({ parameters, velocity: null, average: null });
    const judging = split.validation.labels.length > 0 ? "validation" : "train";
    const { preprocessing } = setup;
    const least = await leastMargin(engine, sets[judging], split[judging], preprocessing);
    return { ...result, leastMargin: least };
  });
}
