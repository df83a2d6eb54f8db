import type { Input, Inputs, Output, Piece } from "./piece.js";
import { isTensor, type Numbers, type Outcome } from "./run.js";

/*
 * Comparing what a function returned with what it should have: by a tolerance relative to Σ|terms| of each number,
 * so that any order of sums is right.
 */

/** Rounding in 64 bits that any order of sums may differ by, as a share of Σ|terms|. */
const TOLERANCE = 1e-9;

/** One output that differs. */
export interface Difference {
  readonly output: Output;
  readonly found: Numbers;
  readonly expected: Numbers;
  /** Which numbers differ, in ascending order. */
  readonly places: readonly number[];
  /** The largest difference as a share of Σ|terms|; Infinity where a number is not finite. */
  readonly largest: number;
}

/** Σ|terms| of an output, number by number. */
function termsOf(piece: Piece, name: string, expected: Numbers, inputs: Inputs): ArrayLike<number> {
  const given = piece.terms?.(inputs)[name];
  if (given !== undefined && given.length === expected.data.length) return given;
  let largest = 0;
  for (const value of expected.data) {
    if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  }
  return new Float64Array(expected.data.length).fill(largest);
}

/** How far two numbers are apart as a share of Σ|terms|; 0 for the same, and for NaN twice. */
function distance(found: number, expected: number, terms: number): number {
  if (Object.is(found, expected) || found === expected) return 0;
  const apart = Math.abs(found - expected);
  return Number.isFinite(apart)
    ? apart / Math.max(terms, Number.MIN_VALUE)
    : Number.POSITIVE_INFINITY;
}

/** The numbers of an output that differ; null when none does. The shapes must be the same. */
export function difference(
  piece: Piece,
  output: Output,
  [found, expected]: readonly [Numbers, Numbers],
  inputs: Inputs,
): Difference | null {
  if (output.shapeOnly) return null;
  const terms = termsOf(piece, output.name, expected, inputs);
  const places: number[] = [];
  let largest = 0;
  for (let i = 0; i < expected.data.length; i++) {
    if (output.eitherIsRight?.(inputs, i)) continue;
    const apart = distance(found.data[i], expected.data[i], terms[i]);
    if (apart <= (piece.tolerance ?? TOLERANCE)) continue;
    places.push(i);
    largest = Math.max(largest, apart);
  }
  return places.length === 0 ? null : { output, found, expected, places, largest };
}

/** Whether two shapes are the same. */
export function sameShape(a: Numbers, b: Numbers): boolean {
  return a.shape.length === b.shape.length && a.shape.every((d, i) => d === b.shape[i]);
}

/** An input that was changed: its name, the first place, and the number before and after. */
export interface ChangedInput {
  readonly name: string;
  readonly place: number;
  readonly shape: readonly number[];
  readonly before: number;
  readonly after: number;
}

const dataOf = (input: Input): ArrayLike<number> => {
  if (typeof input === "number") return [input];
  return isTensor(input) ? input.data : input;
};

/** The first input that a function changed; null when none is. */
export function changedInput(before: Inputs, after: Inputs): ChangedInput | null {
  for (const [name, input] of Object.entries(before)) {
    const [was, is] = [dataOf(input), dataOf(after[name])];
    const shape = isTensor(input) ? input.shape : [was.length];
    for (let place = 0; place < was.length; place++) {
      if (Object.is(was[place], is[place])) continue;
      return { name, place, shape, before: was[place], after: is[place] };
    }
  }
  return null;
}

/** What came of a run over several cases: the outcome of each, or the message of what was thrown. */
export type Outcomes = readonly (Outcome | string)[];

/** Whether two runs came to the same on all cases: outputs, changed inputs, errors. */
export function sameOutcomes(
  piece: Piece,
  cases: readonly Inputs[],
  a: Outcomes,
  b: Outcomes,
): boolean {
  return cases.every((inputs, i) => {
    const [one, other] = [a[i], b[i]];
    if (typeof one === "string" || typeof other === "string") return one === other;
    return (
      piece.outputs.every((output) => sameOutput(piece, output, [one, other], inputs)) &&
      changedInput(one.after, other.after) === null
    );
  });
}

function sameOutput(
  piece: Piece,
  output: Output,
  [one, other]: readonly [Outcome, Outcome],
  inputs: Inputs,
): boolean {
  const [a, b] = [one.outputs[output.name], other.outputs[output.name]];
  if (typeof a === "string" || typeof b === "string") return a === b;
  // Random numbers are compared too: they agree where both draw in the same order.
  return (
    sameShape(a, b) && difference(piece, { ...output, shapeOnly: false }, [a, b], inputs) === null
  );
}
