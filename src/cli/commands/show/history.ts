import { checkWritable, writeFileWhole } from "../../../documents/files.js";
import type { HistoryFile } from "../../../documents/history.js";
import { exitCodes } from "../../../errors.js";
import { type Verdict, verdict } from "../../../inspect/verdict.js";
import { percent } from "../../../render/numbers.js";
import { terminalCurves } from "../../../render/terminal/terminalCurves.js";
import { loadHistory } from "../../io/modelAndData.js";
import { checkNotRead } from "../../io/outputs.js";
import { checkPictureName } from "../../io/pictures.js";
import { drawCurves } from "../../io/plot.js";
import { coloursFor, counted, note, print, terminalWidth, wrapped } from "../../io/terminal.js";

/**
 * Shows a history that `mnist-train --history` saved: its curves, what it came to, and the verdict; or
 * draws the curves into a file.
 *
 * @param out  an .svg or .png to draw into, instead of showing anything
 * @param json whether standard output is to be one JSON document, in place of curves and words
 * @returns    the exit code
 * @throws {InputError} when the file cannot be read or is no history, or `out` cannot be written
 * @throws {UsageError} when the name of `out` ends in neither .svg nor .png
 */
export async function showHistory(
  path: string,
  { out, json }: { readonly out?: string; readonly json?: true } = {},
): Promise<number> {
  if (out !== undefined) {
    checkPictureName("--out", out);
    checkWritable(out);
    checkNotRead({ "--out": out }, [[`--history ${path}`, path]]);
  }
  const file = await loadHistory(path);
  if (out !== undefined) await writeFileWhole(out, await drawCurves(out, file.history));
  // Nobody can tell how a run that was interrupted would have ended. The weights are not in the file, so
  // that their dead units stay unknown.
  const judged = file.figures?.interrupted
    ? null
    : verdict(file.history, { settings: file.settings, deadUnits: null });
  if (json) print(JSON.stringify({ ...summary(path, file, judged), out: out ?? null }));
  else if (out !== undefined) note(`saved ${out}`);
  else printHistory(path, file, judged);
  return exitCodes.done;
}

/** What a history comes to, without its thousands of losses. */
function summary(
  path: string,
  { history, recipe, seed, engine, seconds, parametersSha256, settings, figures }: HistoryFile,
  judged: Verdict | null,
) {
  const { loss, epochs } = history;
  const last = epochs.at(-1);
  return {
    ...{ history: path, recipe, seed, engine, seconds, parametersSha256, settings },
    iterations: loss.length,
    epochs: epochs.length,
    interrupted: figures?.interrupted ?? null,
    loss: loss.at(-1) ?? null,
    // On all images where the run measured them, else on those of its last epoch.
    trainingAccuracy: figures?.trainingAccuracy ?? last?.trainingAccuracy ?? null,
    validationAccuracy: figures?.validationAccuracy ?? last?.validationAccuracy ?? null,
    verdict: judged,
  };
}

function printHistory(path: string, file: HistoryFile, judged: Verdict | null): void {
  const { recipe, seed, seconds, iterations, epochs, ...reached } = summary(path, file, judged);
  const { stdout } = process;
  const columns = terminalWidth(stdout);
  const coloured = coloursFor(stdout).level > 0;
  const of = recipe === null ? "" : `, recipe ${recipe}, seed ${seed}`;
  const took = seconds === null ? "" : ` in ${seconds} s`;
  print(
    `${path}: ${counted(iterations, "iteration")}, ${counted(epochs, "whole epoch")}${took}${of}`,
  );
  const curves = terminalCurves(file.history, columns, coloured);
  if (curves !== "") print(`\n${curves}\n`);
  const line = (what: string, value: string) => print(`${what.padEnd(21)}${value}`);
  if (reached.loss !== null) line("loss of last batch", `${reached.loss.toFixed(4)} nats`);
  const { trainingAccuracy, validationAccuracy } = reached;
  if (trainingAccuracy !== null) line("training accuracy", percent(trainingAccuracy));
  if (validationAccuracy !== null) line("validation accuracy", percent(validationAccuracy));
  if (judged !== null) print(wrapped(judged.text, columns));
}
