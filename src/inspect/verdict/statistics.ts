/** A difference of means counts from 4 standard errors: chance reaches that once in 30000 comparisons. */
export const SURE = 4;

/** Epochs whose mean stands for the end of a run, since a single one goes up and down. */
export const LAST_EPOCHS = 3;

/** The mean of numbers from start to end, and its standard error. */
export function meanOf(numbers: readonly number[], start: number, end: number) {
  const count = end - start;
  let sum = 0;
  for (let i = start; i < end; i++) sum += numbers[i];
  const mean = sum / count;
  let squares = 0;
  for (let i = start; i < end; i++) squares += (numbers[i] - mean) ** 2;
  return { mean, error: Math.sqrt(squares / Math.max(1, count - 1) / count) };
}

/** The third quarter of a run, the last one, and how far the loss fell between them, as a share. */
export function lastQuarters(loss: readonly number[]) {
  const quarter = (n: number) => Math.floor((n * loss.length) / 4);
  const before = meanOf(loss, quarter(2), quarter(3));
  const last = meanOf(loss, quarter(3), loss.length);
  const fall = before.mean > 0 ? 1 - last.mean / before.mean : 0;
  const sure = before.mean - last.mean > SURE * Math.hypot(before.error, last.error);
  return { last, fall, sure };
}

export function lastMean(numbers: readonly number[]): number {
  const last = numbers.slice(-LAST_EPOCHS);
  return last.reduce((sum, number) => sum + number, 0) / last.length;
}

/** What chance makes of an accuracy that is measured on some images, `SURE` standard errors. */
export function luck(accuracy: number, images: number): number {
  return SURE * Math.sqrt((accuracy * (1 - accuracy)) / Math.max(1, images));
}

export function inPercent(share: number, digits = 2): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** Two significant digits, written as a flag takes them. */
export function short(value: number): string {
  const rounded = Number(value.toPrecision(2));
  return rounded !== 0 && rounded < 1e-6 ? rounded.toFixed(20).replace(/0+$/, "") : String(rounded);
}
