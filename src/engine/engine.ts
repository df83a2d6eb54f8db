import type { Augmentation } from "../dataset/augment.js";
import type { LabelledImages } from "../dataset/labelledImages.js";
import type { Preprocessing } from "../dataset/preprocessing.js";
import type { Dropout } from "../layers/dropout.js";
import type { TwoLayerParameters } from "../net/twoLayerNet.js";

/*
 * Who carries out a training step.
 *
 * Everything is asynchronous, so that an engine may keep images and parameters in memory of its
 * own and compute in other threads. The arrays given to `load` must stay as they are until
 * `close`, since an engine need not copy them; everything else that goes in is read before the
 * promise resolves. What comes out are fresh arrays.
 */

/** What an engine must know before the first step. */
export interface EngineSetup {
  /** float32; copied, so that the caller's stay as they are. */
  readonly parameters: TwoLayerParameters;
  readonly preprocessing: Preprocessing;
  /** How the images of batches with a `distortionKey` are distorted; none unless given. */
  readonly augmentation?: Augmentation;
  /** Threads that share the work, for engines that can; one per core unless given. */
  readonly threads?: number;
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
   * Distorts the images as `augmentation` says. Together with the index of an image, the key decides
   * every random number; 0 to 2^32 - 1.
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
  /** Share of the velocity that is kept from step to step; 0 or nothing for plain SGD. */
  readonly momentum?: number;
  /** Whether to look ahead by the velocity (Nesterov). */
  readonly nesterov?: boolean;
  /** Share of the target that goes to all classes alike; 0 unless told. */
  readonly labelSmoothing?: number;
  /** Hidden units to leave out; none unless told. */
  readonly dropout?: Dropout;
}

/** Everything that steps change: put it back, and the same steps give the same numbers. */
export interface EngineState {
  readonly parameters: TwoLayerParameters;
  /** Of momentum; null before the first step with it. */
  readonly velocity: TwoLayerParameters | null;
  /** The running average; null where it has not begun. */
  readonly average: TwoLayerParameters | null;
}

/** The parameters, or their running average. */
export type ParameterSet = "parameters" | "average";

/**
 * Carries out training steps on parameters of its own.
 *
 * Whoever gives it a batch may count on a RangeError where the batch is empty, an index lies
 * outside its set, the set was never loaded, or fresh images do not fit the net.
 */
export interface Engine {
  readonly name: string;
  /** C */
  readonly classCount: number;

  /**
   * Takes in a data set, to draw batches from by index.
   *
   * @param data (N, D) pixels and their labels, 0..C-1; N may be 0
   * @throws {RangeError} when the images are not of D pixels, or a label is outside 0..C-1
   */
  load(data: LabelledImages): Promise<LoadedImages>;

  /**
   * One update of every parameter w with gradient g:
   * g += reg · w (weights only), v = momentum · v + g,
   * w -= learningRate · (nesterov ? g + momentum · v : v).
   *
   * @returns the loss of the batch before the update, L2 term included, in nats
   * @throws {RangeError} when there is no such batch
   */
  step(batch: Batch, update: Update): Promise<number>;

  /**
   * The score of each class for each image.
   *
   * @param set whose scores, the parameters' unless given; the average is the parameters until it has begun
   * @returns (N, C)
   * @throws {RangeError} when there are no such images
   */
  scores(images: Images, set?: ParameterSet): Promise<Float32Array>;

  /** A copy of the parameters as they stand. */
  parameters(): Promise<TwoLayerParameters>;

  /** Whether every parameter is a finite number, as it stands. */
  allFinite(): Promise<boolean>;

  /**
   * Moves the running average of the parameters: average = keep · average + (1 - keep) ·
   * parameters. The first call starts it at the parameters as they stand.
   *
   * @param keep share of the average that stays, 0 to 1
   */
  average(keep: number): Promise<void>;

  /** A copy of the running average; of the parameters where `average` was never called. */
  averagedParameters(): Promise<TwoLayerParameters>;

  /** A copy of everything that steps change. */
  state(): Promise<EngineState>;

  /**
   * Goes on from another state, of the same shapes.
   *
   * @throws {RangeError} when shapes disagree
   */
  setState(state: EngineState): Promise<void>;

  /** Gives back memory and threads; nothing may be asked of the engine afterwards. */
  close(): Promise<void>;
}
