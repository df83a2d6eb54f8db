import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { LabelledImages } from "../../dataset/labelledImages.js";
import type { Split } from "../../dataset/split.js";
import { writeFileWhole } from "../../documents/files.js";
import type { HistoryFile } from "../../documents/history.js";
import type { AnyModel, Model } from "../../documents/model.js";
import { parametersHash } from "../../documents/parametersHash.js";
import { withEngine } from "../../engine/createEngine.js";
import type { Engine } from "../../engine/engine.js";
import { exitCodes, InputError } from "../../errors.js";
import { classFigures } from "../../inspect/classFigures.js";
import { countDeadUnits } from "../../inspect/deadUnits.js";
import { verdict } from "../../inspect/verdict.js";
import { TwoLayerNet } from "../../net/twoLayerNet.js";
import { Random, streams } from "../../random.js";
import { type Measured, pageContent } from "../../render/page/pageContent.js";
import { MOST_BYTES, type PageParts, reportPageThatFits } from "../../render/page/reportPage.js";
import { valuesOf } from "../../settings/settings.js";
import { answersOf, evaluate, evaluationSet, type Figures } from "../../training/evaluate.js";
import { createCommand, runCommand } from "../command.js";
import { addDataFlags, type DataFlags, flagOf } from "../flags.js";
import type { OpenData } from "../io/files.js";
import { checkFit, splitIfLearnedFrom } from "../io/modelAndData.js";
import {
  addModelFlags,
  loadHistory,
  loadModel,
  type ModelFlags,
  modelArgument,
} from "../io/savedFiles.js";
import { note } from "../io/terminal.js";
import { repeatCommand } from "../repeatCommand.js";

interface Flags extends DataFlags, ModelFlags {
  out: string;
  history?: string;
  quiet?: true;
}

/** `mnist-report`: writes a report about a saved model as one page; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand("mnist-report", "Write an HTML report about a saved model.", [
    ["mnist-report", "model.json as report.html"],
    ["mnist-report big.json --out big.html", "another model and page"],
    ["mnist-report --history history.json", "with the curves of its training"],
  ]);
  command
    .inputArgument("[model]", modelArgument, "model.json")
    .optionsGroup("Network:")
    .input("--history <file>", "history saved by mnist-train --history, for the curves")
    .optionsGroup("Output:")
    .output("--out <file>", "HTML file to write", "html", { default: "report.html" })
    .option("--quiet", "print errors only");
  addModelFlags(command);
  addDataFlags(command);
  return runCommand(command, argv, (openData) =>
    run(command.processedArgs[0], command.opts(), openData),
  );
}

async function run(path: string, flags: Flags, openData: OpenData): Promise<number> {
  const { out, history: file } = flags;
  const model = await loadModel(path, flags);
  const data = await openData();
  checkFit(path, model, data);
  const history = file === undefined ? null : await historyOf(file, path, model);
  const split = splitIfLearnedFrom(path, model, data);

  const setup = { ...model, threads: flags.threads };
  const measured = await withEngine(flags.engine, setup, (engine) =>
    measure(engine, data.test, split),
  );
  const { payload, numbers } = pageContent(model, history, data.test, measured);
  const gathered = {
    model: basename(path),
    command: model.training && repeatCommand(model, flags.data, split && data.train),
    data: data.name ?? basename(data.directory),
    parametersSha256: parametersHash(model.parameters),
    settings: model.settings && settingsByName(model),
    verdict: judge(model, split, history),
    classes: classFigures(payload.confusion, model.classNames),
  };
  const page = reportPageThatFits({ ...payload, ...gathered }, numbers, readParts());
  if (Buffer.byteLength(page) > MOST_BYTES) {
    throw new InputError(
      `${path}: a page of ${megabytes(page)} MB even without the weights, expected at most 4 MB; ` +
        "shorten the class names",
    );
  }
  await writeFileWhole(out, page);
  if (!flags.quiet) note(`saved ${out}: ${megabytes(page)} MB, open it in a browser`);
  return exitCodes.done;
}

/**
 * The history of the run that gave a model.
 *
 * @throws {InputError} when the file is not a history, or belongs to another run
 */
async function historyOf(file: string, path: string, model: AnyModel): Promise<HistoryFile> {
  const read = await loadHistory(file);
  const hash = parametersHash(model.parameters);
  if (read.parametersSha256 !== null && read.parametersSha256 !== hash) {
    throw new InputError(
      `${file}: the history of a run that gave other parameters (${read.parametersSha256.slice(0, 8)}…), ` +
        `expected that of ${path} (${hash.slice(0, 8)}…); name the model and the history of the same run`,
    );
  }
  return read;
}

/**
 * Measures a model on every split that is available, and takes its answers to the test images.
 *
 * @param split the images that the model was trained and validated on; null if they are not available
 */
async function measure(
  engine: Engine,
  test: LabelledImages,
  split: Split | null,
): Promise<Measured> {
  const load = async (images: LabelledImages) => evaluationSet(await engine.load(images), images);
  const figures: Record<string, Figures> = {};
  const learned = split === null ? {} : { training: split.train, validation: split.validation };
  for (const [name, images] of Object.entries(learned)) {
    if (images.labels.length === 0) continue;
    figures[name] = await evaluate(engine, await load(images));
  }
  const set = await load(test);
  figures.test = await evaluate(engine, set);
  return { figures, answers: await answersOf(engine, set) };
}

/** The settings of a model's run as text, by the names of their flags. */
function settingsByName(model: Model): Record<string, string> {
  return Object.fromEntries(
    Object.entries(valuesOf(model.settings)).map(([key, value]) => [
      flagOf(key).replace("--", ""),
      String(value ?? "none"),
    ]),
  );
}

/** The verdict on a complete run with a history; counts dead units if its training images are available. */
function judge(model: AnyModel, split: Split | null, file: HistoryFile | null): string | null {
  if (file === null || model.training === null || model.figures.interrupted) return null;
  const { parameters, preprocessing, training } = model;
  const random = Random.fromSeed(training.seed, streams.sample);
  const deadUnits =
    split && countDeadUnits(new TwoLayerNet(parameters), split.train.images, preprocessing, random);
  return verdict(file.history, { settings: model.settings, deadUnits }).text;
}

function megabytes(page: string): string {
  return (Buffer.byteLength(page) / 1e6).toFixed(1);
}

/** The script and the style of the page, from the build. */
function readParts(): PageParts {
  const read = (name: string) =>
    readFileSync(new URL(`../../render/page/${name}`, import.meta.url), "utf8");
  return { script: read("page.js"), style: read("page.css") };
}
