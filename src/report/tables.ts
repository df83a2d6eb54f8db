import Table from "cli-table3";
import type { ClassFigures } from "./classFigures.js";

/** Precision, recall and F1 of each class as lines of text. */
export function classTable(figures: readonly ClassFigures[]): string {
  const header = ["class", "images", "precision", "recall", "F1"];
  const rows = figures.map(({ name, count, precision, recall, f1 }) => [
    name,
    String(count),
    shareText(precision),
    shareText(recall),
    shareText(f1),
  ]);
  return aligned([header, ...rows]);
}

/** A confusion matrix as lines of text: a row for each label, a column for each prediction. */
export function confusionTable(
  confusion: readonly (readonly number[])[],
  names: readonly string[],
): string {
  const header = ["", ...names];
  const rows = confusion.map((row, c) => [
    names[c],
    ...row.map((n) => (n === 0 ? "." : String(n))),
  ]);
  return aligned([header, ...rows]);
}

/** A share with four decimals; a dash where there is none. */
export function shareText(share: number | null): string {
  return share === null ? "-" : share.toFixed(4);
}

function aligned(rows: string[][]): string {
  const none = { top: "", "top-mid": "", "top-left": "", "top-right": "" };
  const table = new Table({
    chars: {
      ...none,
      bottom: "",
      "bottom-mid": "",
      "bottom-left": "",
      "bottom-right": "",
      left: "",
      "left-mid": "",
      mid: "",
      "mid-mid": "",
      right: "",
      "right-mid": "",
      middle: "  ",
    },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    colAligns: rows[0].map(() => "right" as const),
  });
  table.push(...rows);
  return table.toString();
}
