import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeHistories } from "../../src/documents/histories.js";
import { decodeModel } from "../../src/documents/model.js";
import { parametersHash } from "../../src/documents/parametersHash.js";
import type { PagePayload } from "../../src/render/page/payload.js";
import { emptyFolder, writeDataFolder } from "../support/dataFolder.js";
import { type CommandName, callCommand } from "../support/runCommand.js";

const tiny = "--hidden 8 --epochs 4 --batch-size 8 --validation 6 --std 0.1";

/** Runs commands in a folder with a small data set in ./data. */
function commands() {
  const folder = emptyFolder();
  const data = writeDataFolder();
  return {
    folder,
    read: (file: string) => readFileSync(join(folder, file), "utf8"),
    show: (args: string) => callCommand("mnist-show", args.split(" "), folder),
    run: (name: CommandName, args: string) =>
      callCommand(name, [...args.split(" "), "--data", data], folder),
  };
}

describe("mnist-train with lists of values", () => {
  it("trains each as it would alone, saves all histories and the best model, and compares them", async () => {
    const { folder, read, run } = commands();
    const saved = "--history hs.json --plot all.svg";
    const lists = "--learning-rate 0.001,0.01,1e6 --seed 1..2";
    const { exitCode, stdout, stderr } = await run("mnist-train", `${tiny} ${lists} ${saved}`);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(
      /^1\/6 {2}learning-rate 0\.001, seed 1 +training .* validation .* s {2}too early to tell$/m,
    );
    expect(stdout).toMatch(/^6\/6 {2}learning-rate 1000000, seed 2/m);
    expect(stderr).toMatch(/saved model\.json of the best run by validation accuracy/);
    expect(stderr.replaceAll("\n", " ")).toContain("the models of the others are not kept");
    expect(readdirSync(folder).sort()).toEqual(["all.svg", "hs.json", "model.json"]);
    expect(read("all.svg").match(/learning-rate 0\.01\b/g)).toHaveLength(1);

    const histories = decodeHistories(read("hs.json"));
    expect(histories.map(({ seed }) => seed)).toEqual([1, 2, 1, 2, 1, 2]);
    const model = decodeModel(read("model.json"));
    const hash = parametersHash(model.parameters);
    const best = histories.find(({ parametersSha256 }) => parametersSha256 === hash);
    const top = Math.max(...histories.map(({ figures }) => figures?.validationAccuracy ?? 0));
    expect(best?.figures?.validationAccuracy).toBe(top);

    const alone = await run("mnist-train", `${tiny} --learning-rate 0.01 --seed 2 --json --quiet`);
    expect(JSON.parse(alone.stdout).parametersSha256).toBe(histories[3].parametersSha256);
  });

  it("prints one document, with mean and deviation over seeds", async () => {
    const { run } = commands();
    const { stdout, stderr } = await run("mnist-train", `${tiny} --hidden 4,8 --seed 1..3 --json`);
    const { runs, table, best, model, interrupted } = JSON.parse(stdout);
    expect({ model, interrupted }).toEqual({ model: "model.json", interrupted: false });
    expect(runs.map(({ values }: { values: object }) => values)[4]).toEqual({ hidden: 8, seed: 2 });
    expect(table).toHaveLength(2);
    const accuracies: number[] = runs
      .slice(3)
      .map((r: Record<string, number>) => r.trainingAccuracy);
    const mean = (accuracies[0] + accuracies[1] + accuracies[2]) / 3;
    expect(table[1]).toMatchObject({ values: { hidden: 8 }, finished: 3, diverged: 0 });
    expect(table[1].trainingAccuracy.mean).toBeCloseTo(mean, 12);
    expect(table[1].trainingAccuracy.deviation).toBeGreaterThanOrEqual(0);
    const validation = runs.map((r: Record<string, number>) => r.validationAccuracy);
    expect(validation[best]).toBe(Math.max(...validation));
    expect(stderr).toMatch(/^1\/6 {2}hidden 4, seed 1/m);
  });

  it("says which runs went wrong, and keeps what its histories are judged by", async () => {
    const { folder, read, run, show } = commands();
    writeFileSync(join(folder, "model.json"), "an older file");
    const net = "--hidden 8 --iterations 300 --batch-size 8 --validation 6";
    const args = `${net} --std 0.1,0 --history hs.json`;
    const { exitCode, stdout, stderr } = await run("mnist-train", args);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^1\/2 {2}std 0\.1 .* s( {2}too early to tell)?$/m);
    expect(stdout).toMatch(/^2\/2 {2}std 0 .* s {2}wrong: units alike$/m);
    const [first, second] = decodeHistories(read("hs.json"));
    expect([first.evidence?.alike, second.evidence?.alike]).toEqual([false, true]);
    expect((await show("--history hs.json --json")).stdout).toContain('"units alike"');
    expect(read("model.previous.json")).toBe("an older file");
    expect(stderr.replaceAll("\n", " ")).toContain("it is now model.previous.json");
  });

  it("ends with code 4 where every run diverged, and keeps their histories and no model", async () => {
    const { folder, read, run } = commands();
    const args = `${tiny} --learning-rate 1e5,1e6 --history hs.json --quiet`;
    const { exitCode, stdout } = await run("mnist-train", args);
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/diverged at update \d+: /);
    expect(existsSync(join(folder, "model.json"))).toBe(false);
    const [first] = decodeHistories(read("hs.json"));
    expect(first.failure?.iteration).toBeGreaterThan(0);
    expect(first.history.loss.length).toBeGreaterThanOrEqual(first.failure!.iteration - 1);
  });

  it.each([
    ["--hidden 5,6 --resume run.json", "--resume with a list for --hidden: expected one run"],
    [
      "--hidden 5,6 --checkpoint run.json",
      "--checkpoint with a list for --hidden: expected one run",
    ],
    ["--seed 1,2 --snapshots s", "--snapshots with a list for --seed: expected one run"],
    ["--reg 0,1 --preview-augment a.png", "--preview-augment with a list for --reg: expected one"],
    ["--hidden 5,9999", "--hidden 9999: expected a whole number from 1 to 8192"],
    ["--rotation 1,2", "--rotation has no effect without --augment"],
    ["--validation 6,30", "validation 30: the data has 30 training images"],
    [
      "--iterations 1e9,5e8 --history h.json",
      "--history h.json: 2 runs of 1500000000 updates in all",
    ],
  ])("refuses %s before anything is trained", async (args, message) => {
    const { folder, run } = commands();
    const { exitCode, stdout, stderr } = await run("mnist-train", `--validation 6 ${args}`);
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toContain(message);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("--snapshots", () => {
  it("fills a folder that mnist-report shows beside the curves of several runs", async () => {
    const { folder, read, run, show } = commands();
    const first = await run("mnist-train", `${tiny} --snapshots s --history a.json`);
    expect(first.stderr).toContain("kept 7 snapshots in s\n");
    const { exitCode, stderr } = await run(
      "mnist-train",
      `${tiny} --hidden 5 --history b.json --out b-model.json`,
    );
    expect(exitCode, stderr).toBe(0);
    const report = await run("mnist-report", "model.json --history b.json a.json --snapshots s");
    expect(report.exitCode, report.stderr).toBe(0);
    const [, json] = /id="payload">(.*?)<\/script>/s.exec(read("report.html"))!;
    const { shaping, compared, history } = JSON.parse(json) as PagePayload;
    expect(shaping?.moments[0]).toBe("before the first update");
    expect(shaping?.moments.at(-1)).toMatch(/^after 12 updates \(epoch 4, validation accuracy/);
    expect(compared.map(({ name, isOwn }) => [name, isOwn])).toEqual([
      ["hidden 5", false],
      ["hidden 8", true],
    ]);
    expect(history?.epochs).toHaveLength(4);

    const weights = await show("--model s/snapshot-0000000002.json --weights --json");
    expect(JSON.parse(weights.stdout).units).toHaveLength(8);
    const other = await run("mnist-report", "b-model.json --snapshots s");
    expect(other.stderr).toMatch(/^error: s\/snapshot-\d+\.json: a snapshot of another run/);
    const mixed = await run("mnist-train", `${tiny} --seed 2 --snapshots s`);
    expect(mixed.stderr).toMatch(
      /error: s\/snapshot-\d+\.json: a snapshot of another run, expected/,
    );
    const none = await run("mnist-report", "model.json --history b.json b.json");
    expect(none.stderr).toMatch(/^error: --history: 2 runs, none of which gave model\.json/);
    expect(readdirSync(join(folder, "s"))).toHaveLength(7);
  });

  it("is resumed into the same folder, and never written over by an output", async () => {
    const { folder, run, show } = commands();
    await run("mnist-train", `${tiny} --snapshots s --checkpoint c.json --no-centring`);
    const weights = await show("--model c.json --weights");
    expect(weights.stderr).toContain("8 hidden units of c.json after 12 updates");
    const longer = await run("mnist-train", "--resume c.json --epochs 5 --snapshots s");
    expect(longer.exitCode, longer.stderr).toBe(0);
    expect(longer.stderr).toContain("no mean image of the training images subtracted");
    expect(readdirSync(join(folder, "s"))).toContain("snapshot-0000000015.json");
    const model = decodeModel(readFileSync(join(folder, "model.json"), "utf8"));
    expect(model.preprocessing.meanImage.every((mean) => mean === 0)).toBe(true);
    expect(model.settings.centring).toBe(false);
    const out = "s/snapshot-0000000003.json";
    const over = await run("mnist-train", `${tiny} --snapshots s --out ${out}`);
    expect(over.stderr).toMatch(/^error: --out s\S+: expected another file than the snapshots of/);
  });
});
