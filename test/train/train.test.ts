import { describe, expect, it } from "vitest";
import { DivergedError, UsageError } from "../../src/errors.js";
import { parameterNames } from "../../src/net/twoLayerNet.js";
import { encodeHistory } from "../../src/train/history.js";
import { type TrainingEvent, train } from "../../src/train/train.js";
import { freshNet, shortRun, smallSplit } from "../support/mnist.js";

const twenty = shortRun({
  hidden: 20,
  iterations: 200,
  batchSize: 20,
  learningRate: 3e-3,
  reg: 0,
  sampling: "passes",
});

describe("train", () => {
  it("learns 20 images by heart", async () => {
    const split = await smallSplit(20, 10);
    const net = freshNet({ std: 1e-2 });
    const { trainingAccuracy, history } = await train(net, split, { settings: twenty, seed: 1 });
    expect(trainingAccuracy).toBe(1);
    expect(history.loss.at(-1)).toBeLessThan(0.05);
  });

  it("the same seed gives the same losses and weights, another seed others", async () => {
    const split = await smallSplit(300, 50);
    const settings = shortRun({ iterations: 30, batchSize: 25 });
    const run = async (seed: number) => {
      const net = freshNet({ seed });
      const { history } = await train(net, split, { settings, seed });
      return { losses: history.loss, parameters: net.parameters };
    };
    const first = await run(5);
    expect(first.losses).toHaveLength(30);
    expect(await run(5)).toEqual(first);
    expect((await run(6)).losses).not.toEqual(first.losses);
  });

  it("the first losses never change, on any machine", async () => {
    const split = await smallSplit(300, 50);
    const settings = shortRun({ iterations: 5, batchSize: 25, learningRate: 1e-2 });
    const { history } = await train(freshNet({ std: 1e-2 }), split, { settings, seed: 1 });
    expect(history.loss).toMatchInlineSnapshot(`
      [
        2.427444329407438,
        2.440396103047585,
        4.001627880029946,
        2.656797200090616,
        5.753246248726518,
      ]
    `);
  });

  it("one step from a known start is W - learningRate · dW", async () => {
    const split = await smallSplit(1, 1);
    const settings = shortRun({ iterations: 1, batchSize: 1, learningRate: 0.01, reg: 0.5 });
    const net = freshNet({ std: 0.1, hidden: 3 });
    const before = freshNet({ std: 0.1, hidden: 3 });
    await train(net, split, { settings, seed: 1, engine: "reference" });

    const x = Float32Array.from(split.train.images, (pixel, d) => pixel - split.meanImage[d]);
    const { gradients } = before.lossAndGradients(
      { data: x, shape: [1, 784] },
      split.train.labels,
      0.5,
    );
    for (const name of parameterNames) {
      const expected = Float32Array.from(
        before.parameters[name].data,
        (w, i) => w - 0.01 * gradients[name].data[i],
      );
      expect(net.parameters[name].data).toEqual(expected);
    }
  });

  it("reports iterations, validation every so often, and both accuracies once an epoch", async () => {
    const split = await smallSplit(100, 40);
    const settings = shortRun({ hidden: 20, iterations: 10, batchSize: 25, every: 3 });
    const events: TrainingEvent[] = [];
    const { history } = await train(freshNet(), split, { settings, seed: 1 }, (e) =>
      events.push(e),
    );
    const at = (type: string) =>
      events.flatMap((e) => (e.type === type && "iteration" in e ? [e.iteration] : []));
    expect(events[0]).toEqual({ type: "start", iterations: 10, iterationsPerEpoch: 4 });
    expect(at("iteration")).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(at("validation")).toEqual([3, 6, 9]);
    expect(at("epoch")).toEqual([4, 8]);
    expect(history.validation.map(({ iteration }) => iteration)).toEqual([3, 6, 9]);
    expect(history.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(history.epochs[1].learningRate).toBe(settings.learningRate * settings.decay);
    expect(JSON.parse(encodeHistory(history, { seed: 1 }))).toMatchObject({
      format: "mnist-train-history",
      version: 1,
      seed: 1,
      loss: history.loss,
    });
  });

  it("trains without validation images, and says null for their accuracy", async () => {
    const split = await smallSplit(50, 0);
    const settings = shortRun({ hidden: 20, iterations: 4, batchSize: 25, every: 1 });
    const result = await train(freshNet(), split, { settings, seed: 1 });
    expect(result.validationAccuracy).toBeNull();
    expect(result.history.validation).toEqual([]);
    expect(result.history.epochs).toHaveLength(2);
  });

  it("a scale of 1/255 trains on pixels from 0 to 1", async () => {
    const split = await smallSplit(200, 50);
    const scaled = {
      hidden: 20,
      iterations: 100,
      batchSize: 50,
      scale: 1 / 255,
      learningRate: 0.5,
    };
    const net = freshNet({ std: 0.05 });
    const result = await train(net, split, { settings: shortRun({ ...scaled, reg: 0 }), seed: 1 });
    expect(result.trainingAccuracy).toBeGreaterThan(0.95);
  });

  it("a signal ends the run after the current update, with what was learned until then", async () => {
    const split = await smallSplit(50, 10);
    const settings = shortRun({ hidden: 20, iterations: 1000, batchSize: 25 });
    const controller = new AbortController();
    const options = { settings, seed: 1, signal: controller.signal };
    const net = freshNet();
    const result = await train(net, split, options, (event) => {
      if (event.type === "iteration" && event.iteration === 7) controller.abort();
    });
    expect(result).toMatchObject({ interrupted: true, iterations: 7, trainingAccuracy: null });
    const short = freshNet();
    await train(short, split, { settings: { ...settings, iterations: 7 }, seed: 1 });
    expect(net.parameters).toEqual(short.parameters);
  });

  it("a loss that is no longer finite stops the run, names the iteration, and keeps the net", async () => {
    const split = await smallSplit(100, 20);
    const settings = shortRun({ hidden: 20, iterations: 100, batchSize: 50, learningRate: 1e4 });
    const net = freshNet({ std: 0.1 });
    const failure = await train(net, split, { settings, seed: 1 }).catch((error) => error);
    expect(failure).toBeInstanceOf(DivergedError);
    expect(failure.iteration).toBeGreaterThan(1);
    expect(failure.iteration).toBeLessThan(20);
    expect(failure.message).toContain(`at iteration ${failure.iteration}`);
    expect(failure.message).toContain("try a smaller learning rate");
    expect(net.parameters).toEqual(freshNet({ std: 0.1 }).parameters);
  });

  it("weights that overflow in the very last update count as divergence", async () => {
    const split = await smallSplit(100, 20);
    const settings = shortRun({ hidden: 20, iterations: 1, batchSize: 50, learningRate: 1e6 });
    const net = freshNet({ std: 1e36 });
    const failure = await train(net, split, { settings, seed: 1 }).catch((error) => error);
    expect(failure).toBeInstanceOf(DivergedError);
  });

  it("settings out of range are refused by name, whoever calls", async () => {
    const split = await smallSplit(20, 10);
    const refused = (settings: object) =>
      train(freshNet(), split, { settings: { ...twenty, ...settings }, seed: 1 });
    await expect(refused({ batchSize: 0 })).rejects.toThrow(
      "batchSize 0: expected a whole number from 1 to 65536",
    );
    await expect(refused({ learningRate: Number.NaN })).rejects.toThrow("learningRate NaN");
    await expect(refused({ decay: 1.1 })).rejects.toThrow(UsageError);
    await expect(refused({ epochs: 3 })).rejects.toThrow("expected one of the two");
    await expect(refused({ sampling: "none" })).rejects.toThrow("sampling none");
  });
});
