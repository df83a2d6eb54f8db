import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { setAsTaken } from "../../dataset/deskew.js";
import type { LabelledImages } from "../../dataset/labelledImages.js";
import type { Split } from "../../dataset/split.js";
import { writeFileWhole } from "../../documents/files.js";
import type { HistoryFile } from "../../documents/history.js";
import type { AnyModel } from "../../documents/model.js";
import { parametersHash } from "../../documents/parametersHash.js";
import { withEngine } from "../../engine/createEngine.js";
import type { Engine } from "../../engine/engine.js";
import { exitCodes, InputError, refuse, UsageError } from "../../errors.js";
import { classFigures } from "../../inspect/classFigures.js";
import { gatherEvidence } from "../../inspect/evidence.js";
import { strongestFirst, unitStrengths } from "../../inspect/hiddenUnits.js";
import { verdict } from "../../inspect/verdict/verdict.js";
import { TwoLayerNet } from "../../net/twoLayerNet.js";
import { counted, percent } from "../../render/numbers.js";
import {
  failedContent,
  type Measured,
  pageContent,
  pageRuns,
} from "../../render/page/pageContent.js";
import { MOST_BYTES, type PageParts, reportPageThatFits } from "../../render/page/reportPage.js";
import { type Moment, shapingOf } from "../../render/page/shaping.js";
import { valueText } from "../../settings/entry.js";
import { flagOf } from "../../settings/flagName.js";
import { type Settings, valuesOf } from "../../settings/settings.js";
import { answersOf, evaluate, evaluationSet, type Figures } from "../../training/evaluate.js";
import type { EpochFigures } from "../../training/history.js";
import { createCommand, runCommand } from "../command.js";
import { addDataFlags, type DataFlags } from "../flags.js";
import { comparedRuns } from "../io/comparison.js";
import type { OpenData } from "../io/files.js";
import { checkFit, splitIfLearnedFrom } from "../io/modelAndData.js";
import {
  addModelFlags,
  addModelInput,
  chosenModel,
  type FoundHistory,
  loadHistories,
  loadModel,
  type ModelFlags,
} from "../io/savedFiles.js";
import { isSameRun, readSnapshots } from "../io/snapshots.js";
import { note, terminalWidth, warn, wrapped } from "../io/terminal.js";
import { commandOf, repeatCommand } from "../repeatCommand.js";

interface Flags extends DataFlags, ModelFlags {
  out: string;
  history?: readonly string[];
  snapshots?: string;
  quiet?: true;
}

/** `mnist-report`: writes a report about a saved model as one page; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand("mnist-report", "Write an HTML report about a saved model.", [
    ["mnist-report", "model.json as report.html"],
    ["mnist-report --model big.json --out big.html", "another model and page"],
    [
      "mnist-report --history history.json",
      "with the curves of its training, or of a run that failed",
    ],
    ["mnist-report --history a.json b.json", "and those of other runs, compared"],
    ["mnist-report --snapshots snapshots", "with its hidden units taking shape"],
  ]);
  addModelInput(command)
    .input(
      "--history <files...>",
      "history saved by mnist-train --history, for the curves; of other runs too, to compare them",
    )
    .option(
      "--snapshots <dir>",
      "folder that mnist-train --snapshots filled, to see the hidden units take shape",
    )
    .optionsGroup("Output:")
    .output("--out <file>", "HTML file to write", "html", { default: "report.html" })
    .option("--quiet", "print errors only");
  addModelFlags(command);
  addDataFlags(command);
  return runCommand(command, argv, async (openData) => {
    const flags: Flags = command.opts();
    const path = chosenModel(command);
    const found = await loadHistories(flags.history ?? []);
    const [first] = found;
    if (found.length !== 1 || first.failure === null) return run(path, flags, found, openData);
    if (command.args.length > 0 || command.getOptionValue("model") !== undefined) {
      throw new UsageError(
        `--history ${first.path}: the history of a run that diverged and left no model, ` +
          `expected that of ${path}; leave ${path} out for a report of the run alone`,
      );
    }
    return reportFailed(first, flags);
  });
}

async function run(
  path: string,
  flags: Flags,
  found: readonly FoundHistory[],
  openData: OpenData,
): Promise<number> {
  const model = await loadModel(path, flags);
  const data = await openData();
  checkFit(path, model, data);
  const history = found.length === 0 ? null : historyOf(found, path, model);
  const runs = found.length > 1 ? comparedRuns(found) : [];
  const split = splitIfLearnedFrom(path, model, data);

  const test = setAsTaken(data.test, model.preprocessing);
  const setup = { ...model, threads: flags.threads, warn };
  const measured = await withEngine(flags.engine, setup, (engine) => measure(engine, test, split));
  const { payload, numbers } = pageContent(model, history, test, measured);
  const gathered = {
    model: basename(path),
    command: model.training && repeatCommand(model, flags.data, split && data.train),
    data: data.name ?? basename(data.directory),
    parametersSha256: parametersHash(model.parameters),
    settings: model.settings && settingsByName(model.settings),
    verdict: judge(model, split, history),
    compared: history === null ? [] : pageRuns(runs, runs[found.indexOf(history)]),
    classes: classFigures(payload.confusion, model.classNames),
  };
  const moments =
    flags.snapshots === undefined ? null : await momentsOf(flags.snapshots, path, model, history);
  const units = strongestFirst(unitStrengths(model.parameters)).slice(0, SHAPED_UNITS);
  const shapingIn = moments && ((share: number) => shapingOf(moments, units, share));
  const page = reportPageThatFits(
    { ...payload, ...gathered, shaping: null },
    numbers,
    readParts(),
    shapingIn,
  );
  if (Buffer.byteLength(page) > MOST_BYTES) {
    throw new InputError(
      `${path}: a page of ${megabytes(page)} MB even without the weights, expected at most 4 MB; ` +
        "shorten the class names",
    );
  }
  const exitCode = await savePage(page, flags);
  if (!flags.quiet) noteLeftOut(flags, model, split);
  return exitCode;
}

/** Says what a report lacks, and why. */
function noteLeftOut({ history, snapshots }: Flags, model: AnyModel, split: Split | null): void {
  const lacking: string[] = [];
  if (history === undefined) {
    lacking.push("curves and diagnosis, which need the history that mnist-train --history saves");
  }
  if (history === undefined && snapshots === undefined) {
    lacking.push("hidden units taking shape, which need the folder of mnist-train --snapshots");
  }
  if (split === null) {
    const why = model.data === null ? "a model that says what it learned from" : "its own data";
    lacking.push(`accuracy on training and validation images, which needs ${why}`);
  }
  if (lacking.length === 0) return;
  const text = `left out: ${lacking.join("; ")}`;
  note(wrapped(text, terminalWidth(process.stderr)));
}

/** Writes the report of a run that diverged: what it was, its curves, and what to try. */
async function reportFailed({ path, ...file }: FoundHistory, flags: Flags): Promise<number> {
  const { recipe, seed, engine, settings, history } = file;
  const known = recipe !== null && seed !== null && engine !== null && settings !== null;
  const { payload, numbers } = failedContent(file);
  const gathered = {
    model: basename(path),
    command: known ? commandOf({ recipe, seed, engine, settings }, flags.data) : null,
    data: file.data?.name ?? flags.data ?? "data without a known name",
    parametersSha256: null,
    settings: settings === null ? {} : settingsByName(settings),
    verdict: verdict(history, file).text,
    compared: [],
  };
  const whole = { ...payload, ...gathered, shaping: null };
  return savePage(reportPageThatFits(whole, numbers, readParts(), null), flags);
}

async function savePage(page: string, { out, quiet }: Flags): Promise<number> {
  await writeFileWhole(out, page);
  if (!quiet) note(`saved ${out}: ${megabytes(page)} MB, open it in a browser`);
  return exitCodes.done;
}

/** The most hidden units that are shown on their way. */
const SHAPED_UNITS = 24;

/**
 * The weights of a model's run on its way, and those of the model itself.
 *
 * @throws {InputError} when the snapshots cannot be read, or are of another run
 */
async function momentsOf(
  folder: string,
  path: string,
  model: AnyModel,
  file: HistoryFile | null,
): Promise<Moment[]> {
  if (model.training === null || model.data === null) {
    refuse(
      path,
      "does not say what it learned from",
      "a model of the run of --snapshots",
      "leave the flag out",
    );
  }
  const { seed, engine } = model.training;
  const run = { seed, engine, settings: model.settings, data: model.data };
  const snapshots = await readSnapshots(
    folder,
    (other) => isSameRun(other, run),
    `those of the run that gave ${path}`,
  );
  const { iterations, bestEpoch } = model.figures;
  const moments = snapshots
    .filter(({ iteration }) => iteration <= iterations)
    .map(({ iteration, parameters }) => ({
      name: momentName(iteration, file?.history.epochs ?? []),
      W1: parameters.W1,
    }));
  const { W1 } = model.parameters;
  const last = moments.at(-1)?.W1.data;
  if (last?.every((weight, i) => weight === W1.data[i])) return moments;
  return [...moments, { name: `the model${bestEpoch ? `, of epoch ${bestEpoch}` : ""}`, W1 }];
}

/** A moment of a run in words, with the epoch and the accuracy where its history has them. */
function momentName(iteration: number, epochs: readonly EpochFigures[]): string {
  if (iteration === 0) return "before the first update";
  const at = epochs.find((epoch) => epoch.iteration === iteration);
  const accuracy = at?.validationAccuracy ?? null;
  const reached = accuracy === null ? "" : `, validation accuracy ${percent(accuracy)}`;
  const epoch = at === undefined ? "" : ` (epoch ${at.epoch}${reached})`;
  return `after ${counted(iteration, "update")}${epoch}`;
}

/**
 * The history of the run that gave a model: the one with its hash, or one that says nothing of it.
 *
 * @throws {InputError} when all are of other runs
 */
function historyOf(found: readonly FoundHistory[], path: string, model: AnyModel): FoundHistory {
  const hash = parametersHash(model.parameters);
  const own =
    found.find(({ parametersSha256 }) => parametersSha256 === hash) ??
    found.find(({ parametersSha256, failure }) => parametersSha256 === null && failure === null);
  if (own !== undefined) return own;
  const [{ path: file, parametersSha256 }] = found;
  const gave =
    found.length === 1 && parametersSha256 !== null
      ? `${file}: the history of a run that gave other parameters (${parametersSha256.slice(0, 8)}…)`
      : `--history: ${found.length} runs, none of which gave ${path}`;
  throw new InputError(
    `${gave}, expected that of ${path} (${hash.slice(0, 8)}…); ` +
      "name the model and the history of the same run",
  );
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
      valueText(value),
    ]),
  );
}

/** The verdict on a complete run with a history; what an older history lacks is measured again. */
function judge(model: AnyModel, split: Split | null, file: HistoryFile | null): string | null {
  if (file === null || model.training === null || model.figures.interrupted) return null;
  const { figures, data, settings } = model;
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
