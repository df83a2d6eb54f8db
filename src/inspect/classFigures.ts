/** Precision, recall and F1 of one class, 0..1; null where the divisor is 0. */
export interface ClassFigures {
  readonly name: string;
  /** Examples with this label. */
  readonly count: number;
  /** Share of the examples predicted as this class that have its label. */
  readonly precision: number | null;
  /** Share of the examples with this label that were predicted as it. */
  readonly recall: number | null;
  /** Harmonic mean of precision and recall. */
  readonly f1: number | null;
}

/**
 * Precision, recall and F1 of every class.
 *
 * @param confusion confusion[label][prediction] counts examples
 * Source: C. J. van Rijsbergen, "Information Retrieval" (1979), chapter 7
 */
export function classFigures(
  confusion: readonly (readonly number[])[],
  names: readonly string[],
): ClassFigures[] {
  return confusion.map((row, c) => {
    const right = row[c];
    const count = sum(row);
    const predicted = sum(confusion.map((other) => other[c]));
    return {
      name: names[c],
      count,
      precision: ratio(right, predicted),
      recall: ratio(right, count),
      f1: ratio(2 * right, predicted + count),
    };
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
