/*
 * exp, log, sin, cos and whole powers from + - * / alone.
 *
 * JavaScript leaves the last digits of Math.exp, Math.log and Math.sin to each engine, so a training run
 * that used them would not repeat on another machine. These functions do repeat: IEEE 754 rounds each of
 * their operations exactly. Their error is about one unit in the last place.
 *
 * Method: W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980). Take out a whole
 * power of two, with ln 2 split in two parts so that the remainder keeps its digits; then sum a series.
 */

const LOG2_E = 1.4426950408889634;
const LN2_HIGH = 0.6931471803691238; // the leading 33 bits of ln 2, so that k·LN2_HIGH is exact
const LN2_LOW = 1.9082149292705877e-10; // ln 2 - LN2_HIGH

const EXP_LARGEST = 709.782712893384; // beyond this, exp exceeds the largest double
const EXP_SMALLEST = -745.1332191019412; // below this, exp rounds to 0

/** 1/i! for i = 0..13: with |r| <= ln2/2 the first term left out is below 5e-18. */
const EXP_SERIES = new Float64Array(14);
EXP_SERIES[0] = 1;
for (let i = 1; i < EXP_SERIES.length; i++) EXP_SERIES[i] = EXP_SERIES[i - 1] / i;

/** 2/(2i + 1) for i = 0..10: with |s| <= 0.172 the first term left out is below 3e-18. */
const LOG_SERIES = new Float64Array(11);
for (let i = 0; i < LOG_SERIES.length; i++) LOG_SERIES[i] = 2 / (2 * i + 1);

const SQRT_HALF = 0.7071067811865476;

const bits = new DataView(new ArrayBuffer(8));

/** 2 to the power k, for k = -1022..1023. */
function powerOfTwo(k: number): number {
  bits.setInt32(0, (k + 1023) << 20);
  bits.setInt32(4, 0);
  return bits.getFloat64(0);
}

/** e to the power x, the same on every machine. */
export function exp(x: number): number {
  if (x > EXP_LARGEST) return Number.POSITIVE_INFINITY;
  if (x < EXP_SMALLEST) return 0;
  if (Number.isNaN(x)) return x;
  const k = Math.floor(x * LOG2_E + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW; // e^x = 2^k · e^r
  let sum = EXP_SERIES[13];
  for (let i = 12; i >= 0; i--) sum = sum * r + EXP_SERIES[i];
  const half = k >> 1; // 2^k itself can be out of range where e^x is not
  return sum * powerOfTwo(half) * powerOfTwo(k - half);
}

/** The natural logarithm of x, the same on every machine; NaN below 0. */
export function log(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (!(x > 0)) return Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  let k = 0;
  let m = x;
  if (m < 2.2250738585072014e-308) {
    m *= 18014398509481984; // 2^54: subnormal numbers hide their exponent
    k = -54;
  }
  bits.setFloat64(0, m);
  const high = bits.getInt32(0);
  k += (high >> 20) - 1023;
  bits.setInt32(0, (high & 0xfffff) | 0x3ff00000);
  m = bits.getFloat64(0); // x = 2^k · m, m in [1, 2)
  if (m > 2 * SQRT_HALF) {
    m /= 2;
    k += 1;
  }
  const f = m - 1;
  const s = f / (2 + f); // ln m = 2 artanh s
  const s2 = s * s;
  let sum = 0;
  for (let i = 10; i >= 1; i--) sum = (sum + LOG_SERIES[i]) * s2;
  // ln m = s·(2 + sum), written as f minus a small correction, since f has no rounding error
  return k * LN2_HIGH + (f - (s * (f - sum) - k * LN2_LOW));
}

/** Terms of sin and cos: at pi the first one left out is below 2e-15. */
const CIRCLE_TERMS = 13;

/** The sine of an angle from -pi to pi, the same on every machine. */
export function sin(x: number): number {
  let sum = 1;
  for (let i = CIRCLE_TERMS; i >= 1; i--) sum = 1 - ((x * x) / (2 * i * (2 * i + 1))) * sum;
  return x * sum;
}

/** The cosine of an angle from -pi to pi, the same on every machine. */
export function cos(x: number): number {
  let sum = 1;
  for (let i = CIRCLE_TERMS; i >= 1; i--) sum = 1 - ((x * x) / ((2 * i - 1) * 2 * i)) * sum;
  return sum;
}

/** base to a whole power n >= 0, by repeated squaring. */
export function power(base: number, n: number): number {
  let result = 1;
  let square = base;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
