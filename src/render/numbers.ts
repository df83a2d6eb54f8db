/*
 * The formats of numbers, wherever people read them: terminals, charts, pages.
 */

/** A share as percent: 97.62 %. */
export function percent(share: number, decimals = 2): string {
  return `${(100 * share).toFixed(decimals)} %`;
}

/** A share or a loss with four decimals; "-" where there is none. */
export function fourDecimals(value: number | null): string {
  return value === null ? "-" : value.toFixed(4);
}

/** A loss in at most eight characters: 0.1234, 12.3457, 4.24e37. */
export function lossText(loss: number): string {
  return loss < 1000 ? loss.toFixed(4) : withExponent(loss, 2);
}

function withExponent(value: number, decimals?: number): string {
  return value.toExponential(decimals).replace("e+", "e");
}

/** A loss as its parts, "data loss 0.1234 + L2 0.0567"; the L2 term is left out where there is none. */
export function lossInParts(loss: number, penalty: number | null): string {
  if (penalty === null) return `loss with L2 ${lossText(loss)}`;
  const data = `data loss ${lossText(Math.max(0, loss - penalty))}`;
  return penalty === 0 ? data : `${data} + L2 ${lossText(penalty)}`;
}

/** A number with few significant digits and no trailing zeros: 0.125, 40, 0.00002, 4.24e37. */
export function short(value: number, digits = 3): string {
  const rounded = Number(value.toPrecision(digits));
  return rounded < LARGE ? String(rounded) : withExponent(rounded);
}

/** Numbers from here on are written with an exponent. */
const LARGE = 1e6;

/** A number of any size in at most 8 characters, so that a small one is told from 0: 0.0312, -1.2e-7. */
export function ofAnySize(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || !Number.isFinite(value)) return String(value + 0); // no minus before a zero
  if (size < 0.001 || size >= 1e6) return value.toExponential(1);
  return value.toFixed(size < 100 ? 4 : 0);
}

/** A time in seconds or minutes, whichever is shorter to read: 0.51 s, 6.7 min. */
export function duration(seconds: number): string {
  return seconds < 100 ? `${seconds.toPrecision(2)} s` : `${(seconds / 60).toPrecision(2)} min`;
}

/** A count with its noun: "1 image", "2 images". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
