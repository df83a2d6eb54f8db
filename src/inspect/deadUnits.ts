import { type Preprocessing, preprocess } from "../dataset/preprocessing.js";
import { tensor, zeros } from "../layers/tensor.js";
import { TwoLayerNet } from "../net/twoLayerNet.js";

/** Images after which a unit that was never on counts as dead: it is on in less than one of 1000. */
const SAMPLE = 2000;

/** Images per forward pass; most units are found to be on in the first one. */
const CHUNK = 50;

/**
 * Counts the hidden units that are off for every image, and so neither say nor learn anything.
 *
 * @param images (N, D) intensity 0..255; an evenly spread sample of them is looked at
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
  let off = Array.from({ length: net.hiddenSize }, (_, h) => h);
  for (let start = 0; start < sample && off.length > 0; start += CHUNK) {
    const count = Math.min(CHUNK, sample - start);
    const pixels = new Uint8Array(count * D);
    for (let i = 0; i < count; i++) {
      const n = Math.floor(((start + i) * N) / sample);
      pixels.set(images.subarray(n * D, (n + 1) * D), i * D);
    }
    const x = tensor(preprocess(pixels, preprocessing), count, D);
    const { hidden } = withUnits(net, off).forward(x);
    const isOn = new Uint8Array(off.length);
    hidden.data.forEach((activation, i) => {
      if (activation > 0) isOn[i % off.length] = 1;
    });
    off = off.filter((_, u) => isOn[u] === 0);
  }
  return off.length;
}

/** A net of only some hidden units of another; its scores mean nothing. */
function withUnits({ parameters: { W1, b1 } }: TwoLayerNet, units: number[]): TwoLayerNet {
  const [D, H] = W1.shape;
  const U = units.length;
  const weights = zeros(D, U);
  for (let d = 0; d < D; d++) {
    units.forEach((h, u) => {
      weights.data[d * U + u] = W1.data[d * H + h];
    });
  }
  const biases = tensor(
    Float32Array.from(units, (h) => b1.data[h]),
    U,
  );
  return new TwoLayerNet({ W1: weights, b1: biases, W2: zeros(U, 1), b2: zeros(1) });
}
