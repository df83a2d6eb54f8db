import type { EngineState } from "../engine/engine.js";
import type { TwoLayerParameters } from "../net/twoLayerNet.js";
import type { History } from "./history.js";
import type { SamplerState } from "./sampler.js";

/**
 * Everything that a run needs to resume, to the same bytes as if it had never stopped. Put any new
 * state that later updates depend on here.
 *
 * Distortions and dropout have no state: they follow from seed, epoch, iteration and index.
 */
export interface RunState extends EngineState {
  /** Updates done. */
  readonly iteration: number;
  /** Whether the accuracies that are due after them are in the history. */
  readonly measured: boolean;
  /** The L2 term in the last loss; null before the first update, and in files that do not record it. */
  readonly penalty: number | null;
  readonly sampler: SamplerState;
  /** The best parameters so far; null unless keepBest or patience is set. */
  readonly best: BestWeights | null;
  readonly history: History;
}

/** The parameters with the best validation accuracy at the end of an epoch. */
export interface BestWeights {
  readonly epoch: number;
  /** On the validation images, 0..1. */
  readonly accuracy: number;
  readonly parameters: TwoLayerParameters;
}
