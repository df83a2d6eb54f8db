import { describe, expect, it } from "vitest";
import { sameOutcomes } from "../../src/learn/compare.js";
import { checkCases, runTrusted } from "../../src/learn/diagnose.js";
import { loadMutant, loadSolution, loadText } from "../../src/learn/modules.js";
import { stubText } from "../../src/learn/piece.js";
import { pieces } from "../../src/learn/pieces/index.js";

describe.each(pieces)("piece $name", (piece) => {
  const cases = checkCases(piece);

  it("the solution gives the example by hand", async () => {
    const [outcome] = runTrusted(piece, await loadSolution(piece), [piece.byHand.inputs]);
    if (typeof outcome === "string") throw new Error(outcome);
    for (const [name, expected] of Object.entries(piece.byHand.expected)) {
      const numbers = outcome.outputs[name];
      if (typeof numbers === "string") throw new Error(numbers);
      expect(numbers.data.length).toBe(expected.length);
      for (let i = 0; i < expected.length; i++) expect(numbers.data[i]).toBeCloseTo(expected[i], 4);
    }
  });

  it("no mutant comes to the same as the solution, and no two to the same", async () => {
    const runs = [
      { name: "solution", outcomes: runTrusted(piece, await loadSolution(piece), cases) },
    ];
    for (const mutant of piece.mutants) {
      const functions = await loadMutant(piece, mutant);
      runs.push({ name: mutant.name, outcomes: runTrusted(piece, functions, cases) });
    }
    const confused = runs.flatMap((one, i) =>
      runs
        .slice(i + 1)
        .filter((other) => sameOutcomes(piece, cases, one.outcomes, other.outcomes))
        .map((other) => `${one.name} = ${other.name}`),
    );
    expect(confused).toEqual([]);
  });

  it("the stub throws", async () => {
    const own = runTrusted(piece, await loadText(piece, stubText(piece)), cases);
    for (const outcome of own) expect(outcome).toMatch(/^not written yet/);
  });
});
