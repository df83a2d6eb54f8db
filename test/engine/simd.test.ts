import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copyKey, distort, planDistortion } from "../../src/dataset/augment.js";
import { parametersHash } from "../../src/documents/parametersHash.js";
import { createEngine, type EngineName } from "../../src/engine/createEngine.js";
import type { Update } from "../../src/engine/engine.js";
import { instantiateKernels } from "../../src/engine/simd/instantiate.js";
import { compileKernels } from "../../src/engine/simd/loadKernels.js";
import { SharedMemory } from "../../src/engine/simd/memory.js";
import { type Tensor, tensor, zeros } from "../../src/layers/tensor.js";
import { cos, exp, log, sin } from "../../src/math.js";
import { initialize } from "../../src/net/initialize.js";
import { parameterNames, TwoLayerNet } from "../../src/net/twoLayerNet.js";
import { Random } from "../../src/random.js";
import { train } from "../../src/training/train.js";
import { freshNet, mnist, preprocessingOf, shortRun, smallSplit } from "../support/mnist.js";

/** A net, a batch and an update of sizes that an engine might stumble over. */
const problems = fc.record({
  rows: fc.integer({ min: 1, max: 9 }),
  columns: fc.integer({ min: 1, max: 9 }),
  H: fc.oneof(fc.constantFrom(1, 7, 19, 20, 21, 40), fc.integer({ min: 1, max: 65 })),
  C: fc.oneof(fc.constantFrom(1, 12, 13, 62), fc.integer({ min: 1, max: 30 })),
  N: fc.oneof(fc.constantFrom(1, 2, 300), fc.integer({ min: 1, max: 40 })),
  density: fc.constantFrom(0, 0.2, 0.6, 1),
  background: fc.constantFrom(0, 0, 255, 100),
  scale: fc.constantFrom(1, 1 / 255),
  threads: fc.constantFrom(1, 1, 1, 1, 2, 3, 4), // threads take longer to start than these steps
  seed: fc.nat(),
  momentum: fc.constantFrom(0, 0.9),
  nesterov: fc.boolean(),
  reg: fc.constantFrom(0, 0.3),
  labelSmoothing: fc.constantFrom(0, 0.1),
  dropout: fc.constantFrom(0, 0, 0.4),
});

interface Problem {
  readonly rows: number;
  readonly columns: number;
  readonly H: number;
  readonly C: number;
  readonly N: number;
  /** Share of pixels that are not background. */
  readonly density: number;
  readonly background?: number;
  readonly scale: number;
  readonly threads: number;
  readonly seed: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly reg: number;
  readonly labelSmoothing?: number;
  /** Share of hidden units left out. */
  readonly dropout?: number;
}

function make(problem: Problem) {
  const { rows, columns, H, C, N, density, background = 0, scale, seed } = problem;
  const random = Random.fromSeed(seed);
  const D = rows * columns;
  const pixel = () => (random.uniform() < density ? random.below(256) : background);
  const images = Uint8Array.from({ length: N * D }, pixel);
  const labels = Uint8Array.from({ length: N }, () => random.below(C));
  const meanImage = Float32Array.from({ length: D }, (_, d) =>
    d % 3 === 0 ? background : Math.abs(background - 60 * random.uniform()),
  );
  const size = { inputSize: D, hiddenSize: H, classCount: C, std: 0.05 / scale / 255 };
  const parameters = initialize(size, random);
  for (const b of [parameters.b1, parameters.b2]) {
    for (let i = 0; i < b.data.length; i++) b.data[i] = 0.3 * random.gaussian();
  }
  const pixels = { background, least: 0, greatest: 255 };
  return { images, labels, rows, columns, meanImage, scale, pixels, parameters };
}

/** What an engine makes of a problem: the loss, the scores before and the parameters after. */
async function solve(name: EngineName, problem: Problem, threads: number, steps: number) {
  const { parameters, meanImage, scale, pixels, ...data } = make(problem);
  const { rows, columns } = data;
  const preprocessing = { rows, columns, meanImage, scale, pixels };
  const engine = await createEngine(name, { parameters, preprocessing, threads });
  const from = await engine.load(data);
  const indices = Uint32Array.from(data.labels, (_, n) => n);
  const scores = await engine.scores({ from, indices });
  const { momentum, nesterov, reg, labelSmoothing, dropout = 0, seed } = problem;
  const update: Update = {
    learningRate: 0.01,
    momentum,
    nesterov,
    reg,
    labelSmoothing,
    dropout: dropout === 0 ? undefined : { share: dropout, key: seed },
  };
  const losses: number[] = [];
  for (let step = 0; step < steps; step++)
    losses.push(await engine.step({ from, indices }, update));
  const after = await engine.parameters();
  await engine.close();
  return { scores, losses, parameters: after };
}

const float64 = ({ data, shape }: Tensor) => tensor(Float64Array.from(data), ...shape);

/** Σ|a·b| behind every number of a step, in float64: what its rounding may be a share of. */
function magnitudes(problem: Problem) {
  const { images, meanImage, scale, pixels, parameters } = make(problem);
  const { background } = pixels;
  const { N, H, C } = problem;
  const D = meanImage.length;
  const { W1, b1, W2, b2 } = parameters;
  const net = new TwoLayerNet({
    W1: float64(W1),
    b1: float64(b1),
    W2: float64(W2),
    b2: float64(b2),
  });
  const x = tensor(
    Float64Array.from(images, (pixel, i) => (pixel - meanImage[i % D]) * scale),
    N,
    D,
  );
  // Pixels and mean, less the background, are multiplied apart, so that it is their sum that can round.
  const above = (value: number) => Math.abs(value - background);
  const spread = Float64Array.from(
    images,
    (pixel, i) => (above(pixel) + above(meanImage[i % D])) * scale,
  );
  const truth = net.scores(x);
  const sums = (
    rows: number,
    columns: number,
    K: number,
    term: (k: number, r: number, c: number) => number,
  ) =>
    Float64Array.from({ length: rows * columns }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += Math.abs(term(k, Math.floor(i / columns), i % columns));
      return sum;
    });
  const hidden = sums(N, H, D, (d, n, h) => spread[n * D + d] * W1.data[d * H + h]);
  for (let i = 0; i < hidden.length; i++) hidden[i] += Math.abs(b1.data[i % H]);
  const scores = sums(N, C, H, (h, n, c) => hidden[n * H + h] * W2.data[h * C + c]);
  for (let i = 0; i < scores.length; i++) scores[i] += Math.abs(b2.data[i % C]);
  const dscores = sums(N, C, 1, () => 1 / N); // |p - onehot| is at most 1
  const dhidden = sums(N, H, C, (c, n, h) => dscores[n * C + c] * W2.data[h * C + c]);
  const regularised = (own: Tensor, sum: Float64Array) =>
    sum.map((s, i) => s * 0.01 * 4 + Math.abs(own.data[i]));
  return {
    truth: truth.data,
    scores,
    parameters: {
      W1: regularised(
        W1,
        sums(D, H, N, (n, d, h) => spread[n * D + d] * dhidden[n * H + h]),
      ),
      b1: regularised(
        b1,
        sums(1, H, N, (n, _, h) => dhidden[n * H + h]),
      ),
      W2: regularised(
        W2,
        sums(H, C, N, (n, h, c) => hidden[n * H + h] * dscores[n * C + c]),
      ),
      b2: regularised(
        b2,
        sums(1, C, N, (n, _, c) => dscores[n * C + c]),
      ),
    },
  };
}

function expectWithin(
  what: string,
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  room: ArrayLike<number>,
  K: number,
) {
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(found[i] - expected[i]);
    if (!(error <= K * 2 ** -23 * room[i] + 1e-30)) {
      expect.fail(
        `${what}[${i}] is ${found[i]}, expected ${expected[i]} within ${K * 2 ** -23 * room[i]}`,
      );
    }
  }
}

describe("the simd engine", () => {
  it("scores and steps like the reference on whatever sizes, within the rounding of float32", async () => {
    const isRight = fc.asyncProperty(problems, async (problem) => {
      const simd = await solve("simd", problem, problem.threads, 1);
      const reference = await solve("reference", problem, 1, 1);
      const room = magnitudes(problem);
      const K = problem.rows * problem.columns + problem.H + problem.C + problem.N;
      expectWithin("scores", simd.scores, room.truth, room.scores, K);
      expectWithin("reference scores", reference.scores, room.truth, room.scores, K);
      for (const name of parameterNames) {
        const [found, expected] = [simd.parameters[name], reference.parameters[name]];
        expect(found.shape).toEqual(expected.shape);
        expectWithin(name, found.data, expected.data, room.parameters[name], K);
      }
      expect(Math.abs(simd.losses[0] - reference.losses[0])).toBeLessThan(1e-3);
    });
    // Side by side, since threads take a while to start.
    const { seed = 0 } = fc.readConfigureGlobal() ?? {};
    const tries = [0, 1, 2].map((k) => fc.assert(isRight, { numRuns: 50, seed: seed + k }));
    await Promise.all(tries);
  }, 60_000);

  it("gives the same bytes on 1, 2, 3 and 4 threads, whatever the sizes", async () => {
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const one = await solve("simd", problem, 1, 3);
        for (const threads of [2, 3, 4]) {
          expect(await solve("simd", problem, threads, 3)).toEqual(one);
        }
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it("keeps velocities from step to step, with and without looking ahead", async () => {
    const base = {
      rows: 6,
      columns: 7,
      H: 23,
      C: 5,
      N: 30,
      density: 0.3,
      scale: 1 / 255,
      threads: 2,
    };
    for (const nesterov of [false, true]) {
      const problem = { ...base, seed: 3, momentum: 0.9, nesterov, reg: 0.1 };
      const simd = await solve("simd", problem, 2, 10);
      const reference = await solve("reference", problem, 1, 10);
      const plain = await solve("reference", { ...problem, momentum: 0 }, 1, 10);
      for (const name of parameterNames) {
        const [a, b, c] = [simd, reference, plain].map(({ parameters }) => parameters[name].data);
        let [apart, far] = [0, 0];
        for (let i = 0; i < a.length; i++) {
          apart = Math.max(apart, Math.abs(a[i] - b[i]));
          far = Math.max(far, Math.abs(c[i] - b[i]));
        }
        expect(apart).toBeLessThan(1e-5);
        expect(far).toBeGreaterThan(1e-3); // momentum makes a difference at all
      }
    }
  });

  it("the first 100 losses on MNIST are those of the reference", async () => {
    const split = await smallSplit(2000, 100);
    const settings = shortRun({
      hidden: 50,
      iterations: 100,
      batchSize: 50,
      every: 1000,
      epochs: null,
    });
    const run = async (engine: EngineName) => {
      const net = freshNet({ hidden: 50, std: 0.01 });
      return (await train(net, split, { settings, seed: 1, engine })).history.loss;
    };
    const [simd, reference] = [await run("simd"), await run("reference")];
    for (let i = 0; i < 100; i++) expect(Math.abs(simd[i] - reference[i])).toBeLessThan(1e-4);
  });

  it("predicts what the reference predicts on all test images", async () => {
    const { test } = await mnist();
    const split = await smallSplit(2000, 100);
    const net = freshNet({ hidden: 50, std: 0.01 });
    const settings = shortRun({ hidden: 50, iterations: 100, batchSize: 50, every: 1000 });
    await train(net, split, { settings, seed: 1, engine: "simd" });
    const scores = async (name: EngineName) => {
      const setup = { parameters: net.parameters, preprocessing: preprocessingOf(split) };
      const engine = await createEngine(name, setup);
      const from = await engine.load(test);
      const out = await engine.scores({
        from,
        indices: Uint32Array.from(test.labels, (_, i) => i),
      });
      await engine.close();
      return out;
    };
    const [simd, reference] = [await scores("simd"), await scores("reference")];
    let different = 0;
    for (let n = 0; n < 10_000; n++) {
      const best = (all: Float32Array) => {
        const row = [...all.subarray(10 * n, 10 * n + 10)];
        return row.indexOf(Math.max(...row));
      };
      if (best(simd) !== best(reference)) different++;
    }
    expect(different).toBe(0);
  });

  it("a short run ends in these very bytes, on any machine and any number of threads", async () => {
    const split = await smallSplit(1000, 100);
    const settings = shortRun({ hidden: 50, iterations: 60, batchSize: 50, every: 1000 });
    const hashes = new Set<string>();
    for (const threads of [1, 2, 3, 4]) {
      const net = freshNet({ hidden: 50, std: 0.01 });
      await train(net, split, { settings, seed: 1, engine: "simd", threads });
      hashes.add(parametersHash(net.parameters));
    }
    expect([...hashes]).toMatchInlineSnapshot(`
      [
        "a0365c9e32228cb324ec4cf88a91e0ffdda40ea473d1a4a8d728deda2123f986",
      ]
    `);
  });

  it("exp, log, sin and cos are those of src/math.ts, bit for bit", async () => {
    const kernels = instantiateKernels(await compileKernels(), new SharedMemory().memory);
    const special = [0, -0, 1, 710, -746, 5e-324, 1e-310, Number.NaN, Number.POSITIVE_INFINITY, -1];
    const numbers = fc.oneof(
      fc.double(),
      fc.double({ min: -750, max: 750 }),
      fc.constantFrom(...special),
    );
    fc.assert(
      fc.property(numbers, (x) => {
        expect(kernels.exp(x)).toBe(exp(x));
        expect(kernels.log(x)).toBe(log(x));
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.double({ min: -3.2, max: 3.2, noNaN: true }), (x) => {
        expect(kernels.sin(x)).toBe(sin(x));
        expect(kernels.cos(x)).toBe(cos(x));
      }),
    );
  });

  it("distorts as src/dataset/augment.ts does, but for pixels that round the other way", async () => {
    const sizes = fc.record({
      rows: fc.integer({ min: 1, max: 20 }),
      columns: fc.integer({ min: 1, max: 20 }),
      elasticAlpha: fc.constantFrom(0, 20, 60),
      elasticSigma: fc.double({ min: 1, max: 8, noNaN: true }),
      key: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      threads: fc.integer({ min: 1, max: 3 }),
      background: fc.constantFrom(0, 255, 100),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ rows, columns, key, threads, background, ...elastic }) => {
        const affine = { rotation: 15, zoom: 0.15, shear: 0.1, shift: 2 };
        const augmentation = { ...elastic, ...affine };
        const D = rows * columns;
        const N = 6;
        const random = Random.fromSeed(key);
        const images = Uint8Array.from({ length: N * D }, () => random.below(256));
        // A net whose scores are the first pixels themselves.
        const H = Math.min(D, 200);
        const identity = (n: number, m: number) =>
          tensor(
            Float32Array.from({ length: n * m }, (_, i) => (Math.floor(i / m) === i % m ? 1 : 0)),
            n,
            m,
          );
        const parameters = { W1: identity(D, H), b1: zeros(H), W2: identity(H, H), b2: zeros(H) };
        const meanImage = new Float32Array(D);
        const pixels = { background, least: 0, greatest: 255 };
        const preprocessing = { rows, columns, meanImage, scale: 1, pixels };
        const settings = { augment: true, ...augmentation };
        const setup = { parameters, preprocessing, settings, threads };
        const engine = await createEngine("simd", setup);
        const labels = new Uint8Array(N);
        const from = await engine.load({ images, labels, rows, columns });
        const indices = Uint32Array.of(3, 0, 5, 5, 1);
        const found = await engine.scores({ from, indices, distortionKey: key });
        const undistorted = await engine.scores({ from, indices: indices.subarray(0, 1) });
        await engine.close();
        expect([...undistorted]).toEqual([...images.subarray(3 * D, 3 * D + H)]);
        const plan = planDistortion(augmentation, rows, columns, background);
        let different = 0;
        indices.forEach((index, n) => {
          const image = images.subarray(index * D, (index + 1) * D);
          const copy = distort(image, plan, copyKey(key, index));
          for (let h = 0; h < H; h++) {
            const apart = Math.abs(found[n * H + h] - copy[h]);
            expect(apart).toBeLessThanOrEqual(1);
            if (apart > 0) different++;
          }
        });
        expect(different).toBeLessThanOrEqual(1 + 0.01 * found.length);
      }),
      { numRuns: 60 },
    );
  });

  it("takes more images than memory was first sized for, set after set", async () => {
    const split = await smallSplit(60, 20);
    const setup = {
      parameters: freshNet().parameters,
      preprocessing: preprocessingOf(split),
      threads: 2,
    };
    const engine = await createEngine("simd", setup);
    const { train: all } = await mnist();
    const first = await engine.load(split.train);
    const large = await engine.load(all);
    const last = all.labels.length - 1;
    const scores = await engine.scores({ from: large, indices: Uint32Array.of(5, last) });
    const again = await engine.scores({ from: first, indices: Uint32Array.of(5) });
    expect(again).toEqual(scores.slice(0, 10));
    const indices = Uint32Array.from({ length: 3000 }, (_, i) => i);
    const loss = await engine.step({ from: large, indices }, { learningRate: 1e-3, reg: 0 });
    expect(Math.abs(loss - Math.LN10)).toBeLessThan(0.01);
    await engine.close();
  });
});
