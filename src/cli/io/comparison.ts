import type { HistoryFile } from "../../documents/history.js";
import type { FinishedRun } from "../../render/comparison.js";
import { runTable } from "../../render/terminal/runTable.js";
import { terminalComparison } from "../../render/terminal/terminalComparison.js";
import { runNames } from "../runNames.js";
import type { FoundHistory } from "./savedFiles.js";
import { lineStyleFor, linesOf, terminalHeight, terminalWidth } from "./terminal.js";

/** Histories as runs to compare, each under its name. */
export function comparedRuns(found: readonly FoundHistory[]): FinishedRun[] {
  const names = runNames(found);
  return found.map((file, i) => finishedRun(file, names[i]));
}

/** The accuracies that a run reached: on all images where it measured them, else as of its last epoch. */
export function reachedAccuracies({
  figures,
  history: { epochs },
}: Pick<HistoryFile, "figures" | "history">) {
  const last = epochs.at(-1);
  return {
    trainingAccuracy: figures?.trainingAccuracy ?? last?.trainingAccuracy ?? null,
    validationAccuracy: figures?.validationAccuracy ?? last?.validationAccuracy ?? null,
  };
}

/** A history as a run to compare. */
export function finishedRun(
  file: Omit<HistoryFile, "data">,
  { name, line }: { readonly name: string; readonly line: string },
): FinishedRun {
  const { history, figures, seconds, failure } = file;
  const { start, loss, epochs } = history;
  return {
    name,
    line,
    start,
    loss,
    epochs,
    iterations: loss.length,
    ...reachedAccuracies(file),
    seconds,
    remark:
      failure !== null
        ? `diverged at update ${failure.iteration}: ${failure.found}`
        : figures?.interrupted
          ? "interrupted"
          : "",
  };
}

/** The curves of runs and the table of their figures, as text that fits a stream. */
export function comparisonText(runs: readonly FinishedRun[], stream: NodeJS.WriteStream): string {
  const style = lineStyleFor(stream);
  const columns = terminalWidth(stream);
  const table = runTable(runs, columns, style);
  const most = terminalHeight(stream) - linesOf(`\n${table}`, columns);
  const curves = terminalComparison(runs, { columns, most, style });
  return curves === "" ? table : `${curves}\n\n${table}`;
}
