import { areNumbers } from "../../../dataset/classNames.js";
import { setAsTaken } from "../../../dataset/deskew.js";
import { fitSplit } from "../../../dataset/fitSplit.js";
import type { LabelledImages } from "../../../dataset/labelledImages.js";
import type { DataSet } from "../../../dataset/source.js";
import { splitImages } from "../../../dataset/split.js";
import type { AnyModel } from "../../../documents/model.js";
import { withEngine } from "../../../engine/createEngine.js";
import { exitCodes, UsageError } from "../../../errors.js";
import { Random, shuffle, streams } from "../../../random.js";
import { percent } from "../../../render/numbers.js";
import type { SheetImage } from "../../../render/sheet.js";
import { recipes } from "../../../settings/recipes.js";
import { type Answer, answersOf } from "../../../training/evaluate.js";
import type { DataFlags } from "../../flags.js";
import { isFolderName, type OpenData } from "../../io/files.js";
import { checkFit, chooseSplit, type SplitName } from "../../io/modelAndData.js";
import { loadModel, type ModelFlags } from "../../io/savedFiles.js";
import { mostImages, type SheetFlags, showSheet } from "../../io/sheetOutput.js";
import { note, print, printJson, warn } from "../../io/terminal.js";
import { writePictures } from "./pictures.js";

/** Flags that choose the images to show. */
export interface ImageFlags extends DataFlags, SheetFlags, ModelFlags {
  readonly model?: string;
  readonly onlyWrong?: true;
  readonly split: SplitName;
  readonly seed: number;
  /** The name or the number of a class. */
  readonly label?: string;
}

/** The most class names that an error lists. */
const MOST_NAMES = 10;

/** An image, with the model's answer if there is a model. */
type Shown = Pick<Answer, "index" | "label"> & Partial<Answer>;

/** Shows images of a data set, with a model's answers if there is a model; returns the exit code. */
export async function showImages(flags: ImageFlags, openData: OpenData): Promise<number> {
  const { model: path, split, label, out } = flags;
  const model = path === undefined ? null : await loadModel(path, flags);
  const data = await openData();
  const set = splitOf(data, model, flags);
  const indices = chooseImages(set, data.classNames, flags);
  const lines: readonly Shown[] =
    model === null
      ? Array.from(indices, (index) => ({ index, label: set.labels[index] }))
      : await answer(model, set, indices, flags);
  const candidates = flags.onlyWrong
    ? mostConfidentMistakes(lines).slice(0, mostShown(flags, set.rows))
    : lines;
  const images = candidates.map((line) => imageOf(line, set, (model ?? data).classNames));

  const { rows, columns } = set;
  const withLabel = label === undefined ? "" : ` with label ${label}`;
  const where = `${split} images${withLabel} of ${data.name ?? data.directory}`;
  const wrong = lines.filter(isWrong).length;
  let count = 0;
  if (images.length > 0) {
    const answers = model === null ? "" : `, with the answers of ${path}`;
    const captionOf = (count: number) =>
      flags.onlyWrong
        ? `${path} is wrong on ${wrong} of ${lines.length} ${where}; ${count} shown, most confident first`
        : `${count} of ${countOf(set, data.classNames, label)} ${where}${answers}`;
    if (out !== undefined && isFolderName(out)) {
      count = candidates.length;
      await writePictures(out, candidates, set, data.classNames);
      if (!flags.json) note(`saved ${out}: ${captionOf(count)}`);
    } else count = await showSheet({ rows, columns, kind: "ink", images }, captionOf, flags);
  } else if (!flags.json) {
    print(`${path} is wrong on none of ${lines.length} ${where}`);
  }
  if (flags.json) {
    printJson({
      model: path ?? null,
      data: data.name,
      split,
      classNames: (model ?? data).classNames,
      ...(flags.onlyWrong ? { measured: lines.length, wrong } : {}),
      images: candidates.slice(0, count),
      out: count > 0 ? (out ?? null) : null,
    });
  }
  return exitCodes.done;
}

/**
 * The first image that the flags choose, as the data has it, with its index and label.
 *
 * @throws {UsageError} when there is none
 */
export async function chooseOneImage(
  path: string,
  model: AnyModel,
  data: DataSet,
  flags: ImageFlags,
): Promise<{ index: number; label: number; pixels: Uint8Array }> {
  const set = splitOf(data, model, { ...flags, model: path });
  const indices = chooseImages(set, data.classNames, { ...flags, rows: 1, columns: 1 });
  const mistakes = flags.onlyWrong
    ? mostConfidentMistakes(await answer(model, set, indices, flags)).map(({ index }) => index)
    : null;
  const [index] = mistakes ?? indices;
  if (index === undefined) {
    throw new UsageError(
      `--only-wrong: ${path} is wrong on none of ${indices.length} ${flags.split} images, ` +
        "expected a mistake; choose other images, or leave the flag out",
    );
  }
  const D = set.rows * set.columns;
  return {
    index,
    label: set.labels[index],
    pixels: set.images.subarray(index * D, (index + 1) * D),
  };
}

/** The images to choose from: a split as the model was trained on it, else as the data has it. */
function splitOf(
  data: DataSet,
  model: AnyModel | null,
  { model: path = "", split }: ImageFlags,
): LabelledImages {
  if (model === null) return splitWithoutModel(data, split);
  checkFit(path, model, data);
  return chooseSplit(path, model, data, split);
}

/** How many images there are to choose from. */
function countOf(
  { labels }: LabelledImages,
  classNames: readonly string[],
  label: string | undefined,
): number {
  if (label === undefined) return labels.length;
  const chosen = classOf(label, classNames);
  return labels.filter((other) => other === chosen).length;
}

/**
 * The images of a split when no model says how it was divided: the whole training file, and for
 * validation the part of it that mnist-train sets aside by default.
 */
function splitWithoutModel({ train, test }: DataSet, name: SplitName): LabelledImages {
  if (name !== "validation") return name === "test" ? test : train;
  const { validation } = splitImages(train, fitSplit(train, recipes.notebook.settings));
  if (validation.labels.length > 0) return validation;
  throw new UsageError(
    `--split validation: of ${train.labels.length} training images mnist-train sets none aside by ` +
      "default, expected at least 6; name a model with --model, or choose --split train",
  );
}

/**
 * The images to show, in order: those of --index, else random ones. With --only-wrong, all of them are
 * candidates.
 */
function chooseImages(
  { labels, rows }: LabelledImages,
  classNames: readonly string[],
  flags: ImageFlags,
): Uint32Array {
  const { split, index } = flags;
  const N = labels.length;
  if (index !== undefined) {
    const astray = index.find((chosen) => chosen >= N);
    if (astray === undefined) return Uint32Array.from(index);
    throw new UsageError(`--index ${astray}: no ${split} image, expected 0 to ${N - 1}`);
  }
  const label = flags.label === undefined ? undefined : classOf(flags.label, classNames);
  const order = Uint32Array.from(labels, (_, n) => n);
  if (!flags.onlyWrong) shuffle(order, Random.fromSeed(flags.seed, streams.shown));
  const chosen = label === undefined ? order : order.filter((n) => labels[n] === label);
  if (chosen.length === 0) {
    throw new UsageError(
      `--label ${flags.label}: none of the ${N} ${split} images has it, expected a label that occurs; ` +
        "choose another one, or another --split",
    );
  }
  return flags.onlyWrong ? chosen : chosen.subarray(0, mostShown(flags, rows));
}

/** The most images that are shown; a folder gets all of them. */
function mostShown(flags: ImageFlags, rows: number): number {
  return flags.out !== undefined && isFolderName(flags.out) ? Infinity : mostImages(flags, rows);
}

function answer(
  model: AnyModel,
  images: LabelledImages,
  indices: Uint32Array,
  { engine: name, threads }: ImageFlags,
): Promise<Answer[]> {
  const taken = setAsTaken(images, model.preprocessing);
  return withEngine(name, { ...model, threads, warn }, async (engine) =>
    answersOf(engine, { from: await engine.load(taken), labels: images.labels, indices }),
  );
}

function isWrong({ label, prediction }: Shown): boolean {
  return prediction !== undefined && prediction !== label;
}

/** The wrong answers, most confident first. */
function mostConfidentMistakes(lines: readonly Shown[]): Shown[] {
  const confidence = ({ probability = 0 }: Shown) => probability;
  return lines.filter(isWrong).sort((a, b) => confidence(b) - confidence(a) || a.index - b.index);
}

/** The class that --label names, by its name or its number. */
function classOf(label: string, classNames: readonly string[]): number {
  const named = classNames.indexOf(label);
  if (named >= 0) return named;
  if (/^\d{1,3}$/.test(label) && Number(label) < classNames.length) return Number(label);
  const names = areNumbers(classNames) ? "" : `${classNames.slice(0, MOST_NAMES).join(", ")} or `;
  throw new UsageError(
    `--label ${label}: no class of the data, expected ${names}0 to ${classNames.length - 1}`,
  );
}

/** An image under its title. */
function imageOf(
  line: Shown,
  { images, rows, columns }: LabelledImages,
  classNames: readonly string[],
): SheetImage {
  const D = rows * columns;
  const { index, label, prediction, probability } = line;
  const values = images.subarray(index * D, (index + 1) * D);
  const labelled = [`label ${classNames[label]}`, `#${index}`] as const;
  if (prediction === undefined || probability === undefined) return { values, title: [labelled] };
  const answered = [classNames[prediction], percent(probability)] as const;
  return { values, title: [answered, labelled], answer: isWrong(line) ? "wrong" : "right" };
}
