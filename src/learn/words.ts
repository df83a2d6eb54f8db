import type { ChangedInput, Difference } from "./compare.js";
import type { Inputs } from "./piece.js";
import { isTensor, type Numbers } from "./run.js";

/*
 * What differs, in words that state facts only: how many numbers, where, and what they have in common.
 */

/** A number as short as it can be told: six digits. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}

/** Two numbers that differ, with as many digits as it takes to see it. */
function apart(found: number, expected: number): readonly [string, string] {
  const [a, b] = [shortNumber(found), shortNumber(expected)];
  return a === b ? [String(found), String(expected)] : [a, b];
}

/** A place in a tensor: "[1][0]" for place 3 of 2 x 3; nothing for a single number. */
export function placeIn(shape: readonly number[], place: number): string {
  let rest = place;
  const indices: number[] = [];
  for (const size of shape.toReversed()) {
    indices.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return indices.map((index) => `[${index}]`).join("");
}

/** A shape, as messages name it. */
export function shapeWords({ shape }: Pick<Numbers, "shape">): string {
  if (shape.length === 0) return "a single number";
  return shape.length === 1 ? `${shape[0]} number${shape[0] === 1 ? "" : "s"}` : shape.join(" x ");
}

/** "dx[0][1] is 5, expected 0 (there x is -2)" */
export function firstDifference(difference: Difference, inputs: Inputs): string {
  const { output, found, expected, places } = difference;
  const [place] = places;
  const [is, should] = apart(found.data[place], expected.data[place]);
  const cited = output.cites === undefined ? undefined : inputs[output.cites];
  const there =
    cited !== undefined && isTensor(cited)
      ? ` (there ${output.cites} is ${shortNumber(cited.data[place])})`
      : "";
  return `${output.name}${placeIn(expected.shape, place)} is ${is}, expected ${should}${there}`;
}

/** "11 of 24 numbers differ; all of them where x is negative" */
export function differenceWords(difference: Difference, inputs: Inputs): string {
  const { expected, places, found, output } = difference;
  const count = expected.data.length;
  if (count === 1) {
    const [is, should] = apart(found.data[0], expected.data[0]);
    return `${output.name} is ${is}, expected ${should}${commonRatio(difference) ?? ""}`;
  }
  const all = places.length === count;
  const head = all ? `all ${count} numbers differ` : `${places.length} of ${count} numbers differ`;
  const more =
    commonRatio(difference) ??
    transposed(difference) ??
    notFinite(difference) ??
    (all ? null : commonPlace(difference, inputs)) ??
    `; the first: ${firstDifference(difference, inputs)}`;
  return `${head}${more}`;
}

/** Whether each differing number is the same multiple of what was expected. */
function commonRatio({ found, expected, places }: Difference): string | null {
  const ratios = places.map((i) => found.data[i] / expected.data[i]);
  const [first] = ratios;
  if (!Number.isFinite(first) || first === 0) return null;
  if (!ratios.every((ratio) => Math.abs(ratio / first - 1) < 1e-6)) return null;
  if (places.length < 2 && expected.data.length > 1) return null;
  if (Math.abs(first - 1) < 1e-3) return null; // "1.000 times" says nothing
  if (Math.abs(first + 1) < 1e-6) return "; each has the opposite sign";
  return `; ${places.length > 1 ? "each" : "it"} is ${first.toPrecision(4)} times what is expected`;
}

/** Whether the numbers are those of the transposed matrix. */
function transposed({ found, expected }: Difference): string | null {
  if (expected.shape.length !== 2) return null;
  const [rows, columns] = expected.shape;
  if (rows < 2 || columns < 2) return null;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const [a, b] = [found.data[c * rows + r], expected.data[r * columns + c]];
      if (!(Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)))) return null;
    }
  }
  return "; they are the expected ones, transposed";
}

function notFinite({ found, expected, places }: Difference): string | null {
  const odd = places.filter((i) => !Number.isFinite(found.data[i]));
  if (odd.length === 0 || !places.every((i) => Number.isFinite(expected.data[i]))) return null;
  const kinds = new Set(odd.map((i) => (Number.isNaN(found.data[i]) ? "NaN" : "Infinity")));
  const kind = [...kinds].join(" or ");
  return odd.length === places.length ? `; all of them are ${kind}` : `; ${odd.length} are ${kind}`;
}

/** What the differing places have in common, if all of them have it and not all others. */
function commonPlace({ expected, places }: Difference, inputs: Inputs): string | null {
  const signs = Object.entries(inputs).flatMap(([name, input]) => {
    if (!isTensor(input) || input.data.length !== expected.data.length) return [];
    const at = (i: number) => input.data[i];
    return [
      { words: `where ${name} is negative`, holds: (i: number) => at(i) < 0 },
      { words: `where ${name} is positive`, holds: (i: number) => at(i) > 0 },
      { words: `where ${name} is exactly 0`, holds: (i: number) => at(i) === 0 },
    ];
  });
  const sign = signs.find(({ holds }) => places.every(holds));
  if (sign !== undefined) return `; all of them ${sign.words}`;
  if (expected.shape.length < 2) return null;
  const columns = expected.data.length / expected.shape[0];
  const rows = new Set(places.map((i) => Math.floor(i / columns)));
  const across = new Set(places.map((i) => i % columns));
  if (rows.size === 1) return `; all of them in row ${[...rows][0]}`;
  if (across.size === 1) return `; all of them in column ${[...across][0]}`;
  if (!rows.has(0) && rows.size === expected.shape[0] - 1) return "; none of them in row 0";
  return null;
}

/** "x was changed: x[0][1] is 0, was -2" */
export function changedWords({ name, place, shape, before, after }: ChangedInput): string {
  return `${name} was changed: ${name}${placeIn(shape, place)} is ${shortNumber(after)}, was ${shortNumber(before)}`;
}
