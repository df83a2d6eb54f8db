/*
 * What mnist-train makes of a model and of one batch, in files for the scripts in Python.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeModel, Random, TwoLayerNet, tensor, withEngine } from "../../dist/index.js";

const bin = (name) => fileURLToPath(new URL(`../../bin/${name}.js`, import.meta.url));

/** Runs a command of ours; returns what it prints. */
export function command(name, ...args) {
  return execFileSync(process.execPath, [bin(name), ...args], { encoding: "utf8", stdio: "pipe" });
}

/** Writes a trained model, its exports, its figures on the test images and one step of training. */
export async function writeOurs(folder, data) {
  const at = (file) => join(folder, file);
  const model = at("model.json");
  command("mnist-train", "--recipe", "fast", "--data", data, "--out", model, "--quiet");
  writeFileSync(at("eval.json"), command("mnist-eval", model, "--data", data, "--json"));
  for (const format of ["npz", "safetensors"]) {
    command("mnist-export", model, at(`m.${format}`), "--quiet");
    command("mnist-export", model, at(`torch.${format}`), "--layout", "torch", "--quiet");
  }
  const step = await takeStep(decodeModel(readFileSync(model, "utf8")), data);
  writeFileSync(at("step.json"), JSON.stringify(step));
}

/** Loss and gradients of 100 images by the layers in float64, and the weights after a step of each engine. */
async function takeStep({ parameters, preprocessing }, data) {
  const random = Random.fromSeed(1);
  const indices = Array.from({ length: 100 }, () => random.below(60000));
  const D = preprocessing.rows * preprocessing.columns;
  const pixels = readFileSync(join(data, "train-images-idx3-ubyte")).subarray(16);
  const allLabels = readFileSync(join(data, "train-labels-idx1-ubyte")).subarray(8);
  const images = Uint8Array.from(indices.flatMap((n) => [...pixels.subarray(n * D, (n + 1) * D)]));
  const labels = Uint8Array.from(indices, (n) => allLabels[n]);
  const update = { learningRate: 0.5, reg: 0.01 };

  const { meanImage, scale } = preprocessing;
  const x = Float64Array.from(images, (pixel, i) => (pixel - meanImage[i % D]) * scale);
  const exact = mapValues(parameters, ({ data, shape }) =>
    tensor(Float64Array.from(data), ...shape),
  );
  const net = new TwoLayerNet(exact);
  const { loss, gradients } = net.lossAndGradients(tensor(x, 100, D), labels, update.reg);

  const after = {};
  for (const name of ["reference", "simd"]) {
    after[name] = await withEngine(name, { parameters, preprocessing }, async (engine) => {
      await engine.step({ images, labels }, update);
      return arraysOf(await engine.parameters());
    });
  }
  return { indices, ...update, loss, gradients: arraysOf(gradients), after };
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

function arraysOf(parameters) {
  return mapValues(parameters, ({ data }) => Array.from(data));
}
