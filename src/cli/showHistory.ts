import { exitCodes, UsageError } from "../errors.js";
import { checkWritable, writeFileWhole } from "../files.js";
import { terminalCurves } from "../report/terminalCurves.js";
import { type Verdict, verdict } from "../report/verdict.js";
import { decodeHistory, type HistoryFile } from "../train/history.js";
import { checkPictureName } from "./pictures.js";
import { drawCurves } from "./plot.js";
import { readText } from "./readText.js";
import { coloursFor, note, percent, print, wrapped } from "./terminal.js";

/** Columns where standard output is no terminal. */
const COLUMNS = 80;

/**
 * Shows a history that `mnist-train --history` saved: its curves, what it came to, and the verdict; or
 * draws the curves into a file.
 *
 * @param out  an .svg or .png to draw into, instead of showing anything
 * @param json whether standard output is to be one JSON document
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
    if (json) throw new UsageError(`--out ${out} and --json: expected one of the two`);
  }
  const text = await readText(path, { called: "a history", from: "mnist-train --history" });
  const file = decodeHistory(text, path);
  if (out !== undefined) {
    await writeFileWhole(out, await drawCurves(out, file.history));
    note(`saved ${out}`);
    return exitCodes.done;
  }
  // The weights are not in the file, so that nobody can tell which units they turn off.
  const judged = verdict(file.history, { settings: file.settings, deadUnits: null });
  if (json) print(JSON.stringify(summary(path, file, judged)));
  else printHistory(path, file, judged);
  return exitCodes.done;
}

/** What a history comes to, without its thousands of losses. */
function summary(
  path: string,
  { history, recipe, seed, engine, seconds, parametersSha256, settings, figures }: HistoryFile,
  judged: Verdict,
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

function printHistory(path: string, file: HistoryFile, judged: Verdict): void {
  const { recipe, seed, seconds, iterations, epochs, ...reached } = summary(path, file, judged);
  const { stdout } = process;
  const columns = stdout.columns ?? COLUMNS;
  const coloured = coloursFor(stdout).level > 0;
  const of = recipe === null ? "" : `, recipe ${recipe}, seed ${seed}`;
  const took = seconds === null ? "" : ` in ${seconds} s`;
  print(`${path}: ${iterations} iterations, ${epochs} whole epochs${took}${of}`);
  const curves = terminalCurves(file.history, columns, coloured);
  if (curves !== "") print(`\n${curves}\n`);
  const line = (what: string, value: string) => print(`${what.padEnd(21)}${value}`);
  if (reached.loss !== null) line("loss of last batch", `${reached.loss.toFixed(4)} nats`);
  const { trainingAccuracy, validationAccuracy } = reached;
  if (trainingAccuracy !== null) line("training accuracy", percent(trainingAccuracy));
  if (validationAccuracy !== null) line("validation accuracy", percent(validationAccuracy));
  print(wrapped(judged.text, columns));
}
