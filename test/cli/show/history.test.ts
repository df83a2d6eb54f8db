import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { showHistory } from "../../../src/cli/commands/show/history.js";
import { linesOf } from "../../../src/cli/io/terminal.js";
import { encodeHistory } from "../../../src/documents/history.js";
import { InputError } from "../../../src/errors.js";
import { recipes } from "../../../src/settings/recipes.js";
import type { History } from "../../../src/training/history.js";
import { emptyFolder } from "../../support/dataFolder.js";
import { callCommand } from "../../support/runCommand.js";

const history: History = {
  start: null,
  loss: Array.from({ length: 80 }, (_, i) => 2.3 - i / 40),
  validation: [],
  epochs: [1, 2].map((epoch) => ({
    ...{ epoch, iteration: 40 * epoch, learningRate: 1e-3, penalty: null },
    ...{ trainingAccuracy: 0.4 * epoch, validationAccuracy: 0.39 * epoch },
  })),
};
const about = { recipe: "notebook", seed: 4, seconds: 1.5, settings: recipes.notebook.settings };

function historyFile(text = encodeHistory(history, about)): string {
  const path = join(emptyFolder(), "h.json");
  writeFileSync(path, text);
  return path;
}

/** The whole command, whose files are checked before it reads any. */
const show = (path: string, out: string) =>
  callCommand("mnist-show", ["--history", path, "--out", out]);

let printed = "";
beforeEach(() => {
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
});
afterEach(() => vi.restoreAllMocks());

describe("showHistory", () => {
  it("prints curves, what they came to, and the verdict", async () => {
    const path = historyFile();
    expect(await showHistory([path])).toBe(0);
    expect(printed).toContain(
      `${path}: 80 iterations, 2 whole epochs in 1.5 s, recipe notebook, seed 4\n`,
    );
    expect(printed).toMatch(/loss, nats, by iteration +accuracy, %: ━ training ● validation\n/);
    expect(printed).toContain("last batch           loss with L2 0.3250 nats\n");
    expect(printed).toContain("training accuracy    80.00 %\nvalidation accuracy  78.00 %\n");
    expect(printed.replaceAll("\n", " ")).toMatch(/Still falling: .* Try --iterations 160\. $/);
  });

  it("prints one JSON document without the losses", async () => {
    const path = historyFile();
    expect(await showHistory([path], { json: true })).toBe(0);
    const document = JSON.parse(printed);
    expect(document).toMatchObject({
      ...{ history: path, recipe: "notebook", seed: 4, seconds: 1.5, iterations: 80, epochs: 2 },
      ...{ trainingAccuracy: 0.8, validationAccuracy: 0.78, parametersSha256: null },
      verdict: { findings: [{ kind: "still falling", suggestion: "--iterations 160" }] },
    });
    expect(document.loss).toBeCloseTo(0.325, 12);
  });

  it.each([1, 2, 5])("fits the curves and figures of %i histories to a terminal", async (count) => {
    const paths = Array.from({ length: count }, () => historyFile());
    for (const rows of [18, 24, 50]) {
      printed = "";
      const size = { isTTY: true, columns: 80, rows };
      const old = { isTTY: process.stdout.isTTY, columns: undefined, rows: undefined };
      Object.assign(process.stdout, size);
      await showHistory(paths).finally(() => Object.assign(process.stdout, old));
      expect(linesOf(printed.trimEnd(), 80)).toBeLessThan(rows);
      expect(printed).toContain("accuracy, %");
    }
  });

  it("shows a history that says nothing else, and one of no updates", async () => {
    expect(await showHistory([historyFile(encodeHistory(history, {}))])).toBe(0);
    expect(printed).toMatch(/: 80 iterations, 2 whole epochs\n/);
    printed = "";
    const none = encodeHistory({ start: null, loss: [], validation: [], epochs: [] }, {});
    expect(await showHistory([historyFile(none)])).toBe(0);
    expect(printed).toMatch(/: 0 iterations, 0 whole epochs\nCannot tell .*\n$/);
  });

  it("draws into a file instead", async () => {
    const out = join(emptyFolder(), "curves.svg");
    expect(await showHistory([historyFile()], { out })).toBe(0);
    expect(readFileSync(out, "utf8")).toMatch(/^<svg [^\0]*loss, nats/);
    expect(printed).toBe("");
  });

  it("refuses what is no history, and names of other pictures before it reads any", async () => {
    const refused = expect(showHistory([historyFile("{}")])).rejects;
    await refused.toThrow(InputError);
    await expect(showHistory([join(emptyFolder(), "none.json")])).rejects.toThrow(
      /none\.json: cannot be read \(ENOENT\), expected a history; run mnist-train --history first/,
    );
    const folder = emptyFolder();
    const out = join(folder, "a.jpg");
    const { exitCode, stderr } = await show("none.json", out);
    expect(stderr).toBe(
      `error: --out ${out}: expected a file name that ends in .svg or .png, or a folder, without an ending\n`,
    );
    expect(exitCode).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
    // A loss that no run can have: it would overflow the chart, or lie below its axis.
    for (const loss of ["-1", "1e39"]) {
      const text = encodeHistory(history, about).replace('"loss":[', `"loss":[${loss},`);
      await expect(showHistory([historyFile(text)])).rejects.toThrow(/loss\.0 is .*, expected/);
    }
  });

  it("never draws over the history that it reads", async () => {
    const folder = emptyFolder();
    const path = join(folder, "h.svg");
    writeFileSync(path, encodeHistory(history, about));
    const { exitCode, stderr } = await show(path, `${folder}/./h.svg`);
    expect(stderr).toMatch(/expected another file than --history/);
    expect(exitCode).toBe(2);
    expect(readFileSync(path, "utf8")).toBe(encodeHistory(history, about));
  });

  it("passes no verdict on a run that was interrupted", async () => {
    const figures = {
      ...{
        iterations: 80,
        interrupted: true,
        bestEpoch: null,
        earlyStop: null,
        loss: 0.3,
        penalty: null,
      },
      ...{ trainingAccuracy: null, validationAccuracy: null, leastMargin: null },
    };
    const path = historyFile(encodeHistory(history, { ...about, figures }));
    await showHistory([path], { json: true });
    expect(JSON.parse(printed).verdict).toBeNull();
    printed = "";
    await showHistory([path]);
    expect(printed).not.toMatch(/Try/);
    expect(new InputError("").exitCode).toBe(3);
  });
});
