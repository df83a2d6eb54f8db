import { mostRuns } from "../documents/histories.js";
import { UsageError } from "../errors.js";
import { flagOf } from "../settings/flagName.js";

/*
 * Several runs from one command line: each flag with a list of values, every value with every other.
 */

/** The values of one run, by the names of the flags that have lists. */
export type Variation = Readonly<Record<string, number>>;

/**
 * The runs that lists of values ask for, the seed changing fastest.
 *
 * @param given what commander read, by name
 * @returns     null if no flag has a list
 * @throws {UsageError} when there are too many
 */
export function variationsOf(given: Readonly<Record<string, unknown>>): Variation[] | null {
  const lists = Object.entries(given).filter((entry): entry is [string, number[]] =>
    Array.isArray(entry[1]),
  );
  if (lists.length === 0) return null;
  lists.sort(([a], [b]) => Number(a === "seed") - Number(b === "seed"));
  const count = lists.reduce((product, [, { length }]) => product * length, 1);
  if (count > mostRuns) {
    const product = lists.map(([, { length }]) => length).join(" x ");
    const flags = lists.map(([key]) => flagOf(key)).join(" and ");
    throw new UsageError(
      `${flags} make ${product} = ${count} runs, expected at most ${mostRuns}; give fewer values`,
    );
  }
  return lists.reduce<Variation[]>(
    (runs, [key, values]) =>
      runs.flatMap((run) => values.map((value) => ({ ...run, [key]: value }))),
    [{}],
  );
}

/** The name of a run: "learning-rate 0.01, seed 2"; that of its line has no seed if others vary too. */
export function nameOf(variation: Variation): { readonly name: string; readonly line: string } {
  const words = (entries: readonly (readonly [string, number])[]) =>
    entries.map(([key, value]) => `${flagOf(key).replace("--", "")} ${value}`).join(", ");
  const all = Object.entries(variation);
  const others = all.filter(([key]) => key !== "seed");
  return { name: words(all), line: words(others.length > 0 ? others : all) };
}

/** The mean of some runs. */
export interface Spread {
  readonly mean: number;
  /** Standard deviation of a sample; null for fewer than two runs. */
  readonly deviation: number | null;
}

/** The mean and the standard deviation of numbers; null if there are none. */
export function spreadOf(numbers: readonly (number | null)[]): Spread | null {
  const known = numbers.filter((number) => number !== null);
  const n = known.length;
  if (n === 0) return null;
  const mean = known.reduce((sum, number) => sum + number, 0) / n;
  if (n === 1) return { mean, deviation: null };
  const squares = known.reduce((sum, number) => sum + (number - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (n - 1)) };
}
