import { type Preprocessing, preprocess } from "../dataset/preprocessing.js";
import type { TwoLayerNet } from "../net/twoLayerNet.js";
import { drawSample, Random, streams } from "../random.js";

/** Images after which a unit that was never on counts as dead: it is on in less than one of 1000. */
const SAMPLE = 2000;

/**
 * Counts the hidden units that are off for every image, so that they add nothing and learn nothing.
 *
 * @param images (N, D) intensity 0..255; of more than 2000, a random sample is checked
 * @param random draws the sample; by default the same one every time
 * @returns      0..H; null when there are no images
 */
export function countDeadUnits(
  net: TwoLayerNet,
  images: Uint8Array,
  preprocessing: Preprocessing,
  random = Random.fromSeed(0, streams.sample),
): number | null {
  const { W1, b1 } = net.parameters;
  const [D, H] = W1.shape;
  const N = images.length / D;
  if (N === 0) return null;
  const off = new Set(b1.data.keys());
  for (const n of drawSample(N, SAMPLE, random)) {
    if (off.size === 0) break;
    const x = preprocess(images.subarray(n * D, (n + 1) * D), preprocessing);
    for (const h of off) {
      let sum = b1.data[h]; // the unit is on where x·W1 + b1 > 0; a whole forward pass takes 50 times as long
      for (let d = 0; d < D; d++) sum += x[d] * W1.data[d * H + h];
      if (sum > 0) off.delete(h);
    }
  }
  return off.size;
}
