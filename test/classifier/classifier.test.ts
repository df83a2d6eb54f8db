import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { classifierOf } from "../../src/classifier/classifier.js";
import { loadClassifier, saveModel } from "../../src/classifier/files.js";
import { type OwnImages, trainClassifier } from "../../src/classifier/trainClassifier.js";
import type { DataSet } from "../../src/dataset/source.js";
import { encodeNet } from "../../src/documents/formats/exportNet.js";
import { decodeModel, encodeModel, type UsableNet } from "../../src/documents/model.js";
import { withEngine } from "../../src/engine/createEngine.js";
import { UsageError } from "../../src/errors.js";
import { softmax } from "../../src/layers/softmax.js";
import { tensor } from "../../src/layers/tensor.js";
import { emptyFolder } from "../support/dataFolder.js";
import { mnist, shortModel } from "../support/mnist.js";

let data: DataSet;
let net: UsableNet;
beforeAll(async () => {
  data = await mnist();
  net = await shortModel(12);
});

describe("a classifier", () => {
  it("answers as the engine does, for one image and for many", async () => {
    const images = data.test.images.subarray(0, 700 * 784);
    const classifier = classifierOf(net);
    const answers = classifier.classifyAll(images);
    const scores = await withEngine("simd", net, (engine) => engine.scores({ images }));
    const probabilities = softmax(tensor(Float64Array.from(scores), 700, 10)).data;
    expect(answers).toHaveLength(700);
    answers.forEach(({ label, probability, probabilities: all }, n) => {
      expect(all[Number(label)]).toBe(probability);
      expect(probability).toBe(Math.max(...all));
      all.forEach((p, c) => {
        expect(p).toBeCloseTo(probabilities[10 * n + c], 4);
      });
    });
    expect(classifier.classify(images.subarray(5 * 784, 6 * 784))).toEqual(answers[5]);
    expect(classifier.classifyAll(new Uint8Array())).toEqual([]);
  });

  it("refuses images of another size, and parts that do not fit", () => {
    const { classify, classifyAll } = classifierOf(net);
    expect(() => classify(new Uint8Array(100))).toThrow(
      new RangeError("100 pixels, expected 784 pixels, as an image of 28 x 28 has"),
    );
    expect(() => classifyAll(new Uint8Array(785))).toThrow(
      "785 pixels, expected a multiple of 784",
    );
    expect(() => classifierOf({ ...net, classNames: ["a"] })).toThrow("1 class names, expected");
  });
});

describe("files of a classifier", () => {
  it("are read whatever their format, and saved by their ending", async () => {
    const folder = emptyFolder();
    const pixels = data.test.images.subarray(0, 784);
    const fixture = new URL("../documents/fixtures/model-fast.json", import.meta.url);
    const model = decodeModel(readFileSync(fixture, "utf8"));
    for (const file of ["m.json", "m.safetensors", "m.npz"]) {
      const path = join(folder, file);
      await saveModel(path, model);
      const { classify, model: read } = await loadClassifier(path);
      expect(classify(pixels)).toEqual(classifierOf(model).classify(pixels));
      expect(read.training).toEqual(file === "m.json" ? model.training : null);
    }
    expect(readFileSync(join(folder, "m.json"), "utf8")).toBe(encodeModel(model));
    await saveModel(join(folder, "p.onnx"), net, { probabilities: true });
    expect(readFileSync(join(folder, "p.onnx"))).toEqual(
      Buffer.from(encodeNet(net, "onnx", { probabilities: true })),
    );
  });

  it("are not written where the format needs more, or an option has no effect", async () => {
    const path = join(emptyFolder(), "m.json");
    await expect(saveModel(path, net)).rejects.toThrow(
      `${path}: a net without training, settings and figures, which a model file holds, expected .onnx or .safetensors or .npz; choose another ending`,
    );
    await expect(saveModel(path, net, { layout: "torch" })).rejects.toThrow(
      "layout has no effect on a model file",
    );
    expect(existsSync(path)).toBe(false);
  });

  it("of others take mean and scale beside them", async () => {
    const path = join(emptyFolder(), "m.npz");
    writeFileSync(path, encodeNet(net, "npz"));
    await expect(loadClassifier(path, { scale: 1 })).rejects.toThrow("has a scale");
  });
});

describe("trainClassifier", () => {
  const own = (count: number): OwnImages => ({
    images: data.train.images.subarray(0, 784 * count),
    labels: data.train.labels.subarray(0, count),
  });
  const short = { settings: { hidden: 10, epochs: 2 }, engine: "simd" } as const;

  it("learns from arrays, and leaves a model that can be saved and measured", async () => {
    const classNames = "zero one two three four five six seven eight nine".split(" ");
    const { classifyAll, model } = await trainClassifier(
      { ...own(1000), classNames },
      { settings: { hidden: 30 } },
    );
    expect(model).toMatchObject({ data: null, training: { recipe: "fast", seed: 1 } });
    expect(decodeModel(encodeModel(model)).classNames).toEqual(classNames);
    const answers = classifyAll(data.test.images.subarray(0, 784 * 500));
    const right = answers.filter(({ label }, n) => label === classNames[data.test.labels[n]]);
    expect(right.length / 500).toBeGreaterThan(0.8);
  });

  it("gives the same bytes from the same seed, and others from another", async () => {
    const bytes = async (seed?: number) =>
      encodeModel((await trainClassifier(own(300), { ...short, seed })).model);
    expect(await bytes()).toBe(await bytes(1));
    expect(await bytes(2)).not.toBe(await bytes(1));
  });

  it("sees few images more often, unless a setting says how often", async () => {
    const epochs = async (settings: object) =>
      (await trainClassifier(own(60), { settings: { hidden: 2, ...settings } })).model.settings
        .epochs;
    expect(await epochs({})).toBe(100);
    expect(await epochs({ epochs: 4 })).toBe(4);
  });

  it("says what does not fit", async () => {
    const { images, labels } = own(20);
    const cases: [OwnImages, string][] = [
      [{ images, labels: [] }, "15680 pixels for 0 labels, expected"],
      [{ images, labels: Array.from(labels).slice(1) }, "15680 pixels for 19 labels"],
      [{ images, labels, rows: 27 }, "784 pixels for each image of 27 x"],
      [{ images, labels: Array.from(labels, (y) => y - 0.5) }, "a label is 4.5, expected whole"],
      [
        { images, labels, classNames: ["a", "b"] },
        "a label is 5, expected whole numbers from 0 to 1",
      ],
      [
        { images, labels: new Uint8Array(20) },
        "all images are of one class, expected at least two",
      ],
    ];
    for (const [given, message] of cases) {
      await expect(trainClassifier(given, short)).rejects.toThrow(message);
    }
    await expect(trainClassifier(own(20), { settings: { hidden: 0 } })).rejects.toThrow(UsageError);
  });
});
