import { afterEach, describe, expect, it, vi } from "vitest";
import { createProgress } from "../../../src/cli/io/progress.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** The epochs that get a line in a run of so many, when standard error is no terminal. */
async function epochsShown(epochs: number): Promise<number[]> {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const { isTTY } = process.stderr;
  process.stderr.isTTY = false;
  const progress = await createProgress();
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
  it.each([1, 2, 40, 60])("every epoch of %i has its line", async (epochs) => {
    expect(await epochsShown(epochs)).toEqual(Array.from({ length: epochs }, (_, i) => i + 1));
  });

  it.each([61, 119, 300, 12345])(
    "%i epochs have about 60 lines, first and last included",
    async (epochs) => {
      const shown = await epochsShown(epochs);
      expect(shown.length).toBeLessThanOrEqual(62);
      expect(shown.length).toBeGreaterThan(30);
      expect(shown[0]).toBe(1);
      expect(shown.at(-1)).toBe(epochs);
    },
  );
});

describe("the bar of one of several runs", () => {
  it.each([
    [true, 0],
    [false, 2],
  ])("leaves no line on a terminal (brief: %s)", async (brief, expected) => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const { isTTY, columns } = process.stderr;
    Object.assign(process.stderr, { isTTY: true, columns: 80 });
    vi.stubEnv("NO_COLOR", "").stubEnv("TERM", "xterm");
    try {
      const progress = await createProgress({ brief });
      const figures = { loss: 2.3, penalty: 0.1, trainingAccuracy: 0.1, validationAccuracy: null };
      const run = { iteration: 0, iterations: 10, iterationsPerEpoch: 10, classCount: 10 };
      progress.show({ type: "start", ...run, figures });
      progress.stop();
    } finally {
      Object.assign(process.stderr, { isTTY, columns });
    }
    const text = write.mock.calls.map(([chunk]) => String(chunk)).join("");
    expect(text.match(/data loss/g)?.length ?? 0).toBe(expected);
  });
});
