import { areDigits } from "../../dataset/classNames.js";
import { asTaken } from "../../dataset/deskew.js";
import { type Preprocessing, preprocess } from "../../dataset/preprocessing.js";
import type { AnyModel } from "../../documents/model.js";
import { defaultEngine, withEngine } from "../../engine/createEngine.js";
import type { Engine } from "../../engine/engine.js";
import { exitCodes, InputError } from "../../errors.js";
import { softmax } from "../../layers/softmax.js";
import { argmax, tensor } from "../../layers/tensor.js";
import { marginOf } from "../../net/margin.js";
import { percent } from "../../render/numbers.js";
import { sheetText } from "../../render/terminal/imageSheet.js";
import { createCommand, exclude, runCommand } from "../command.js";
import { type FileOfImages, readImages } from "../io/readImages.js";
import { addModelFlags, loadModel, type ModelFlags, modelArgument } from "../io/savedFiles.js";
import {
  coloursFor,
  oneLine,
  print,
  printError,
  printJson,
  styleFor,
  terminalWidth,
  warn,
  wrapped,
} from "../io/terminal.js";

/** Images scored at a time: enough to keep the engine busy, few enough for its memory. */
const CHUNK = 500;
/** Other classes on a line, most probable first. */
const OTHERS = 2;

interface Flags extends ModelFlags {
  readonly model: string;
  readonly json?: true;
  readonly show?: true;
  readonly many?: true;
}

const READ_AS_ONE =
  "digits, read as one; crop the picture to one of them, or read each with --many";

/** Paragraphs below the flags of --help. */
const notes = [
  "A picture may have any colors and up to 16 million pixels, as a JPEG 33 million: dark on light, light on dark, or on transparency, in uneven light, " +
    "on ruled paper or in a frame. Leave some room around the digit: what touches the edge is left out. " +
    "The digit is cut out, fitted into 20 x 20 of 28 x 28 pixels and centered by mass, as the digits of MNIST " +
    "are, in the intensities of the images that the model learned from. A picture of the model's own size whose " +
    "outermost pixels are all background is used unchanged, and so is every image of an IDX file.",
  "An answer is marked as not sure if the image is less like what the model learned than 98 % of its " +
    "validation images, or of its training images if it has none. Models of other programs and of older versions lack what this takes.",
  "A file that cannot be used is named on standard error; the other files are answered, and the " +
    "exit code is 3.",
];

/** What the model predicts for one image. */
interface Prediction {
  readonly file: string;
  /** The image's place in its file, from 0; null for a picture of one digit. */
  readonly index: number | null;
  readonly label: string;
  readonly probability: number;
  /** (C) */
  readonly probabilities: readonly number[];
  /** Whether the image is like those that the model learned; null if the model does not say. */
  readonly sure: boolean | null;
  /** How many digits stand apart on the picture; the answer to more than one means nothing. */
  readonly digits: number;
  /** With --many, the line of the picture that the digit is in, from 0. */
  readonly line?: number;
}

/** `mnist-predict`: recognizes the digits in pictures; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand("mnist-predict", "Recognize the digits in pictures.", [
    ["mnist-predict three.png", "a picture of one digit, with model.json"],
    ["mnist-predict *.jpg --model big.json", "many pictures, a line each"],
    ["mnist-predict date.jpg --many", "each digit of a picture"],
    ["mnist-predict t10k-images-idx3-ubyte.gz", "every image of an IDX file"],
    ["mnist-predict three.png --show", "also what the network saw"],
    ["mnist-predict three.png --json", "every probability as JSON"],
  ]);
  command
    .inputArgument("<files...>", "PNG or JPEG pictures of one digit each, or IDX files of images")
    .optionsGroup("Data:")
    .option("--many", "read each digit of a picture, line by line, from left to right")
    .optionsGroup("Network:")
    .input("--model <file>", modelArgument, "model.json");
  addModelFlags(command);
  command
    .optionsGroup("Output:")
    .option("--show", "draw each image as the network saw it")
    .option("--json", "print everything as one JSON document")
    .addHelpText(
      "after",
      () => `\n${notes.map((text) => wrapped(text, terminalWidth(process.stdout))).join("\n\n")}`,
    );
  exclude(command, { show: ["json"] });
  return runCommand(command, argv, () => run(command.processedArgs[0], command.opts()));
}

async function run(files: readonly string[], flags: Flags): Promise<number> {
  const model = await loadModel(flags.model, flags);
  const { classNames, preprocessing } = model;
  const all: Prediction[] = [];
  const readings: Reading[] = [];
  const errors: { file: string; message: string }[] = [];
  await withEngine(defaultEngine, { ...model, warn }, async (engine) => {
    for (const file of files) {
      try {
        const found = await readImages(file, preprocessing, flags.many);
        if (found.digits > 1) warn(`${oneLine(file)}: ${found.digits} ${READ_AS_ONE}`);
        const images = asTaken(found.images, preprocessing);
        const ofPicture: Prediction[] = [];
        await answer(engine, model, images, (answered, index) => {
          const prediction = { ...placeOf(file, found, index), ...answered };
          if (found.lines !== undefined) ofPicture.push(prediction);
          if (flags.json) all.push(prediction);
          else if (found.lines === undefined) print(describe(prediction, classNames));
          if (flags.show) printImage(images, index, preprocessing);
        });
        if (found.lines === undefined) continue;
        readings.push({ file, lines: textOf(ofPicture, classNames) });
        if (!flags.json) print(describeMany(ofPicture, classNames));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        printError(error.message);
        errors.push({ file, message: error.message });
      }
    }
  });
  const read = flags.many ? { readings } : {};
  if (flags.json) printJson({ model: flags.model, classNames, predictions: all, ...read, errors });
  return errors.length > 0 ? exitCodes.input : exitCodes.done;
}

/** Where an image stands: in which file, at which place, and on which line. */
function placeOf(file: string, { isPicture, digits, lines }: FileOfImages, index: number) {
  if (lines === undefined) return { file, index: isPicture ? null : index, digits };
  let [line, end] = [0, lines[0]];
  while (index >= end) end += lines[++line];
  return { file, index, line, digits };
}

/** Prints one of many images as the network saw it. */
function printImage(images: Uint8Array, index: number, { rows, columns }: Preprocessing): void {
  const D = rows * columns;
  const image = { values: images.subarray(index * D, (index + 1) * D), title: [] };
  const sheet = { caption: "", rows, columns, kind: "ink", images: [image] } as const;
  print(`${sheetText(sheet, terminalWidth(process.stdout), 1, styleFor(process.stdout))}\n`);
}

/** What a model answers to an image, wherever that stands. */
type Answered = Pick<Prediction, "label" | "probability" | "probabilities" | "sure">;

/**
 * Answers images.
 *
 * @param images (N, D) as the model takes them
 * @param take   called with the answer to each image, in order
 */
async function answer(
  engine: Engine,
  { classNames, preprocessing, figures }: AnyModel,
  images: Uint8Array,
  take: (answered: Answered, index: number) => void,
): Promise<void> {
  const C = classNames.length;
  const D = preprocessing.rows * preprocessing.columns;
  const all = images.length / D;
  const least = figures?.leastMargin ?? null;
  for (let from = 0; from < all; from += CHUNK) {
    const N = Math.min(CHUNK, all - from);
    const some = images.subarray(from * D, (from + N) * D);
    const scores = Float64Array.from(await engine.scores({ images: some }));
    const probabilities = softmax(tensor(scores, N, C)).data as Float64Array;
    for (let n = 0; n < N; n++) {
      const x = preprocess(some.subarray(n * D, (n + 1) * D), preprocessing);
      const margin = marginOf(scores.subarray(n * C, (n + 1) * C), x);
      const sure = least === null ? null : margin >= least;
      const own = probabilities.subarray(n * C, (n + 1) * C);
      take({ ...mostProbable(own, classNames), sure }, from + n);
    }
  }
}

/** The class that an image most probably has, given the probability of each. */
function mostProbable(probabilities: Float64Array, classNames: readonly string[]) {
  const [best] = argmax(tensor(probabilities, 1, classNames.length));
  const [label, probability] = [classNames[best], probabilities[best]];
  return { label, probability, probabilities: Array.from(probabilities) };
}

/** What all digits of a picture say: the text of each of its lines. */
interface Reading {
  readonly file: string;
  readonly lines: readonly string[];
}

/** The labels of each line of a picture, as one text; longer names than digits with spaces between. */
function textOf(predictions: readonly Prediction[], classNames: readonly string[]): string[] {
  const between = classNames.every(({ length }) => length === 1) ? "" : " ";
  const lines: string[][] = [];
  for (const { label, line = 0 } of predictions) {
    lines[line] ??= [];
    lines[line].push(label);
  }
  return lines.map((labels) => labels.join(between));
}

/** The digits of a picture on one line: "date.jpg  19 / 84  at least 97.10 %, not sure of the 3rd one (8)". */
function describeMany(predictions: readonly Prediction[], classNames: readonly string[]): string {
  const { bold, dim } = coloursFor(process.stdout);
  const least = predictions.reduce((most, { probability }) => Math.min(most, probability), 1);
  const doubted = predictions.flatMap(({ sure, label }, n) =>
    sure === false ? [`the ${ordinal(n + 1)} one (${label})`] : [],
  );
  const text = textOf(predictions, classNames).map(oneLine).join(" / ");
  const doubt = doubted.length === 0 ? "" : `  not sure of ${doubted.join(", ")}`;
  return `${oneLine(predictions[0].file)}  ${bold(text)}  ${dim(`at least ${percent(least)}`)}${doubt}`;
}

/** 1st, 2nd, 3rd, 4th, … */
function ordinal(n: number): string {
  const isTeen = Math.floor(n / 10) % 10 === 1;
  return `${n}${isTeen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")}`;
}

/** A prediction on one line: "three.png  3  99.87 %  (8 0.05 %, 5 0.03 %)". */
function describe(
  { file, index, label, probability, probabilities, sure }: Prediction,
  classNames: readonly string[],
): string {
  const { bold, dim } = coloursFor(process.stdout);
  const others = classNames
    .map((_, c) => c)
    .sort((a, b) => probabilities[b] - probabilities[a])
    .slice(1, 1 + OTHERS)
    .map((c) => `${classNames[c]} ${percent(probabilities[c])}`);
  const name = oneLine(index === null ? file : `${file}[${index}]`);
  const rest = others.length === 0 ? "" : `  ${dim(`(${others.join(", ")})`)}`;
  const kind = areDigits(classNames) ? "a digit" : "one of these classes";
  const doubt = sure === false ? `  not sure this is ${kind}` : "";
  return `${name}  ${bold(label)}  ${percent(probability)}${rest}${doubt}`;
}
