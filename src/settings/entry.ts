/** A plain value, as a flag or a field of a file holds it. */
export type Value = number | string | boolean | null;

/** What a setting may be, and what it means. Without `range` or `words` it is a switch. */
export interface Entry<T extends Value = Value> {
  readonly default: T;
  /** What --help says about it. */
  readonly help: string;
  /** What a file means that lacks it; absent if every file has it. */
  readonly older?: T;
  readonly range?: Range;
  /** Whether a number may also be null. */
  readonly nullable?: boolean;
  readonly words?: readonly string[];
  /** The setting without which it has no effect: one that must be on or above 0, or have this value. */
  readonly needs?: readonly [setting: string, value?: string];
}

/** The values that an entry allows. */
export type ValueOf<E> = E extends Entry<infer T> ? T : never;

/** What only some entries have. */
type More<T extends Value> = Pick<Entry<T>, "older" | "needs">;

/** The entry of a number. */
export function number(
  range: Range,
  value: number,
  help: string,
  more: More<number> = {},
): Entry<number> {
  return { range, default: value, help, ...more };
}

/** The entry of a number that may also be null. */
export function numberOrNull(
  range: Range,
  value: number | null,
  help: string,
  more: More<number | null> = {},
): Entry<number | null> {
  return { range, nullable: true, default: value, help, ...more };
}

/** The entry of one of several words. */
export function word<W extends string>(
  words: readonly W[],
  value: W,
  help: string,
  more: More<W> = {},
): Entry<W> {
  return { words, default: value, help, ...more };
}

/**
 * A switch, with the same default in files that lack it.
 *
 * @param help of the flag that changes it: of --no-NAME for a switch that is on by default
 */
export function toggle(help: string, on = false): Entry<boolean> {
  return { default: on, help, older: on };
}

/** The values that a number may have. */
export interface Range {
  readonly whole: boolean;
  readonly least: number;
  readonly most: number;
  /** Whether `least` itself is excluded. */
  readonly above?: boolean;
}

export const whole = (least: number, most: number): Range => ({ whole: true, least, most });
export const between = (least: number, most: number): Range => ({ whole: false, least, most });
export const above = (least: number, most: number): Range => ({
  ...between(least, most),
  above: true,
});

/** A range in words: "a whole number from 1 to 65536". */
export function describeRange({ whole, least, most, above }: Range): string {
  const kind = whole ? "a whole number" : "a number";
  if (above) return `${kind} above ${least}, at most ${most}`;
  return `${kind} from ${least} to ${most === Number.MAX_SAFE_INTEGER ? "2^53 - 1" : most}`;
}

/** Whether a value is a number in a range; NaN is in none. */
export function inRange(value: unknown, { whole, least, most, above }: Range): boolean {
  if (typeof value !== "number" || (whole && !Number.isInteger(value))) return false;
  return (above ? value > least : value >= least) && value <= most;
}

/** The largest n of which 1/n is written so, and from how many characters on. */
const MOST_PARTS = 10_000;
const LONG = 8;

/**
 * A value as people read and write it: 1/255 rather than 0.00392156862745098, "none" for null.
 * `readNumber` reads what this writes, to the same number.
 */
export function valueText(value: Value): string {
  if (typeof value !== "number") return String(value ?? "none");
  const parts = Math.round(1 / value);
  const isFraction = parts > 1 && parts <= MOST_PARTS && 1 / parts === value;
  return isFraction && String(value).length > LONG ? `1/${parts}` : String(value);
}

/** The number of a text such as 200, 1e-3 or 1/255; NaN if it is none. */
export function readNumber(text: string): number {
  const [, above, below] = /^([^/]*)\/(.*)$/.exec(text) ?? [];
  if (below !== undefined) return plainNumber(above) / plainNumber(below);
  return plainNumber(text);
}

function plainNumber(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

/** What an entry allows, in words. */
export function describeValues({ range, words }: Entry): string {
  if (range !== undefined) return describeRange(range);
  return words === undefined ? "true or false" : `one of ${words.join(", ")}`;
}

/** Whether an entry allows a value. */
export function allows({ range, words, nullable }: Entry, value: unknown): boolean {
  if (range !== undefined) return (value === null && nullable === true) || inRange(value, range);
  return words === undefined ? typeof value === "boolean" : words.some((word) => word === value);
}
