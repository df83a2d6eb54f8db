import { readFileSync } from "node:fs";
import { toJsonSchema } from "@valibot/to-json-schema";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { decodeModel, encodeModel, type Model, modelSchema } from "../../src/documents/model.js";
import { InputError } from "../../src/errors.js";
import { initialize } from "../../src/net/initialize.js";
import { Random } from "../../src/random.js";
import { recipes } from "../../src/settings/recipes.js";

const dataFile = { file: "train-images-idx3-ubyte", sha256: "0".repeat(64) };

function someModel(): Model {
  const size = { inputSize: 6, hiddenSize: 5, classCount: 3, std: 0.1 };
  const parameters = initialize(size, Random.fromSeed(1));
  parameters.b1.data.set([0, -0, 1e-42, 3.4e38, -1 / 3]);
  return {
    preprocessing: {
      rows: 2,
      columns: 3,
      scale: 1 / 255,
      meanImage: Float32Array.of(0, 33.3, 255, 1e-3, 0.1, 7),
      pixels: { background: 3, least: 0, greatest: 250 },
    },
    classNames: ["0", "1", "2"],
    training: {
      recipe: "notebook",
      seed: 2 ** 53 - 1,
      engine: "reference",
    },
    settings: { ...recipes.notebook.settings, hidden: 5, scale: 1 / 255 },
    figures: {
      iterations: 10000,
      interrupted: false,
      bestEpoch: null,
      earlyStop: null,
      loss: 0.14,
      penalty: 0.02,
      trainingAccuracy: 0.98,
      validationAccuracy: null,
      leastMargin: 0.25,
    },
    data: {
      name: "MNIST",
      files: {
        trainImages: dataFile,
        trainLabels: dataFile,
        testImages: dataFile,
        testLabels: dataFile,
      },
    },
    parameters,
  };
}

/** The JSON of a model after somebody has been at it. */
// biome-ignore lint/suspicious/noExplicitAny: the point is to break it
function tampered(change: (document: any) => void): string {
  const document = JSON.parse(encodeModel(someModel()));
  change(document);
  return JSON.stringify(document);
}

describe("the model file", () => {
  it("reads back exactly, every bit of every number", () => {
    const model = someModel();
    const again = decodeModel(encodeModel(model));
    expect(again).toEqual(model);
    expect(Object.is(again.parameters.b1.data[1], -0)).toBe(true);
  });

  it("without intensities, as 0.1.0 wrote it, takes them from the mean image", () => {
    const older = (mean: number) =>
      decodeModel(
        tampered(({ preprocessing }) => {
          preprocessing.meanImage.fill(mean);
          delete preprocessing.pixels;
        }),
      ).preprocessing.pixels;
    expect(older(3)).toEqual({ background: 0, least: 0, greatest: 255 });
    expect(older(250)).toEqual({ background: 255, least: 0, greatest: 255 });
  });

  it("the same model gives the same text, with format and version first", () => {
    const text = encodeModel(someModel());
    expect(encodeModel(decodeModel(text))).toBe(text);
    expect(text).toMatch(/^{\n {2}"format": "mnist-train-model",\n {2}"version": 1,\n/);
  });

  it("does not write a number that JSON cannot hold", () => {
    const model = someModel();
    model.parameters.W2.data[4] = Number.NaN;
    expect(() => encodeModel(model)).toThrow("W2[4] is NaN, expected a finite number");
  });

  it("an unknown field is passed over, so that older versions read what newer ones add", () => {
    const text = tampered((document) => {
      document.training.weather = 0.9;
    });
    expect(encodeModel(decodeModel(text))).toBe(encodeModel(decodeModel(tampered(() => {}))));
  });

  it.each<[string, string, string]>([
    ["is empty", "", "not JSON"],
    ["is cut", encodeModel(someModel()).slice(0, 900), "not JSON"],
    ["is a number", "7", "format is missing"],
    ["is null", "null", "format is missing"],
    [
      "is of another format",
      '{"format": "onnx"}',
      'format is "onnx", expected "mnist-train-model"',
    ],
    ["is of another version", tampered((d) => d.version++), "version is 2, expected 1"],
    [
      "lacks a field",
      tampered((d) => delete d.preprocessing.scale),
      "preprocessing.scale is missing",
    ],
    ["has a wrong length", tampered((d) => d.parameters.W1.values.pop()), "length 29, expected 30"],
    ["has a wrong shape", tampered((d) => d.parameters.W2.shape.reverse()), "W2.shape is 3 x 5"],
    [
      "has a mean without centring",
      tampered((d) => (d.training.centring = false)),
      "expected 0 for a run without training.centring",
    ],
    ["has a short mean", tampered((d) => d.preprocessing.meanImage.pop()), "length 5, expected 6"],
    ["has a string", tampered((d) => (d.parameters.W1.values[7] = "1")), "W1.values.7"],
    ["has a null", tampered((d) => (d.parameters.b2.values[0] = null)), "b2.values.0 is null"],
    ["has 1e39", tampered((d) => (d.parameters.W1.values[7] = 1e39)), "W1.values.7 is 1e+39"],
    ["has -1e39", tampered((d) => (d.preprocessing.meanImage[1] = -1e39)), "meanImage.1 is -1e+39"],
    ["has odd sizes", tampered((d) => (d.preprocessing.rows = 4)), "inputSize is 6, expected 12"],
    ["has half a unit", tampered((d) => (d.architecture.hiddenSize = 2.5)), "hiddenSize"],
    ["lacks a class", tampered((d) => d.classNames.pop()), "classNames has length 2, expected 3"],
  ])("a file that %s is refused on one line, naming file and field", (_, text, message) => {
    const attempt = () => decodeModel(text, "my.json");
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(/^my\.json: [^\n]*expected [^\n]*; [^\n]+$/);
  });
});

describe("model.schema.json", () => {
  const path = new URL("../../src/documents/model.schema.json", import.meta.url);

  it("is the schema that models are checked with (vitest -u writes it anew)", async () => {
    const schema = {
      title: "A model saved by mnist-train",
      ...toJsonSchema(modelSchema, { target: "draft-2020-12", ignoreActions: ["finite", "check"] }),
    };
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(path.pathname);
  });

  it("accepts a model and refuses a broken one, in somebody else's validator", () => {
    const validate = new Ajv2020().compile(JSON.parse(readFileSync(path, "utf8")));
    expect(validate(JSON.parse(encodeModel(someModel())))).toBe(true);
    expect(validate(JSON.parse(tampered((d) => (d.parameters.W1.values[7] = "1"))))).toBe(false);
    expect(validate(JSON.parse(tampered((d) => delete d.training.seed)))).toBe(false);
  });
});
