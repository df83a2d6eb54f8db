import { readFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { type DataSet, loadDataSet } from "../../dataset/source.js";
import type { Split } from "../../dataset/split.js";
import { checkWritable, writeFileWhole } from "../../documents/files.js";
import type { HistoryFile } from "../../documents/history.js";
import type { Model } from "../../documents/model.js";
import { parametersHash } from "../../documents/parametersHash.js";
import { withEngine } from "../../engine/createEngine.js";
import type { Engine } from "../../engine/engine.js";
import { exitCodes, InputError, UsageError } from "../../errors.js";
import { classFigures } from "../../inspect/classFigures.js";
import { countDeadUnits } from "../../inspect/deadUnits.js";
import { verdict } from "../../inspect/verdict.js";
import { parameterNames, TwoLayerNet } from "../../net/twoLayerNet.js";
import { heldImages } from "../../render/page/heldImages.js";
import type {
  PageHistory,
  PageNumbers,
  PagePayload,
  SplitFigures,
} from "../../render/page/payload.js";
import { type PageParts, reportPage } from "../../render/page/reportPage.js";
import { lossCurve } from "../../render/svg/curveOptions.js";
import { answersOf, evaluate, evaluationSet, type Figures } from "../../training/evaluate.js";
import type { History } from "../../training/history.js";
import { createCommand, runCommand } from "../command.js";
import { addDataFlags, type DataFlags, flagOf } from "../flags.js";
import {
  checkFit,
  learnedFrom,
  loadHistory,
  loadModel,
  splitAsTrained,
} from "../io/modelAndData.js";
import { checkNotRead, filesOf } from "../io/outputs.js";
import { note } from "../io/terminal.js";
import { repeatCommand, settingsOf } from "../repeatCommand.js";

/** The most bytes of a page: what a mail or a phone still takes without complaint. */
const MOST_BYTES = 4_000_000;
/** Pixels that an image's shorter side has at least where anybody can draw one. */
const LEAST_SIDE = 8;

interface Flags extends DataFlags {
  out: string;
  history?: string;
  quiet?: true;
}

/** `mnist-report`: one page that holds a model's whole story; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand("mnist-report", "Write one page that shows a saved model.", [
    "mnist-report                              model.json as report.html",
    "mnist-report big.json --out big.html",
    "mnist-report --history history.json       with the curves of its training",
  ]);
  command
    .argument("[model]", "a file that mnist-train saved", "model.json")
    .option("--out <file>", "where the page goes", "report.html")
    .option("--history <file>", "what mnist-train --history saved, for the curves")
    .option("--quiet", "print errors only");
  addDataFlags(command);
  return runCommand(command, argv, () => run(command.processedArgs[0], command.opts()));
}

async function run(path: string, flags: Flags): Promise<number> {
  if (!/^\.html?$/i.test(extname(flags.out))) {
    throw new UsageError(`--out ${flags.out}: expected a file name that ends in .html`);
  }
  checkWritable(flags.out);
  const { out, history: file } = flags;
  checkNotRead({ "--out": out }, [
    [`the model ${path}`, path],
    [`--history ${file}`, file],
  ]);
  const model = await loadModel(path);
  const data = await loadDataSet({ directory: flags.data, classes: flags.classes });
  checkNotRead({ "--out": out }, filesOf(data));
  checkFit(path, model, data);
  const history = file === undefined ? null : await historyOf(file, path, model);
  const { parameters, preprocessing } = model;
  const setup = { parameters, preprocessing, threads: flags.threads };
  const page = await withEngine(flags.engine, setup, (engine) =>
    makePage(path, model, data, engine, history, flags),
  );
  await writeFileWhole(flags.out, page);
  if (!flags.quiet) {
    note(
      `saved ${flags.out}: ${(Buffer.byteLength(page) / 1e6).toFixed(1)} MB, open it in a browser`,
    );
  }
  return exitCodes.done;
}

async function makePage(
  path: string,
  model: Model,
  data: DataSet,
  engine: Engine,
  file: HistoryFile | null,
  flags: Flags,
): Promise<string> {
  const { parameters, preprocessing, classNames, training } = model;
  const { rows, columns, scale, meanImage } = preprocessing;
  const { test } = data;
  const D = rows * columns;
  const split = learnedFrom(model, data) ? splitAsTrained(path, model, data) : null;
  const set = evaluationSet(await engine.load(test), test);
  const images = heldImages(await answersOf(engine, set), D);
  const tested = await evaluate(engine, set);
  const { confusion } = tested;

  const payload: PagePayload = {
    model: basename(path),
    command: repeatCommand(model, flags.data),
    data: data.name ?? basename(data.directory),
    engine: training.engine,
    iterations: model.figures.iterations,
    weights: describeWeights(model),
    seconds: file?.seconds ?? null,
    parametersSha256: parametersHash(parameters),
    settings: Object.entries(settingsOf(model)).map(([key, value]) => ({
      name: flagOf(key).replace("--", ""),
      value: value === null ? "none" : String(value),
    })),
    splits: [
      ...(split === null ? [] : await figuresOfTraining(split, engine)),
      splitFigures("test", tested),
    ],
    verdict: file === null || model.figures.interrupted ? null : judge(model, split, file.history),
    history: file === null ? null : pageHistory(file.history),
    classNames,
    ...{ rows, columns, scale, hiddenSize: parameters.b1.shape[0] },
    confusion,
    classes: classFigures(confusion, classNames),
    images,
    noPad:
      Math.min(rows, columns) < LEAST_SIDE
        ? `Images of ${rows} x ${columns} pixels are too small to draw.`
        : null,
    noWeights: null,
  };
  const pixels = new Uint8Array(images.length * D);
  images.forEach(({ index }, n) => {
    pixels.set(test.images.subarray(index * D, (index + 1) * D), n * D);
  });
  const weights = Float32Array.from(parameterNames.flatMap((name) => [...parameters[name].data]));
  const numbers: PageNumbers = { meanImage, parameters: weights, images: pixels };
  const parts = readParts();
  const page = reportPage(payload, numbers, parts);
  const bytes = Buffer.byteLength(page);
  if (bytes <= MOST_BYTES) return page;
  const noWeights =
    `The ${weights.length} weights of this model would make a page of ` +
    `${(bytes / 1e6).toFixed(2)} MB; 4 MB is the most, so this part is left out.`;
  const without = reportPage(
    { ...payload, noWeights },
    { ...numbers, meanImage: new Float32Array(), parameters: new Float32Array() },
    parts,
  );
  if (Buffer.byteLength(without) <= MOST_BYTES) return without;
  throw new InputError(
    `${path}: ${(Buffer.byteLength(without) / 1e6).toFixed(1)} MB of page without the weights, expected ` +
      "at most 4; give the classes shorter names",
  );
}

/**
 * The history of the very run that gave a model.
 *
 * @throws {InputError} when the file is no history, or that of another run
 */
async function historyOf(file: string, path: string, model: Model): Promise<HistoryFile> {
  const read = await loadHistory(file);
  const hash = parametersHash(model.parameters);
  if (read.parametersSha256 !== null && read.parametersSha256 !== hash) {
    throw new InputError(
      `${file}: the history of a run that gave other parameters (${read.parametersSha256.slice(0, 8)}…), ` +
        `expected that of ${path} (${hash.slice(0, 8)}…); train with --history, and name both files of one run`,
    );
  }
  return read;
}

/** Which weights a model holds, where they are not those of the end of a whole run. */
function describeWeights({ figures: { interrupted, bestEpoch } }: Model): string | null {
  if (bestEpoch !== null) return `those of epoch ${bestEpoch}, which validated best`;
  return interrupted ? "those of a run that was interrupted" : null;
}

/** What the curves of a model's run say; of units that are off only where its training images are here. */
function judge(model: Model, split: Split | null, history: History): string {
  const { parameters, preprocessing } = model;
  const deadUnits =
    split === null
      ? null
      : countDeadUnits(new TwoLayerNet(parameters), split.train.images, preprocessing);
  return verdict(history, { settings: settingsOf(model), deadUnits }).text;
}

/** A history in as many points as a page can show. */
function pageHistory({ loss, epochs }: History): PageHistory {
  return { loss: lossCurve(loss), epochs };
}

/** How well the images that a model learned from are answered, and those that were set aside. */
async function figuresOfTraining(
  { train, validation }: Split,
  engine: Engine,
): Promise<SplitFigures[]> {
  const figures: SplitFigures[] = [];
  for (const [name, images] of Object.entries({ training: train, validation })) {
    if (images.labels.length === 0) continue;
    const set = evaluationSet(await engine.load(images), images);
    figures.push(splitFigures(name, await evaluate(engine, set)));
  }
  return figures;
}

function splitFigures(name: string, { accuracy, meanLoss, count }: Figures): SplitFigures {
  return { name, images: count, accuracy, meanLoss };
}

/** The script and the style that the build put beside the reports. */
function readParts(): PageParts {
  const read = (name: string) =>
    readFileSync(new URL(`../../render/page/${name}`, import.meta.url), "utf8");
  return { script: read("page.js"), style: read("page.css") };
}
