import type { LabelledImages } from "../dataset/labelledImages.js";
import type { TwoLayerParameters } from "../net/twoLayerNet.js";

/*
 * Who carries out a training step.
 *
 * Everything is asynchronous, so that an engine may keep images and parameters in memory of its
 * own and compute in other threads. What goes in is copied or read before the promise resolves;
 * what comes out is written into arrays that the caller owns.
 */

/** What an engine must know before the first step. */
export interface EngineSetup {
  /** float32; copied, so that the caller's stay as they are. */
  readonly parameters: TwoLayerParameters;
  /** (D) subtracted from every pixel. */
  readonly meanImage: Float32Array;
  /** Multiplies every centred pixel. */
  readonly scale: number;
}

/** A data set that an engine has taken in. */
export interface LoadedImages {
  readonly id: number;
  readonly count: number;
}

/** Images of a loaded set by index, or images made just now. */
export type Batch =
  | { readonly from: LoadedImages; readonly indices: Uint32Array }
  | { readonly images: Uint8Array; readonly labels: Uint8Array };

/** How a step turns gradients into new parameters. */
export interface Update {
  readonly learningRate: number;
  /** Strength of the L2 term. */
  readonly reg: number;
}

export interface Engine {
  readonly name: string;

  /** Takes in a data set, to draw batches from by index. */
  load(data: LabelledImages): Promise<LoadedImages>;

  /**
   * One update: W -= learningRate · dW, and so on.
   *
   * @returns the loss of the batch before the update, L2 term included, in nats
   */
  step(batch: Batch, update: Update): Promise<number>;

  /**
   * The score of each class for each image of a batch.
   *
   * @param scores (N, C), overwritten
   */
  scores(scores: Float32Array, batch: Batch): Promise<void>;

  /** A copy of the parameters as they stand. */
  parameters(): Promise<TwoLayerParameters>;

  /** Goes on from other parameters of the same shapes. */
  setParameters(parameters: TwoLayerParameters): Promise<void>;

  /** Gives back memory and threads; nothing may be asked of the engine afterwards. */
  close(): Promise<void>;
}
