import { describe, expect, it } from "vitest";
import { sliceImages } from "../../src/dataset/labelledImages.js";
import { splitImages } from "../../src/dataset/split.js";
import type { EngineName } from "../../src/engine/createEngine.js";
import { train } from "../../src/training/train.js";
import { freshNet, mnist, shortRun } from "../support/mnist.js";

describe("a run without centring", () => {
  async function run(engine: EngineName, centring: boolean): Promise<Float32Array> {
    const { train: all } = await mnist();
    const settings = shortRun({
      iterations: 6,
      batchSize: 20,
      limit: 60,
      validation: 20,
      centring,
    });
    const net = freshNet({ hidden: 8, std: 1e-2 });
    await train(net, splitImages(sliceImages(all, 0, 80), settings), { settings, seed: 1, engine });
    return net.parameters.W1.data as Float32Array;
  }

  it("learns the same on both engines, and not what a centred run learns", async () => {
    const [simd, reference] = [await run("simd", false), await run("reference", false)];
    const centred = await run("simd", true);
    for (let i = 0; i < simd.length; i++) expect(simd[i]).toBeCloseTo(reference[i], 5);
    expect(Math.max(...simd.map((weight, i) => Math.abs(weight - centred[i])))).toBeGreaterThan(
      1e-4,
    );
    // Pixels that no image inks are 0 without centring: their weights change by the L2 penalty alone.
    expect(Math.abs(simd[0])).toBeLessThanOrEqual(
      Math.abs(freshNet({ hidden: 8, std: 1e-2 }).parameters.W1.data[0]),
    );
  });
});
