import { describe, expect, it } from "vitest";
import { decodeHistory, encodeHistory } from "../../src/documents/history.js";
import { engineNames } from "../../src/engine/createEngine.js";
import { UsageError } from "../../src/errors.js";
import { tensor } from "../../src/layers/tensor.js";
import { initialize } from "../../src/net/initialize.js";
import { parameterNames, TwoLayerNet } from "../../src/net/twoLayerNet.js";
import { drawSample, Random, streams } from "../../src/random.js";
import { DivergedError } from "../../src/training/divergedError.js";
import { train } from "../../src/training/train.js";
import type { TrainingEvent } from "../../src/training/trainer.js";
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
        2.5253236911695853,
        2.73896225434618,
        4.091557860117528,
        7.768886775493371,
        20.399297225248212,
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
    expect(events[0]).toEqual({
      type: "start",
      iteration: 0,
      iterations: 10,
      iterationsPerEpoch: 4,
      figures: history.start,
      classCount: 10,
    });
    expect(at("iteration")).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(at("validation")).toEqual([3, 6, 9]);
    expect(at("epoch")).toEqual([4, 8]);
    expect(history.validation.map(({ iteration }) => iteration)).toEqual([3, 6, 9]);
    expect(history.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(history.epochs[1].learningRate).toBe(settings.learningRate * 0.99);
    expect(JSON.parse(encodeHistory(history, { seed: 1 }))).toMatchObject({
      format: "mnist-train-history",
      version: 1,
      seed: 1,
      loss: history.loss,
    });
  });

  it("starts with the loss of small weights, ln 10, measured on at most 1000 images of each set", async () => {
    const split = await smallSplit(1100, 1050);
    const settings = shortRun({ hidden: 20, iterations: 1, batchSize: 25, reg: 3 });
    const net = freshNet();
    const first = new TwoLayerNet(structuredClone(net.parameters));
    const { history } = await train(net, split, { settings, seed: 1 });
    expect(history.start?.loss).toBeCloseTo(Math.log(10), 3);
    expect(history.start?.penalty).toBeCloseTo(first.penalty(3), 8);
    const hits = 1000 * (history.start?.trainingAccuracy ?? 0); // a whole number, of 1000 images
    expect(hits).toBeCloseTo(Math.round(hits), 9);
    const validated = 1000 * (history.start?.validationAccuracy ?? 0);
    expect(validated).toBeCloseTo(Math.round(validated), 9);
  });

  it.each(engineNames)(
    "tells the L2 term apart from the loss it is part of (%s)",
    async (engine) => {
      const split = await smallSplit(100, 20);
      const settings = shortRun({ hidden: 20, iterations: 6, batchSize: 50, reg: 0.7 });
      const [whole, nets] = [freshNet(), [] as TwoLayerNet[]];
      for (const iterations of [1, 3, 5]) {
        const net = freshNet();
        await train(net, split, { settings: { ...settings, iterations }, seed: 1, engine });
        nets.push(net);
      }
      const penalties: number[] = [];
      const result = await train(whole, split, { settings, seed: 1, engine }, (event) => {
        if (event.type === "iteration") penalties.push(event.penalty);
      });
      // That of the weights before each update, as in its loss; an epoch has two updates.
      for (const [i, net] of nets.entries()) {
        expect(result.history.epochs[i].penalty).toBeCloseTo(net.penalty(0.7), 6);
        expect(result.history.epochs[i].penalty).toBe(penalties[2 * i + 1]);
      }
      expect(result.penalty).toBe(penalties[5]);
      const without = await train(freshNet(), split, {
        settings: { ...settings, reg: 0 },
        seed: 1,
      });
      expect(without.penalty).toBe(0);
      expect(without.history.loss[0]).toBeCloseTo(result.history.loss[0] - penalties[0], 6);
    },
  );

  it("measures 10000 training images, drawn by the seed, after an epoch, and all of them at the end", async () => {
    const split = await smallSplit(12_000, 0);
    const settings = shortRun({ hidden: 5, iterations: 4, batchSize: 3000 });
    const net = freshNet({ hidden: 5, std: 0.01 });
    const { history, trainingAccuracy } = await train(net, split, { settings, seed: 1 });

    const { images, labels } = split.train;
    const x = Float32Array.from(images, (pixel, i) => pixel - split.meanImage[i % 784]);
    const isRight = Array.from(net.predict(tensor(x, 12_000, 784)), (c, n) => c === labels[n]);
    const accuracy = (right: boolean[]) => right.filter(Boolean).length / right.length;
    const drawn = drawSample(12_000, 10_000, Random.fromSeed(1, streams.sample));
    const sample = Array.from(drawn, (n) => isRight[n]);
    expect(history.epochs.map((epoch) => epoch.trainingAccuracy)).toEqual([accuracy(sample)]);
    expect(trainingAccuracy).toBe(accuracy(isRight));
    expect(accuracy(sample)).not.toBe(accuracy(isRight));
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
    // What it hands over can be saved.
    const { iteration, found, history } = failure;
    const file = decodeHistory(encodeHistory(history, { failure: { iteration, found } }));
    expect(file.history).toEqual(history);
    expect(file.failure).toEqual({ iteration, found });
    expect(history.loss[0]).toBeGreaterThan(0);
  });

  it("a loss beyond float32 counts as divergence, so every history can be read", async () => {
    const split = await smallSplit(100, 20);
    const settings = shortRun({ hidden: 20, iterations: 9, batchSize: 50, reg: 1e6 });
    const net = freshNet({ std: 1e15 }); // finite scores, but an L2 term near 1e40
    const failure = await train(net, split, { settings, seed: 1 }).catch((error) => error);
    expect(failure).toBeInstanceOf(DivergedError);
    expect(failure.found).toMatch(/^loss \d/);
    expect(failure.history.start).toBeNull();
    expect(() => decodeHistory(encodeHistory(failure.history, {}))).not.toThrow();
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
    await expect(refused({ hidden: 8193 })).rejects.toThrow(
      "hidden 8193: expected a whole number from 1 to 8192",
    );
    const rising = { kind: "exponential", decay: 1.1 } as const;
    await expect(refused({ schedule: rising })).rejects.toThrow(UsageError);
    await expect(refused({ epochs: 3 })).rejects.toThrow("expected one of the two");
    await expect(refused({ sampling: "none" })).rejects.toThrow("sampling none");
  });

  it("refuses a float64 net, which it would have to round", async () => {
    const split = await smallSplit(20, 10);
    const size = { inputSize: 784, hiddenSize: 20, classCount: 10, std: 0.01 };
    const parameters = initialize({ ...size, precision: "float64" }, Random.fromSeed(1));
    const training = train(new TwoLayerNet(parameters), split, { settings: twenty, seed: 1 });
    await expect(training).rejects.toThrow(new RangeError("W1 is float64, expected float32"));
    const { W1 } = freshNet().parameters;
    const mixed = train(new TwoLayerNet({ ...parameters, W1 }), split, {
      settings: twenty,
      seed: 1,
    });
    await expect(mixed).rejects.toThrow("b1 is float64, expected float32");
  });

  const modern = shortRun({
    hidden: 20,
    iterations: null,
    epochs: 6,
    batchSize: 25,
    sampling: "passes",
    scale: 1 / 255,
    std: null,
    learningRate: 0.1,
    momentum: 0.9,
    nesterov: true,
    schedule: { kind: "cosine" },
    reg: 1e-4,
    labelSmoothing: 0.05,
    every: 1000,
  });
  const heNet = () => {
    const size = { inputSize: 784, hiddenSize: 20, classCount: 10, std: null };
    return new TwoLayerNet(initialize(size, Random.fromSeed(1)));
  };
  const trained = async (settings: typeof modern, more = {}) => {
    const split = await smallSplit(500, 200);
    const net = heNet();
    const result = await train(net, split, { settings, seed: 1, ...more });
    return { ...result, parameters: net.parameters };
  };

  it("He's weights have a deviation of sqrt(2 / inputs)", () => {
    const { W1, W2 } = heNet().parameters;
    const deviation = ({ data }: typeof W1) =>
      Math.sqrt([...data].reduce((sum, w) => sum + w * w, 0) / data.length);
    expect(deviation(W1)).toBeCloseTo(Math.sqrt(2 / 784), 3);
    expect(deviation(W2)).toBeCloseTo(Math.sqrt(2 / 20), 1);
  });

  it("distortion and dropout are the same on any number of threads, and make a difference", async () => {
    const plain = (await trained(modern)).parameters;
    for (const change of [{ augment: true }, { dropout: 0.3 }]) {
      const settings = { ...modern, ...change };
      const one = (await trained(settings, { threads: 1 })).parameters;
      expect((await trained(settings, { threads: 2 })).parameters).toEqual(one);
      expect(one).not.toEqual(plain);
    }
  });

  it("an epoch's distortions are its own: the same image twice is not the same copy", async () => {
    const settings = {
      ...modern,
      augment: true,
      learningRate: 1e-12,
      momentum: 0,
      nesterov: false,
    };
    const split = await smallSplit(1, 1);
    const one = { ...settings, batchSize: 1, epochs: 5, reg: 0 };
    const { history } = await train(heNet(), split, { settings: one, seed: 1 });
    expect(new Set(history.loss.map((loss) => loss.toFixed(6))).size).toBe(5);
  });

  it("a moving average is what is judged and kept", async () => {
    const settings = { ...modern, averageKeep: 0.9, averageEvery: 2 };
    const plain = await trained(modern);
    const averaged = await trained(settings);
    expect(averaged.history.loss).toEqual(plain.history.loss); // training goes its way
    expect(averaged.parameters).not.toEqual(plain.parameters);
    expect(averaged.validationAccuracy).toBe(averaged.history.epochs.at(-1)?.validationAccuracy);
  });

  it("with keepBest the weights are those of the best epoch, the first of equals", async () => {
    // a rate that ruins what was learned, late: the best epoch is not the last
    const rising = {
      schedule: { kind: "exponential", decay: 1 },
      warmUp: 6,
      learningRate: 3,
      momentum: 0,
      nesterov: false,
    } as const;
    const settings = { ...modern, ...rising, epochs: 8, keepBest: true };
    const { history, bestEpoch, validationAccuracy } = await trained(settings);
    const accuracies = history.epochs.map((figures) => figures.validationAccuracy ?? 0);
    const best = Math.max(...accuracies);
    expect(bestEpoch).toBe(accuracies.indexOf(best) + 1);
    expect(bestEpoch).toBeLessThan(8);
    expect(validationAccuracy).toBe(best);
  });

  it("patience ends the run so many epochs after the best one", async () => {
    const settings = { ...modern, learningRate: 1e-9, momentum: 0, nesterov: false, patience: 2 };
    const { history, iterations, bestEpoch, interrupted } = await trained(settings);
    expect(history.epochs).toHaveLength(3); // nothing is learned: the first epoch stays the best
    expect(iterations).toBe(60);
    expect(interrupted).toBe(false);
    expect(bestEpoch).toBeNull();
  });

  it("settings that contradict each other are refused, with what is expected", async () => {
    const split = await smallSplit(20, 10);
    const refusal = (change: Partial<typeof modern>) =>
      expect(train(heNet(), split, { settings: { ...modern, ...change }, seed: 1 })).rejects;
    const schedule = (schedule: object) =>
      refusal({ schedule: schedule as typeof modern.schedule });
    await schedule({ kind: "cosine", decay: 0.9 }).toThrow(
      "schedule cosine with decay 0.9: expected no decay",
    );
    await schedule({ kind: "cosine", every: 3 }).toThrow("schedule cosine with every 3");
    await schedule({ kind: "step", decay: 0.1 }).toThrow("schedule step with every undefined");
    await refusal({ schedule: { kind: "one-cycle" }, warmUp: 1 }).toThrow(
      "schedule one-cycle with warmUp 1",
    );
    await refusal({ momentum: 0 }).toThrow("nesterov with momentum 0: expected a momentum above 0");
    await refusal({ patience: 3, validation: 0 }).toThrow("expected validation images to judge by");
    await refusal({ dropout: 1 }).toThrow("dropout 1: expected a number from 0 to 0.99");
    await refusal({ momentum: 1 }).toThrow("momentum 1: expected a number from 0 to 0.9999");
    await refusal({ elasticSigma: 0.1 }).toThrow(
      "elasticSigma 0.1: expected a number from 0.5 to 14",
    );
    await schedule({ kind: "linear" }).toThrow("schedule linear: expected one of expo");
    await refusal({ augment: 1 as unknown as boolean }).toThrow(
      "augment 1: expected true or false",
    );
  });
});
