import type { Preprocessing } from "../../dataset/preprocessing.js";
import type { UsableNet } from "../../documents/model.js";
import { defaultEngine, withEngine } from "../../engine/createEngine.js";
import type { Engine } from "../../engine/engine.js";
import { exitCodes, InputError } from "../../errors.js";
import { softmax } from "../../layers/softmax.js";
import { argmax, tensor } from "../../layers/tensor.js";
import { percent } from "../../render/numbers.js";
import { sheetText } from "../../render/terminal/imageSheet.js";
import { createCommand, exclude, runCommand } from "../command.js";
import { readImages } from "../io/readImages.js";
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
}

const SIDE_BY_SIDE = "side by side, read as one; crop the picture to one of them";

/** Paragraphs below the flags of --help. */
const notes = [
  "A PNG may have any size and colors: dark on light, light on dark, or on transparency, in uneven light, " +
    "on ruled paper or in a frame. Leave some room around the digit: what touches the edge is left out. " +
    "The digit is cut out, fitted into 20 x 20 of 28 x 28 pixels and centered by mass, as the digits of MNIST " +
    "are, in the intensities of the images that the model learned from. A PNG of the model's own size whose " +
    "outermost pixels are all background is used unchanged, and so is every image of an IDX file.",
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
  /** How many digits stand beside each other on the picture; the answer to more than one means nothing. */
  readonly digits: number;
}

/** `mnist-predict`: recognizes the digits in pictures; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand("mnist-predict", "Recognize the digits in pictures.", [
    ["mnist-predict three.png", "a picture of one digit, with model.json"],
    ["mnist-predict *.png --model big.json", "many pictures, a line each"],
    ["mnist-predict t10k-images-idx3-ubyte.gz", "every image of an IDX file"],
    ["mnist-predict three.png --show", "also what the network saw"],
    ["mnist-predict three.png --json", "every probability as JSON"],
  ]);
  command
    .inputArgument("<files...>", "PNG pictures of one digit each, or IDX files of images")
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
  const predictions: Prediction[] = [];
  const errors: { file: string; message: string }[] = [];
  await withEngine(defaultEngine, { ...model, warn }, async (engine) => {
    for (const file of files) {
      try {
        const { images, isPicture, digits } = await readImages(file, preprocessing);
        if (digits > 1) warn(`${oneLine(file)}: ${digits} digits ${SIDE_BY_SIDE}`);
        await answer(engine, model, images, (probabilities, index) => {
          const place = { file, index: isPicture ? null : index, digits };
          const prediction = { ...place, ...predictionOf(probabilities, classNames) };
          if (flags.json) predictions.push(prediction);
          else print(describe(prediction, classNames));
          if (flags.show) printImage(images, index, preprocessing);
        });
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        printError(error.message);
        errors.push({ file, message: error.message });
      }
    }
  });
  if (flags.json) printJson({ model: flags.model, classNames, predictions, errors });
  return errors.length > 0 ? exitCodes.input : exitCodes.done;
}

/** Prints one of many images as the network saw it. */
function printImage(images: Uint8Array, index: number, { rows, columns }: Preprocessing): void {
  const D = rows * columns;
  const image = { values: images.subarray(index * D, (index + 1) * D), title: [] };
  const sheet = { caption: "", rows, columns, kind: "ink", images: [image] } as const;
  print(`${sheetText(sheet, terminalWidth(process.stdout), 1, styleFor(process.stdout))}\n`);
}

/**
 * Computes class probabilities.
 *
 * @param images (N, D)
 * @param take   called with the (C) probabilities of each image, in order
 */
async function answer(
  engine: Engine,
  { classNames, preprocessing: { rows, columns } }: UsableNet,
  images: Uint8Array,
  take: (probabilities: Float64Array, index: number) => void,
): Promise<void> {
  const C = classNames.length;
  const D = rows * columns;
  const all = images.length / D;
  for (let from = 0; from < all; from += CHUNK) {
    const N = Math.min(CHUNK, all - from);
    const scores = await engine.scores({ images: images.subarray(from * D, (from + N) * D) });
    const probabilities = softmax(tensor(Float64Array.from(scores), N, C)).data as Float64Array;
    for (let n = 0; n < N; n++) take(probabilities.subarray(n * C, (n + 1) * C), from + n);
  }
}

/** The prediction for one image, given the probability of each class. */
function predictionOf(
  probabilities: Float64Array,
  classNames: readonly string[],
): Omit<Prediction, "file" | "index" | "digits"> {
  const [best] = argmax(tensor(probabilities, 1, classNames.length));
  const [label, probability] = [classNames[best], probabilities[best]];
  return { label, probability, probabilities: Array.from(probabilities) };
}

/** A prediction on one line: "three.png  3  99.87 %  (8 0.05 %, 5 0.03 %)". */
function describe(
  { file, index, label, probability, probabilities }: Prediction,
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
  return `${name}  ${bold(label)}  ${percent(probability)}${rest}`;
}
