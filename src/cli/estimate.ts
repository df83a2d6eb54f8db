import { setImmediate } from "node:timers/promises";
import type { LabelledImages } from "../dataset/labelledImages.js";
import { preprocessingOf } from "../dataset/split.js";
import { withEngine } from "../engine/createEngine.js";
import type { EngineSetup } from "../engine/engine.js";
import type { TwoLayerParameters } from "../net/twoLayerNet.js";
import { counted } from "../render/numbers.js";
import { workload } from "../training/workload.js";
import type { Run } from "./resume.js";

/** Images in a batch that is timed; a larger one takes as many times as long. */
const MOST_IMAGES = 200;
/** Work is timed until it has taken so many milliseconds, or was repeated so often. */
const LONGEST = 500;
const MOST_REPEATS = 5;

/**
 * How long a run will take on this machine, in seconds: a few of its updates, made and timed on a copy of
 * its net.
 *
 * @param parameters those that the run starts with
 */
export function secondsAhead(run: Run, parameters: TwoLayerParameters): Promise<number> {
  const { engine: name, settings, layers, split, state } = run;
  const preprocessing = preprocessingOf(split, settings.scale);
  const setup: EngineSetup = { parameters, preprocessing, settings, layers };
  return withEngine(name, setup, async (engine) => {
    const from = await engine.load(split.train);
    const indices = firstIndices(split.train, settings.batchSize);
    const distortionKey = settings.augment ? 1 : undefined;
    const dropout = settings.dropout > 0 ? { share: settings.dropout, key: 1 } : undefined;
    const step = () => engine.step({ from, indices, distortionKey }, { ...settings, dropout });
    const score = () => engine.scores({ from, indices });
    const [secondsPerStep, secondsPerScore] = [await timed(step), await timed(score)];
    const { train, validation } = split;
    const [N, V] = [train.labels.length, validation.labels.length];
    const { updates, scored } = workload(settings, N, V, state?.iteration);
    const perUpdate = (secondsPerStep * Math.min(settings.batchSize, N)) / indices.length;
    return updates * perUpdate + scored * (secondsPerScore / indices.length);
  });
}

function firstIndices({ labels }: LabelledImages, batchSize: number): Uint32Array {
  const count = Math.min(batchSize, labels.length, MOST_IMAGES);
  return Uint32Array.from({ length: count }, (_, n) => n);
}

/** Seconds that some work takes, a mean over a few times; the first time, which compiles it, is left out. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  await work();
  const start = performance.now();
  let times = 0;
  while (times < MOST_REPEATS && performance.now() - start < LONGEST) {
    await work();
    await setImmediate(); // lets Ctrl-C through
    times++;
  }
  return (performance.now() - start) / 1000 / times;
}

/** A time to wait in words: "about 40 seconds", "about 21 minutes", "about 3.5 hours". */
export function aboutSoLong(seconds: number): string {
  if (seconds < 90) return `about ${counted(Math.max(1, Math.round(seconds)), "second")}`;
  if (seconds < 90 * 60) return `about ${Math.round(seconds / 60)} minutes`;
  return `about ${Number((seconds / 3600).toPrecision(2))} hours`;
}
