import { join, resolve } from "node:path";
import type { DataSet } from "../../../dataset/source.js";
import { splitImages } from "../../../dataset/split.js";
import { withTemporaryFolder, writeFileWhole } from "../../../documents/files.js";
import { exitCodes, UsageError } from "../../../errors.js";
import {
  compareLosses,
  fileNameOf,
  lessonFiles,
  lessonLayers,
  loadFolder,
  mutantOf,
  mutantText,
} from "../../../learn/index.js";
import { recipes } from "../../../settings/recipes.js";
import type { Settings } from "../../../settings/settings.js";
import { openDataSet } from "../../io/files.js";
import { note, print, terminalWidth, wrapped } from "../../io/terminal.js";
import { main as trainCommand } from "../train.js";
import { openLesson } from "./lessonFolder.js";

interface Flags {
  readonly withBug?: string;
  readonly data?: string;
}

/** Seconds that the second run may take, at most. */
const A_MINUTE = 60;

/** Naive layers take long to score 10000 images after each of 50 epochs; validation changes no weight. */
const FEW = ["--validation", "1000"];

/** `mnist-learn train`: compares the first losses, learns 1000 images by heart, then trains for a minute. */
export async function train({ withBug, data: directory }: Flags): Promise<number> {
  if (withBug === undefined) return trainFolder(openLesson().path, directory);
  return withTemporaryFolder(async (folder) => {
    await plant(withBug, folder);
    return trainFolder(folder, directory);
  });
}

/** Writes the finished lesson with a mistake in it. */
async function plant(name: string, folder: string): Promise<void> {
  const found = mutantOf(name);
  if (found === null) {
    throw new UsageError(
      `--with-bug ${name}: expected the name of a mistake, such as relu-not-masked; ` +
        "mnist-learn check names them, docs/mutants.md lists them all",
    );
  }
  const { piece, mutant } = found;
  if (piece.name === "training-loop") {
    throw new UsageError(
      `--with-bug ${name}: a mistake in the loop, which mnist-train has of its own, expected one in ` +
        "another piece; docs/mutants.md says what this one costs",
    );
  }
  const wrong = { name: fileNameOf(piece), text: mutantText(piece, mutant) };
  const files = lessonFiles([]).map((file) => (file.name === wrong.name ? wrong : file));
  for (const { name, text } of files) await writeFileWhole(join(folder, name), text);
  note(wrapped(`${name}: ${mutant.words}`, terminalWidth(process.stderr)));
}

async function trainFolder(folder: string, directory?: string): Promise<number> {
  const data = await openDataSet(directory);
  const secondsPerUpdate = await compareFirst(folder, data);
  const common = ["--layers", resolve(folder), ...(directory ? ["--data", directory] : [])];
  note("\nFirst 1000 images, to learn by heart:\n");
  const exitCode = await trainCommand([
    ...common,
    ...FEW,
    "--recipe",
    "overfit",
    "--out",
    "overfit.json",
  ]);
  if (exitCode !== exitCodes.done) return exitCode;
  const { overfit, notebook } = recipes;
  const work = ({ hidden, batchSize }: Settings) => hidden * batchSize;
  const seconds = (secondsPerUpdate * work(notebook.settings)) / work(overfit.settings);
  const fits = Math.floor(A_MINUTE / seconds);
  const whole = notebook.settings.iterations ?? 0;
  const iterations = String(Math.max(1, Math.min(whole, fits)));
  note(
    `\nThen the lesson's run, ${iterations} of its ${whole} iterations, about as many as fit a minute:\n`,
  );
  return trainCommand([...common, "--iterations", iterations]);
}

/** Compares the first losses with those of the finished layers; returns the seconds of an update. */
async function compareFirst(folder: string, data: DataSet): Promise<number> {
  const { layers } = lessonLayers(await loadFolder(folder), "the lesson");
  const { settings } = recipes.overfit;
  const split = splitImages(data.train, settings);
  const started = performance.now();
  const { compared, differs } = await compareLosses(
    layers,
    split,
    { ...settings, seed: 1 },
    { classCount: data.classCount },
  );
  const seconds = (performance.now() - started) / 1000;
  if (differs === null) print(`the first ${compared} losses equal the finished layers' to 1e-6`);
  else {
    const { iteration, found, expected } = differs;
    print(
      `loss ${iteration} is ${found.toPrecision(7)}, that of the finished layers ` +
        `${expected.toPrecision(7)}: something differs`,
    );
  }
  return seconds / (2 * compared);
}
