import { writeFileWhole } from "../../../documents/files.js";
import type { HistoryFile } from "../../../documents/history.js";
import { exitCodes } from "../../../errors.js";
import type { Verdict } from "../../../inspect/verdict/finding.js";
import { verdict } from "../../../inspect/verdict/verdict.js";
import type { CurveHistory } from "../../../render/curves.js";
import { wordsOfKept } from "../../../render/keptWeights.js";
import { counted, lossInParts, percent } from "../../../render/numbers.js";
import { terminalCurves } from "../../../render/terminal/terminalCurves.js";
import { valuesOf } from "../../../settings/settings.js";
import { comparedRuns, comparisonText, reachedAccuracies } from "../../io/comparison.js";
import { drawComparison, drawCurves } from "../../io/pictures.js";
import { type FoundHistory, loadHistories } from "../../io/savedFiles.js";
import {
  lineStyleFor,
  linesOf,
  note,
  print,
  printJson,
  terminalHeight,
  terminalWidth,
  wrapped,
} from "../../io/terminal.js";

/**
 * Shows the histories that `mnist-train --history` saved. Of one run: its curves, its final figures, and the
 * verdict; of several, their curves on common axes, and a table. Or draws the curves to a file.
 *
 * @param out  an .svg or .png to draw to, instead of showing anything
 * @param json whether to print one JSON document instead of curves and words
 * @returns    the exit code
 * @throws {InputError} when the file cannot be read or is not a history, or `out` cannot be written
 */
export async function showHistory(
  paths: readonly string[],
  flags: HistoryFlags = {},
): Promise<number> {
  const found = await loadHistories(paths);
  if (found.length > 1) await showSeveral(found, flags);
  else await showOne(found[0], flags);
  return exitCodes.done;
}

interface HistoryFlags {
  readonly out?: string;
  readonly json?: true;
}

async function showOne(
  { path, number, ...file }: FoundHistory,
  { out, json }: HistoryFlags,
): Promise<void> {
  if (out !== undefined) await writeFileWhole(out, await drawCurves(out, curvesOf(file)));
  const judged = judge(file);
  if (json) printJson({ ...summary(path, file, judged), out: out ?? null });
  else if (out !== undefined) note(`saved ${out}`);
  else printHistory(path, file, judged);
}

/** What the curves say; null for an interrupted run, since how it would have ended is unknown. */
function judge(file: HistoryFile): Verdict | null {
  return file.figures?.interrupted ? null : verdict(file.history, file);
}

async function showSeveral(
  found: readonly FoundHistory[],
  { out, json }: HistoryFlags,
): Promise<void> {
  const runs = comparedRuns(found);
  if (out !== undefined) await writeFileWhole(out, await drawComparison(out, runs));
  if (json) {
    const described = found.map(({ path, number, ...file }, i) => ({
      name: runs[i].name,
      ...summary(path, file, judge(file)),
    }));
    printJson({ runs: described, out: out ?? null });
  } else if (out !== undefined) note(`saved ${out}`);
  else print(comparisonText(runs, process.stdout));
}

/** A history without its thousands of losses. */
function summary(path: string, file: HistoryFile, judged: Verdict | null) {
  const { history, figures, data, settings, ...about } = file;
  const { start, loss, epochs } = history;
  const last = epochs.at(-1);
  return {
    history: path,
    ...about,
    settings: settings && valuesOf(settings),
    iterations: loss.length,
    epochs: epochs.length,
    interrupted: figures?.interrupted ?? null,
    start,
    loss: loss.at(-1) ?? null,
    // Of the last batch where the run recorded it, else as of the end of an epoch that ended with it.
    penalty: figures?.penalty ?? (last?.iteration === loss.length ? last.penalty : null),
    earlyStop: figures?.earlyStop ?? null,
    bestEpoch: figures?.bestEpoch ?? null,
    ...reachedAccuracies(file),
    verdict: judged,
  };
}

/** What pictures show of a history. */
function curvesOf({ history, failure }: HistoryFile): CurveHistory {
  return { ...history, failure };
}

/** The figures that a run reached, a line for each. */
function figuresOf({
  start,
  loss,
  penalty,
  trainingAccuracy,
  validationAccuracy,
}: Pick<
  ReturnType<typeof summary>,
  "start" | "loss" | "penalty" | "trainingAccuracy" | "validationAccuracy"
>): string[] {
  const lines: (readonly [what: string, value: string])[] = [];
  if (start !== null) {
    const began = lossInParts(start.loss + start.penalty, start.penalty);
    lines.push(["start", `${began} nats, training accuracy ${percent(start.trainingAccuracy)}`]);
  }
  if (loss !== null) lines.push(["last batch", `${lossInParts(loss, penalty)} nats`]);
  if (trainingAccuracy !== null) lines.push(["training accuracy", percent(trainingAccuracy)]);
  if (validationAccuracy !== null) lines.push(["validation accuracy", percent(validationAccuracy)]);
  return lines.map(([what, value]) => what.padEnd(21) + value);
}

function printHistory(path: string, file: HistoryFile, judged: Verdict | null): void {
  const { recipe, seed, seconds, iterations, epochs, ...reached } = summary(path, file, judged);
  const columns = terminalWidth(process.stdout);
  const began = recipe === null ? "" : `, recipe ${recipe}, seed ${seed}`;
  const took = seconds === null ? "" : ` in ${seconds} s`;
  const head = `${path}: ${counted(iterations, "iteration")}, ${counted(epochs, "whole epoch")}${took}${began}`;
  const below = [...figuresOf(reached)];
  const kept = wordsOfKept({ ...reached, patience: file.settings?.patience ?? null });
  if (kept !== null) below.push(wrapped(kept, columns));
  if (judged !== null) below.push(wrapped(judged.text, columns));
  // with the empty line below the curves
  const around = linesOf([head, "", ...below, ""].join("\n"), columns);
  const most = terminalHeight(process.stdout) - around;
  const curves = terminalCurves(curvesOf(file), {
    ...{ columns, most },
    style: lineStyleFor(process.stdout),
  });
  print([head, ...(curves === "" ? [] : ["", curves, ""]), ...below].join("\n"));
}
