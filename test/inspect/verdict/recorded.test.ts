import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodeHistory, type HistoryFile } from "../../../src/documents/history.js";
import { verdict } from "../../../src/inspect/verdict/verdict.js";
import runs from "./recorded/runs.json" with { type: "json" };

/*
 * Runs that were recorded by `npm run bench:verdicts`, and what the verdict must find in each.
 */

const folder = new URL("recorded/", import.meta.url);

function recorded(name: string): HistoryFile {
  const bytes = readFileSync(new URL(`${name}.json.gz`, folder));
  return decodeHistory(gunzipSync(bytes).toString(), name);
}

function judge(name: string) {
  const { history, ...about } = recorded(name);
  return verdict(history, about);
}

describe("the verdict on a recorded run", () => {
  it.each(runs)("$name ($data $args): $answer, $findings", ({ name, answer, findings }) => {
    const found = judge(name);
    expect({
      answer: found.answer,
      findings: found.findings.map(({ kind }) => kind),
    }).toEqual({ answer, findings });
  });

  it("is told of every file, of all three answers and of both data sets", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".gz"));
    expect(files.sort()).toEqual(runs.map(({ name }) => `${name}.json.gz`).sort());
    for (const answer of ["wrong", "early", "sound"]) {
      const data = runs.filter((run) => run.answer === answer).map((run) => run.data);
      expect(data.length, answer).toBeGreaterThan(6);
      if (answer !== "early") expect(data).toContain("Fashion-MNIST");
    }
  });

  it.each(runs)(
    "$name: says its answer first, and figures that the run has",
    ({ name, answer }) => {
      const { text, findings } = judge(name);
      const lead = { wrong: "Something is wrong.", early: "Too early to tell.", sound: "Sound" }[
        answer
      ];
      expect(text.startsWith(lead ?? "?")).toBe(true);
      expect(text.replace(/\(loss (NaN|Infinity)\)/, "")).not.toMatch(
        /NaN|Infinity|undefined|null|nothing stands out/i,
      );
      for (const { numbers } of findings) {
        for (const value of Object.values(numbers)) expect(Number.isFinite(value)).toBe(true);
      }
    },
  );
});

/** A run, the advice on it, and the run that follows the advice, with all else the same. */
const followed = [
  ["scale-0.00392", "--scale 1", "iterations-1000"],
  ["scale-0.1", "--scale 1", "iterations-1000"],
  ["reg-50", "--reg 0.2", "iterations-1000"],
  ["reg-5", "--reg 0.2", "iterations-1000"],
  ["rate-1e-5", "--learning-rate 0.001", "iterations-1000"],
  ["rate-1e-6", "--learning-rate 0.0001", "rate-1e-4"],
  ["rate-1e-4", "--learning-rate 0.001", "iterations-1000"],
  ["fast-rate-0.001", "--learning-rate 0.01", "fast-rate-0.01"],
  ["decay-0.1", "--decay 0.99", "notebook"],
  ["std-0.1", "--std 0.0001", "iterations-1000"],
  ["warm-up-forever", "--warm-up 0", "iterations-1000"],
  ["fast-momentum-0.99", "--momentum 0.9", "fast"],
  ["fast-hidden-1", "--hidden 50", "fast-hidden-50"],
  ["fashion-hidden-1", "--hidden 50", "fashion-hidden-50"],
  ["fashion-scale", "--scale 1", "fashion-short"],
  ["fashion-reg-50", "--reg 0.2", "fashion-short"],
  ["fashion-rate-1e-5", "--learning-rate 0.001", "fashion-short"],
] as const;

describe("advice that was followed", () => {
  it.each(followed)("%s, %s: gives %s, which is better", (before, advice, after) => {
    const [finding] = judge(before).findings;
    expect(finding.suggestion).toBe(advice);
    const accuracy = (name: string) => {
      const { figures } = recorded(name);
      return figures?.validationAccuracy ?? figures?.trainingAccuracy ?? Number.NaN;
    };
    expect(accuracy(after)).toBeGreaterThan(accuracy(before));
  });

  it.each(followed)("%s, %s: the next advice is not to take it back", (_, advice, after) => {
    const flag = advice.split(" ")[0];
    const next = judge(after).findings.map(({ suggestion }) => suggestion ?? "");
    // One advice may take two steps: a rate that is far too small is raised a hundredfold at most.
    const onwards = after === "rate-1e-4" ? ["--learning-rate 0.001"] : [];
    for (const suggestion of next) {
      if (!onwards.includes(suggestion)) expect(suggestion).not.toContain(flag);
    }
  });
});
