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

/** A number with few significant digits and no trailing zeros: 0.125, 40, 0.00002. */
export function short(value: number, digits = 3): string {
  return String(Number(value.toPrecision(digits)));
}

/** A time in seconds or minutes, whichever is shorter to read: 0.51 s, 6.7 min. */
export function duration(seconds: number): string {
  return seconds < 100 ? `${seconds.toPrecision(2)} s` : `${(seconds / 60).toPrecision(2)} min`;
}

/** A count with its noun: "1 image", "2 images". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
