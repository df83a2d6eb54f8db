import { describe, expect, it } from "vitest";
import { createEngine, type EngineName, engineNames } from "../../src/engine/createEngine.js";
import { tensor } from "../../src/layers/tensor.js";
import { parameterNames } from "../../src/net/twoLayerNet.js";
import { freshNet, smallSplit } from "../support/mnist.js";

const update = { learningRate: 1e-3, reg: 0.1 };

describe.each(engineNames)("engine %s", (name) => {
  async function start(train = 60) {
    const split = await smallSplit(train, 20);
    const net = freshNet({ std: 0.01 });
    const setup = { parameters: net.parameters, meanImage: split.meanImage, scale: 1 };
    const engine = await createEngine(name, setup);
    return { engine, net, split, from: await engine.load(split.train) };
  }

  it("is the one that was asked for", async () => {
    const { engine } = await start();
    expect(engine.name).toBe(name);
    await engine.close();
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
    const scores = new Float32Array(600);
    await engine.scores(scores, { from, indices: Uint32Array.from({ length: 60 }, (_, i) => i) });
    for (let i = 0; i < 600; i++) expect(scores[i]).toBeCloseTo(expected[i], 3);
  });

  it("batches of any size follow each other", async () => {
    const { engine, from } = await start();
    for (const size of [1, 7, 60, 3]) {
      const indices = Uint32Array.from({ length: size }, (_, i) => i);
      expect(await engine.step({ from, indices }, update)).toSatisfy(Number.isFinite);
      await engine.scores(new Float32Array(10 * size), { from, indices });
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
    await engine.setParameters(before);
    expect(await engine.parameters()).toEqual(before);
  });

  it("the running average starts at the parameters and follows them", async () => {
    const { engine, from } = await start();
    const first = await engine.parameters();
    expect(await engine.averagedParameters()).toEqual(first);
    await engine.average(0.75);
    await engine.step({ from, indices: Uint32Array.of(1, 2) }, { learningRate: 0.1, reg: 0 });
    const second = await engine.parameters();
    await engine.average(0.75);
    const average = await engine.averagedParameters();
    for (const name of parameterNames) {
      const [a, b] = [first[name].data, second[name].data];
      average[name].data.forEach((value, i) => {
        const size = 0.75 * Math.abs(a[i]) + 0.25 * Math.abs(b[i]);
        const error = Math.abs(value - (0.75 * a[i] + 0.25 * b[i]));
        expect(error).toBeLessThanOrEqual(2 * 2 ** -23 * size);
      });
    }
    await engine.setParameters(first);
    expect(await engine.averagedParameters()).toEqual(first);
    await engine.close();
  });

  it("refuses parameters of another shape", async () => {
    const { engine } = await start();
    const other = freshNet({ hidden: 21 }).parameters;
    await expect(engine.setParameters(other)).rejects.toThrow("W1 is 784 x 21, expected 784 x 20");
    expect(parameterNames).toHaveLength(4);
  });
});

describe("createEngine", () => {
  it("refuses a name that it does not know, and lists those that it does", async () => {
    const setup = {
      parameters: freshNet().parameters,
      meanImage: new Float32Array(784),
      scale: 1,
    };
    await expect(createEngine("gpu" as EngineName, setup)).rejects.toThrow(
      'engine "gpu" is unknown, expected one of: simd, reference',
    );
  });
});
