import { afterEach, describe, expect, it, vi } from "vitest";
import { createProgress, progressFlags } from "../../../src/cli/io/progress.js";
import { Screen } from "../../support/screen.js";

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

describe("curves while training", () => {
  /** What a terminal shows after three updates and an epoch. */
  async function shown(lines: number, flags: Parameters<typeof progressFlags>[0]) {
    vi.useFakeTimers();
    vi.stubEnv("NO_COLOR", "").stubEnv("TERM", "xterm").stubEnv("LC_ALL", "C.UTF-8");
    const screen = new Screen(80, lines);
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      screen.write(String(text));
      return true;
    });
    const { isTTY, columns, rows } = process.stderr;
    Object.assign(process.stderr, { isTTY: true, columns: 80, rows: lines });
    try {
      const progress = await createProgress(progressFlags(flags));
      const run = { iteration: 0, iterations: 100, iterationsPerEpoch: 10, classCount: 10 };
      progress.show({ type: "start", ...run, figures: null });
      const update = { penalty: 0.1, learningRate: 1, indices: new Uint32Array() };
      for (const iteration of [1, 2, 3]) {
        progress.show({ type: "iteration", iteration, loss: 2.3 / iteration, ...update });
        vi.advanceTimersByTime(300);
      }
      vi.useRealTimers();
      const seen = (await screen.lines()).join("\n");
      progress.stop();
      expect((await screen.lines()).join("\n")).not.toContain("nats");
      return seen;
    } finally {
      Object.assign(process.stderr, { isTTY, columns, rows });
      vi.useRealTimers();
    }
  }

  it.each<[number, Parameters<typeof progressFlags>[0], boolean]>([
    [30, {}, true],
    [29, {}, false],
    [24, { live: true }, true],
    [15, { live: true }, false], // no room at all
    [40, { live: false }, false],
    [40, { json: true }, false],
    [40, { quiet: true }, false],
  ])("in a terminal of %i lines, with %j: %s", async (lines, flags, expected) => {
    const seen = await shown(lines, flags);
    expect(seen.includes("loss, nats, by iteration")).toBe(expected);
    expect(seen.includes("iteration 3/100")).toBe(!flags.quiet);
  });

  it("are refused where they could not be shown beside the result", () => {
    for (const without of ["quiet", "json"]) {
      expect(() => progressFlags({ live: true, [without]: true })).toThrow(
        `--live has no effect with --${without}`,
      );
    }
  });
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
