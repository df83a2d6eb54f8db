import { describe, expect, it, onTestFinished } from "vitest";
import { type Augmentation, copyKey, distort, planDistortion } from "../../src/dataset/augment.js";
import { createEngine, type EngineName } from "../../src/engine/createEngine.js";
import type { Batch, LoadedImages, ParameterSet } from "../../src/engine/engine.js";
import { tensor, zeros } from "../../src/layers/tensor.js";
import { parameterNames, TwoLayerNet, type TwoLayerParameters } from "../../src/net/twoLayerNet.js";
import { everyEngine, startEngine } from "../support/engines.js";
import { freshNet, preprocessingOf, smallSplit } from "../support/mnist.js";

const update = { learningRate: 1e-3, reg: 0.1 };
const amounts = { rotation: 10, zoom: 0.1, shear: 0.1, shift: 1 };
const augmentation = { elasticAlpha: 30, elasticSigma: 4, ...amounts };

describe.each(everyEngine)("engine %s", (name) => {
  /** An engine over `train` images, closed when the test is over. */
  async function start(
    train = 60,
    parameters: TwoLayerParameters | null = null,
    augmentation?: Augmentation,
  ) {
    const split = await smallSplit(train, 20);
    const net = freshNet({ std: 0.01 });
    const preprocessing = preprocessingOf(split);
    const settings = augmentation && { augment: true, ...augmentation };
    const setup = { parameters: parameters ?? net.parameters, preprocessing, settings };
    const engine = await startEngine(name, setup);
    onTestFinished(() => engine.close());
    return { engine, net, split, from: await engine.load(split.train) };
  }

  const first = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);

  it("is the one that was asked for", async () => {
    const { engine } = await start();
    expect(engine.name).toBe(name === "browser" ? "simd" : name);
  });

  it("a batch by index and the same images made just now give the same step", async () => {
    const [a, b] = [await start(), await start()];
    const indices = Uint32Array.of(3, 17, 3, 59);
    const { images, labels } = a.split.train;
    const fresh = {
      images: new Uint8Array(
        [...indices].flatMap((i) => [...images.subarray(784 * i, 784 * i + 784)]),
      ),
      labels: Uint8Array.from(indices, (i) => labels[i]),
    };
    const loss = await a.engine.step({ from: a.from, indices }, update);
    expect(await b.engine.step(fresh, update)).toBe(loss);
    expect(await b.engine.parameters()).toEqual(await a.engine.parameters());
  });

  it("scores are those of the net on the centred images", async () => {
    const { engine, net, split, from } = await start();
    const x = Float32Array.from(split.train.images, (pixel, i) => pixel - split.meanImage[i % 784]);
    const expected = net.scores(tensor(x, 60, 28, 28)).data;
    const scores = await engine.scores({ from, indices: first(60) });
    for (let i = 0; i < 600; i++) expect(scores[i]).toBeCloseTo(expected[i], 3);
  });

  it("batches of any size follow each other, as if each were the engine's first", async () => {
    const { engine, split, from } = await start(300);
    for (const size of [1, 7, 300, 3, 60]) {
      const before = await engine.parameters();
      const fresh = await start(300, before);
      const indices = first(size);
      const scores = await engine.scores({ from, indices });
      const expected = await fresh.engine.scores({ from: fresh.from, indices });
      expect(scores).toHaveLength(10 * size);
      expect(scores).toEqual(expected);
      const loss = await engine.step({ from, indices }, update);
      expect(loss).toBe(await fresh.engine.step({ from: fresh.from, indices }, update));
      expect(await engine.parameters()).toEqual(await fresh.engine.parameters());

      const pixels = split.train.images.subarray(0, 784 * size);
      const x = Float32Array.from(pixels, (pixel, i) => pixel - split.meanImage[i % 784]);
      const labels = split.train.labels.subarray(0, size);
      const net = new TwoLayerNet(before);
      const truth = net.lossAndGradients(tensor(x, size, 784), labels, update.reg).loss;
      expect(loss).toBeCloseTo(truth, 3);
    }
  });

  it("copies the parameters that it is given, and gives copies out", async () => {
    const { engine, net, from } = await start();
    const before = freshNet({ std: 0.01 }).parameters;
    const out = await engine.parameters();
    await engine.step({ from, indices: Uint32Array.of(1, 2) }, update);
    expect(net.parameters).toEqual(before);
    expect(out).toEqual(before);
    expect(await engine.parameters()).not.toEqual(before);
    await engine.setState({ parameters: before, velocity: null, average: null });
    expect(await engine.parameters()).toEqual(before);
  });

  it("the running average starts at the parameters and follows them", async () => {
    const { engine, from } = await start();
    const before = await engine.parameters();
    expect(await engine.averagedParameters()).toEqual(before);
    await engine.average(0.75);
    await engine.step({ from, indices: Uint32Array.of(1, 2) }, { learningRate: 0.1, reg: 0 });
    const after = await engine.parameters();
    await engine.average(0.75);
    const average = await engine.averagedParameters();
    for (const name of parameterNames) {
      const [a, b] = [before[name].data, after[name].data];
      average[name].data.forEach((value, i) => {
        const size = 0.75 * Math.abs(a[i]) + 0.25 * Math.abs(b[i]);
        const error = Math.abs(value - (0.75 * a[i] + 0.25 * b[i]));
        expect(error).toBeLessThanOrEqual(2 * 2 ** -23 * size);
      });
    }
    await engine.setState({ parameters: before, velocity: null, average: null });
    expect(await engine.averagedParameters()).toEqual(before);
  });

  it("the average is scored when it is asked for, and training goes on with the parameters", async () => {
    const { engine, from } = await start();
    const scoresOf = (set: ParameterSet) => engine.scores({ from, indices: first(60) }, set);
    expect(await scoresOf("average")).toEqual(await scoresOf("parameters"));
    for (let i = 0; i < 3; i++) {
      await engine.step({ from, indices: first(20) }, { ...update, learningRate: 0.1 });
      await engine.average(0.5);
    }
    const average = await engine.averagedParameters();
    const scores = await scoresOf("average");
    expect(scores).not.toEqual(await scoresOf("parameters"));

    const other = await start(60, average);
    const expected = await other.engine.scores({ from: other.from, indices: first(60) });
    for (let i = 0; i < 600; i++) expect(scores[i]).toBeCloseTo(expected[i], 3);

    await scoresOf("average");
    const before = await engine.parameters();
    const fresh = await start(60, before);
    await fresh.engine.step({ from: fresh.from, indices: first(20) }, update);
    await engine.step({ from, indices: first(20) }, update);
    expect(await engine.parameters()).toEqual(await fresh.engine.parameters());
    expect(await engine.averagedParameters()).toEqual(average);
  });

  it("a distorted batch is what the same copies made beforehand are", async () => {
    const { engine, net, split, from } = await start(60, null, augmentation);
    const indices = Uint32Array.of(3, 17, 3, 59);
    const plan = planDistortion(augmentation, 28, 28);
    const copies = [...indices].flatMap((i) => {
      const image = split.train.images.subarray(784 * i, 784 * (i + 1));
      return [...distort(image, plan, copyKey(99, i))];
    });
    const scores = await engine.scores({ from, indices, distortionKey: 99 });
    const x = Float32Array.from(copies, (pixel, i) => pixel - split.meanImage[i % 784]);
    const expected = net.scores(tensor(x, 4, 784)).data;
    // a pixel may be one grey level off
    for (let i = 0; i < 40; i++) expect(Math.abs(scores[i] - expected[i])).toBeLessThan(0.01);
    const plain = await engine.scores({ from, indices });
    expect(plain.some((score, i) => Math.abs(score - expected[i]) > 0.1)).toBe(true);
  });

  it("refuses preprocessing, and with it distortions, for images of another size", async () => {
    const split = await smallSplit(60, 20);
    const preprocessing = { ...preprocessingOf(split), rows: 27 };
    const settings = { augment: true, ...augmentation };
    const setup = { parameters: freshNet().parameters, preprocessing, settings };
    await expect(startEngine(name, setup)).rejects.toThrow(
      "images of 27 x 28, expected 784 pixels",
    );
  });

  it("refuses a distortion key without settings that augment", async () => {
    const { engine, from } = await start();
    const scores = engine.scores({ from, indices: first(1), distortionKey: 0 });
    await expect(scores).rejects.toThrow("expected an engine with settings that augment");
  });

  it("scores fresh images without labels as it scores the same images by index", async () => {
    const { engine, split, from } = await start(600);
    const scores = await engine.scores({ images: split.train.images });
    expect(scores).toEqual(await engine.scores({ from, indices: first(600) }));
    const cut = engine.scores({ images: split.train.images.subarray(1) });
    await expect(cut).rejects.toThrow("470399 pixels, expected images of 784 pixels");
  });

  it("refuses parameters of another shape", async () => {
    const { engine } = await start();
    const other = freshNet({ hidden: 21 }).parameters;
    await expect(
      engine.setState({ parameters: other, velocity: null, average: null }),
    ).rejects.toThrow("W1 is 784 x 21, expected 784 x 20");
    const before = freshNet().parameters;
    const { W1, b1, W2 } = before;
    const fewer = engine.setState({
      parameters: before,
      velocity: { W1, b1, W2, b2: zeros(9) },
      average: null,
    });
    await expect(fewer).rejects.toThrow("b2 is 9, expected 10");
  });

  it("reads the mean image when it starts, and not again", async () => {
    const { engine, split, from } = await start();
    const before = await engine.scores({ from, indices: first(3) });
    split.meanImage.fill(255);
    const after = await engine.scores({ from, indices: first(3) });
    expect(after).toEqual(before);
  });

  describe("refuses, for a step and for scores alike, and keeps its parameters", () => {
    const { images, labels } = { images: new Uint8Array(3 * 784), labels: Uint8Array.of(1, 2, 9) };
    const bad: { title: string; batch: (from: LoadedImages) => Batch; says: string }[] = [
      {
        title: "an index past the end of the set",
        batch: (from) => ({ from, indices: Uint32Array.of(1, 59, 2, 70) }),
        says: "index 70 at position 3, expected 0 to 59",
      },
      {
        title: "the index just behind the last",
        batch: (from) => ({ from, indices: Uint32Array.of(60) }),
        says: "index 60 at position 0, expected 0 to 59",
      },
      {
        title: "an index of a set that another engine loaded",
        batch: ({ id }) => ({ from: { id }, indices: Uint32Array.of(70) }),
        says: "index 70 at position 0, expected 0 to 59",
      },
      {
        title: "a set that was never loaded",
        batch: () => ({ from: { id: 1 }, indices: Uint32Array.of(0) }),
        says: "set 1, expected one of the 1 that were loaded",
      },
      {
        title: "an empty batch by index",
        batch: (from) => ({ from, indices: new Uint32Array(0) }),
        says: "an empty batch, expected at least one image",
      },
      {
        title: "an empty batch of fresh images",
        batch: () => ({ images: new Uint8Array(0), labels: new Uint8Array(0) }),
        says: "an empty batch, expected at least one image",
      },
      {
        title: "fresh images with a pixel too few",
        batch: () => ({ images: images.subarray(1), labels }),
        says: "2351 pixels, expected 2352 for 3 labels and images of 784 pixels",
      },
      {
        title: "fresh images with one label too few",
        batch: () => ({ images, labels: labels.subarray(1) }),
        says: "2352 pixels, expected 1568 for 2 labels and images of 784 pixels",
      },
      {
        title: "a fresh label beyond the classes",
        batch: () => ({ images, labels: Uint8Array.of(1, 10, 2) }),
        says: "label 10 at index 1, expected 0 to 9",
      },
    ];

    it.each(bad.map((row) => [row.title, row] as const))("%s", async (_, { batch, says }) => {
      const { engine, net, from } = await start();
      const refused = new RangeError(says);
      await expect(engine.step(batch(from), update)).rejects.toThrow(refused);
      await expect(engine.scores(batch(from))).rejects.toThrow(refused);
      expect(await engine.parameters()).toEqual(net.parameters);
      expect(await engine.step({ images, labels }, update)).toBeGreaterThan(0); // and goes on
    });
  });

  it("refuses to load images of another size, and labels beyond the classes", async () => {
    const { engine, split } = await start();
    const { images } = split.train;
    const labels = Uint8Array.from(split.train.labels);
    await expect(
      engine.load({ ...split.train, images: images.subarray(784), labels }),
    ).rejects.toThrow(
      new RangeError("46256 pixels, expected 47040 for 60 labels and images of 784 pixels"),
    );
    labels[7] = 10;
    await expect(engine.load({ ...split.train, labels })).rejects.toThrow(
      new RangeError("label 10 at index 7, expected 0 to 9"),
    );
  });

  it("loads an empty set, in which there is no index", async () => {
    const { engine, split } = await start();
    const none = { ...split.train, images: new Uint8Array(0), labels: new Uint8Array(0) };
    const from = await engine.load(none);
    await expect(engine.step({ from, indices: first(1) }, update)).rejects.toThrow(
      "index 0 at position 0, expected none: the set is empty",
    );
  });
});

describe("createEngine", () => {
  it("refuses a name that it does not know, and lists those that it does", async () => {
    const setup = {
      parameters: freshNet().parameters,
      preprocessing: { rows: 28, columns: 28, meanImage: new Float32Array(784), scale: 1 },
    };
    await expect(createEngine("gpu" as EngineName, setup)).rejects.toThrow(
      'engine "gpu" is unknown, expected one of: simd, reference',
    );
  });
});
