import type { Split } from "../dataset/split.js";
import { drawSample, Random, streams } from "../random.js";

/** Images that the means are made of, and images that are compared with them. */
const LEARN = 1000;
const COMPARE = 500;

/**
 * The accuracy of the simplest linear classifier, which answers with the class whose mean image is nearest.
 *
 * @param split  of more images, samples are used: of the training images for the means, of the validation
 *               images, or without them of the other training images, to compare
 * @param random draws the samples; by default the same ones every time
 * @returns 0..1; null when there are no images to compare
 */
export function nearestMeanAccuracy(
  { train, validation }: Split,
  random = Random.fromSeed(0, streams.sample),
): number | null {
  const D = train.rows * train.columns;
  const N = train.labels.length;
  const learn = drawSample(N, LEARN, random);
  const means = new Map<number, { count: number; readonly sum: Float64Array }>();
  for (const n of learn) {
    const mean = means.get(train.labels[n]) ?? { count: 0, sum: new Float64Array(D) };
    means.set(train.labels[n], mean);
    mean.count++;
    for (let d = 0; d < D; d++) mean.sum[d] += train.images[n * D + d];
  }
  const others = validation.labels.length > 0 ? validation : train;
  const used = new Set(others === train ? learn : []);
  const drawn = drawSample(others.labels.length, COMPARE + used.size, random);
  const compare = drawn.filter((n) => !used.has(n));
  if (compare.length === 0) return null;
  let right = 0;
  for (const n of compare) {
    const image = others.images.subarray(n * D, (n + 1) * D);
    let nearest = { distance: Number.POSITIVE_INFINITY, label: -1 };
    for (const [label, { count, sum }] of means) {
      let distance = 0;
      for (let d = 0; d < D; d++) {
        const apart = image[d] - sum[d] / count;
        distance += apart * apart;
      }
      if (distance < nearest.distance) nearest = { distance, label };
    }
    if (nearest.label === others.labels[n]) right++;
  }
  return right / compare.length;
}
