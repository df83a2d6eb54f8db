import type { ClassFigures } from "../../inspect/classFigures.js";

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
function shareText(share: number | null): string {
  return share === null ? "-" : share.toFixed(4);
}

/** Rows of equal length as lines of text, every column flush right and as wide as its widest. */
export function aligned(rows: readonly string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: string[]) => row.map((cell, column) => cell.padStart(widths[column]));
  return rows.map((row) => line(row).join("  ")).join("\n");
}
