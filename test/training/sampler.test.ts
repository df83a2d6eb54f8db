import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/random.js";
import { runLength } from "../../src/settings/learningRate.js";
import { createSampler, freshSampler } from "../../src/training/sampler.js";
import { shortRun } from "../support/mnist.js";

const sizes = {
  N: fc.integer({ min: 1, max: 60 }),
  batchSize: fc.integer({ min: 1, max: 20 }),
  seed: fc.nat(),
};

const start = (seed: number) => freshSampler(Random.fromSeed(seed));

describe("a sampler put back where it stood", () => {
  it("draws the batches that would have followed, whatever the sizes", () => {
    const sampling = fc.constantFrom("passes" as const, "replacement" as const);
    const drawn = fc.nat({ max: 20 });
    fc.assert(
      fc.property(fc.record({ ...sizes, sampling, drawn }), ({ N, seed, drawn, ...settings }) => {
        const sampler = createSampler(N, settings, start(seed));
        for (let i = 0; i < drawn; i++) sampler.next();
        const again = createSampler(N, settings, sampler.state());
        for (let i = 0; i < 10; i++) expect([...again.next()]).toEqual([...sampler.next()]);
      }),
    );
  });

  it("does not take an order of more or fewer images", () => {
    const settings = { sampling: "passes", batchSize: 5 } as const;
    const state = createSampler(20, settings, start(1)).state();
    expect(() => createSampler(21, settings, state)).toThrow(
      "an order of 20 images, expected one of 21",
    );
  });
});

describe("sampling in passes", () => {
  it("shows every image once in every pass, whatever the sizes", () => {
    fc.assert(
      fc.property(fc.record(sizes), ({ N, batchSize, seed }) => {
        const settings = shortRun({ sampling: "passes", batchSize });
        const { next } = createSampler(N, settings, start(seed));
        for (let pass = 0; pass < 3; pass++) {
          const seen: number[] = [];
          const { iterationsPerEpoch } = runLength(settings, N);
          for (let i = 0; i < iterationsPerEpoch; i++) seen.push(...next());
          expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: N }, (_, i) => i));
        }
      }),
    );
  });

  it("shuffles each pass anew", () => {
    const { next } = createSampler(50, { sampling: "passes", batchSize: 50 }, start(1));
    expect([...next()]).not.toEqual([...next()]);
  });
});

describe("sampling with replacement", () => {
  it("fills every batch with images of the set, also from fewer images than a batch", () => {
    fc.assert(
      fc.property(fc.record(sizes), ({ N, batchSize, seed }) => {
        const settings = shortRun({ sampling: "replacement", batchSize });
        const batch = createSampler(N, settings, start(seed)).next();
        expect(batch).toHaveLength(batchSize);
        expect(Math.max(...batch)).toBeLessThan(N);
      }),
    );
  });

  it("draws one image more than once before it has drawn all", () => {
    const { next } = createSampler(50, { sampling: "replacement", batchSize: 50 }, start(1));
    expect(new Set(next()).size).toBeLessThan(50);
  });
});
