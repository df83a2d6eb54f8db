import { UsageError } from "../../errors.js";
import { TwoLayerNet } from "../../net/twoLayerNet.js";
import type { EngineSetup } from "../engine.js";
import { CLASS_BLOCK, MOST_PIXELS, WIDTH } from "./contract.js";

/** The largest number of threads that is tested. */
export const MOST_THREADS = 16;

/** Sizes of a net in the layouts of kernels/plan.ts, under the names of its fields. */
export interface Sizes {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly classCount: number;
  readonly panels: number;
  readonly paddedClasses: number;
  readonly threads: number;
}

/**
 * The sizes of an engine.
 *
 * @param cores of the machine, for as many threads where the setup names no number
 * @throws {RangeError} when the parameters make no net, or images are too large
 * @throws {UsageError} when the number of threads is not a whole number from 1 to MOST_THREADS
 */
export function sizesOf(setup: EngineSetup, cores: number): Sizes {
  const { inputSize, hiddenSize, classCount } = new TwoLayerNet(setup.parameters);
  if (inputSize > MOST_PIXELS) {
    throw new RangeError(`images of ${inputSize} pixels, expected at most ${MOST_PIXELS}`);
  }
  const panels = Math.ceil(hiddenSize / WIDTH);
  const threads = setup.threads ?? Math.min(cores, panels, MOST_THREADS);
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    throw new UsageError(`threads ${threads}: expected a whole number from 1 to ${MOST_THREADS}`);
  }
  const paddedClasses = Math.ceil(classCount / CLASS_BLOCK) * CLASS_BLOCK;
  return { inputSize, hiddenSize, classCount, panels, paddedClasses, threads };
}
