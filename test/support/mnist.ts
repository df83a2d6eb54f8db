import { sliceImages } from "../../src/dataset/labelledImages.js";
import { type DataSet, loadDataSet } from "../../src/dataset/source.js";
import { preprocessingOf, type Split, splitImages } from "../../src/dataset/split.js";
import type { UsableNet } from "../../src/documents/model.js";
import { initialize } from "../../src/net/initialize.js";
import { TwoLayerNet } from "../../src/net/twoLayerNet.js";
import { Random } from "../../src/random.js";
import { recipes } from "../../src/settings/recipes.js";
import type { Settings } from "../../src/settings/settings.js";
import { train } from "../../src/training/train.js";

export { preprocessingOf };

let loaded: Promise<DataSet> | undefined;

/** The real MNIST, read once. */
export function mnist(): Promise<DataSet> {
  loaded ??= loadDataSet();
  return loaded;
}

/** The first images of the real MNIST to train on, and others to judge by. */
export async function smallSplit(train: number, validation: number): Promise<Split> {
  const { train: all } = await mnist();
  return splitImages(sliceImages(all, 0, train + validation), { validation, limit: null });
}

/** Settings for a short run: those of the lesson, but for what the test says. */
export function shortRun(settings: Partial<Settings>): Settings {
  return { ...recipes.notebook.settings, ...settings };
}

/** A float32 net for MNIST as a recipe starts it. */
export function freshNet({ hidden = 20, std = 1e-4, seed = 1, inputSize = 784 } = {}): TwoLayerNet {
  const size = { inputSize, hiddenSize: hidden, classCount: 10, std };
  return new TwoLayerNet(initialize(size, Random.fromSeed(seed)));
}

/** A net after a short run on the real MNIST, with all that it takes to use it. */
export async function shortModel(hidden = 40): Promise<UsableNet> {
  const split = await smallSplit(2000, 100);
  const net = freshNet({ hidden, std: 0.01 });
  const settings = shortRun({ hidden, iterations: 200, learningRate: 0.0005 });
  await train(net, split, { settings, seed: 1 });
  const classNames = Array.from({ length: 10 }, (_, c) => String(c));
  return { preprocessing: preprocessingOf(split), classNames, parameters: net.parameters };
}
