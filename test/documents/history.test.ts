import { describe, expect, it } from "vitest";
import { decodeHistory, encodeHistory } from "../../src/documents/history.js";
import { InputError } from "../../src/errors.js";
import { recipes } from "../../src/settings/recipes.js";
import type { History } from "../../src/training/history.js";

const history: History = {
  start: { loss: 2.3026, penalty: 0.01, trainingAccuracy: 0.1, validationAccuracy: null },
  loss: [2.3, 2.1, 0.1 + 0.2, 1e-12],
  validation: [{ iteration: 3, accuracy: 0.5 }],
  epochs: [
    {
      ...{ epoch: 1, iteration: 2, learningRate: 0.1, penalty: 0.02, trainingAccuracy: 0.4 },
      validationAccuracy: null,
    },
    {
      ...{ epoch: 2, iteration: 4, learningRate: 0.05, penalty: null, trainingAccuracy: 0.75 },
      validationAccuracy: 0.625,
    },
  ],
};

describe("decodeHistory", () => {
  it("gives back every number, and what the file says of the run", () => {
    const { settings } = recipes.overfit;
    const evidence = {
      ...{
        trainingImages: 1000,
        classCount: 10,
        unseen: 0,
        inputLength: 1800.5,
        nearestMean: null,
      },
      ...{ mostFrequent: { training: 0.117, validation: 0.1064 }, deadUnits: 2, alike: false },
      step: { loss: 2.3, rate: 0.5, after: 2.2, pull: null },
    };
    const about = { recipe: "overfit", seed: 3, engine: "simd", seconds: 0.6, settings, evidence };
    const decoded = decodeHistory(encodeHistory(history, about));
    expect(decoded.history).toEqual(history);
    expect(decoded).toMatchObject({ ...about, parametersSha256: null, figures: null, data: null });
  });

  it("reads a history of no updates, and one that says nothing else", () => {
    const none = { start: null, loss: [], validation: [], epochs: [] };
    const decoded = decodeHistory(encodeHistory(none, {}));
    expect(decoded.history).toEqual(none);
    expect(decoded).toMatchObject({ seconds: null, settings: null, recipe: null });
  });

  // biome-ignore lint/suspicious/noExplicitAny: whatever a file may hold
  it.each<[string, (document: any) => void, string]>([
    [
      "of another version",
      (d) => d.version++,
      "version is 2, expected 1; use the mnist-train that",
    ],
    ["that is a model", (d) => (d.format = "mnist-train-model"), 'format is "mnist-train-model", '],
    ["without losses", (d) => delete d.loss, "loss is missing, expected in every history"],
    ["with a loss of null", (d) => (d.loss[1] = null), "loss.1 is null, expected number"],
    [
      "with an accuracy above 1",
      (d) => (d.epochs[1].trainingAccuracy = 97),
      "epochs.1.trainingAccuracy is 97, expected <=1",
    ],
    [
      "that measures after its end",
      (d) => (d.validation[0].iteration = 5),
      "validation.0.iteration is 5, expected more than 0 and at most 4, the number of losses",
    ],
    [
      "that goes back in time",
      (d) => (d.epochs[1].iteration = 2),
      "epochs.1.iteration is 2, expected more than 2 and at most 4, the number of losses",
    ],
    [
      "that leaves an epoch out",
      (d) => (d.epochs[1].epoch = 3),
      "epochs.1.epoch is 3, expected 2, one after another",
    ],
    ["with a wrong checksum", (d) => (d.parametersSha256 = "no"), 'parametersSha256 is "no"'],
    [
      "that fails elsewhere than at its end",
      (d) => (d.failure = { iteration: 6, found: "loss NaN" }),
      "failure.iteration is 6, expected 4 or the one after it, by the number of losses",
    ],
    ["with a wrong time", (d) => (d.seconds = -1), "seconds is -1, expected >=0"],
  ])("refuses one %s", (_, change, message) => {
    const document = JSON.parse(encodeHistory(history, { seconds: 1 }));
    change(document);
    const decode = () => decodeHistory(JSON.stringify(document), "h.json");
    expect(decode).toThrow(InputError);
    expect(decode).toThrow(`h.json: ${message}`);
  });

  it("refuses what is no JSON, and says what to name", () => {
    expect(() => decodeHistory("{", "h.json")).toThrow(
      /^h\.json: not JSON \(.*\), expected a history; name a file that mnist-train --history saved$/,
    );
  });
});
