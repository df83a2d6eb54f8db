import { Random, type RandomState, shuffle } from "../random.js";
import type { Settings } from "../settings/settings.js";

/** Draws batches. */
export interface Sampler {
  /** Indices of the images in the next batch; the array may be reused for the batch after it. */
  next(): Uint32Array;
  /** A copy of its state. */
  state(): SamplerState;
}

/** Everything that decides the batches to come. */
export interface SamplerState {
  readonly random: RandomState;
  /** The order of the images in this pass; null when sampling with replacement. */
  readonly order: Uint32Array | null;
  /** How many images of this pass are drawn; 0 when sampling with replacement. */
  readonly position: number;
}

/**
 * A sampler for N images.
 *
 * @param state of a sampler for as many images and the same settings
 * @throws {RangeError} when its order is of more or fewer images
 */
export function createSampler(
  N: number,
  { sampling, batchSize }: Pick<Settings, "sampling" | "batchSize">,
  state: SamplerState,
): Sampler {
  return sampling === "passes"
    ? sampleInPasses(N, batchSize, state)
    : sampleWithReplacement(N, batchSize, state);
}

/** The state before the first batch. */
export function freshSampler(random: Random): SamplerState {
  return { random: random.state, order: null, position: 0 };
}

/** Each batch is drawn from all images, as in the lesson; an image may occur in it twice. */
function sampleWithReplacement(N: number, batchSize: number, from: SamplerState): Sampler {
  const random = Random.fromState(from.random);
  const batch = new Uint32Array(batchSize);
  return {
    next() {
      for (let i = 0; i < batchSize; i++) batch[i] = random.below(N);
      return batch;
    },
    state: () => ({ random: random.state, order: null, position: 0 }),
  };
}

/** Every image once a pass, in a new order each time; the last batch of a pass may be smaller. */
function sampleInPasses(N: number, batchSize: number, from: SamplerState): Sampler {
  if (from.order !== null && from.order.length !== N) {
    throw new RangeError(`an order of ${from.order.length} images, expected one of ${N}`);
  }
  const random = Random.fromState(from.random);
  const order = from.order?.slice() ?? Uint32Array.from({ length: N }, (_, i) => i);
  let position = from.order === null ? N : from.position;
  return {
    next() {
      if (position >= N) {
        shuffle(order, random); // the order of the last pass, shuffled further
        position = 0;
      }
      const batch = order.slice(position, position + batchSize);
      position = Math.min(N, position + batchSize);
      return batch;
    },
    state: () => ({ random: random.state, order: order.slice(), position }),
  };
}
