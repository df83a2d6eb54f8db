/** The smallest normal float32: below it numbers have fewer digits than six. */
const SMALLEST_NORMAL = 1.1754943508222875e-38;

/**
 * A float32 in the shortest decimal form that reads back to the same float32.
 *
 * @param value finite, and exactly a float32
 */
export function float32Text(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  // Six digits always survive a float32 and nine always name it; subnormals keep fewer.
  const fewest = Math.abs(value) < SMALLEST_NORMAL ? 1 : 6;
  for (let digits = fewest; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return String(candidate);
  }
  return String(Number(value.toPrecision(9)));
}

/** Float32 numbers as a JSON array; -0 and every digit survive. */
export function float32ArrayText(values: ArrayLike<number>): string {
  const texts = new Array<string>(values.length);
  for (let i = 0; i < values.length; i++) texts[i] = float32Text(values[i]);
  return `[${texts.join(",")}]`;
}
