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

/** Naive layers take long to score images, which changes no weight: the second run has fewer of them. */
const [TRAINED, VALIDATED] = [20000, 500];

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
  const validation = Math.min(VALIDATED, Math.floor(data.train.labels.length / 6));
  const trained = Math.min(TRAINED, data.train.labels.length - validation);
  common.push("--validation", String(validation));
  const few = iterations === undefined ? [] : ["--iterations", String(iterations)];
  const learned = Math.min(recipes.overfit.settings.limit ?? trained, trained);
  note(`\nFirst ${learned} images, to learn by heart:\n`);
  const overfit = ["--recipe", "overfit", "--out", "overfit.json"];
  const exitCode = await trainCommand([...common, ...few, ...overfit]);
  if (exitCode !== exitCodes.done) return exitCode;
  const { iterations: whole } = recipes.notebook.settings;
  const fits = iterations ?? (await fittingIterations(layers, data));
  const about = iterations === undefined ? ", about as many as fit a minute" : "";
  note(
    `\nThen the lesson's run on ${trained} images, ${fits} of its ${whole} iterations${about}:\n`,
  );
  return trainCommand([...common, "--limit", String(trained), "--iterations", String(fits)]);
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

/** Updates of the recipe notebook that fit a minute, judging by a few. */
async function fittingIterations(layers: LessonLayers["layers"], data: DataSet): Promise<number> {
  const settings = { ...recipes.notebook.settings, limit: TRAINED };
  const split = splitImages(data.train, fitSplit(data.train, settings));
  const { classCount } = data;
  const { compared, seconds } = await compareLosses(
    layers,
    split,
    { ...settings, seed: 1 },
    { count: TIMED, classCount },
  );
  const updates = (A_MINUTE * compared) / seconds;
  // Scores take about half of an update. A sample is due at the start and after each epoch, all images at the end.
  const scoring = (images: number) => (images + VALIDATED) / settings.batchSize / 2;
  const perUpdate = (scoring(TRAINING_SAMPLE) * settings.batchSize) / TRAINED;
  const fits = (updates - scoring(TRAINING_SAMPLE) - scoring(TRAINED)) / (1 + perUpdate);
  return Math.max(1, Math.min(settings.iterations ?? fits, Math.floor(fits)));
}
