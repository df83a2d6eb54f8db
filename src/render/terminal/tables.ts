import type { ClassFigures } from "../../inspect/classFigures.js";
import { fourDecimals } from "../numbers.js";

/** Precision, recall and F1 of each class as lines of text. */
export function classTable(figures: readonly ClassFigures[]): string {
  const rows = figures.map(({ name, count, precision, recall, f1 }) => [
    name,
    String(count),
    ...[precision, recall, f1].map(fourDecimals),
  ]);
  return aligned([["class", "images", "precision", "recall", "F1"], ...rows]);
}

/** A confusion matrix as lines of text: a row for each label, a column for each prediction. */
export function confusionTable(
  confusion: readonly (readonly number[])[],
  names: readonly string[],
): string {
  const rows = confusion.map((row, c) => [
    names[c],
    ...row.map((n) => (n === 0 ? "." : String(n))),
  ]);
  return aligned([["", ...names], ...rows]);
}

/** Rows of equal length as lines of text, every column flush right and as wide as its widest cell. */
export function aligned(rows: readonly string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: string[]) => row.map((cell, column) => cell.padStart(widths[column]));
  return rows.map((row) => line(row).join("  ")).join("\n");
}
