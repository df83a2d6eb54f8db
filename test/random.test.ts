import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random, shuffle, streams } from "../src/random.js";

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

  it("refuses seeds and states that it cannot hold", () => {
    expect(() => Random.fromSeed(-1)).toThrow(RangeError);
    expect(() => Random.fromSeed(0.5)).toThrow(RangeError);
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
});
