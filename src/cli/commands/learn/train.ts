import { resolve } from "node:path";
import { fitSplit } from "../../../dataset/fitSplit.js";
import type { DataSet } from "../../../dataset/source.js";
import { splitImages } from "../../../dataset/split.js";
import { exitCodes } from "../../../errors.js";
import {
  compareLosses,
  type LessonLayers,
  lessonLayers,
  loadFolder,
} from "../../../learn/index.js";
import { recipes } from "../../../settings/recipes.js";
import { TRAINING_SAMPLE } from "../../../training/workload.js";
import { openDataSet } from "../../io/files.js";
import { note, print } from "../../io/terminal.js";
import { main as trainCommand } from "../train.js";

/** Seconds that the second run may take, at most. */
const A_MINUTE = 60;

/** Training images of the second run, at least and at most. Naive layers take long to score more of them. */
const [FEWEST, MOST] = [1000, 20000];

/** Validation images; they change no weight. */
const VALIDATED = 500;

/** Updates that are timed. */
const TIMED = 3;

/** Flags of training. */
export interface TrainFlags {
  /** Updates of each run. */
  readonly iterations?: number;
  readonly data?: string;
}

/** `mnist-learn train`: compares the first losses, learns 1000 images by heart, then trains for a minute. */
export async function trainFolder(folder: string, flags: TrainFlags): Promise<number> {
  const { data: directory, iterations } = flags;
  const data = await openDataSet(directory);
  const functions = await loadFolder(folder);
  const { layers, splitImages: own } = lessonLayers(functions, "the lesson");
  own(data.train, fitSplit(data.train, recipes.overfit.settings)); // a wrong split is refused now
  await compareFirst(layers, data);
  const common = ["--layers", resolve(folder), ...(directory ? ["--data", directory] : [])];
  const N = data.train.labels.length;
  const validation = Math.min(VALIDATED, Math.floor(N / 6));
  common.push("--validation", String(validation));
  const few = iterations === undefined ? [] : ["--iterations", String(iterations)];
  const learned = Math.min(recipes.overfit.settings.limit ?? N, N - validation);
  note(`\nFirst ${learned} images, to learn by heart:\n`);
  const overfit = ["--recipe", "overfit", "--out", "overfit.json"];
  const exitCode = await trainCommand([...common, ...few, ...overfit]);
  if (exitCode !== exitCodes.done) return exitCode;
  const { settings } = recipes.notebook;
  const fits =
    iterations === undefined
      ? fitting(await updatesAMinute(layers, data))
      : { iterations, images: iterations * settings.batchSize };
  const trained = Math.min(N - validation, Math.max(FEWEST, Math.min(MOST, fits.images)));
  const about = iterations === undefined ? ", about as many as fit a minute" : "";
  note(
    `\nThen the lesson's run on ${trained} images, ${fits.iterations} of its ` +
      `${settings.iterations} iterations${about}:\n`,
  );
  const second = ["--limit", String(trained), "--iterations", String(fits.iterations)];
  return trainCommand([...common, ...second]);
}

/** Compares the first losses with those of the finished layers. */
async function compareFirst(layers: LessonLayers["layers"], data: DataSet): Promise<void> {
  const { settings } = recipes.overfit;
  const split = splitImages(data.train, fitSplit(data.train, settings));
  const { compared, differs } = await compareLosses(
    layers,
    split,
    { ...settings, seed: 1 },
    { classCount: data.classCount },
  );
  if (differs === null) print(`the first ${compared} losses equal the finished layers' to 1e-6`);
  else {
    const { iteration, found, expected } = differs;
    print(
      `loss ${iteration} is ${found.toPrecision(7)}, that of the finished layers ` +
        `${expected.toPrecision(7)}: something differs`,
    );
  }
}

/** Updates of the recipe notebook that fit a minute if nothing else is done, judging by a few. */
async function updatesAMinute(layers: LessonLayers["layers"], data: DataSet): Promise<number> {
  const { settings } = recipes.notebook;
  const split = splitImages(data.train, fitSplit(data.train, settings));
  const { compared, seconds } = await compareLosses(
    layers,
    split,
    { ...settings, seed: 1 },
    { count: TIMED, classCount: data.classCount },
  );
  return (A_MINUTE * compared) / seconds;
}

/**
 * Iterations and training images of a run with scores in the time of so many updates. A score takes about half as
 * long as an image of an update. A sample is due at the start and after each epoch, all images at the end.
 */
function fitting(updates: number): { iterations: number; images: number } {
  const { batchSize, iterations: whole } = recipes.notebook.settings;
  const wanted = (updates * batchSize) / 6; // so that scores take a third of the time, or less
  const images = Math.max(FEWEST, Math.min(MOST, 1000 * Math.floor(wanted / 1000)));
  const sample = Math.min(images, TRAINING_SAMPLE);
  const left = updates - (sample + images) / batchSize / 2;
  const fits = Math.floor(left / (1 + sample / images / 2));
  return { images, iterations: Math.max(1, Math.min(whole ?? fits, fits)) };
}
