import { describe, expect, it } from "vitest";
import { fitSplit } from "../../src/dataset/fitSplit.js";
import { Random, shuffle } from "../../src/random.js";
import { recipes } from "../../src/settings/recipes.js";
import { mnist } from "../support/mnist.js";

const lesson = { validation: 10000, limit: null };

/** Labels in the order of their classes, as where a folder for each class was converted. */
const sorted = (labels: Uint8Array) => labels.slice().sort();

const concatenated = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((p) => [...p]));

const mnistLabels = async (from = 0, to = 60000) => (await mnist()).train.labels.slice(from, to);

describe("fitSplit", () => {
  it("leaves MNIST to every recipe as it is", async () => {
    const labels = await mnistLabels();
    for (const { settings } of Object.values(recipes)) {
      const { validation, limit } = settings;
      expect(fitSplit({ labels }, settings)).toEqual({ validation, limit, split: "end" });
    }
  });

  it("sets at most a sixth aside, unless told another number", () => {
    const sizes = [1, 5, 6, 10, 400, 10001, 59999, 60000, 240000];
    const fitted = sizes.map((N) => fitSplit({ labels: new Uint8Array(N) }, lesson).validation);
    expect(fitted).toEqual([0, 0, 1, 1, 66, 1666, 9999, 10000, 10000]);
    const labels = new Uint8Array(400);
    expect(fitSplit({ labels }, lesson, { validation: 300 }).validation).toBe(300);
    expect(fitSplit({ labels }, lesson, { validation: 10000 }).validation).toBe(10000);
    expect(fitSplit({ labels }, { ...lesson, validation: 0 }).validation).toBe(0);
  });

  it("drops the limit of a recipe that is above what is left, but not one of the user's", () => {
    const wanted = { validation: 10000, limit: 1000 };
    expect(fitSplit({ labels: new Uint8Array(400) }, wanted).limit).toBeNull();
    expect(fitSplit({ labels: new Uint8Array(1200) }, wanted).limit).toBe(1000);
    expect(fitSplit({ labels: new Uint8Array(400) }, wanted, { limit: 1000 }).limit).toBe(1000);
  });

  it("shuffles a file that is sorted by class, however large, in either direction", async () => {
    for (const N of [20, 30, 60, 120, 400, 3000, 60000]) {
      const labels = sorted(await mnistLabels(0, N));
      expect(fitSplit({ labels }, lesson).split, `${N} images`).toBe("shuffled");
      expect(fitSplit({ labels: labels.reverse() }, lesson).split).toBe("shuffled");
    }
    const two = Uint8Array.from({ length: 20 }, (_, n) => Number(n > 9));
    expect(fitSplit({ labels: two }, lesson).split).toBe("shuffled");
  });

  it("shuffles files put together from sources with other classes, or sorted ones", async () => {
    const labels = await mnistLabels(0, 12000);
    const [low, high] = [labels.filter((c) => c < 5), labels.filter((c) => c >= 5)];
    const cycling = (from: number) => Uint8Array.from({ length: 200 }, (_, n) => from + (n % 5));
    const sources = {
      "low, then high digits": concatenated(low, high),
      "two sorted ones": concatenated(sorted(labels), sorted(labels)),
      "all digits, then high ones": concatenated(labels, high),
      "0 to 4 in turn, then 5 to 9 in turn": concatenated(cycling(0), cycling(5)),
    };
    for (const [what, labels] of Object.entries(sources)) {
      expect(fitSplit({ labels }, lesson).split, what).toBe("shuffled");
    }
  });

  it("leaves files whose end has the classes of the whole, whatever their order", async () => {
    const blocks = Uint8Array.from({ length: 60000 }, (_, n) => Math.floor(n / 10) % 10);
    const turns = Uint8Array.from({ length: 60000 }, (_, n) => n % 10);
    for (const labels of [blocks, turns, turns.subarray(0, 400), new Uint8Array(100).fill(3)]) {
      expect(fitSplit({ labels }, lesson).split).toBe("end");
    }
  });

  it("gives no false alarm on small sets in random order", async () => {
    const all = await mnistLabels();
    let alarms = 0;
    for (let from = 0; from + 400 <= all.length; from += 97) {
      for (const N of [2, 6, 12, 25, 100, 400]) {
        const labels = all.subarray(from, from + N);
        if (fitSplit({ labels }, { validation: 10000, limit: 5 }).split !== "end") alarms++;
      }
    }
    const random = Random.fromSeed(1);
    const rare = Uint32Array.from({ length: 300 }, (_, n) => (n < 290 ? 0 : n - 289));
    for (let i = 0; i < 1000; i++) {
      shuffle(rare, random);
      if (fitSplit({ labels: Uint8Array.from(rare) }, lesson).split !== "end") alarms++;
    }
    expect(alarms).toBe(0);
  });

  it("shuffles a sorted file for the sake of a limit alone, and does what it is told", async () => {
    const labels = sorted(await mnistLabels(0, 3000));
    const none = { validation: 0, limit: null };
    expect(fitSplit({ labels }, none).split).toBe("end");
    expect(fitSplit({ labels }, none, { limit: 500 }).split).toBe("shuffled");
    expect(fitSplit({ labels }, none, { limit: 500, split: "end" }).split).toBe("end");
    expect(fitSplit({ labels: new Uint8Array(9) }, lesson, { split: "shuffled" }).split).toBe(
      "shuffled",
    );
  });
});
