import { setImmediate } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine/createEngine.js";
import { freshNet, preprocessingOf, smallSplit } from "../support/mnist.js";

const update = { learningRate: 1e-3, reg: 0 };

/** An engine on so many threads, a batch for it, and the workers behind it. */
async function start(threads: number) {
  const workers: Worker[] = [];
  const remember = (worker: Worker) => workers.push(worker);
  process.on("worker", remember);
  const split = await smallSplit(200, 20);
  const { parameters } = freshNet({ hidden: 200 });
  const engine = await createEngine("simd", {
    parameters,
    preprocessing: preprocessingOf(split),
    threads,
  });
  const from = await engine.load(split.train);
  await setImmediate(); // Node announces workers a tick after they start
  process.off("worker", remember);
  const batch = { from, indices: Uint32Array.from({ length: 200 }, (_, i) => i) };
  return { engine, batch, workers };
}

describe("threads of the simd engine", () => {
  it("are as many as asked for, the main one among them", async () => {
    for (const threads of [1, 2, 5]) {
      const { engine, workers } = await start(threads);
      expect(workers).toHaveLength(threads - 1);
      await engine.close();
    }
  });

  it.each([0, 1.5, 17, Number.NaN])("are not %d", async (threads) => {
    await expect(start(threads)).rejects.toThrow(
      /^threads .*: expected a whole number from 1 to 16/,
    );
  });

  it("that ended between steps make the next step fail, with their number", async () => {
    const { engine, batch, workers } = await start(3);
    await engine.step(batch, update);
    await workers[1].terminate();
    await expect(engine.step(batch, update)).rejects.toThrow(
      "thread 2 of the simd engine failed: it ended by itself",
    );
    await engine.close();
  });

  it("that end while others wait for them make the step fail, and do not hang it", async () => {
    const { engine, batch, workers } = await start(2);
    await engine.step(batch, update);
    const ended = workers[0].terminate(); // the step begins before the news of it arrives
    const step = engine.step(batch, update);
    await expect(step).rejects.toThrow("thread 1 of the simd engine failed");
    await ended;
    await expect(engine.step(batch, update)).rejects.toThrow("thread 1 of the simd engine failed");
    await engine.close();
  });

  it("take up work again after a long sleep", async () => {
    const { engine, batch } = await start(2);
    const first = await engine.step(batch, update);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await engine.step(batch, update)).toBeLessThan(first);
    await engine.close();
  });

  it("are gone after close, and a step says so", async () => {
    const { engine, batch } = await start(2);
    await engine.close();
    await expect(engine.step(batch, update)).rejects.toThrow("the simd engine is closed");
  });
});
