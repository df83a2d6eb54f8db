import { describe, expect, it } from "vitest";
import { parametersHash } from "../../src/documents/parametersHash.js";
import { createBrowserEngine } from "../../src/engine/createBrowserEngine.js";
import { recipes } from "../../src/settings/recipes.js";
import type { Settings } from "../../src/settings/settings.js";
import { train } from "../../src/training/train.js";
import { loadSets, Trainer } from "../../src/training/trainer.js";
import { singleKernels } from "../support/engines.js";
import { freshNet, preprocessingOf, shortRun, smallSplit } from "../support/mnist.js";

/** The hash of a run on the engine of a page, in the hands of the same trainer. */
async function trainInPage(settings: Settings, kernels = singleKernels()) {
  const split = await smallSplit(600, 100);
  const { parameters } = freshNet({ hidden: settings.hidden, std: 0.01 });
  const preprocessing = preprocessingOf(split, settings.scale);
  const engine = await createBrowserEngine({ parameters, preprocessing, settings }, kernels);
  const sets = await loadSets(engine, split, 1, 100);
  const trainer = new Trainer(engine, sets, { settings, seed: 1, rest: async () => {} }, () => {});
  await trainer.run();
  const result = await trainer.finish();
  await engine.close();
  return { engine: engine.name, hash: parametersHash(result.parameters) };
}

describe("the engine of a page", () => {
  it.each([
    ["the lesson's run", shortRun({ hidden: 33, iterations: 60, learningRate: 1e-4 })],
    [
      "one with distortions, momentum, dropout and an average",
      { ...recipes.accurate.settings, validation: 100, epochs: 2, dropout: 0.2 },
    ],
  ])("ends %s with the bytes of the engine with threads", async (_, settings) => {
    const split = await smallSplit(600, 100);
    const net = freshNet({ hidden: settings.hidden, std: 0.01 });
    await train(net, split, { settings, seed: 1 });
    const { engine, hash } = await trainInPage(settings);
    expect(engine).toBe("simd");
    expect(hash).toBe(parametersHash(net.parameters));
  });

  it("is the reference engine where kernels cannot run", async () => {
    const settings = shortRun({ hidden: 5, iterations: 3, batchSize: 10 });
    const { engine } = await trainInPage(settings, Uint8Array.of(0, 1, 2));
    expect(engine).toBe("reference");
  });
});
