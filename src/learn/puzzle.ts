import { type Mutant, mutantText, type Piece, solutionText } from "./piece.js";
import { pieces } from "./pieces/index.js";

/*
 * Puzzles: finished code with one thing wrong, to be found.
 */

/** A puzzle: a piece and the mistake in it. */
export interface Puzzle {
  readonly piece: Piece;
  readonly mutant: Mutant;
  /** The file with the mistake. */
  readonly text: string;
  /** The lines of the text that are wrong, from 1; the line at which some are missing, if they are. */
  readonly lines: readonly number[];
}

/** Every puzzle, in the order of the pieces. */
export function puzzles(): Puzzle[] {
  return pieces.flatMap((piece) => piece.mutants.map((mutant) => puzzleOf(piece, mutant)));
}

/** The puzzle of a mutant. */
export function puzzleOf(piece: Piece, mutant: Mutant): Puzzle {
  const text = mutantText(piece, mutant);
  return { piece, mutant, text, lines: changedLines(solutionText(piece), text) };
}

/** The names of the functions that a mutant changes. */
export function changedFunctions({ functions }: Piece, { edits }: Mutant): string[] {
  const changed = functions.filter(({ body }) =>
    edits.some(([from]) => body.includes(from.trim())),
  );
  return changed.map(({ name }) => name);
}

/** The lines of a changed text that do not stand in the right one at that place. */
function changedLines(right: string, changed: string): number[] {
  const [a, b] = [right.split("\n"), changed.split("\n")];
  let start = 0;
  while (start < b.length && a[start] === b[start]) start++;
  let end = 0;
  const shorter = Math.min(a.length, b.length) - start;
  while (end < shorter && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const count = Math.max(1, b.length - end - start);
  return Array.from({ length: count }, (_, i) => start + 1 + i);
}
