import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeHistory } from "../../src/documents/history.js";
import type { PagePayload } from "../../src/render/page/payload.js";
import { emptyFolder, writeDataFolder } from "../support/dataFolder.js";
import { callCommand } from "../support/runCommand.js";

const small = "--limit 2000 --validation 500 --hidden 10 --batch-size 50".split(" ");
const failing = [...small, "--learning-rate", "5", "--history", "h.json", "--plot", "c.svg"];

describe("a run that diverges", () => {
  it("leaves its history and its curves up to there, and no model", async () => {
    const folder = emptyFolder();
    const { exitCode, stdout, stderr } = await callCommand("mnist-train", failing, folder);
    expect(exitCode).toBe(4);
    expect(stdout).toBe("");
    expect(readdirSync(folder).sort()).toEqual(["c.svg", "h.json"]);
    expect(stderr).toContain("saved h.json and c.svg: the run up to there\nno model is saved\n");
    expect(stderr).toMatch(/error: training diverged at iteration \d+: .*\n$/);
    const { failure, history, figures } = decodeHistory(
      readFileSync(join(folder, "h.json"), "utf8"),
    );
    expect(failure).toEqual({ iteration: expect.any(Number), found: expect.any(String) });
    expect(history.start?.loss).toBeCloseTo(Math.log(10), 3);
    expect(history.loss.length).toBeGreaterThan(2);
    expect(figures).toBeNull();
    expect(readFileSync(join(folder, "c.svg"), "utf8")).toContain(
      `diverged at iteration ${failure?.iteration}`,
    );
  });

  it("replaces no file of another run", async () => {
    const folder = emptyFolder();
    for (const name of ["h.json", "c.svg", "model.json"]) writeFileSync(join(folder, name), "old");
    const { stderr } = await callCommand("mnist-train", failing, folder);
    expect(stderr).toContain("saved h.partial.json and c.partial.svg");
    expect(stderr).toContain("no model is saved; model.json is that of another run");
    for (const name of ["h.json", "c.svg", "model.json"]) {
      expect(readFileSync(join(folder, name), "utf8")).toBe("old");
    }
    expect(readdirSync(folder)).toHaveLength(5);
  });

  it("is shown by mnist-show and mnist-report, with its diagnosis", async () => {
    const folder = emptyFolder();
    await callCommand("mnist-train", failing, folder);
    const shown = await callCommand("mnist-show", ["--history", "h.json"], folder);
    expect(shown.stdout).toMatch(/loss, nats × diverged at \d+\n/);
    expect(shown.stdout).toMatch(/\nstart +data loss 2\.30\d\d \+ L2 0\.\d{4} nats/);
    expect(shown.stdout).toMatch(/\nlast batch +loss with L2 \d/);
    expect(shown.stdout.replaceAll("\n", " ")).toMatch(
      /Diverged: the run ended at iteration \d+ \(.*\) and left no model\. Try a smaller learning rate/,
    );

    const report = await callCommand("mnist-report", ["--history", "h.json"], folder);
    expect(report.stderr).toMatch(/^saved report\.html/);
    const html = readFileSync(join(folder, "report.html"), "utf8");
    const payload: PagePayload = JSON.parse(/id="payload">(.*?)<\/script>/s.exec(html)![1]);
    expect(payload.splits).toEqual([]);
    expect(payload.verdict).toMatch(/^Something is wrong. Diverged: /);
    expect(payload.history?.failure?.iteration).toBeGreaterThan(2);
    expect(payload.command).toBe(
      "npx mnist-train --validation 500 --limit 2000 --hidden 10 --batch-size 50 --learning-rate 5",
    );

    const both = await callCommand("mnist-report", ["m.json", "--history", "h.json"], folder);
    expect(both.exitCode).toBe(2);
    expect(both.stderr).toContain("left no model, expected that of m.json; leave m.json out");
  });
});

describe("early stopping", () => {
  const stopping = "--epochs 40 --batch-size 8 --validation 6 --hidden 8 --patience 2".split(" ");

  it("says after which epoch, why, and which weights it kept", async () => {
    const folder = emptyFolder();
    const data = ["--data", writeDataFolder()];
    const plain = await callCommand(
      "mnist-train",
      [...data, ...stopping, "--history", "h.json"],
      folder,
    );
    const words = plain.stderr.replaceAll("\n", " ");
    expect(words).toMatch(
      /Stopped early after epoch (\d+) \(--patience 2\): validation accuracy has not risen for 2 epochs; its best was \d+\.\d\d %, after epoch (\d+)\. Kept the weights of epoch \1, the last; --keep-best keeps those of epoch \2\./,
    );
    const shown = await callCommand("mnist-show", ["--history", "h.json"], folder);
    expect(shown.stdout).toContain("Stopped early after epoch");

    const kept = [...data, ...stopping, "--keep-best", "--json"];
    const { stdout, stderr } = await callCommand("mnist-train", kept, folder);
    const { earlyStop, bestEpoch } = JSON.parse(stdout);
    expect(earlyStop).toEqual({
      ...{ epoch: bestEpoch + 2, bestEpoch, bestAccuracy: expect.any(Number) },
    });
    expect(stderr).toContain(`Kept the weights of epoch ${bestEpoch}.`);
  });

  it("is not said of a run that took all its epochs", async () => {
    const whole = [...stopping.slice(2), "--epochs", "2", "--data", writeDataFolder(), "--json"];
    const { stdout, stderr } = await callCommand("mnist-train", whole, emptyFolder());
    expect(JSON.parse(stdout).earlyStop).toBeNull();
    expect(stderr).not.toContain("Stopped");
  });
});
