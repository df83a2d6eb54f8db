import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder, smallDataSet, writeDataFolder } from "../support/dataFolder.js";
import { callCommand } from "../support/runCommand.js";

/** A folder with a small data set, and a run on it of no time at all. */
function tinyRuns() {
  const folder = emptyFolder();
  const data = join(folder, "data");
  mkdirSync(data);
  writeDataFolder(smallDataSet(), data);
  const common = "--hidden 4 --epochs 2 --batch-size 8 --validation 6".split(" ");
  const train = (...flags: string[]) => callCommand("mnist-train", [...common, ...flags], folder);
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const models = () => readdirSync(folder).filter((name) => name.endsWith(".json"));
  return { folder, train, read, models };
}

describe("the model of another run", () => {
  it("is kept when a new one replaces it, and both are named; the same run replaces nothing", async () => {
    const { train, read, models } = tinyRuns();
    await train();
    const first = read("model.json");
    const again = await train();
    expect(again.stderr).not.toContain("replaced");
    expect(models()).toEqual(["model.json"]);

    const { stderr } = await train("--seed", "2");
    expect(stderr.replaceAll("\n", " ")).toMatch(
      /replaced the model of recipe notebook, seed 1, validation accuracy \d+\.\d\d %; it is now model\.previous\.json/,
    );
    expect(read("model.previous.json")).toBe(first);
    expect(read("model.json")).not.toBe(first);

    const { stdout } = await train("--seed", "3", "--json");
    expect(JSON.parse(stdout).previousModel).toBe("model.previous.json");
    expect(JSON.parse(read("model.previous.json")).training.seed).toBe(2);
    const { stdout: same } = await train("--seed", "3", "--json");
    expect(JSON.parse(same).previousModel).toBeNull();
  });

  it.each(["hello\n", "", '{"format":"mnist-train-model","version":9}'])(
    "is kept, too, if it is none: %j",
    async (text) => {
      const { folder, train, read } = tinyRuns();
      writeFileSync(join(folder, "notes.txt"), text);
      const { stderr, exitCode } = await train("--out", "notes.txt");
      expect(exitCode).toBe(0);
      expect(stderr.replaceAll("\n", " ")).toContain(
        "replaced notes.txt, which is not a model of this version; it is now notes.previous.txt",
      );
      expect(read("notes.previous.txt")).toBe(text);
      expect(JSON.parse(read("notes.txt")).format).toBe("mnist-train-model");
    },
  );

  it.each([
    ["an input", ["--resume", "model.previous.json"]],
    ["another output", ["--history", "model.previous.json"]],
  ])("is never kept over %s", async (_, flags) => {
    const { folder, train, read } = tinyRuns();
    writeFileSync(join(folder, "model.previous.json"), "{}");
    const { stderr, exitCode } = await train(...flags);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: .*model\.previous\.json: expected another file than/);
    expect(stderr).toContain("whose previous file is kept as model.previous.json");
    expect(read("model.previous.json")).toBe("{}");
  });

  it("is not touched if it could not be kept; that is known before training", async () => {
    const { folder, train } = tinyRuns();
    mkdirSync(join(folder, "model.previous.json"));
    const { stderr, exitCode } = await train();
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(
      /^error: model\.previous\.json: a directory, expected the name of a file/,
    );
  });
});
