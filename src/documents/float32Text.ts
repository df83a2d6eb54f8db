/** The smallest normal float32: below it numbers have fewer digits than six. */
const SMALLEST_NORMAL = 1.1754943508222875e-38;

/**
 * A float32 in the shortest decimal form that reads back to the same float32.
 *
 * @param value finite, and exactly a float32
 */
export function float32Text(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  // Nine digits always name a float32. Most weights need seven or eight, so seven are tried first; subnormals
  // keep fewer.
  const isNormal = Math.abs(value) >= SMALLEST_NORMAL;
  let digits = isNormal ? 7 : 1;
  let shortest = rounded(value, digits);
  while (Math.fround(shortest) !== value) shortest = rounded(value, ++digits);
  if (isNormal && digits === 7) {
    const six = rounded(value, 6); // or fewer: zeros at the end go
    if (Math.fround(six) === value) shortest = six;
  }
  return String(shortest);
}

const rounded = (value: number, digits: number) => Number(value.toPrecision(digits));

/** Float32 numbers as a JSON array; -0 and every digit survive. */
export function float32ArrayText(values: ArrayLike<number>): string {
  const texts = new Array<string>(values.length);
  for (let i = 0; i < values.length; i++) texts[i] = float32Text(values[i]);
  return `[${texts.join(",")}]`;
}
