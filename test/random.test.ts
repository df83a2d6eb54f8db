import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawSample, keyOf, mix, Random, shuffle, streams } from "../src/random.js";

describe("Random", () => {
  it("is xoshiro128**: the numbers that follow the state 1, 2, 3, 4", () => {
    // Worked out with 64-bit whole numbers from the published recurrence.
    const mask = 0xffffffffn;
    const rotl = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & mask;
    const s = [1n, 2n, 3n, 4n];
    const expected = Array.from({ length: 50 }, () => {
      const result = (rotl((s[1] * 5n) & mask, 7n) * 9n) & mask;
      const t = (s[1] << 9n) & mask;
      s[2] ^= s[0];
      s[3] ^= s[1];
      s[1] ^= s[2];
      s[0] ^= s[3];
      s[2] ^= t;
      s[3] = rotl(s[3], 11n);
      return Number(result);
    });
    const random = Random.fromState([1, 2, 3, 4]);
    expect(expected.slice(0, 2)).toEqual([11520, 0]);
    expect(expected.map(() => random.uint32())).toEqual(expected);
  });

  it("goes on from a saved state with the same numbers", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(50), (seed, skip) => {
        const random = Random.fromSeed(seed);
        for (let i = 0; i < skip; i++) random.uint32();
        const again = Random.fromState(random.state);
        const next = () => [random.uint32(), random.gaussian(), random.below(10)];
        expect([again.uint32(), again.gaussian(), again.below(10)]).toEqual(next());
      }),
    );
  });

  it("another seed or stream gives other numbers, above 2^32 too", () => {
    const firsts = [
      Random.fromSeed(1),
      Random.fromSeed(2),
      Random.fromSeed(1 + 2 ** 32),
      Random.fromSeed(1, streams.batches),
      Random.fromSeed(0),
    ].map((random) => random.uint32());
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it("the first numbers of a seed and a stream never change, on any machine", () => {
    const firsts = [
      [0],
      [1],
      [1, streams.batches],
      [2 ** 32],
      [Number.MAX_SAFE_INTEGER, 2 ** 32 - 1],
    ]
      .map(([seed, stream]) => Random.fromSeed(seed, stream))
      .map((random) => [random.uint32(), random.uint32(), random.uint32()]);
    expect(firsts).toMatchInlineSnapshot(`
      [
        [
          1140366814,
          3426185709,
          4097373281,
        ],
        [
          3878166020,
          1513205128,
          3933144350,
        ],
        [
          464252906,
          3056164950,
          1765661190,
        ],
        [
          3080022808,
          341912962,
          1882720700,
        ],
        [
          991689645,
          1164519699,
          1969738216,
        ],
      ]
    `);
  });

  it("300000 seeds and streams have as many states, all bits of them", () => {
    const states = new Set<string>();
    const add = (seed: number, stream: number) =>
      states.add(Random.fromSeed(seed, stream).state.join());
    for (let i = 1; i <= 100_000; i++) {
      add(i, 0);
      add(i * 2 ** 32, 0);
      add(0, i);
    }
    expect(states.size).toBe(300_000);
  });

  it("every bit of the seed and of the stream turns about half the bits of the state", () => {
    const ones = (word: number) => word.toString(2).replaceAll("0", "").length;
    const turned = (a: Random, b: Random) =>
      a.state.reduce((sum, word, i) => sum + ones((word ^ b.state[i]) >>> 0), 0);
    const zero = Random.fromSeed(0);
    for (let bit = 0; bit < 53; bit++) {
      const count = turned(zero, Random.fromSeed(2 ** bit));
      expect(Math.abs(count - 64), `bit ${bit} of the seed`).toBeLessThan(28); // five sigma
    }
    for (let bit = 0; bit < 32; bit++) {
      const count = turned(zero, Random.fromSeed(0, 2 ** bit));
      expect(Math.abs(count - 64), `bit ${bit} of the stream`).toBeLessThan(28);
    }
  });

  it("refuses seeds and states that it cannot hold", () => {
    expect(() => Random.fromSeed(-1)).toThrow(RangeError);
    expect(() => Random.fromSeed(0.5)).toThrow(RangeError);
    expect(() => Random.fromSeed(1, 0.5)).toThrow("stream 0.5, expected a whole number");
    expect(() => Random.fromSeed(1, 2 ** 32)).toThrow(RangeError);
    expect(() => Random.fromState([0, 0, 0, 0])).toThrow(RangeError);
    expect(() => Random.fromState([1, 2, 3, 2 ** 32])).toThrow(RangeError);
  });

  it("uniform has mean 1/2, variance 1/12 and stays in [0, 1)", () => {
    const random = Random.fromSeed(3);
    let [sum, squares] = [0, 0];
    const count = 100_000;
    for (let i = 0; i < count; i++) {
      const x = random.uniform();
      if (!(x >= 0 && x < 1)) expect.fail(`uniform gave ${x}`);
      sum += x;
      squares += (x - 0.5) ** 2;
    }
    expect(sum / count).toBeCloseTo(0.5, 2);
    expect(squares / count).toBeCloseTo(1 / 12, 2);
  });

  it("gaussian has mean 0, variance 1, and the normal share beyond 1, 2 and 3", () => {
    const random = Random.fromSeed(4);
    const count = 200_000;
    const values = Float64Array.from({ length: count }, () => random.gaussian());
    const mean = values.reduce((a, b) => a + b, 0) / count;
    const variance = values.reduce((a, b) => a + b * b, 0) / count;
    const beyond = (limit: number) => values.filter((x) => Math.abs(x) > limit).length / count;
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
    expect(Math.abs(beyond(1) - 0.3173)).toBeLessThan(0.005);
    expect(Math.abs(beyond(2) - 0.0455)).toBeLessThan(0.003);
    expect(Math.abs(beyond(3) - 0.0027)).toBeLessThan(0.0008);
  });

  it("below gives every number from 0 to n - 1, about as often", () => {
    const random = Random.fromSeed(5);
    const counts = new Array(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[random.below(7)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it("below takes whole numbers from 1 to 2^32, and no others", () => {
    const random = Random.fromSeed(5);
    expect(random.below(1)).toBe(0);
    const next = Random.fromState(random.state).uint32();
    expect(random.below(2 ** 32)).toBe(next);
    for (const n of [0, -1, 2.5, 2 ** 32 + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => random.below(n)).toThrow(`below ${n}, expected a whole number from 1 to 2^32`);
    }
  });

  it("shuffle keeps every entry and reaches every order", () => {
    const random = Random.fromSeed(6);
    const orders = new Set<string>();
    for (let i = 0; i < 200; i++) {
      const order = Uint32Array.of(0, 1, 2, 3);
      shuffle(order, random);
      expect([...order].sort()).toEqual([0, 1, 2, 3]);
      orders.add(order.join());
    }
    expect(orders.size).toBe(24);
  });

  it("drawSample draws each subset about as often, and all numbers where they are no more", () => {
    const random = Random.fromSeed(7);
    const counts = new Map<string, number>();
    for (let i = 0; i < 10_000; i++) {
      const drawn = [...drawSample(5, 2, random)].join();
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    expect([...counts.keys()].sort().join(" ")).toBe("0,1 0,2 0,3 0,4 1,2 1,3 1,4 2,3 2,4 3,4");
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
    const { state } = random;
    expect([...drawSample(3, 3, random)]).toEqual([0, 1, 2]);
    expect([...drawSample(0, 3, random)]).toEqual([]);
    expect(random.state).toEqual(state);
  });
});

describe("mix and keyOf", () => {
  it("mix turns about half the bits when one is turned, and gives each number another", () => {
    const ones = (word: number) => word.toString(2).replaceAll("0", "").length;
    let turned = 0;
    const seen = new Set<number>();
    for (let x = 0; x < 2000; x++) {
      seen.add(mix(x));
      for (let bit = 0; bit < 32; bit++)
        turned += ones((mix(x) ^ mix((x ^ (1 << bit)) >>> 0)) >>> 0);
    }
    expect(seen.size).toBe(2000);
    expect(Math.abs(turned / (2000 * 32) - 16)).toBeLessThan(0.1);
    expect(mix(2 ** 32 - 1)).toBeGreaterThanOrEqual(0);
  });

  it("places next to each other have keys of their own, and the order of the words counts", () => {
    const keys = new Set<number>();
    for (const seed of [0, 1, 2 ** 32, 2 ** 53 - 1]) {
      for (const stream of [2, 3]) {
        for (let epoch = 0; epoch < 100; epoch++) keys.add(keyOf(seed, stream, epoch));
      }
    }
    expect(keys.size).toBe(800);
    expect(keyOf(1, 2, 3, 4)).not.toBe(keyOf(1, 2, 4, 3));
  });

  it("these keys never change, on any machine", () => {
    expect([mix(1), mix(2 ** 31), keyOf(1, 2, 3), keyOf(2 ** 40, 0)]).toMatchInlineSnapshot(`
      [
        1753845952,
        3427483940,
        3952704226,
        114077188,
      ]
    `);
  });
});
