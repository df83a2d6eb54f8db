/** A plain value, as a flag or a field of a file holds it. */
export type Value = number | string | boolean | null;

/** The values that a setting may have; true and false without `range` or `words`. */
export interface Allowed {
  readonly range?: Range;
  /** Whether a number may also be null. */
  readonly nullable?: true;
  readonly words?: readonly string[];
}

/** A setting: its values and what it means. */
export interface Entry extends Allowed {
  /** What --help says about it. */
  readonly help: string;
  readonly default: Value;
  /** What a file means that lacks it; absent if every file has it. */
  readonly older?: Value;
  /** The setting without which it has no effect: it must be on or above 0, or have the value named here. */
  readonly needs?: readonly [setting: string, value?: string];
}

/** The type of the values that an entry allows. */
export type ValueOf<E> = E extends { words: readonly (infer W)[] }
  ? W
  : E extends { range: Range }
    ? E extends { nullable: true }
      ? number | null
      : number
    : boolean;

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
  if (most === Number.MAX_SAFE_INTEGER) return `${kind} from ${least} to 2^53 - 1`;
  return `${kind} from ${least} to ${most}`;
}

/** Whether a value is a number in a range; NaN is in none. */
export function inRange(value: unknown, { whole, least, most, above }: Range): boolean {
  if (typeof value !== "number" || (whole && !Number.isInteger(value))) return false;
  return (above ? value > least : value >= least) && value <= most;
}

/** What an entry allows, in words. */
export function describeValues({ range, words }: Allowed): string {
  if (range !== undefined) return describeRange(range);
  return words === undefined ? "true or false" : `one of ${words.join(", ")}`;
}

/** Whether an entry allows a value. */
export function allows({ range, words, nullable }: Allowed, value: unknown): boolean {
  if (range !== undefined) return (value === null && nullable === true) || inRange(value, range);
  return words === undefined ? typeof value === "boolean" : words.some((word) => word === value);
}
