import type { Model } from "../../documents/model.js";
import { defaultEngine, withEngine } from "../../engine/createEngine.js";
import type { Engine } from "../../engine/engine.js";
import { exitCodes, InputError, UsageError } from "../../errors.js";
import { softmax } from "../../layers/softmax.js";
import { argmax, tensor } from "../../layers/tensor.js";
import { percent } from "../../render/numbers.js";
import { sheetText } from "../../render/terminal/imageSheet.js";
import { createCommand, runCommand } from "../command.js";
import { loadModel } from "../io/modelAndData.js";
import { readImages } from "../io/readImages.js";
import { coloursFor, complain, oneLine, print, styleFor, terminalWidth } from "../io/terminal.js";

/** Images answered at a time: enough to keep the engine busy, few enough for its memory. */
const CHUNK = 500;
/** Other classes that a line names, the likeliest first. */
const OTHERS = 2;

interface Flags {
  model: string;
  json?: true;
  show?: true;
}

/** What the model says of one image. */
interface Prediction {
  readonly file: string;
  /** Which image of the file, from 0; null where the file is a picture of one. */
  readonly index: number | null;
  readonly label: string;
  readonly probability: number;
  /** (C) */
  readonly probabilities: readonly number[];
}

/** `mnist-predict`: says which digit a picture shows; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand("mnist-predict", "Say which digit a picture shows.", [
    "mnist-predict three.png                  a picture of one digit, by model.json",
    "mnist-predict *.png --model big.json     many, a line each",
    "mnist-predict t10k-images-idx3-ubyte.gz  every image of an IDX file",
    "mnist-predict three.png --show           and what the network saw",
    "mnist-predict three.png --json           every probability as JSON",
  ]);
  command
    .argument("<files...>", "PNG pictures of one digit each, or IDX files of images")
    .option("--model <file>", "a file that mnist-train saved", "model.json")
    .option("--show", "draw each image as the network saw it")
    .option("--json", "print everything as one JSON document")
    .addHelpText(
      "after",
      `
A PNG may have any size and colours, dark on light, light on dark or on nothing (alpha). What most of
its border shows is taken for paper, so leave some room around the digit, and draw it lighter or darker
than the paper. The digit is cut out, fitted to 20 x 20 of 28 x 28 pixels and centred by mass, as
MNIST's were. A PNG of just the model's size whose outermost pixels are all black is taken as it is,
and so is every image of an IDX file.

A file that cannot be used is named on standard error; the others are answered all the same, and the
exit code is 3.
`,
    );
  return runCommand(command, argv, () => run(command.processedArgs[0], command.opts()));
}

async function run(files: readonly string[], flags: Flags): Promise<number> {
  if (flags.show && flags.json) {
    throw new UsageError("--show and --json: expected one of the two");
  }
  const model = await loadModel(flags.model);
  const { parameters, preprocessing } = model;
  const only = { caption: "", ...preprocessing, kind: "ink" } as const;
  const predictions: Prediction[] = [];
  const errors: { file: string; message: string }[] = [];
  await withEngine(defaultEngine, { parameters, preprocessing }, async (engine) => {
    for (const file of files) {
      try {
        const { images, isPicture } = await readImages(file, preprocessing);
        await answer(engine, model, images, (probabilities, index) => {
          const place = { file, index: isPicture ? null : index };
          const prediction = predictionOf(place, probabilities, model.classNames);
          if (flags.json) predictions.push(prediction);
          else print(describe(prediction, model.classNames));
          if (!flags.show) return;
          const D = preprocessing.rows * preprocessing.columns;
          const image = images.subarray(index * D, (index + 1) * D);
          const sheet = { ...only, images: [{ values: image, title: [] }] };
          print(
            `${sheetText(sheet, terminalWidth(process.stdout), 1, styleFor(process.stdout))}\n`,
          );
        });
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        complain(error.message);
        errors.push({ file, message: error.message });
      }
    }
  });
  if (flags.json)
    print(
      JSON.stringify({ model: flags.model, classNames: model.classNames, predictions, errors }),
    );
  return errors.length > 0 ? exitCodes.input : exitCodes.done;
}

/**
 * Takes images through the net.
 *
 * @param images (N, D)
 * @param take   is given the (C) probabilities of each image in order
 */
async function answer(
  engine: Engine,
  { classNames, preprocessing: { rows, columns } }: Model,
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

function predictionOf(
  place: Pick<Prediction, "file" | "index">,
  probabilities: Float64Array,
  classNames: readonly string[],
): Prediction {
  const [best] = argmax(tensor(probabilities, 1, classNames.length));
  return {
    ...place,
    label: classNames[best],
    probability: probabilities[best],
    probabilities: Array.from(probabilities),
  };
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
