import { areNumbers } from "../dataset/classNames.js";
import type { LabelledImages } from "../dataset/labelledImages.js";
import { countClasses, type Part, partsApart } from "../dataset/order.js";
import type { DataSet } from "../dataset/source.js";
import type { Split, SplitSettings } from "../dataset/split.js";

/*
 * What a run should know about its data before it starts, in plain words. MNIST gets no note.
 */

/** What a run made of its data. */
export interface FittedRun {
  readonly data: Pick<DataSet, "name" | "train" | "test" | "classNames">;
  readonly split: Split;
  /** The settings in use. */
  readonly settings: Required<SplitSettings> & { readonly scale: number };
  /** The settings before they were fitted to the data. */
  readonly wanted: SplitSettings;
  /** Which settings the user gave. */
  readonly given: Partial<Record<keyof SplitSettings | "scale", unknown>>;
}

/** A sentence or more for each thing that stands out in the data of a run; none for MNIST. */
export function dataNotes(run: FittedRun): string[] {
  return [
    ...sizeNotes(run),
    ...orderNotes(run),
    ...classNotes(run),
    ...slantNotes(run),
    ...pixelNotes(run),
  ];
}

/** What is smaller than the recipe has it. */
function sizeNotes({ data, split, settings, wanted }: FittedRun): string[] {
  const N = data.train.labels.length;
  const notes: string[] = [];
  if (settings.validation === 0 && wanted.validation > 0) {
    notes.push(`No validation images: a sixth of ${counted(N)} is less than one.`);
  } else if (settings.validation !== wanted.validation) {
    notes.push(
      `Validation takes ${settings.validation} of the ${N} images, a sixth; --validation sets ` +
        "another number.",
    );
  }
  if (settings.limit === null && wanted.limit !== null) {
    const rest = split.train.labels.length;
    notes.push(
      `Trains on all ${rest} images that are left, fewer than the recipe's ${wanted.limit}.`,
    );
  }
  return notes;
}

/** Which part of the file has other classes than the whole, and what is done about it. */
function orderNotes({ data, settings, given }: FittedRun): string[] {
  if (given.split === "shuffled") return [];
  const { labels } = data.train;
  const found = partsApart(labels, settings).map((part) => describePart(data, part));
  if (found.length === 0) return [];
  const images = settings.validation > 0 ? "training and validation images" : "training images";
  const remedy =
    settings.split === "shuffled"
      ? `So ${images} are drawn from the whole file by a shuffle; --split end takes them as they stand.`
      : `--split shuffled draws ${images} from the whole file.`;
  return [`The training file is ordered by class: ${found.join(", ")}. ${remedy}`];
}

/** The classes of a part of a file. */
function describePart(
  { train: { labels }, classNames }: FittedRun["data"],
  { place, from, to }: Part,
): string {
  const all = classesOf(labels);
  const part = classesOf(labels.subarray(from, to));
  const what =
    part.length === all.length
      ? "have its classes in other shares"
      : `are of ${named(part, classNames)} only`;
  return `the ${place} ${to - from} images ${what}`;
}

/** Which classes some of the images lack. */
function classNotes({ data, split }: FittedRun): string[] {
  const [training, validation, test] = [split.train, split.validation, data.test].map(
    ({ labels }) => classesOf(labels),
  );
  const notes: string[] = [];
  const list = (classes: number[]) => named(classes, data.classNames);
  const without = (classes: number[], others: number[]) =>
    classes.filter((c) => !others.includes(c));
  const unknown = (classes: number[], where: string) => {
    if (classes.length === 0) return;
    const they = classes.length === 1 ? "it" : "they";
    notes.push(
      `No training image is of ${list(classes)}, only ${where} images are: ${they} cannot be learned.`,
    );
  };
  const unmeasured = (classes: number[], what: string) => {
    if (classes.length === 0) return;
    const them = classes.length === 1 ? "it" : "them";
    notes.push(
      `No ${what} image is of ${list(classes)}: ${what} accuracy says nothing about ${them}.`,
    );
  };
  const [alien, foreign] = [without(validation, training), without(test, training)];
  unknown(without(alien, foreign), "validation");
  unknown(without(foreign, alien), "test");
  unknown(without(alien, without(alien, foreign)), "validation and test");
  if (validation.length > 0) unmeasured(without(training, validation), "validation");
  unmeasured(without(training, test), "test");
  if (training.length === 1) {
    notes.push(`All training images are of ${list(training)}: there is nothing to tell apart.`);
  }
  return notes;
}

function classesOf(labels: Uint8Array): number[] {
  return [...countClasses(labels).entries()].filter(([, count]) => count > 0).map(([c]) => c);
}

/** Whether a recipe deskews images that may not be digits. */
function slantNotes({ data, settings, given }: FittedRun): string[] {
  if (!settings.deskew || given.deskew !== undefined || data.name === "MNIST") return [];
  return [
    "The recipe deskews images, which suits handwriting; --no-deskew keeps slants that tell classes apart.",
  ];
}

/** MNIST's white. */
const WHITE = 255;
/**
 * Pixels of another range stay below this. At half of MNIST's, 2000 iterations of `notebook` reach 95.0 % on
 * validation instead of 96.5 %, at a sixteenth 73.6 %.
 */
const DARK = 128;

/** Whether the pixels are of another range than MNIST's. */
function pixelNotes({ data, split, settings, given }: FittedRun): string[] {
  const training = split.pixels?.greatest ?? brightest(split.train); // deskewed images are dimmer
  const test = brightest(data.test);
  if (training === 0) return ["All training pixels are 0: there is nothing to learn from."];
  if (training >= DARK && test >= DARK) return [];
  if (training >= DARK || test >= DARK) {
    const [dark, bright] = training < test ? ["training", "test"] : ["test", "training"];
    return [
      `The brightest pixel of the ${dark} images is ${Math.min(training, test)}, the ${bright} ` +
        "images are brighter: convert both files in the same way.",
    ];
  }
  if (given.scale !== undefined) return [];
  const scale = Number(((settings.scale * WHITE) / training).toPrecision(4));
  return [
    `The brightest training pixel is ${training} of 255: --scale ${scale} makes pixels as large as ` +
      "those of MNIST.",
  ];
}

/** The highest intensity; any from DARK will do, so that bright images need no long search. */
function brightest({ images }: LabelledImages): number {
  let most = 0;
  for (let i = 0; i < images.length && most < DARK; i++) most = Math.max(most, images[i]);
  return most;
}

function counted(N: number): string {
  return N === 1 ? "1 image" : `${N} images`;
}

/** The most stretches of classes that are listed. */
const MOST_LISTED = 6;

/** Classes in words: "class cat", "classes 0, 4 and 7 to 9"; of too many, how many there are. */
function named(classes: readonly number[], names: readonly string[]): string {
  const words = areNumbers(names) ? stretchesOf(classes) : classes.map((c) => names[c]);
  if (words.length > MOST_LISTED) return `${classes.length} classes`;
  const list = [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" and ");
  return `class${classes.length === 1 ? "" : "es"} ${list}`;
}

/** Numbers in a row as one: "0", "4", "7 to 9". */
function stretchesOf(classes: readonly number[]): string[] {
  const stretches: [first: number, last: number][] = [];
  for (const c of classes) {
    const last = stretches.at(-1);
    if (last !== undefined && last[1] === c - 1) last[1] = c;
    else stretches.push([c, c]);
  }
  return stretches.flatMap(([first, last]) => {
    if (last - first > 1) return [`${first} to ${last}`];
    return last > first ? [`${first}`, `${last}`] : [`${first}`];
  });
}
