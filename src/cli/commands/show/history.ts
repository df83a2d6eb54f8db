import { writeFileWhole } from "../../../documents/files.js";
import type { HistoryFile } from "../../../documents/history.js";
import { exitCodes } from "../../../errors.js";
import type { Verdict } from "../../../inspect/verdict/finding.js";
import { verdict } from "../../../inspect/verdict/verdict.js";
import { wordsOfKept } from "../../../render/keptWeights.js";
import { counted, lossInParts, percent } from "../../../render/numbers.js";
import { terminalCurves } from "../../../render/terminal/terminalCurves.js";
import { valuesOf } from "../../../settings/settings.js";
import { drawCurves } from "../../io/pictures.js";
import { loadHistory } from "../../io/savedFiles.js";
import { coloursFor, note, print, printJson, terminalWidth, wrapped } from "../../io/terminal.js";

/**
 * Shows a history that `mnist-train --history` saved: its curves, its final figures, and the verdict; or
 * draws the curves to a file.
 *
 * @param out  an .svg or .png to draw to, instead of showing anything
 * @param json whether to print one JSON document instead of curves and words
 * @returns    the exit code
 * @throws {InputError} when the file cannot be read or is not a history, or `out` cannot be written
 */
export async function showHistory(
  path: string,
  { out, json }: { readonly out?: string; readonly json?: true } = {},
): Promise<number> {
  const file = await loadHistory(path);
  if (out !== undefined)
    await writeFileWhole(out, await drawCurves(out, { ...file.history, failure: file.failure }));
  // How an interrupted run would have ended is unknown.
  const judged = file.figures?.interrupted ? null : verdict(file.history, file);
  if (json) printJson({ ...summary(path, file, judged), out: out ?? null });
  else if (out !== undefined) note(`saved ${out}`);
  else printHistory(path, file, judged);
  return exitCodes.done;
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
    // On all images where the run measured them, else as of its last epoch.
    trainingAccuracy: figures?.trainingAccuracy ?? last?.trainingAccuracy ?? null,
    validationAccuracy: figures?.validationAccuracy ?? last?.validationAccuracy ?? null,
    verdict: judged,
  };
}

function printHistory(path: string, file: HistoryFile, judged: Verdict | null): void {
  const { recipe, seed, seconds, iterations, epochs, ...reached } = summary(path, file, judged);
  const columns = terminalWidth(process.stdout);
  const coloured = coloursFor(process.stdout).level > 0;
  const began = recipe === null ? "" : `, recipe ${recipe}, seed ${seed}`;
  const took = seconds === null ? "" : ` in ${seconds} s`;
  print(
    `${path}: ${counted(iterations, "iteration")}, ${counted(epochs, "whole epoch")}${took}${began}`,
  );
  const curves = terminalCurves({ ...file.history, failure: file.failure }, columns, coloured);
  if (curves !== "") print(`\n${curves}\n`);
  const line = (what: string, value: string) => print(`${what.padEnd(21)}${value}`);
  const { start, loss, penalty, trainingAccuracy, validationAccuracy } = reached;
  if (start !== null) {
    const began = lossInParts(start.loss + start.penalty, start.penalty);
    line("start", `${began} nats, training accuracy ${percent(start.trainingAccuracy)}`);
  }
  if (loss !== null) line("last batch", `${lossInParts(loss, penalty)} nats`);
  if (trainingAccuracy !== null) line("training accuracy", percent(trainingAccuracy));
  if (validationAccuracy !== null) line("validation accuracy", percent(validationAccuracy));
  const kept = wordsOfKept({ ...reached, patience: file.settings?.patience ?? null });
  if (kept !== null) print(wrapped(kept, columns));
  if (judged !== null) print(wrapped(judged.text, columns));
}
