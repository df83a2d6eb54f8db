import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { preprocess } from "../../../src/dataset/preprocessing.js";
import { decodeModel } from "../../../src/documents/model.js";
import { tensor } from "../../../src/layers/tensor.js";
import { TwoLayerNet } from "../../../src/net/twoLayerNet.js";
import { mnist } from "../../support/mnist.js";
import { callCommand } from "../../support/runCommand.js";

/** One small model of MNIST serves all tests. */
const root = mkdtempSync(join(tmpdir(), "mnist-train-"));
const training = "--limit 400 --iterations 60 --hidden 12 --validation 100 --std 0.01 --quiet";

beforeAll(async () => {
  const { exitCode, stderr } = await callCommand("mnist-train", training.split(" "), root);
  expect(exitCode, stderr).toBe(0);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const run = (flags: string) => callCommand("mnist-show", flags.split(" "), root);

async function json(flags: string) {
  const { exitCode, stdout, stderr } = await run(`${flags} --json`);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe("mnist-show --backward", () => {
  it("prints the way back of one image, of model.json unless another is named", async () => {
    const { exitCode, stdout, stderr } = await run("--backward --index 7");
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /^backward pass of test image 7 of MNIST in model.json: label 9, answered \d\n$/,
    );
    expect(stdout).toMatchSnapshot();
  });

  it("--json has the gradients of lossAndGradients, and the loss that the net has after the step", async () => {
    const shown = await json("--backward --index 8 --unit 5 --learning-rate 0.00001");
    const { parameters, preprocessing } = decodeModel(
      readFileSync(join(root, "model.json"), "utf8"),
    );
    const { test } = await mnist();
    const x = tensor(preprocess(test.images.subarray(8 * 784, 9 * 784), preprocessing), 1, 784);
    const net = new TwoLayerNet(parameters);
    const { loss, gradients } = net.lossAndGradients(x, [5], 0);
    expect(shown).toMatchObject({
      index: 8,
      label: 5,
      unit: 5,
      learningRate: 1e-5,
      batchSize: 200,
    });
    expect(shown.loss).toBe(loss);
    expect(shown.dW2.flat()).toEqual([...gradients.W2.data]);
    expect(shown.db1).toEqual([...gradients.b1.data]);
    expect(shown.db2).toEqual([...gradients.b2.data]);
    expect(shown.dW1OfUnit).toEqual([...gradients.W1.data.filter((_, i) => i % 12 === 5)]);
    for (const name of ["W1", "b1", "W2", "b2"] as const) {
      const w = parameters[name].data;
      w.set(w.map((value, i) => value - 1e-5 * gradients[name].data[i]));
    }
    expect(shown.after.loss).toBe(net.lossAndGradients(x, [5], 0).loss);
    expect(shown.after.loss).toBeLessThan(loss);
  });

  it("takes the learning rate of the run, and an image by label, seed, split, or the surest mistake", async () => {
    const [seven, train, mistake, list] = await Promise.all([
      json("--backward --label 7 --seed 2"),
      json("--backward --split train --index 3"),
      json("--backward --only-wrong"),
      json("--model model.json --only-wrong --rows 1 --columns 1"),
    ]);
    expect(seven).toMatchObject({ label: 7, learningRate: 0.001 });
    expect(train.split).toBe("train");
    expect(mistake.index).toBe(list.images[0].index);
    expect(mistake.prediction).not.toBe(mistake.label);
  });

  it("draws a picture with --out, and never over the model, however its file is called", async () => {
    const { exitCode, stdout, stderr } = await run("--backward --index 7 --out way.png");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(stderr).toMatch(/^saved way.png: backward pass of test image 7 /);
    expect(decode(readFileSync(join(root, "way.png"))).width).toBeGreaterThan(1000);
    symlinkSync("model.json", join(root, "linked.svg"));
    const refused = await run("--backward --index 7 --out linked.svg");
    expect(refused.stderr).toMatch(/expected another file than --model model.json/);
    expect(refused.exitCode).toBe(2);
  });
});

describe.concurrent("mnist-show --backward ends with one line", () => {
  it.each([
    [2, "--backward --index 7,8", /^--index 7,8: expected one image with --backward$/],
    [2, "--backward --index 10000", /^--index 10000: no test image, expected 0 to 9999$/],
    [2, "--backward --unit 12", /^--unit 12: no hidden unit of model.json, expected 0 to 11$/],
    [2, "--backward --unit x", /^--unit x: expected a whole number from 0 to/],
    [2, "--backward --learning-rate 0", /^--learning-rate 0: expected a number above 0/],
    [2, "--unit 3", /^--unit has no effect without --backward$/],
    [2, "--learning-rate 3", /^--learning-rate has no effect without --backward$/],
    [2, "--backward --rows 2", /^option '--backward' cannot be used with option '--rows/],
    [2, "--backward --weights", /^option '--weights' cannot be used with option '--backward'/],
    [2, "--backward --history h.json", /^option '--backward' cannot be used with .*'--history/],
    [3, "--backward --model none.json", /^none.json: cannot be read .*; run mnist-train first/],
  ])("and code %i: %s", async (code, flags, says) => {
    const before = readdirSync(root);
    const { exitCode, stdout, stderr } = await run(flags);
    expect(stderr).toMatch(/^error: .+\n$/);
    expect(stderr.slice("error: ".length).trim()).toMatch(says);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: "" });
    expect(readdirSync(root)).toEqual(before);
  });
});
