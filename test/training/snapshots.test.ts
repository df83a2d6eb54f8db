import { describe, expect, it } from "vitest";
import { parametersHash } from "../../src/documents/parametersHash.js";
import { type SnapshotOptions, snapshotIterations } from "../../src/training/snapshots.js";
import { train } from "../../src/training/train.js";
import { freshNet, shortRun, smallSplit } from "../support/mnist.js";

describe("snapshotIterations", () => {
  it("takes the start, growing distances in the first epoch, every epoch and the end", () => {
    const length = { iterations: 130, iterationsPerEpoch: 30 };
    expect(snapshotIterations(length, 40)).toEqual([0, 1, 2, 5, 10, 20, 30, 60, 90, 120, 130]);
  });

  it.each([
    [{ iterations: 1e9, iterationsPerEpoch: 1 }, 40],
    [{ iterations: 10000, iterationsPerEpoch: 250 }, 40],
    [{ iterations: 180000, iterationsPerEpoch: 600 }, 29],
    [{ iterations: 5, iterationsPerEpoch: 4e9 }, 3],
    [{ iterations: 1, iterationsPerEpoch: 7 }, 3],
  ])("rises from the start to the end of %j in at most %i steps", (length, most) => {
    const at = snapshotIterations(length, most);
    expect(at.length).toBeLessThanOrEqual(most);
    expect([at[0], at.at(-1)]).toEqual([0, length.iterations]);
    expect(at.every((iteration, i) => i === 0 || iteration > at[i - 1])).toBe(true);
  });
});

describe("snapshots of a run", () => {
  const settings = shortRun({ iterations: 13, batchSize: 25, every: 3, learningRate: 1e-3 });

  async function run(at: readonly number[] | null, changes: Partial<typeof settings> = {}) {
    const kept = new Map<number, string>();
    const save: SnapshotOptions["save"] = async (iteration, parameters) =>
      void kept.set(iteration, parametersHash(parameters));
    const net = freshNet({ hidden: 24, std: 1e-2 });
    const first = parametersHash(net.parameters);
    const snapshots = at === null ? undefined : { at, save };
    const options = { settings: { ...settings, ...changes }, seed: 3, snapshots };
    await train(net, await smallSplit(112, 40), options);
    return { kept, first, last: parametersHash(net.parameters) };
  }

  it("hold the weights from the first to the last, and change none of them", async () => {
    const { kept, first, last } = await run([0, 4, 10]);
    expect([...kept.keys()]).toEqual([0, 4, 10, 13]);
    expect([kept.get(0), kept.get(13)]).toEqual([first, last]);
    expect(kept.get(4)).toBe((await run(null, { iterations: 4 })).last);
    expect((await run(null)).last).toBe(last);
  });

  it("hold the average where a run is measured by it", async () => {
    const { kept, last } = await run([0], { averageKeep: 0.9 });
    expect(kept.get(13)).toBe(last);
  });
});
