import { type Outcomes, sameOutcomes } from "./compare.js";
import { loadMutant } from "./modules.js";
import type { Functions, Inputs, Mutant, Piece } from "./piece.js";
import { runCase } from "./run.js";

/** Runs our own code over cases; a thrown error counts by its message. */
export function runTrusted(piece: Piece, functions: Functions, cases: readonly Inputs[]): Outcomes {
  return cases.map((inputs) => {
    try {
      return runCase(piece, functions, inputs);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
}

/**
 * The mutants whose outcomes are those of a run, on all random cases. One of them names the mistake; none or
 * several name nothing.
 */
export async function mutantsLike(
  piece: Piece,
  cases: readonly Inputs[],
  outcomes: Outcomes,
): Promise<Mutant[]> {
  const alike: Mutant[] = [];
  for (const mutant of piece.mutants) {
    const own = runTrusted(piece, await loadMutant(piece, mutant), cases);
    if (sameOutcomes(piece, cases, outcomes, own)) alike.push(mutant);
  }
  return alike;
}
