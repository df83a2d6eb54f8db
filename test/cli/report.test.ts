import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { PagePayload } from "../../src/render/page/payload.js";
import { emptyFolder, smallDataSet, writeDataFolder } from "../support/dataFolder.js";
import { callCommand } from "../support/runCommand.js";

const short = "--hidden 20 --iterations 60 --limit 2000 --validation 500 --std 0.01 --quiet";
const tiny = "--hidden 8 --epochs 4 --batch-size 8 --validation 6 --quiet";

/** Runs a command that must succeed. */
async function succeed(
  name: "mnist-train" | "mnist-eval" | "mnist-report",
  args: readonly string[],
  folder: string,
): Promise<string> {
  const { exitCode, stdout, stderr } = await callCommand(name, args, folder);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

/** The values in a page. */
function payloadOf(folder: string, page = "report.html"): PagePayload {
  const html = readFileSync(join(folder, page), "utf8");
  return JSON.parse(/id="payload">(.*?)<\/script>/s.exec(html)![1]);
}

describe("mnist-report", () => {
  it("holds the figures that mnist-eval prints, and is the same page each time", async () => {
    const folder = emptyFolder();
    await succeed("mnist-train", short.split(" "), folder);
    await succeed("mnist-report", ["--quiet"], folder);
    const { splits, confusion, command, classes, images } = payloadOf(folder);
    for (const split of ["train", "validation", "test"]) {
      const measured = JSON.parse(
        await succeed("mnist-eval", ["--split", split, "--json"], folder),
      );
      const figures = splits.find(({ name }) => name.startsWith(split));
      expect(figures?.images).toBe(measured.images);
      expect(figures?.accuracy).toBe(measured.accuracy);
      expect(figures?.meanLoss).toBe(measured.meanLoss);
      if (split === "test")
        expect({ confusion, classes }).toEqual({
          confusion: measured.confusion,
          classes: measured.classes,
        });
    }
    expect(command).toBe(
      "npx mnist-train --validation 500 --limit 2000 --hidden 20 --std 0.01 --iterations 60",
    );
    expect(images.length).toBeGreaterThan(300);

    await succeed("mnist-report", ["model.json", "--out", "again.html", "--threads", "1"], folder);
    const page = readFileSync(join(folder, "report.html"));
    expect(page.equals(readFileSync(join(folder, "again.html")))).toBe(true);
    expect(page.length).toBeLessThan(4_000_000);
    expect(readdirSync(folder).sort()).toEqual(["again.html", "model.json", "report.html"]);
  });

  it("takes the curves and the time from the history of that run, and refuses another's", async () => {
    const folder = emptyFolder();
    await succeed("mnist-train", [...short.split(" "), "--history", "h.json"], folder);
    await succeed("mnist-report", ["--history", "h.json"], folder);
    const { history, seconds } = payloadOf(folder);
    expect(history?.loss.iterations).toBe(60);
    expect(history?.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(seconds).toBeGreaterThanOrEqual(0);

    const model = await callCommand("mnist-report", ["--history", "model.json"], folder);
    expect(model.exitCode).toBe(3);
    expect(model.stderr).toMatch(
      /^error: model\.json: format is "mnist-train-model", expected .*\n$/,
    );

    await succeed("mnist-train", [...short.split(" "), "--seed", "2"], folder);
    const other = await callCommand("mnist-report", ["--history", "h.json"], folder);
    expect(other.exitCode).toBe(3);
    expect(other.stderr).toMatch(
      /^error: h\.json: the history of a run that gave other parameters/,
    );
  });

  it("takes its model by --model as well, and says what a page lacks, and why", async () => {
    const folder = emptyFolder();
    const files = ["--out", "m.json", "--history", "h.json"];
    await succeed("mnist-train", [...short.split(" "), ...files], folder);
    const report = (...args: string[]) => callCommand("mnist-report", args, folder);
    const { exitCode, stderr } = await report("--model", "m.json");
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringMatching(
        /^saved report\.html: .*\nleft out: curves and diagnosis, which need .*--history[^;]*; hidden units/s,
      ),
    });
    const page = readFileSync(join(folder, "report.html"));
    await succeed("mnist-report", ["m.json"], folder);
    expect(page.equals(readFileSync(join(folder, "report.html")))).toBe(true);

    expect((await report("--history", "h.json", "--model", "m.json")).stderr).not.toContain("left");
    expect((await report("--model", "m.json", "--quiet")).stderr).toBe("");
    const both = await report("m.json", "--model", "other.json");
    expect(both.exitCode).toBe(2);
    expect(both.stderr).toBe(
      "error: --model other.json beside m.json: expected one model; leave one of them out\n",
    );
    const measured = await succeed("mnist-eval", ["--model", "m.json", "--json"], folder);
    expect(JSON.parse(measured).model).toBe("m.json");
  });

  it("leaves training figures out where the data is not what the model learned from", async () => {
    const folder = emptyFolder();
    const evil = join(folder, "<script>");
    for (const [place, train] of [
      ["one", 30],
      ["<script>", 36],
    ] as const) {
      mkdirSync(join(folder, place));
      writeDataFolder(smallDataSet({ train }), join(folder, place));
    }
    await succeed("mnist-train", ["--data", "one", ...tiny.split(" ")], folder);
    await succeed("mnist-report", ["--data", evil], folder);
    const { stderr } = await callCommand("mnist-report", ["--data", evil], folder);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(
      "training and validation images, which needs its own data",
    );
    const { splits, data, noPad } = payloadOf(folder);
    expect(splits.map(({ name }) => name)).toEqual(["test"]);
    expect(data).toBe("<script>");
    expect(noPad).toMatch(/4 x 5 pixels/);
    expect(readFileSync(join(folder, "report.html"), "utf8").match(/<script/g)).toHaveLength(3);
  });

  it("never writes its page over what it reads", async () => {
    const folder = emptyFolder();
    const data = writeDataFolder(smallDataSet(), folder);
    await succeed(
      "mnist-train",
      ["--data", data, "--out", "m.html", "--history", "h.html", ...tiny.split(" ")],
      folder,
    );
    symlinkSync(join(folder, "t10k-images-idx3-ubyte"), join(folder, "images.html"));
    const before = ["m.html", "h.html", "images.html"].map((file) =>
      readFileSync(join(folder, file)),
    );
    for (const [out, says] of [
      ["m.html", /expected another file than the model m\.html/],
      ["./h.html", /expected another file than --history h\.html/],
      ["images.html", /expected another file than those of the data/],
    ] as const) {
      const args = ["m.html", "--history", "h.html", "--data", data, "--out", out];
      const { exitCode, stderr } = await callCommand("mnist-report", args, folder);
      expect(stderr).toMatch(says);
      expect(exitCode).toBe(2);
    }
    const after = ["m.html", "h.html", "images.html"].map((file) =>
      readFileSync(join(folder, file)),
    );
    expect(after).toEqual(before);
  });

  it("says in one line what is wrong, and leaves an older page alone", async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "report.html"), "older");
    writeFileSync(join(folder, "model.json"), "{}");
    const wrong: [string[], number, RegExp][] = [
      [["none.json"], 3, /none\.json: cannot be read \(ENOENT\)/],
      [["model.json"], 3, /format is missing, expected "mnist-train-model"/],
      [["--out", "page.pdf"], 2, /--out page\.pdf: expected a file name that ends in \.html/],
      [["--out", "none/report.html"], 3, /none\/report\.html/],
      [["--history", "none.json"], 3, /./],
      [["--nothing"], 2, /unknown option/],
    ];
    for (const [args, code, says] of wrong) {
      const { exitCode, stdout, stderr } = await callCommand("mnist-report", args, folder);
      expect(stderr).toMatch(/^error: .+\n$/);
      expect(stderr).toMatch(says);
      expect({ args, exitCode, stdout }).toEqual({ args, exitCode: code, stdout: "" });
    }
    expect(readFileSync(join(folder, "report.html"), "utf8")).toBe("older");
  });
});
