import { type Preprocessing, preprocess } from "../dataset/preprocessing.js";
import { tensor } from "../layers/tensor.js";
import type { TwoLayerNet } from "../net/twoLayerNet.js";

/** Images after which a unit that was never on counts as dead: it is on in less than one of 1000. */
const SAMPLE = 2000;

/**
 * Counts the hidden units that are off for every image, so that they add nothing and learn nothing.
 *
 * @param images (N, D) intensity 0..255; of more than 2000, an evenly spread sample is checked
 * @returns      0..H; null when there are no images
 */
export function countDeadUnits(
  net: TwoLayerNet,
  images: Uint8Array,
  preprocessing: Preprocessing,
): number | null {
  const D = net.inputSize;
  const N = images.length / D;
  if (N === 0) return null;
  const sample = Math.min(N, SAMPLE);
  const off = new Set(Array.from({ length: net.hiddenSize }, (_, h) => h));
  for (let i = 0; i < sample && off.size > 0; i++) {
    const n = Math.floor((i * N) / sample);
    const x = preprocess(images.subarray(n * D, (n + 1) * D), preprocessing);
    net.forward(tensor(x, 1, D)).hidden.data.forEach((activation, h) => {
      if (activation > 0) off.delete(h);
    });
  }
  return off.size;
}
