import { describe, expect, it } from "vitest";
import { aboutSoLong } from "../../src/cli/estimate.js";
import { emptyFolder } from "../support/dataFolder.js";
import { runCommand } from "../support/runCommand.js";

describe("the time that a run will take", () => {
  it.each([
    [0.2, "about 1 second"],
    [41.4, "about 41 seconds"],
    [95, "about 2 minutes"],
    [1188, "about 20 minutes"],
    [5300, "about 88 minutes"],
    [12600, "about 3.5 hours"],
    [360000, "about 100 hours"],
  ])("%f s are said as %s", (seconds, text) => {
    expect(aboutSoLong(seconds)).toBe(text);
  });

  it("is said before the reference engine starts, not with --quiet, and of no other engine", async () => {
    const run = "--limit 200 --validation 100 --hidden 5 --batch-size 20 --iterations 10".split(
      " ",
    );
    const train = (...flags: string[]) =>
      runCommand("mnist-train", [...run, ...flags], emptyFolder());
    const [reference, quiet, simd] = await Promise.all([
      train("--engine", "reference"),
      train("--engine", "reference", "--quiet"),
      train(),
    ]);
    expect(reference.stderr.replaceAll("\n", " ")).toMatch(
      /validation images {2}100 x 784 The reference engine will take about \d+ (second|minute)s?\b.* epoch 1\/1/,
    );
    expect(quiet.stderr).toBe("");
    expect(simd.stderr).not.toContain("will take");
    expect(reference.stdout).toBe(quiet.stdout); // what was timed changed nothing
  });

  it("is measured with distortions where the run has them", async () => {
    const run = "--limit 50 --validation 50 --hidden 5 --batch-size 10 --iterations 2".split(" ");
    const flags = [...run, "--engine", "reference", "--augment"];
    const { exitCode, stderr } = await runCommand("mnist-train", flags, emptyFolder());
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain("The reference engine will take about");
  });
});
