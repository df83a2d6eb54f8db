import { log } from "./math.js";

/** The whole state of a generator; the same state yields the same numbers. */
export type RandomState = readonly [number, number, number, number];

/** Independent streams of one seed: drawing more numbers from one does not change the others. */
export const streams = {
  weights: 0,
  batches: 1,
  distortions: 2,
  dropout: 3,
  shown: 4,
  sample: 5,
  split: 6,
  testShare: 7,
} as const;

/**
 * A hash of 32 bits: every bit of x affects every bit of the result, and no two x collide.
 *
 * It makes random numbers that depend on a place (an epoch, an image, a pixel) and not on the order in
 * which threads compute them.
 *
 * @param x whole number, 0 to 2^32 - 1
 * Source: C. Wellons, "Prospecting for Hash Functions" (2018), the function lowbias32
 */
export function mix(x: number): number {
  let bits = x ^ (x >>> 16);
  bits = Math.imul(bits, 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A hash of a seed, one of its streams, and the numbers of a place, each a whole number below 2^32. */
export function keyOf(seed: number, stream: number, ...place: number[]): number {
  let key = 0;
  for (const word of [seed >>> 0, Math.floor(seed / 2 ** 32), stream, ...place]) {
    key = mix(((key + 0x9e3779b9) ^ word) >>> 0);
  }
  return key;
}

/**
 * A seeded generator of random numbers, the same on every machine.
 *
 * xoshiro128**, 128 bits of state, period 2^128 - 1.
 * Source: D. Blackman and S. Vigna, "Scrambled Linear Pseudorandom Number Generators" (2021)
 */
export class Random {
  // signed, since V8 holds half of the unsigned words as objects
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  private constructor(state: RandomState) {
    [this.#a, this.#b, this.#c, this.#d] = state.map((word) => word | 0);
  }

  /**
   * A generator for a seed and a stream, each pair with a state of its own.
   *
   * Seed and stream fill three words, a constant the fourth; an invertible function mixes all four. So
   * no two pairs share a state, and no state is all zero, since only zeros are mixed to zeros.
   *
   * @param seed   whole number, 0 to 2^53 - 1
   * @param stream whole number, 0 to 2^32 - 1
   * @throws {RangeError} when one of them is not
   * Source: D. J. Bernstein, "ChaCha, a variant of Salsa20" (2008), the quarter-round
   */
  static fromSeed(seed: number, stream = 0): Random {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`seed ${seed}, expected a whole number from 0 to 2^53 - 1`);
    }
    if (stream !== stream >>> 0) {
      throw new RangeError(`stream ${stream}, expected a whole number from 0 to 2^32 - 1`);
    }
    let [a, b, c, d] = [seed >>> 0, Math.floor(seed / 2 ** 32), stream, 0x9e3779b9];
    for (let round = 0; round < 8; round++) {
      a = (a + b) >>> 0;
      d = rotateLeft(d ^ a, 16);
      c = (c + d) >>> 0;
      b = rotateLeft(b ^ c, 12);
      a = (a + b) >>> 0;
      d = rotateLeft(d ^ a, 8);
      c = (c + d) >>> 0;
      b = rotateLeft(b ^ c, 7);
    }
    return new Random([a, b, c, d]);
  }

  /**
   * A generator that continues from a saved state.
   *
   * @throws {RangeError} unless these are four whole numbers below 2^32, not all 0
   */
  static fromState(state: RandomState): Random {
    if (state.length !== 4 || !state.every((word) => word === word >>> 0) || !state.some(Boolean)) {
      throw new RangeError(
        `random state [${state.join(", ")}], expected four whole numbers below 2^32, not all 0`,
      );
    }
    return new Random(state);
  }

  /** The current state, for `Random.fromState`. */
  get state(): RandomState {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0];
  }

  /** A whole number, uniform over 0 to 2^32 - 1. */
  uint32(): number {
    const product = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotateLeft(this.#d, 11);
    return product;
  }

  /** A number, uniform over [0, 1), with 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 5; // 27 bits
    const low = this.uint32() >>> 6; // 26 bits
    return (high * 67108864 + low) / 9007199254740992;
  }

  /**
   * A whole number, uniform over 0 to n - 1.
   *
   * @param n whole number, 1 to 2^32
   * @throws {RangeError} when it is not
   */
  below(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= 4294967296)) {
      throw new RangeError(`below ${n}, expected a whole number from 1 to 2^32`);
    }
    const whole = 4294967296 - (4294967296 % n); // numbers past the last multiple would bias
    let value = this.uint32();
    while (value >= whole) value = this.uint32();
    return value % n;
  }

  /**
   * A number from the normal distribution with mean 0 and standard deviation 1.
   *
   * Source: G. Marsaglia and T. A. Bray, "A Convenient Method for Generating Normal Variables"
   * (1964), the polar method; the second number of each pair is dropped, to keep the state at four
   * words
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

/** Shuffles in place, every order equally likely (Fisher and Yates). */
export function shuffle(order: Uint32Array, random: Random): void {
  for (let last = order.length - 1; last > 0; last--) {
    const chosen = random.below(last + 1);
    const kept = order[last];
    order[last] = order[chosen];
    order[chosen] = kept;
  }
}

/**
 * A random sample of the numbers 0 to N - 1, each of them equally likely, in ascending order.
 *
 * @param most largest size of the sample; if N is not above it, all numbers, and nothing is drawn
 */
export function drawSample(N: number, most: number, random: Random): Uint32Array {
  const numbers = new Uint32Array(N);
  for (let i = 0; i < N; i++) numbers[i] = i;
  if (N <= most) return numbers;
  for (let i = 0; i < most; i++) {
    const chosen = i + random.below(N - i);
    const kept = numbers[i];
    numbers[i] = numbers[chosen];
    numbers[chosen] = kept;
  }
  return numbers.subarray(0, most).sort();
}

function rotateLeft(x: number, count: number): number {
  return (x << count) | (x >>> (32 - count));
}
