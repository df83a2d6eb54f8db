import type { TwoLayerParameters } from "../net/twoLayerNet.js";
import type { Centring } from "./explain.js";

/** Images after which a unit that was never on counts as dead: it is on in less than one of 1000. */
const SAMPLE = 2000;

/**
 * Hidden units that are off for every image, and so neither say nor learn anything: W1ᵀ·x + b1 <= 0.
 *
 * @param images (N, D) intensity 0..255; a sample of them is looked at, spread evenly
 * @returns      0..H; null where there are no images
 */
export function countDeadUnits(
  { W1, b1 }: Pick<TwoLayerParameters, "W1" | "b1">,
  images: Uint8Array,
  { scale, meanImage }: Centring,
): number | null {
  const [D, H] = W1.shape;
  const N = images.length / D;
  if (N === 0) return null;
  const sample = Math.min(N, SAMPLE);
  const weights = new Float64Array(D); // of one unit, beside each other
  let dead = 0;
  for (let h = 0; h < H; h++) {
    let offset = b1.data[h];
    for (let i = 0; i < D; i++) {
      weights[i] = W1.data[i * H + h] * scale;
      offset -= weights[i] * meanImage[i];
    }
    let on = false;
    for (let n = 0; n < sample && !on; n++) {
      const start = Math.floor((n * N) / sample) * D;
      let sum = offset;
      for (let i = 0; i < D; i++) sum += weights[i] * images[start + i];
      on = sum > 0;
    }
    if (!on) dead++;
  }
  return dead;
}
