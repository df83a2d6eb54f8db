import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { LabelledImages } from "../../dataset/labelledImages.js";
import type { Split } from "../../dataset/split.js";
import { writeFileWhole } from "../../documents/files.js";
import type { HistoryFile } from "../../documents/history.js";
import { type Model, settingsOf } from "../../documents/model.js";
import { parametersHash } from "../../documents/parametersHash.js";
import { withEngine } from "../../engine/createEngine.js";
import type { Engine } from "../../engine/engine.js";
import { exitCodes, InputError, UsageError } from "../../errors.js";
import { classFigures } from "../../inspect/classFigures.js";
import { gatherEvidence } from "../../inspect/evidence.js";
import { verdict } from "../../inspect/verdict/verdict.js";
import { TwoLayerNet } from "../../net/twoLayerNet.js";
import { failedContent, type Measured, pageContent } from "../../render/page/pageContent.js";
import { MOST_BYTES, type PageParts, reportPageThatFits } from "../../render/page/reportPage.js";
import { type Settings, valuesOf } from "../../settings/settings.js";
import { answersOf, evaluate, evaluationSet, type Figures } from "../../training/evaluate.js";
import { createCommand, runCommand } from "../command.js";
import { addDataFlags, type DataFlags, flagOf } from "../flags.js";
import type { OpenData } from "../io/files.js";
import { checkFit, learnedFrom, splitAsTrained } from "../io/modelAndData.js";
import { loadHistory, loadModel } from "../io/savedFiles.js";
import { note } from "../io/terminal.js";
import { repeatCommand, repeatRun } from "../repeatCommand.js";

interface Flags extends DataFlags {
  out: string;
  history?: string;
  quiet?: true;
}

/** `mnist-report`: writes a report about a saved model as one page; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand("mnist-report", "Write an HTML report about a saved model.", [
    ["mnist-report", "model.json as report.html"],
    ["mnist-report big.json --out big.html", "another model and page"],
    [
      "mnist-report --history history.json",
      "with the curves of its training, or of a run that failed",
    ],
  ]);
  command
    .inputArgument("[model]", "a file that mnist-train saved", "model.json")
    .optionsGroup("Network:")
    .input("--history <file>", "history saved by mnist-train --history, for the curves")
    .optionsGroup("Output:")
    .output("--out <file>", "HTML file to write", "html", { default: "report.html" })
    .option("--quiet", "print errors only");
  addDataFlags(command);
  return runCommand(command, argv, async (openData) => {
    const flags: Flags = command.opts();
    const [path] = command.processedArgs;
    const history = flags.history === undefined ? null : await loadHistory(flags.history);
    if (history === null || history.failure === null) return run(path, flags, history, openData);
    if (command.args.length > 0) {
      throw new UsageError(
        `--history ${flags.history}: the history of a run that diverged and left no model, ` +
          `expected that of ${path}; leave ${path} out for a report of the run alone`,
      );
    }
    return reportFailed(flags.history!, flags, history);
  });
}

async function run(
  path: string,
  flags: Flags,
  history: HistoryFile | null,
  openData: OpenData,
): Promise<number> {
  const model = await loadModel(path);
  const data = await openData();
  checkFit(path, model, data);
  if (history !== null) checkSameRun(history, flags.history!, path, model);
  const split = learnedFrom(model, data) ? splitAsTrained(path, model, data) : null;

  const setup = { ...model, threads: flags.threads };
  const measured = await withEngine(flags.engine, setup, (engine) =>
    measure(engine, data.test, split),
  );
  const { payload, numbers } = pageContent(model, history, data.test, measured);
  const gathered = {
    model: basename(path),
    command: repeatCommand(model, flags.data),
    data: data.name ?? basename(data.directory),
    parametersSha256: parametersHash(model.parameters),
    settings: settingsByName(settingsOf(model)),
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
  return savePage(page, flags);
}

/** Writes the report of a run that diverged: what it was, its curves, and what to try. */
async function reportFailed(path: string, flags: Flags, file: HistoryFile): Promise<number> {
  const { recipe, seed, engine, settings, history } = file;
  const known = recipe !== null && seed !== null && engine !== null && settings !== null;
  const { payload, numbers } = failedContent(file);
  const gathered = {
    model: basename(path),
    command: known ? repeatRun({ recipe, seed, engine, settings }, flags.data) : null,
    data: file.data?.name ?? flags.data ?? "data without a known name",
    parametersSha256: null,
    settings: settings === null ? {} : settingsByName(settings),
    verdict: verdict(history, file).text,
  };
  return savePage(reportPageThatFits({ ...payload, ...gathered }, numbers, readParts()), flags);
}

async function savePage(page: string, { out, quiet }: Flags): Promise<number> {
  await writeFileWhole(out, page);
  if (!quiet) note(`saved ${out}: ${megabytes(page)} MB, open it in a browser`);
  return exitCodes.done;
}

/**
 * Checks that a history is that of the run that gave a model.
 *
 * @throws {InputError} when it belongs to another run
 */
function checkSameRun(read: HistoryFile, file: string, path: string, model: Model): void {
  const hash = parametersHash(model.parameters);
  if (read.parametersSha256 !== null && read.parametersSha256 !== hash) {
    throw new InputError(
      `${file}: the history of a run that gave other parameters (${read.parametersSha256.slice(0, 8)}…), ` +
        `expected that of ${path} (${hash.slice(0, 8)}…); name the model and the history of the same run`,
    );
  }
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

/** The settings of a run as text, by the names of their flags. */
function settingsByName(settings: Settings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(valuesOf(settings)).map(([key, value]) => [
      flagOf(key).replace("--", ""),
      String(value ?? "none"),
    ]),
  );
}

/** The verdict on a complete run with a history; what an older history lacks is measured again. */
function judge(model: Model, split: Split | null, file: HistoryFile | null): string | null {
  if (file === null || model.figures.interrupted) return null;
  const { figures, data } = model;
  const settings = settingsOf(model);
  const measure = () =>
    split &&
    gatherEvidence(new TwoLayerNet(model.parameters), split, { settings, data, ...figures });
  const evidence = file.evidence ?? measure();
  return verdict(file.history, { ...file, settings, figures, data, evidence }).text;
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
