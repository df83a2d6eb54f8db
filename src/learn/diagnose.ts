import { Random } from "../random.js";
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

/** The generator of the random inputs: always the same, so that a check repeats. */
const INPUT_SEED = 1;

/** What a check calls a piece with, in this order: the example by hand, then the random cases. */
export function checkCases(piece: Piece): readonly Inputs[] {
  return [piece.byHand.inputs, ...piece.cases(Random.fromSeed(INPUT_SEED))];
}

/**
 * The mutants whose outcomes are those of a run over `checkCases`, on every case. One of them names the mistake;
 * none or several name nothing.
 */
export async function mutantsLike(piece: Piece, outcomes: Outcomes): Promise<Mutant[]> {
  const cases = checkCases(piece);
  const alike: Mutant[] = [];
  if (outcomes.every((outcome) => typeof outcome === "string")) return alike; // no numbers to go by
  for (const mutant of piece.mutants) {
    const own = runTrusted(piece, await loadMutant(piece, mutant), cases);
    if (sameOutcomes(piece, cases, outcomes, own)) alike.push(mutant);
  }
  return alike;
}
