import { Random, type RandomState, shuffle } from "../random.js";
import type { Settings } from "../settings/settings.js";

/** Says which images make the next batch. */
export interface Sampler {
  /** Indices of images; the array is used again for the next batch. */
  next(): Uint32Array;
  /** Where it stands, as a copy. */
  state(): SamplerState;
}

/** Everything that a sampler remembers: put it back, and the same batches follow. */
export interface SamplerState {
  readonly random: RandomState;
  /** The order of the images in this pass; null where batches are not drawn in passes. */
  readonly order: Uint32Array | null;
  /** How many images of this pass are through; 0 where batches are not drawn in passes. */
  readonly position: number;
}

/**
 * A sampler for N images.
 *
 * @param state where to go on from, a state of a sampler for as many images and the same settings
 * @throws {RangeError} when its order is one of more or fewer images
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

/** The state of a sampler that has not drawn anything yet. */
export function freshSampler(random: Random): SamplerState {
  return { random: random.state, order: null, position: 0 };
}

/** Every batch is drawn from all images, as in the lesson; one can occur twice in it. */
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

/** Every image once a pass, in a new order each time; the last batch of a pass can be smaller. */
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
