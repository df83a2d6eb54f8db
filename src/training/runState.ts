import type { EngineState } from "../engine/engine.js";
import type { TwoLayerParameters } from "../net/twoLayerNet.js";
import type { History } from "./history.js";
import type { SamplerState } from "./sampler.js";

/**
 * How far a run has come: put it back, and it goes on to the same bytes as if it had never stopped.
 *
 * Distortions and dropout need no state: seed, epoch, iteration and index decide them by themselves.
 */
export interface RunState extends EngineState {
  /** Updates done. */
  readonly iteration: number;
  /** Whether what should be measured after that update was measured. */
  readonly measured: boolean;
  readonly sampler: SamplerState;
  /** The best weights so far, where anybody judges. */
  readonly best: BestWeights | null;
  readonly history: History;
}

/** The weights with the best validation accuracy at the end of an epoch. */
export interface BestWeights {
  readonly epoch: number;
  /** On the validation images, 0..1. */
  readonly accuracy: number;
  readonly parameters: TwoLayerParameters;
}
