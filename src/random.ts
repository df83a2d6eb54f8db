import { log } from "./math.js";

/** Everything that a generator remembers: put it back, and the same numbers follow. */
export type RandomState = readonly [number, number, number, number];

/**
 * Independent streams of one seed, so that drawing more numbers for one purpose leaves the
 * others as they were.
 */
export const streams = { weights: 0, batches: 1 } as const;

/**
 * A seeded generator of random numbers, the same on every machine.
 *
 * xoshiro128**, 128 bits of state, period 2^128 - 1.
 * Source: D. Blackman and S. Vigna, "Scrambled Linear Pseudorandom Number Generators" (2021).
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  private constructor(state: RandomState) {
    [this.#a, this.#b, this.#c, this.#d] = state;
  }

  /**
   * A generator for a seed and a stream.
   *
   * @param seed   whole number, 0 to 2^53 - 1
   * @param stream whole number, 0 to 2^32 - 1: another stream of the same seed
   */
  static fromSeed(seed: number, stream = 0): Random {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`seed ${seed}, expected a whole number from 0 to 2^53 - 1`);
    }
    let mixed = mix(stream >>> 0);
    mixed = mix(mixed ^ (seed >>> 0));
    mixed = mix(mixed ^ Math.floor(seed / 2 ** 32));
    const state: number[] = [];
    for (let i = 0; i < 4; i++) {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      state.push(mix(mixed));
    }
    return new Random(state as unknown as RandomState);
  }

  /** A generator that goes on where another one stood. */
  static fromState(state: RandomState): Random {
    if (state.length !== 4 || !state.every((word) => word === word >>> 0) || !state.some(Boolean)) {
      throw new RangeError(
        `random state [${state.join(", ")}], expected four whole numbers below 2^32, not all 0`,
      );
    }
    return new Random(state);
  }

  /** The state, to be put back with `Random.fromState`. */
  get state(): RandomState {
    return [this.#a, this.#b, this.#c, this.#d];
  }

  /** A whole number, uniform over 0 to 2^32 - 1. */
  uint32(): number {
    const product = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b = (this.#b ^ this.#c) >>> 0;
    this.#a = (this.#a ^ this.#d) >>> 0;
    this.#c = (this.#c ^ shifted) >>> 0;
    this.#d = rotateLeft(this.#d, 11);
    return product;
  }

  /** A number, uniform over [0, 1), with 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 5; // 27 bits
    const low = this.uint32() >>> 6; // 26 bits
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** A whole number, uniform over 0 to n - 1, for n = 1 to 2^32. */
  below(n: number): number {
    const whole = 4294967296 - (4294967296 % n); // numbers past the last multiple would bias
    let value = this.uint32();
    while (value >= whole) value = this.uint32();
    return value % n;
  }

  /**
   * A number from the normal distribution with mean 0 and standard deviation 1.
   *
   * Source: G. Marsaglia and T. A. Bray, "A Convenient Method for Generating Normal Variables"
   * (1964), the polar method; the second number of each pair is not kept, so that the state is
   * four words and no more.
   */
  gaussian(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * log(s)) / s);
    }
  }
}

/** Puts the entries of `order` into a random order, every order as likely (Fisher and Yates). */
export function shuffle(order: Uint32Array, random: Random): void {
  for (let last = order.length - 1; last > 0; last--) {
    const chosen = random.below(last + 1);
    const kept = order[last];
    order[last] = order[chosen];
    order[chosen] = kept;
  }
}

function rotateLeft(x: number, count: number): number {
  return ((x << count) | (x >>> (32 - count))) >>> 0;
}

/** Spreads each bit of a 32-bit number over all of them (the finalizer of MurmurHash3). */
function mix(x: number): number {
  let h = x;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
