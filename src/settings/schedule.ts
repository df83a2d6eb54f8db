import { cos, power } from "../math.js";
import type { Settings } from "./settings.js";

/** How long a run is. */
export interface RunLength {
  /** Updates in all. */
  readonly iterations: number;
  /** Updates that make one pass's worth of images; the last of a pass may be a smaller batch. */
  readonly iterationsPerEpoch: number;
}

/**
 * How many updates settings ask for on N training images.
 *
 * An epoch is N / batchSize updates, rounded up, so that a shuffled pass sees every image.
 */
export function runLength(settings: Settings, N: number): RunLength {
  const iterationsPerEpoch = Math.ceil(N / settings.batchSize);
  const iterations = settings.iterations ?? (settings.epochs ?? 0) * iterationsPerEpoch;
  return { iterations, iterationsPerEpoch };
}

/** Where one-cycle has its height, as a share of the run, and what it starts and ends with. */
const ONE_CYCLE = { rise: 0.3, start: 1 / 25, end: 1e-4 / 25 };

/**
 * The learning rate at an update.
 *
 * - exponential: learningRate · decay^epochs, the whole epochs done before it;
 * - step: learningRate · decay^(epochs / stepEpochs), rounded down;
 * - cosine: down along half a cosine to 0 (I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient
 *   Descent with Warm Restarts", 2017);
 * - one-cycle: up along half a cosine, then down (L. N. Smith, "A Disciplined Approach to Neural
 *   Network Hyper-Parameters", 2018).
 *
 * With a warm-up, the first updates rise in a straight line, and the curve begins behind them.
 *
 * @param iteration counted from 0
 */
export function learningRateAt(iteration: number, settings: Settings, length: RunLength): number {
  const { learningRate, schedule, decay, stepEpochs, warmUp } = settings;
  const { iterations, iterationsPerEpoch } = length;
  const warmUpIterations = Math.ceil(warmUp * iterationsPerEpoch);
  if (iteration < warmUpIterations)
    return (learningRate * (iteration + 1)) / (warmUpIterations + 1);
  const epochs = Math.floor(iteration / iterationsPerEpoch);
  if (schedule === "exponential") return learningRate * power(decay, epochs);
  if (schedule === "step")
    return learningRate * power(decay, Math.floor(epochs / (stepEpochs ?? 1)));
  const done = (iteration - warmUpIterations) / Math.max(1, iterations - warmUpIterations);
  if (schedule === "cosine") return learningRate * alongCosine(1, 0, done);
  const { rise, start, end } = ONE_CYCLE;
  if (done < rise) return learningRate * alongCosine(start, 1, done / rise);
  return learningRate * alongCosine(1, end, (done - rise) / (1 - rise));
}

/** From one value to another along half a cosine; share 0..1 of the way. */
function alongCosine(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + cos(share * 3.141592653589793))) / 2;
}
