import { afterEach, describe, expect, it, vi } from "vitest";
import { createProgress } from "../../../src/cli/io/progress.js";

afterEach(() => vi.restoreAllMocks());

/** The epochs that get a line in a run of so many, when standard error is no terminal. */
function epochsShown(epochs: number): number[] {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const { isTTY } = process.stderr;
  process.stderr.isTTY = false;
  const progress = createProgress(false);
  process.stderr.isTTY = isTTY;
  const run = { iterations: 10 * epochs, iterationsPerEpoch: 10 };
  progress.show({ type: "start", iteration: 0, figures: null, classCount: 10, ...run });
  const figures = { learningRate: 1, penalty: 0, trainingAccuracy: 1, validationAccuracy: null };
  for (let epoch = 1; epoch <= epochs; epoch++) {
    progress.show({ type: "epoch", epoch, iteration: 10 * epoch, ...figures });
  }
  const lines = write.mock.calls.map(([text]) => String(text));
  return lines.map((line) => Number(/^epoch (\d+)\//.exec(line)?.[1]));
}

describe("progress where nobody watches", () => {
  it.each([1, 2, 40, 60])("every epoch of %i has its line", (epochs) => {
    expect(epochsShown(epochs)).toEqual(Array.from({ length: epochs }, (_, i) => i + 1));
  });

  it.each([61, 119, 300, 12345])(
    "%i epochs have about 60 lines, first and last included",
    (epochs) => {
      const shown = epochsShown(epochs);
      expect(shown.length).toBeLessThanOrEqual(62);
      expect(shown.length).toBeGreaterThan(30);
      expect(shown[0]).toBe(1);
      expect(shown.at(-1)).toBe(epochs);
    },
  );
});
