import { join } from "node:path";
import { sliceImages } from "../../../dataset/labelledImages.js";
import type { DataSet } from "../../../dataset/source.js";
import { withTemporaryFolder, writeFileWhole } from "../../../documents/files.js";
import { exitCodes, UsageError } from "../../../errors.js";
import {
  changedFunctions,
  fileNameOf,
  LessonError,
  type LessonRunResult,
  lessonFiles,
  lessonRun,
  loadLesson,
  type Mutant,
  mutantOf,
  mutantText,
  type Piece,
} from "../../../learn/index.js";
import { percent } from "../../../render/numbers.js";
import { recipes } from "../../../settings/recipes.js";
import { openDataSet } from "../../io/files.js";
import { note, print, terminalWidth, wrapped } from "../../io/terminal.js";
import { type TrainFlags, trainFolder } from "./train.js";

/** Functions that mnist-train has of its own: mistakes in them show in the lesson's own run alone. */
const ownOfTraining = ["predict", "randomBatch", "train"];

/** Images of the lesson's own run: an epoch is no whole number of batches of 50, so that rounding it matters. */
const [TRAINED, VALIDATED] = [1010, 1000];

/** `mnist-learn train --with-bug`: trains with the finished lesson and one mistake in it. */
export async function trainWithBug(name: string, flags: TrainFlags): Promise<number> {
  const found = mutantOf(name);
  if (found === null) {
    throw new UsageError(
      `--with-bug ${name}: expected the name of a mistake, such as relu-not-masked; ` +
        "mnist-learn check names them, docs/mutants.md lists them all",
    );
  }
  const { piece, mutant } = found;
  note(wrapped(`${name}: ${mutant.words}`, terminalWidth(process.stderr)));
  const changed = changedFunctions(piece, mutant);
  try {
    if (changed.every((one) => ownOfTraining.includes(one))) {
      return await compareRuns(name, await openDataSet(flags.data), flags);
    }
    return await withTemporaryFolder(async (folder) => {
      await plant(piece, mutant, folder);
      return trainFolder(folder, flags);
    });
  } catch (error) {
    if (!(error instanceof LessonError)) throw error;
    throw new UsageError(
      `--with-bug ${name}: training stops at once (${error.found}), expected a mistake that trains; ` +
        "docs/mutants.md has what each one costs",
    );
  }
}

/** Writes the finished lesson with a mistake in it. */
async function plant(piece: Piece, mutant: Mutant, folder: string): Promise<void> {
  const wrong = { name: fileNameOf(piece), text: mutantText(piece, mutant) };
  const files = lessonFiles([]).map((file) => (file.name === wrong.name ? wrong : file));
  for (const { name, text } of files) await writeFileWhole(join(folder, name), text);
}

/** Trains by the lesson's own loop without a mistake and with it, and prints both. */
async function compareRuns(
  name: string,
  data: DataSet,
  { iterations = recipes.overfit.settings.iterations ?? 0 }: TrainFlags,
): Promise<number> {
  const N = data.train.labels.length;
  const validation = Math.min(VALIDATED, Math.floor(N / 3));
  const trained = Math.min(TRAINED, N - validation);
  const images = sliceImages(data.train, 0, trained + validation);
  const text =
    "mnist-train has a loop and a prediction of its own, so this trains by the lesson's own, " +
    `${iterations} updates on ${trained} images, without the mistake and with it.`;
  note(`\n${wrapped(text, terminalWidth(process.stderr))}\n`);
  const { hidden, batchSize, learningRate, reg, std } = recipes.overfit.settings;
  const settings = {
    ...{ iterations, hidden, batchSize, learningRate, reg, std: std ?? 0 },
    ...{ decay: 0.95, validation, seed: 1 },
  };
  const runOf = async (bug?: string) => lessonRun(await loadLesson(bug), images, settings);
  const right = await runOf();
  const wrong = await runOf(name).catch((error: Error) => {
    throw new LessonError("the lesson", error.message, "a run", "choose another mistake");
  });
  const row = (what: string, cell: (run: LessonRunResult) => string) =>
    print(`${what.padEnd(24)}${cell(right).padStart(12)}${cell(wrong).padStart(12)}`);
  print(`${"".padEnd(24)}${"without".padStart(12)}${"with".padStart(12)}`);
  row("first loss", ({ losses }) => losses[0].toFixed(4));
  row("last loss", ({ losses }) => (losses.at(-1) ?? Number.NaN).toFixed(4));
  row("validation accuracy", ({ validationAccuracy }) => percent(validationAccuracy));
  return exitCodes.done;
}
