import { beforeAll, describe, expect, it } from "vitest";
import { sliceImages } from "../../src/dataset/labelledImages.js";
import { splitImages } from "../../src/dataset/split.js";
import { parametersHash } from "../../src/documents/parametersHash.js";
import { lessonLayers } from "../../src/learn/lessonLayers.js";
import { loadLesson } from "../../src/learn/modules.js";
import type { Functions } from "../../src/learn/piece.js";
import { initialize } from "../../src/net/initialize.js";
import { TwoLayerNet } from "../../src/net/twoLayerNet.js";
import { type PageImages, packImages, unpackImages } from "../../src/play/digits.js";
import { pageSettings } from "../../src/play/experiment.js";
import type { Frame, RunReport, Start } from "../../src/play/messages.js";
import { Session } from "../../src/play/session.js";
import { slipRun, slips } from "../../src/play/slips.js";
import { Random, streams } from "../../src/random.js";
import { recipes } from "../../src/settings/recipes.js";
import { changeSettings, type Settings } from "../../src/settings/settings.js";
import { train } from "../../src/training/train.js";
import { singleKernels } from "../support/engines.js";
import { mnist } from "../support/mnist.js";

let images: PageImages;
const lessons = new Map<string, Functions>();

beforeAll(async () => {
  const data = await mnist();
  images = { train: sliceImages(data.train, 0, 2400), test: sliceImages(data.test, 0, 100) };
  for (const { mutant } of Object.values(slips)) {
    if (mutant !== null) lessons.set(mutant, await loadLesson(mutant));
  }
});

/** A run in a page, without one. */
function session(changes: Partial<Start> & { readonly settings: Settings }, held = images) {
  const reports: RunReport[] = [];
  const heard: (() => void)[] = [];
  const start = { seed: 1, mutant: null, from: null, speed: null, ...changes };
  const run = new Session(
    {
      images: held,
      kernels: singleKernels(),
      lesson: (mutant) => lessonLayers(lessons.get(mutant)!, mutant),
      report(report) {
        reports.push(report);
        for (const hear of heard.splice(0)) hear();
      },
      rest: () => new Promise((resolve) => setImmediate(resolve)),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    },
    start,
  );
  const done = run.run();
  /** Waits for a report. */
  const until = async <T extends RunReport>(is: (report: RunReport) => report is T): Promise<T> => {
    for (;;) {
      const found = reports.findLast(is);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => heard.push(resolve));
    }
  };
  const frames = () => reports.filter((report): report is Frame => report.type === "frame");
  const pausedAt = (iteration: number) =>
    until((r): r is Frame => r.type === "frame" && r.isPaused && r.iteration === iteration);
  return { run, done, reports, until, frames, pausedAt };
}

const short = (changes: Partial<Settings>): Settings => ({
  ...pageSettings("notebook"),
  ...{ validation: 400, hidden: 30, iterations: 60, ...changes },
});

/** The hash of the same run by mnist-train's trainer and its threads. */
async function trained(settings: Settings, seed = 1): Promise<string> {
  const split = splitImages(images.train, settings);
  const size = { inputSize: 784, hiddenSize: settings.hidden, classCount: 10, std: settings.std };
  const net = new TwoLayerNet(initialize(size, Random.fromSeed(seed, streams.weights)));
  await train(net, split, { settings, seed });
  return parametersHash(net.parameters);
}

describe("a run in the live page", () => {
  it.each([
    ["the lesson's settings", short({})],
    ["no mean image, and few images", short({ centring: false, limit: 500 })],
    [
      "the recipe fast",
      { ...recipes.fast.settings, validation: 400, every: 7, epochs: 2, hidden: 40 },
    ],
  ])("ends with the bytes of mnist-train, with %s", async (_, settings) => {
    const { run, done, frames } = session({ settings, seed: 5 });
    run.go(1);
    run.go(Number.MAX_SAFE_INTEGER);
    await done;
    expect(parametersHash(frames().at(-1)!.parameters)).toBe(await trained(settings, 5));
  });

  it("waits at its start, takes one update, and shows it in full", async () => {
    const { run, done, pausedAt, frames } = session({ settings: short({}) });
    const first = await pausedAt(0);
    run.go(1);
    const { update, parameters, losses } = await pausedAt(1);
    expect(update!.before).toEqual(first.parameters);
    expect(update!.after).toEqual(parameters);
    expect(update!.indices).toHaveLength(200);
    expect(losses).toEqual(Float32Array.of(update!.loss));
    run.go(9);
    await pausedAt(10);
    expect(frames().reduce((sum, frame) => sum + frame.losses.length, 0)).toBe(10);
    run.stop();
    await done;
  });

  it("measures images that it does not learn from, and judges where it is asked", async () => {
    const { run, done, until, pausedAt } = session({ settings: short({ iterations: 400 }) });
    run.go(30);
    await pausedAt(30);
    const { test, answers, activity } = await until((r) => r.type === "measured");
    expect(test.count).toBe(100);
    expect(answers).toHaveLength(100);
    expect(activity).toHaveLength(30);
    await run.judge();
    const { text, validationAccuracy } = await until((r) => r.type === "judged");
    expect(text).toMatch(/^(Sound|Too early|Something)/);
    expect(validationAccuracy).toBeGreaterThan(0.1);
    run.stop();
    await done;
  });

  it("changes the learning rate on its way", async () => {
    const { run, done, pausedAt } = session({ settings: short({}) });
    run.go(2);
    await pausedAt(2);
    run.change(short({ learningRate: 1e-5 }), null);
    run.go(1);
    expect((await pausedAt(3)).learningRate).toBe(1e-5);
    run.stop();
    await done;
  });

  it("goes no faster than it is told", async () => {
    const { run, done, pausedAt } = session({ settings: short({}), speed: 50 });
    await pausedAt(0);
    const start = performance.now();
    run.go(10);
    await pausedAt(10);
    expect(performance.now() - start).toBeGreaterThan(150);
    run.stop();
    await done;
  });

  it("that diverges says so, with its diagnosis", async () => {
    const { run, done, reports } = session({ settings: short({ learningRate: 10 }) });
    run.go(Number.MAX_SAFE_INTEGER);
    await done;
    expect(reports.find((r) => r.type === "judged")?.text).toMatch(
      /Diverged.*smaller learning rate/,
    );
    expect(reports.at(-1)).toMatchObject({ type: "ended" });
  });

  it("refuses more images than there are, in one line", async () => {
    const { done, reports } = session({ settings: short({ limit: 9999 }) });
    await done;
    expect(reports).toEqual([
      { type: "refused", text: expect.stringMatching(/limit 9999.*expected/) },
    ]);
  });

  it.each(Object.entries(slips))(
    "with the mistake %s trains beside the sound run",
    async (_, slip) => {
      const { mutant } = slip;
      const more = { ...slipRun, ...("both" in slip ? slip.both : {}), iterations: 4, limit: 500 };
      const settings = changeSettings(pageSettings("notebook"), {
        ...more,
        ...("changes" in slip ? slip.changes : {}),
      });
      const { run, done, reports } = session({ settings, mutant });
      run.go(Number.MAX_SAFE_INTEGER);
      await done;
      const started = reports.find((r) => r.type === "started");
      if (started !== undefined)
        expect(started.engine).toBe(mutant === null ? "simd" : "reference");
      expect(reports.at(-1)?.type).toMatch(/ended|judged/);
      expect(reports.some((r) => r.type === "refused")).toBe(false);
    },
  );
});

it("18000 images of 4 bits bring the lesson's net to 95 % in 1500 updates", async () => {
  const { train: all, test } = await mnist();
  const held = { train: sliceImages(all, 0, 20000), test: sliceImages(test, 0, 1000) };
  const settings = { ...pageSettings("notebook"), iterations: 1500 };
  const { run, done, until } = session({ settings }, unpackImages(packImages(held)));
  run.go(Number.MAX_SAFE_INTEGER);
  await done;
  const { validationAccuracy } = await until((r) => r.type === "judged");
  expect(validationAccuracy).toBeGreaterThan(0.95);
});
