import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Checkpoint,
  checkpointBytes,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../../src/documents/checkpoint.js";
import { InputError } from "../../src/errors.js";
import { recipes } from "../../src/settings/recipes.js";
import type { RunState } from "../../src/training/runState.js";
import { train } from "../../src/training/train.js";
import { freshNet, shortRun, smallSplit } from "../support/mnist.js";
import { checkpointOf } from "../support/runs.js";

let checkpoint: Checkpoint;

beforeAll(async () => {
  const settings = shortRun({
    ...{ hidden: 3, iterations: 7, batchSize: 10, sampling: "passes", every: 2, keepBest: true },
    ...{ momentum: 0.9, averageKeep: 0.5 },
  });
  const net = freshNet({ hidden: 3, std: 1e-2 });
  const save = async (state: RunState) => {
    checkpoint = checkpointOf(state, settings);
  };
  await train(net, await smallSplit(50, 10), { settings, seed: 1, checkpoint: { save } });
});

/** A checkpoint after somebody has been at it who also mended the checksum. */
// biome-ignore lint/suspicious/noExplicitAny: the point is to break it
function tampered(change: (document: any) => void): string {
  const document = JSON.parse(encodeCheckpoint(checkpoint));
  change(document);
  const { format, version, ...rest } = document;
  delete rest.sha256;
  const text = `${JSON.stringify(rest).slice(1)}\n`;
  const sha256 = createHash("sha256").update(text).digest("hex");
  return `${JSON.stringify({ format, version, sha256 }).slice(0, -1)},\n${text}`;
}

/** Base64 of float32 numbers. */
const floats = (...values: number[]) =>
  Buffer.from(Float32Array.from(values).buffer).toString("base64");

describe("a checkpoint", () => {
  it("reads back exactly, every bit of every number", () => {
    const again = decodeCheckpoint(encodeCheckpoint(checkpoint));
    expect(again).toEqual(checkpoint);
    const { velocity, average, best } = again.state;
    for (const part of [velocity, average, best]) expect(part).not.toBeNull();
  });

  it("is no longer than was estimated before the run, and not much shorter", () => {
    const { state, settings } = checkpoint;
    const run = { iterations: 7, iterationsPerEpoch: 5 };
    const parameters = 784 * 3 + 3 + 3 * 10 + 10;
    const estimated = checkpointBytes(settings, parameters, 50, run);
    const { length } = encodeCheckpoint(checkpoint);
    expect(state.history.loss).toHaveLength(7);
    expect(length).toBeLessThanOrEqual(estimated);
    expect(length).toBeGreaterThan(0.75 * estimated);
  });

  it("lists settings in the order in which a fresh run lists them, as other files do", () => {
    const { settings } = decodeCheckpoint(encodeCheckpoint(checkpoint));
    expect(Object.keys(settings)).toEqual(Object.keys(recipes.notebook.settings));
  });

  it("keeps -0 and the smallest and the largest numbers", () => {
    const values = [-0, 1e-45, 3.4028234663852886e38];
    const { state } = decodeCheckpoint(
      tampered((d) => (d.state.parameters.b1.values = floats(...values))),
    );
    const read = state.parameters.b1.data;
    for (let i = 0; i < 3; i++) expect(Object.is(read[i], Math.fround(values[i]))).toBe(true);
  });

  it("begins with format, version and checksum on a line of their own", () => {
    expect(encodeCheckpoint(checkpoint)).toMatch(
      /^{"format":"mnist-train-checkpoint","version":1,"sha256":"[0-9a-f]{64}",\n"run":{.*}\n$/,
    );
  });

  it("with one digit changed anywhere behind the first line is refused", () => {
    const text = encodeCheckpoint(checkpoint);
    const from = text.indexOf("\n");
    for (let at = from; at < text.length; at += 997) {
      if (!/[0-9a-z]/.test(text[at])) continue;
      const other = text[at] === "7" ? "8" : "7";
      const damaged = text.slice(0, at) + other + text.slice(at + 1);
      expect(() => decodeCheckpoint(damaged)).toThrow(InputError);
    }
  });

  // biome-ignore lint/suspicious/noExplicitAny: the point is to break it
  it.each<[string, (document: any) => void, string]>([
    ["is a model", (d) => (d.format = "mnist-train-model"), 'format is "mnist-train-model"'],
    ["is of another version", (d) => d.version++, "version is 2, expected 1"],
    ["lacks its state", (d) => delete d.state, "state is missing"],
    ["has batches of no images", (d) => (d.run.settings.batchSize = 0), "batchSize is 0"],
    [
      "has a huge batch",
      (d) => (d.run.settings.batchSize = 1e9),
      "run.settings.batchSize is 1000000000, expected a whole number from 1 to 65536",
    ],
    [
      "has contradicting settings",
      (d) => (d.run.settings.std = null),
      "run.settings: initialization",
    ],
    ["has too many classes", (d) => (d.run.classCount = 257), "run.classCount is 257"],
    ["has another class", (d) => d.run.classCount++, "state.best.parameters.W2.shape is 3 x 10"],
    ["has other images", (d) => d.run.rows--, "W1.shape is 784 x 3, expected 756 x 3"],
    ["has huge images", (d) => (d.run.rows = 2 ** 40), "W1.shape is 784 x 3, expected"],
    ["has a short b1", (d) => (d.state.parameters.b1.values = floats(1)), "b1.values has length 1"],
    [
      "has half a number",
      (d) => (d.state.velocity.b2.values = "AAAA"),
      "velocity.b2.values ends within a number",
    ],
    [
      "has infinity",
      (d) => (d.state.parameters.b1.values = floats(1, 2, 1 / 0)),
      "b1.values.2 is Infinity",
    ],
    [
      "has NaN",
      (d) => (d.state.average.b1.values = floats(1, Number.NaN, 3)),
      "b1.values.1 is NaN",
    ],
    ["lacks a loss", (d) => d.state.iteration++, "history.loss has length 7, expected 8"],
    [
      "waits for a measurement before the first update",
      (d) =>
        Object.assign(d.state, {
          iteration: 0,
          measured: false,
          history: { ...d.state.history, loss: "" },
        }),
      "state.measured is false at iteration 0",
    ],
    ["has a random state of 0", (d) => (d.state.sampler.random = [0, 0, 0, 0]), "random is all 0"],
    ["has a random word of 33 bits", (d) => (d.state.sampler.random[0] = 2 ** 32), "random.0"],
    ["has three random words", (d) => d.state.sampler.random.pop(), "random.3 is missing"],
    [
      "has an order that repeats",
      (d) => (d.state.sampler.order = floats(0, 0)),
      "state.sampler.order of 2",
    ],
    ["has an empty order", (d) => (d.state.sampler.order = ""), "state.sampler.order of 0"],
    ["is past its order", (d) => (d.state.sampler.position = 51), "order of 50 at position 51"],
    ["has a share above 1", (d) => (d.state.best.accuracy = 1.5), "state.best.accuracy is 1.5"],
  ])("that %s is refused on one line, naming file and field", (_, change, message) => {
    const attempt = () => decodeCheckpoint(tampered(change), "my.json");
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(/^my\.json: [^\n]*expected [^\n]*; [^\n]+$/);
  });

  it("is untouched where nobody has been at it", () => {
    expect(decodeCheckpoint(tampered(() => {}))).toEqual(checkpoint);
  });
});
