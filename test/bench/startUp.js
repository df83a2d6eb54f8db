/*
 * What mnist-train does from its start to its first iteration, through the public API, with the time on the
 * clock (in milliseconds, as Date.now() counts) after each part of it. The command itself imports a bundle,
 * which takes less time.
 */
import { writeSync } from "node:fs";

const stages = [];
const reached = (name) => stages.push({ name, at: performance.timeOrigin + performance.now() });

reached("Node itself");
const api = await import("../../dist/index.js");
reached("import");

const seed = 1;
const settings = api.recipes.notebook.settings;
const data = await api.loadDataSet();
reached("read and check the data");

const split = api.splitImages(data.train, settings);
reached("split, mean image");

const size = {
  inputSize: split.meanImage.length,
  hiddenSize: settings.hidden,
  classCount: data.classCount,
  std: settings.std,
};
const random = api.Random.fromSeed(seed, api.streams.weights);
const net = new api.TwoLayerNet(api.initialize(size, random));
reached("first weights");

await api.train(net, split, { settings, seed }, ({ type }) => {
  if (type === "start") reached("engine, threads, images loaded");
  if (type !== "iteration") return;
  reached("first iteration");
  writeSync(1, `${JSON.stringify(stages)}\n`);
  process.exit();
});
