import type { Augmentation } from "../dataset/augment.js";
import type { LabelledImages } from "../dataset/labelledImages.js";
import type { Preprocessing } from "../dataset/preprocessing.js";
import type { Dropout } from "../layers/dropout.js";
import type { Labels } from "../layers/softmaxLoss.js";
import type { Tensor } from "../layers/tensor.js";
import type { SgdSettings } from "../net/sgd.js";
import type { Regularization, TwoLayerParameters } from "../net/twoLayerNet.js";

/*
 * The interface of the engines, which carry out training steps.
 *
 * Everything is asynchronous, so that an engine may keep images and parameters in memory of its own and
 * compute in other threads. Do not change arrays passed to `load` until `close`: an engine need not copy
 * them. All other input is read before the promise resolves. Results are fresh arrays.
 */

/** Layers handed in: what an engine computes with in the place of its own. */
export interface NetFunctions {
  /** The scores of each class, (N, C), for x (N, D). */
  scores(parameters: TwoLayerParameters, x: Tensor): Tensor;
  /** As TwoLayerNet.lossAndGradients. */
  lossAndGradients(
    parameters: TwoLayerParameters,
    x: Tensor,
    labels: Labels,
    reg: number,
    regularization?: Regularization,
  ): { loss: number; gradients: TwoLayerParameters };
  /** As updateParameters in src/net/sgd.ts: changes the parameters in place. */
  updateParameters(
    parameters: TwoLayerParameters,
    gradients: TwoLayerParameters,
    velocity: TwoLayerParameters | null,
    settings: SgdSettings,
  ): TwoLayerParameters | null;
  /** As preprocess in src/dataset/preprocessing.ts. */
  preprocess(images: ArrayLike<number>, preprocessing: Preprocessing): Float32Array;
}

/** What an engine needs before the first step. */
export interface EngineSetup {
  /** float32; copied, so those of the caller never change. */
  readonly parameters: TwoLayerParameters;
  readonly preprocessing: Preprocessing;
  /** The settings that an engine must know at its start; without them, it distorts no image. */
  readonly settings?: EngineSettings | null;
  /** Threads that share the work, if the engine supports them; default: one per core. */
  readonly threads?: number;
  /** Called with a sentence if the machine refuses threads, and without `threads` one must do. */
  readonly warn?: (text: string) => void;
  /** Layers to compute with, for the reference engine; its own by default. */
  readonly layers?: NetFunctions;
}

/** With `augment`, images of batches with a `distortionKey` are distorted. */
export interface EngineSettings extends Augmentation {
  readonly augment: boolean;
}

/** A data set that an engine has loaded. */
export interface LoadedImages {
  readonly id: number;
}

/** N images of a loaded set, at least one. */
export interface ImagesByIndex {
  readonly from: LoadedImages;
  readonly indices: Uint32Array;
  /**
   * Distorts the images as described by the settings; 0 to 2^32 - 1. The key and the index of an image
   * determine all of its random numbers.
   */
  readonly distortionKey?: number;
}

/** N images to score, at least one: by index, or (N, D) pixels. */
export type Images = ImagesByIndex | { readonly images: Uint8Array };

/** N images to learn from, at least one: by index, or (N, D) pixels with their labels. */
export type Batch = ImagesByIndex | { readonly images: Uint8Array; readonly labels: Uint8Array };

/** How a step turns gradients into new parameters. */
export interface Update {
  readonly learningRate: number;
  /** Strength of the L2 term. */
  readonly reg: number;
  /** Share of the velocity that is kept from step to step; default 0, plain SGD. */
  readonly momentum?: number;
  /** Nesterov momentum: look ahead by the velocity; default false. */
  readonly nesterov?: boolean;
  /** Share of the target that is spread over all classes; default 0. */
  readonly labelSmoothing?: number;
  /** Hidden units to drop; default none. */
  readonly dropout?: Dropout;
}

/** Everything that steps change: restore it, and the same steps give the same numbers. */
export interface EngineState {
  readonly parameters: TwoLayerParameters;
  /** The velocity of momentum; null before the first step with momentum. */
  readonly velocity: TwoLayerParameters | null;
  /** The running average; null before the first call of `average`. */
  readonly average: TwoLayerParameters | null;
}

/** The parameters, or their running average. */
export type ParameterSet = "parameters" | "average";

/**
 * Carries out training steps on its own parameters.
 *
 * An invalid batch is a RangeError: an empty one, an index outside the set, a set that was never loaded,
 * or fresh images that do not fit the net.
 */
export interface Engine {
  readonly name: string;
  /** C */
  readonly classCount: number;

  /**
   * Loads a data set, for batches by index.
   *
   * @param data (N, D) pixels and their labels, 0..C-1; N may be 0
   * @throws {RangeError} when images do not have D pixels, or a label is outside 0..C-1
   */
  load(data: LabelledImages): Promise<LoadedImages>;

  /**
   * One update of every parameter w with gradient g:
   * g += reg · w (weights only), v = momentum · v + g,
   * w -= learningRate · (nesterov ? g + momentum · v : v).
   *
   * @returns the loss of the batch before the update, L2 term included, in nats
   * @throws {RangeError} when the batch is invalid
   */
  step(batch: Batch, update: Update): Promise<number>;

  /**
   * The score of each class for each image.
   *
   * @param set what to score with, the parameters by default; before the first call of `average`, the
   *            average is the parameters
   * @returns (N, C)
   * @throws {RangeError} when the images are invalid
   */
  scores(images: Images, set?: ParameterSet): Promise<Float32Array>;

  /** The L2 term of the current parameters in nats, as `step` adds it: ½ · reg · (Σ W1² + Σ W2²). */
  penalty(reg: number): Promise<number>;

  /** A copy of the current parameters. */
  parameters(): Promise<TwoLayerParameters>;

  /** Whether all current parameters are finite numbers. */
  allFinite(): Promise<boolean>;

  /**
   * Updates the running average: average = keep · average + (1 - keep) · parameters. The first call
   * starts it at the current parameters.
   *
   * @param keep share of the average that stays, 0 to 1
   */
  average(keep: number): Promise<void>;

  /** A copy of the running average; of the parameters before the first call of `average`. */
  averagedParameters(): Promise<TwoLayerParameters>;

  /** A copy of everything that steps change. */
  state(): Promise<EngineState>;

  /**
   * Replaces the state by another of the same shapes.
   *
   * @throws {RangeError} when shapes disagree
   */
  setState(state: EngineState): Promise<void>;

  /** Frees memory and threads; the engine cannot be used afterwards. */
  close(): Promise<void>;
}
