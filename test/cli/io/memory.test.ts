import { describe, expect, it } from "vitest";
import { checkMemory, engineBytes } from "../../../src/cli/io/memory.js";
import { preprocessingOf, splitImages } from "../../../src/dataset/split.js";
import { crewOfOne } from "../../../src/engine/simd/crew.js";
import { startSimdEngine } from "../../../src/engine/simd/engine.js";
import { createMemory } from "../../../src/engine/simd/memory.js";
import { sizesOf } from "../../../src/engine/simd/sizes.js";
import { UsageError } from "../../../src/errors.js";
import { recipes } from "../../../src/settings/recipes.js";
import type { Settings } from "../../../src/settings/settings.js";
import { singleKernels } from "../../support/engines.js";
import { freshNet, shortRun } from "../../support/mnist.js";
import { callCommand } from "../../support/runCommand.js";

const million = {
  directory: "data",
  trainImages: 1e6,
  testImages: 1000,
  rows: 28,
  columns: 28,
};
const roomy = { most: 64e9, free: 32e9 };
const simd = (settings: Settings) => ({ engine: "simd", settings: [settings] });

/** The bytes that the simd engine has once it carried out a step. */
async function bytesTaken(settings: Settings): Promise<number> {
  const { hidden, batchSize } = settings;
  const all = { images: new Uint8Array(784), labels: new Uint8Array(1), rows: 28, columns: 28 };
  const preprocessing = preprocessingOf(splitImages(all, { validation: 0, limit: null }));
  const setup = { parameters: freshNet({ hidden }).parameters, preprocessing, settings };
  const memory = createMemory(false);
  const engine = await startSimdEngine(setup, sizesOf({ ...setup, threads: 1 }, 1), {
    module: new WebAssembly.Module(singleKernels()),
    memory,
    startCrew: async (...place) => crewOfOne(...place),
  });
  const from = await engine.load(all);
  const update = { learningRate: 0, reg: 0 };
  await engine.step({ from, indices: new Uint32Array(batchSize) }, update);
  return memory.buffer.byteLength;
}

describe("what the simd engine needs, told beforehand,", () => {
  it.each([
    ["a large batch", shortRun({ hidden: 20, batchSize: 5000 })],
    ["many hidden units", shortRun({ hidden: 1000, batchSize: 3000 })],
    ["both, with momentum and an average", { ...recipes.accurate.settings, batchSize: 2000 }],
  ])("is never more than it takes, and not much less: %s", async (_, settings) => {
    const told = engineBytes(million, settings, 10);
    const taken = await bytesTaken(settings);
    expect(told).toBeLessThanOrEqual(taken);
    expect(told).toBeGreaterThan(0.6 * taken);
  });

  it("is that of a smaller batch where each pass takes fewer images", () => {
    const few = { ...million, trainImages: 2000 };
    const settings = shortRun({ validation: 1000, batchSize: 60000 });
    const passes = { ...settings, sampling: "passes" } as const;
    const replaced = { ...settings, sampling: "replacement" } as const;
    expect(engineBytes(few, replaced)).toBeGreaterThan(50 * engineBytes(few, passes));
  });
});

describe("checkMemory", () => {
  it("has nothing to say where there is room", () => {
    expect(checkMemory(million, simd(recipes.record.settings), roomy)).toBeNull();
    expect(checkMemory(million, { engine: "simd", settings: [] }, roomy)).toBeNull();
  });

  it("refuses images that are more than the memory of the computer", () => {
    const plan = { engine: "simd", settings: [] };
    const small = { most: 0.7e9, free: 0.5e9 };
    expect(() => checkMemory(million, plan, small)).toThrow(
      "data: 1001000 images of 28 x 28 take 0.8 GB, expected at most 0.7 GB, the memory of this " +
        "computer; use fewer images, or more memory",
    );
    expect(checkMemory(million, plan, { most: 0.8e9, free: null })).toBeNull();
    expect(checkMemory(million, plan, { most: null, free: null })).toBeNull();
  });

  it("refuses a net whose batches are more than the simd engine can address", () => {
    const settings = shortRun({ hidden: 8000, batchSize: 65536 });
    const refused = () => checkMemory(million, simd(settings), roomy);
    expect(refused).toThrow(UsageError);
    expect(refused).toThrow(
      "--hidden 8000 with --batch-size 65536 take 5.0 GB in the simd engine, expected at most " +
        "4.3 GB; use fewer hidden units or a smaller batch",
    );
    const reference = { engine: "reference", settings: [settings] };
    expect(checkMemory(million, reference, roomy)).toBeNull();
  });

  it("says what may not fit, and what takes less", () => {
    const tight = { most: 8e9, free: 1.1e9 };
    expect(checkMemory(million, simd(shortRun({})), tight)).toBe(
      "1001000 images of 28 x 28 will take about 1.2 GB of memory, of which 1.1 GB are free; if it " +
        "becomes slow, or the system ends it, close other programs, or take fewer images with " +
        "--limit, fewer hidden units or a smaller batch",
    );
    expect(checkMemory(million, simd(shortRun({ limit: 1000 })), tight)).toBeNull();
    expect(checkMemory(million, { engine: "simd", settings: [] }, tight)).toBeNull();
  });
});

describe("mnist-train", () => {
  it("refuses what the engine cannot address before it reads the images", async () => {
    const flags = ["--hidden", "8000", "--batch-size", "65536", "--out", "never.json"];
    const { exitCode, stdout, stderr } = await callCommand("mnist-train", flags);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error: --hidden 8000 with --batch-size 65536 take 5\.0 GB in /);
  });
});
