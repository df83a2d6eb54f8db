/** How one class fares. Shares are 0..1; null where nothing was there to divide by. */
export interface ClassFigures {
  readonly name: string;
  /** Examples with this label. */
  readonly count: number;
  /** Of the examples predicted as this class, the share that is. */
  readonly precision: number | null;
  /** Of the examples that are this class, the share that was predicted so. */
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
