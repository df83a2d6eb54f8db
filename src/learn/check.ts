import { changedInput, type Difference, difference, sameShape } from "./compare.js";
import { checkCases, mutantsLike, runTrusted } from "./diagnose.js";
import { loadSolution } from "./modules.js";
import type { Inputs, Piece } from "./piece.js";
import { pieces } from "./pieces/index.js";
import type { Numbers, Outcome } from "./run.js";
import { type Limits, runFile } from "./runFile.js";
import { changedWords, differenceWords, firstDifference, shapeWords } from "./words.js";
import type { CheckError } from "./worker.js";

/** One thing that was checked. */
export interface CheckLine {
  readonly name: "shapes" | "by hand" | "numbers" | "gradient" | "inputs";
  readonly right: boolean;
  /** "right", or what is not: for each thing a sentence without a period. */
  readonly words: readonly string[];
}

/** What the check of a learner's file came to, as plain data. */
export interface CheckResult {
  readonly piece: string;
  /** Its place in the lesson, from 1. */
  readonly number: number;
  readonly title: string;
  readonly file: string;
  /** Unwritten is a stub as it was; error is code that does not run to its end. */
  readonly state: "right" | "wrong" | "unwritten" | "error";
  readonly lines: readonly CheckLine[];
  /** The known mistake that gives exactly these numbers; null when none does, or more than one. */
  readonly diagnosis: { readonly mutant: string; readonly words: string } | null;
  /** What is worth knowing about code that may be right. */
  readonly note: string | null;
  readonly error: CheckError | null;
  /** What the code printed. */
  readonly printed: string;
}

/** Differences up to this share of Σ|terms| are those of 32-bit numbers. */
const SINGLE = 1e-4;

/**
 * Checks a learner's file: runs its functions on the example by hand and on random inputs, in a thread with
 * bounds, and compares with the finished piece.
 */
export async function checkPiece(
  piece: Piece,
  file: string,
  limits: Limits = {},
): Promise<CheckResult> {
  const run = await runFile(piece, file, checkCases(piece), limits);
  const head = {
    piece: piece.name,
    number: pieces.indexOf(piece) + 1,
    title: piece.title,
    file,
    printed: run.printed,
  };
  if (run.outcomes === null) {
    return { ...head, state: "error", lines: [], diagnosis: null, note: null, error: run.error };
  }
  return { ...head, ...(await judge(piece, run.outcomes)) };
}

/** Judges what came of each of `checkCases`: what the functions returned, or what was thrown. */
export async function judge(
  piece: Piece,
  outcomes: readonly (Outcome | CheckError)[],
): Promise<Pick<CheckResult, "state" | "lines" | "diagnosis" | "note" | "error">> {
  const error = outcomes.find((outcome) => "kind" in outcome);
  if (error?.kind === "unwritten") {
    return { state: "unwritten", lines: [], diagnosis: null, note: null, error };
  }
  if (error !== undefined) {
    const diagnosis = await diagnose(piece, outcomes);
    return { state: "error", lines: [], diagnosis, note: null, error };
  }
  const all = checkCases(piece);
  const expected = runTrusted(piece, await loadSolution(piece), all) as readonly Outcome[];
  const compared = { piece, all, outcomes: outcomes as readonly Outcome[], expected };
  const shapes = shapesLine(compared);
  const lines = [shapes];
  if (shapes.right) lines.push(byHandLine(compared), numbersLine(compared));
  lines.push(inputsLine(compared));
  const right = lines.every((line) => line.right);
  const diagnosis = right ? null : await diagnose(piece, outcomes);
  return {
    state: right ? "right" : "wrong",
    lines,
    diagnosis,
    note: notes(compared, right),
    error: null,
  };
}

/** The one known mistake that comes to the same; null for none, or more than one. */
async function diagnose(
  piece: Piece,
  outcomes: readonly (Outcome | CheckError)[],
): Promise<CheckResult["diagnosis"]> {
  const alike = await mutantsLike(
    piece,
    outcomes.map((outcome) => ("kind" in outcome ? outcome.message : outcome)),
  );
  return alike.length === 1 ? { mutant: alike[0].name, words: alike[0].words } : null;
}

/** A run of a learner's functions beside that of the finished ones; the example by hand comes first. */
interface Compared {
  readonly piece: Piece;
  readonly all: readonly Inputs[];
  readonly outcomes: readonly Outcome[];
  readonly expected: readonly Outcome[];
}

const RIGHT = ["right"];

function lineOf(name: CheckLine["name"], words: readonly string[]): CheckLine {
  return words.length === 0 ? { name, right: true, words: RIGHT } : { name, right: false, words };
}

/** The first wrong shape or kind of value of each output. */
function shapesLine({ piece, outcomes, expected }: Compared): CheckLine {
  const words = piece.outputs.flatMap(({ name }) => {
    for (const [i, outcome] of outcomes.entries()) {
      const found = outcome.outputs[name];
      const should = expected[i].outputs[name] as Numbers;
      if (typeof found === "string") return [found];
      if (!sameShape(found, should)) {
        return [`${name} is ${shapeWords(found)}, expected ${shapeWords(should)}`];
      }
    }
    return [];
  });
  return lineOf("shapes", [...new Set(words)]);
}

/** The differences of one case, an entry for each output that differs. */
function differencesOf({ piece, all, outcomes, expected }: Compared, i: number): Difference[] {
  return piece.outputs.flatMap((output) => {
    const pair = [outcomes[i].outputs[output.name], expected[i].outputs[output.name]] as const;
    const found = difference(piece, output, pair as readonly [Numbers, Numbers], all[i]);
    return found === null ? [] : [found];
  });
}

function byHandLine(compared: Compared): CheckLine {
  const differences = differencesOf(compared, 0);
  return lineOf(
    "by hand",
    differences.map((found) => firstDifference(found, compared.piece.byHand.inputs)),
  );
}

/** The numbers of each output, once all are known to be numbers. */
function numbersOf({ outputs }: Outcome): Record<string, ArrayLike<number>> {
  const entries = Object.entries(outputs).map(
    ([name, found]) => [name, (found as Numbers).data] as const,
  );
  return Object.fromEntries(entries);
}

/** What differs in the first random case in which anything does. */
function numbersLine(compared: Compared): CheckLine {
  const { piece, all, outcomes } = compared;
  for (let i = 1; i < all.length; i++) {
    const words = differencesOf(compared, i).map((found) => {
      const single = found.expected.data.length === 1 || piece.outputs.length === 1;
      return `${single ? "" : `${found.output.name}: `}${differenceWords(found, all[i])}`;
    });
    const also = piece.alsoWrong?.(numbersOf(outcomes[i]), all[i]) ?? null;
    if (also !== null) words.push(also);
    if (words.length > 0) return lineOf(piece.compared, words);
  }
  return lineOf(piece.compared, []);
}

function inputsLine({ all, outcomes }: Compared): CheckLine {
  for (const [i, outcome] of outcomes.entries()) {
    const changed = changedInput(all[i], outcome.after);
    if (changed !== null) return lineOf("inputs", [changedWords(changed)]);
  }
  return lineOf("inputs", []);
}

/** What is worth knowing beyond right and wrong. */
function notes(compared: Compared, right: boolean): string | null {
  const { piece, all, outcomes } = compared;
  if (right) {
    const remarks = all.map((inputs, i) => piece.remark?.(numbersOf(outcomes[i]), inputs) ?? null);
    return remarks.find((remark) => remark !== null) ?? null;
  }
  if (!shapesLine(compared).right) return null;
  const differences = all.flatMap((_, i) => differencesOf(compared, i));
  const rounded = differences.length > 0 && differences.every(({ largest }) => largest <= SINGLE);
  return rounded ? ROUNDED : null;
}

const ROUNDED =
  "The numbers agree to 32 bits only: something in your code is kept in a Float32Array. zerosLike(x) " +
  "keeps the precision of x, and plain numbers have 64 bits.";
