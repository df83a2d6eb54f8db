import { type Random, shuffle } from "../random.js";
import type { Settings } from "./settings.js";

/** Says which images make the next batch, as indices; the array is used again for the next. */
export type Sampler = () => Uint32Array;

/** A sampler for N images. */
export function createSampler(
  N: number,
  { sampling, batchSize }: Pick<Settings, "sampling" | "batchSize">,
  random: Random,
): Sampler {
  return sampling === "passes"
    ? sampleInPasses(N, batchSize, random)
    : sampleWithReplacement(N, batchSize, random);
}

/** Every batch is drawn from all images, as in the lesson; one can occur twice in it. */
function sampleWithReplacement(N: number, batchSize: number, random: Random): Sampler {
  const batch = new Uint32Array(batchSize);
  return () => {
    for (let i = 0; i < batchSize; i++) batch[i] = random.below(N);
    return batch;
  };
}

/** Every image once a pass, in a new order each time; the last batch of a pass can be smaller. */
function sampleInPasses(N: number, batchSize: number, random: Random): Sampler {
  const order = Uint32Array.from({ length: N }, (_, i) => i);
  let next = N;
  return () => {
    if (next >= N) {
      shuffle(order, random);
      next = 0;
    }
    const batch = order.slice(next, next + batchSize);
    next += batchSize;
    return batch;
  };
}
