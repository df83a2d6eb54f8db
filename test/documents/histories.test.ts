import { describe, expect, it } from "vitest";
import { decodeHistories, encodeHistories } from "../../src/documents/histories.js";
import { encodeHistory } from "../../src/documents/history.js";
import { decodeSnapshot, encodeSnapshot } from "../../src/documents/snapshot.js";
import { InputError } from "../../src/errors.js";
import { recipes } from "../../src/settings/recipes.js";
import type { History } from "../../src/training/history.js";
import { freshNet } from "../support/mnist.js";
import { checkpointOf } from "../support/runs.js";

const history = (first: number): History => ({
  start: null,
  loss: [first, 2],
  validation: [],
  epochs: [
    {
      epoch: 1,
      iteration: 2,
      learningRate: 1,
      penalty: 0,
      trainingAccuracy: 0.5,
      validationAccuracy: null,
    },
  ],
});
const { settings } = recipes.overfit;
const runs = [
  { history: history(2.3), about: { recipe: "overfit", seed: 1, settings } },
  { history: history(2.4), about: { seed: 2, failure: { iteration: 3, found: "loss NaN" } } },
];

describe("decodeHistories", () => {
  it("gives back several runs in their order, with what ended them", () => {
    const [first, second] = decodeHistories(encodeHistories(runs));
    expect([first.history, second.history]).toEqual([history(2.3), history(2.4)]);
    expect(first).toMatchObject({ ...runs[0].about, failure: null });
    expect(second).toMatchObject({ seed: 2, settings: null, failure: runs[1].about.failure });
  });

  it("reads a file of one run, as versions without lists of values wrote it", () => {
    const [only, ...others] = decodeHistories(encodeHistory(history(2.3), {}));
    expect(only.history).toEqual(history(2.3));
    expect(others).toEqual([]);
  });

  it.each<[string, (text: string) => string, string]>([
    ["the run that is wrong", (t) => t.replace('"epoch":1', '"epoch":7'), "runs.0.epochs.0.epoch"],
    ["a field of another type", (t) => t.replace('"seed":2', '"seed":"x"'), "runs.1.seed is"],
    ["another version", (t) => t.replace('"version":1', '"version":2'), "version is 2, expected 1"],
    ["no runs", () => encodeHistories([]), "runs is an array, expected at least one run"],
  ])("names %s", (_, change, message) => {
    const decode = () => decodeHistories(change(encodeHistories(runs)), "h.json");
    expect(decode).toThrow(InputError);
    expect(decode).toThrow(`h.json: ${message}`);
  });
});

describe("decodeSnapshot", () => {
  const { parameters } = freshNet({ hidden: 3, std: 0.1 });
  const { state, ...run } = checkpointOf({ parameters } as never);
  const text = encodeSnapshot({ ...run, iteration: 20, parameters });

  it("gives back every bit", () => {
    expect(decodeSnapshot(text)).toEqual({ ...run, iteration: 20, parameters });
  });

  it("refuses another shape, and half a number", () => {
    const other = text.replace('"hidden":3', '"hidden":4');
    expect(() => decodeSnapshot(other, "s")).toThrow(
      /^s: parameters\.W1\.shape is 784 x 3, expect/,
    );
    const cut = text.replace(/("b1".*?"values":").{4}/, "$1");
    expect(() => decodeSnapshot(cut, "s")).toThrow(/parameters\.b1\.values/);
  });
});
