import type { Tensor } from "../../layers/tensor.js";
import { thinned } from "../curves.js";
import { largestSize } from "../palette.js";
import type { PageNumbers, PagePayload } from "./payload.js";

/*
 * Hidden units at several moments of their training, in 8 bits a weight: enough for a picture.
 */

/** The weights of the first layer at one moment of a run. */
export interface Moment {
  /** In words, such as "after 250 updates". */
  readonly name: string;
  /** (D, H) */
  readonly W1: Tensor;
}

/** The most bytes of the pictures in a page. */
const MOST_BYTES = 1_000_000;
/** The fewest moments that show a development. */
const LEAST_MOMENTS = 6;

/** Weights in 8 bits, and what a page must know to show them. */
export interface Shaping {
  readonly shaping: NonNullable<PagePayload["shaping"]>;
  readonly pictures: PageNumbers["pictures"];
}

/**
 * The weights into some hidden units at several moments, fewer of both where they would take too much room.
 *
 * @param units the hidden units to show, the most important ones first
 * @param share of the bytes to use, 0..1
 */
export function shapingOf(
  moments: readonly Moment[],
  units: readonly number[],
  share = 1,
): Shaping {
  const [D, H] = moments[0].W1.shape;
  const room = Math.floor((share * MOST_BYTES) / D);
  const shownUnits = units.slice(0, Math.max(1, Math.floor(room / LEAST_MOMENTS)));
  const shown = thinned(moments, Math.max(2, Math.floor(room / shownUnits.length)));
  const pictures = new Uint8Array(shown.length * shownUnits.length * D);
  const scales: number[] = [];
  let at = 0;
  for (const { W1 } of shown) {
    for (const h of shownUnits) {
      const weights = Float32Array.from({ length: D }, (_, d) => W1.data[d * H + h]);
      const most = largestSize(weights);
      scales.push(Number(most.toPrecision(4)));
      for (const weight of weights) {
        pictures[at++] = most === 0 ? ZERO : ZERO + Math.round((LARGEST * weight) / most);
      }
    }
  }
  return {
    shaping: {
      moments: shown.map(({ name }) => name),
      left: moments.length - shown.length,
      units: shownUnits,
      scales,
    },
    pictures,
  };
}

/** The byte of a weight of 0, and the distance from it to that of the largest weight of a picture. */
const ZERO = 128;
const LARGEST = 127;

/** The weights of one picture, (D). */
export function weightsOf(bytes: Uint8Array, scale: number): Float32Array {
  return Float32Array.from(bytes, (byte) => ((byte - ZERO) / LARGEST) * scale);
}
