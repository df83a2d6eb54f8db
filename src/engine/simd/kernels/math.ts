/*
 * exp, log, sin and cos, operation for operation those of src/math.ts, where the methods are described.
 */

const LOG2_E: f64 = 1.4426950408889634;
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
const SQRT_2: f64 = 1.4142135623730951;

// 1/i!, each from the one before
const E2: f64 = 1.0 / 2;
const E3: f64 = E2 / 3;
const E4: f64 = E3 / 4;
const E5: f64 = E4 / 5;
const E6: f64 = E5 / 6;
const E7: f64 = E6 / 7;
const E8: f64 = E7 / 8;
const E9: f64 = E8 / 9;
const E10: f64 = E9 / 10;
const E11: f64 = E10 / 11;
const E12: f64 = E11 / 12;
const E13: f64 = E12 / 13;

const CIRCLE_TERMS: f64 = 13;

function powerOfTwo(k: i32): f64 {
  return reinterpret<f64>((<i64>(k + 1023)) << 52);
}

/** e to the power x. */
// @ts-ignore: decorator
@inline
export function exp(x: f64): f64 {
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019412) return 0;
  if (x != x) return x;
  const whole = Math.floor(x * LOG2_E + 0.5);
  const r = x - whole * LN2_HIGH - whole * LN2_LOW;
  let sum = E13;
  sum = sum * r + E12;
  sum = sum * r + E11;
  sum = sum * r + E10;
  sum = sum * r + E9;
  sum = sum * r + E8;
  sum = sum * r + E7;
  sum = sum * r + E6;
  sum = sum * r + E5;
  sum = sum * r + E4;
  sum = sum * r + E3;
  sum = sum * r + E2;
  sum = sum * r + 1;
  sum = sum * r + 1;
  const k = <i32>whole;
  const half = k >> 1;
  return sum * powerOfTwo(half) * powerOfTwo(k - half);
}

/** The natural logarithm of x; NaN below 0. */
export function log(x: f64): f64 {
  if (x == 0) return -Infinity;
  if (!(x > 0)) return NaN;
  if (x == Infinity) return x;
  let k = 0;
  let m = x;
  if (m < 2.2250738585072014e-308) {
    m *= 18014398509481984;
    k = -54;
  }
  const bits = reinterpret<i64>(m);
  k += <i32>(bits >> 52) - 1023;
  m = reinterpret<f64>((bits & 0xfffffffffffff) | 0x3ff0000000000000);
  if (m > SQRT_2) {
    m /= 2;
    k += 1;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const s2 = s * s;
  let sum = (2.0 / 21) * s2;
  sum = (sum + 2.0 / 19) * s2;
  sum = (sum + 2.0 / 17) * s2;
  sum = (sum + 2.0 / 15) * s2;
  sum = (sum + 2.0 / 13) * s2;
  sum = (sum + 2.0 / 11) * s2;
  sum = (sum + 2.0 / 9) * s2;
  sum = (sum + 2.0 / 7) * s2;
  sum = (sum + 2.0 / 5) * s2;
  sum = (sum + 2.0 / 3) * s2;
  return <f64>k * LN2_HIGH + (f - (s * (f - sum) - <f64>k * LN2_LOW));
}

/** The sine of an angle from -pi to pi. */
export function sin(x: f64): f64 {
  let sum: f64 = 1;
  for (let i = CIRCLE_TERMS; i >= 1; i--) sum = 1 - ((x * x) / (2 * i * (2 * i + 1))) * sum;
  return x * sum;
}

/** The cosine of an angle from -pi to pi. */
export function cos(x: f64): f64 {
  let sum: f64 = 1;
  for (let i = CIRCLE_TERMS; i >= 1; i--) sum = 1 - ((x * x) / ((2 * i - 1) * 2 * i)) * sum;
  return sum;
}
