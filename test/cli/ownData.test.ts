import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repeatCommand } from "../../src/cli/repeatCommand.js";
import { sliceImages } from "../../src/dataset/labelledImages.js";
import { loadDataSet } from "../../src/dataset/source.js";
import { decodeCheckpoint } from "../../src/documents/checkpoint.js";
import { decodeHistory } from "../../src/documents/history.js";
import { decodeModel } from "../../src/documents/model.js";
import { filesOf, sortedByClass, writeDataFolder } from "../support/dataFolder.js";
import { mnist } from "../support/mnist.js";
import { callCommand } from "../support/runCommand.js";

/** A folder of the first images of MNIST, sorted by class or not. */
async function folderOf(N: number, { sorted = false } = {}): Promise<string> {
  const { train, test } = await mnist();
  const first = sliceImages(train, 0, N);
  const files = filesOf(sorted ? sortedByClass(first) : first, sliceImages(test, 0, 200));
  return writeDataFolder(files);
}

const quick = "--hidden 8 --std 0.01 --iterations 60 --data .".split(" ");
const trainIn = (folder: string, ...args: string[]) =>
  callCommand("mnist-train", [...quick, ...args], folder);
const read = (folder: string, name: string) => readFileSync(join(folder, name), "utf8");
const modelIn = (folder: string) => decodeModel(read(folder, "model.json"));
const inOneLine = (text: string) => text.replace(/\s+/g, " ");

describe("mnist-train on data sorted by class", () => {
  it("says so before training, shuffles, and every command then takes the same split", async () => {
    const folder = await folderOf(600, { sorted: true });
    const files = ["--history", "h.json", "--checkpoint", "c.json"];
    const { exitCode, stderr } = await trainIn(folder, ...files);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain(
      "\nshuffled and split, mean image of the training images subtracted\n",
    );
    const [before] = stderr.split("epoch 1/");
    expect(inOneLine(before)).toContain(
      "note: The training file is ordered by class: the last 100 images are of classes 8 and 9 only.",
    );
    for (const line of stderr.split("\n")) expect(line.length).toBeLessThanOrEqual(110);

    const { settings, figures } = modelIn(folder);
    const split = { validation: 100, limit: null, split: "shuffled" };
    expect(settings).toMatchObject(split);
    expect(decodeHistory(read(folder, "h.json")).settings).toMatchObject(split);
    expect(decodeCheckpoint(read(folder, "c.json")).settings).toMatchObject(split);

    for (const [name, images, reached] of [
      ["train", 500, figures.trainingAccuracy],
      ["validation", 100, figures.validationAccuracy],
    ] as const) {
      const args = ["--data", ".", "--split", name, "--json"];
      const { stdout } = await callCommand("mnist-eval", args, folder);
      expect(JSON.parse(stdout)).toMatchObject({ images, accuracy: reached });
    }
    const indices = Array.from({ length: 100 }, (_, n) => n);
    const shown = async (...args: string[]) => {
      const words = ["--data", ".", "--split", "validation", "--json", "--index", indices.join()];
      const { stdout } = await callCommand("mnist-show", [...words, ...args], folder);
      return JSON.parse(stdout).images as { label: number; prediction?: number }[];
    };
    const answered = await shown("--model", "model.json");
    const right = answered.filter(({ label, prediction }) => label === prediction).length;
    expect(right / answered.length).toBe(figures.validationAccuracy);
    const plain = await shown();
    expect(plain.map(({ label }) => label)).toEqual(answered.map(({ label }) => label));
  });

  it("a resumed run has the split that it began with, and refuses another", async () => {
    const folder = await folderOf(600, { sorted: true });
    await trainIn(folder, "--quiet", "--out", "whole.json", "--iterations", "90");
    await trainIn(folder, "--quiet", "--checkpoint", "c.json", "--iterations", "60");
    const resume = ["--data", ".", "--resume", "c.json", "--iterations", "90"];
    const { exitCode, stderr } = await callCommand("mnist-train", resume, folder);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain("shuffled and split");
    expect(read(folder, "model.json")).toBe(read(folder, "whole.json"));
    const other = await callCommand("mnist-train", [...resume, "--split", "end"], folder);
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain("found --split end, expected --split shuffled as the run began");
  });

  it("--split end takes the images as they stand, and the command that repeats it says so", async () => {
    const folder = await folderOf(600, { sorted: true });
    const { stderr } = await trainIn(folder, "--split", "end");
    expect(inOneLine(stderr)).toContain("--split shuffled draws training and validation images");
    expect(stderr).toContain("No validation image is of classes 0 to 7");
    const model = modelIn(folder);
    expect(model.settings.split).toBe("end");
    const { train } = await loadDataSet({ directory: folder });
    const command = repeatCommand(model, folder, train);
    expect(command).toContain("--split end");
    expect(command).not.toContain("--validation");
    const first = read(folder, "model.json");
    await callCommand("mnist-train", [...command.split(" ").slice(2), "--quiet"], folder);
    expect(read(folder, "model.json")).toBe(first);
  });

  it("--limit takes images of every class", async () => {
    const folder = await folderOf(600, { sorted: true });
    const { stderr } = await trainIn(folder, "--limit", "100", "--validation", "0");
    expect(inOneLine(stderr)).toContain("the first 100 images are of classes 0 and 1 only");
    const show = ["--data", ".", "--model", "model.json", "--split", "train", "--json"];
    const { stdout } = await callCommand("mnist-show", [...show, "--label", "9"], folder);
    expect(JSON.parse(stdout).images.length).toBeGreaterThan(0);
  });
});

describe("mnist-train on small data", () => {
  it("needs no flags for 400 images: validation is a sixth, and the run says so", async () => {
    const folder = await folderOf(400);
    const { exitCode, stdout, stderr } = await trainIn(folder, "--json");
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain("\nsplit, mean image");
    const note =
      "Validation takes 66 of the 400 images, a sixth; --validation sets another number.";
    expect(inOneLine(stderr)).toContain(note);
    const { settings, notes } = JSON.parse(stdout);
    expect(settings).toMatchObject({ validation: 66, limit: null, split: "end" });
    expect(notes).toEqual([note]);
    expect(repeatCommand(modelIn(folder), undefined, (await mnist()).train)).toContain(
      "--validation 66",
    );
    const { train } = await loadDataSet({ directory: folder });
    expect(repeatCommand(modelIn(folder), undefined, train)).toBe(
      "npx mnist-train --hidden 8 --std 0.01 --iterations 60",
    );
  });

  it.each([
    [1, "notebook"],
    [2, "fast"],
    [5, "overfit"],
    [6, "notebook"],
    [10, "overfit"],
  ])("trains on %i images with %s, in batches larger than the data", async (N, recipe) => {
    const folder = await folderOf(N);
    const args = `--data . --recipe ${recipe} --hidden 4 --epochs 3`.split(" ");
    const { exitCode, stderr } = await callCommand("mnist-train", args, folder);
    expect(exitCode, stderr).toBe(0);
  });

  it("still refuses a --validation that does not fit, or flags that need one", async () => {
    const folder = await folderOf(5);
    const refused = async (...args: string[]) => {
      const { exitCode, stderr } = await trainIn(folder, ...args);
      expect(exitCode).toBe(2);
      return stderr;
    };
    expect(await refused("--validation", "10000")).toContain(
      "validation 10000: the data has 5 training images",
    );
    for (const flag of [["--patience", "2"], ["--keep-best"]]) {
      expect(await refused(...flag)).toContain(
        `${flag[0]} with 5 training images: expected at least 6, or --validation n`,
      );
    }
    const { exitCode } = await trainIn(folder, "--patience", "2", "--validation", "1");
    expect(exitCode).toBe(0);
  });

  it("--preview-augment and mnist-show --split validation take the same images", async () => {
    const folder = await folderOf(60);
    const preview = ["--data", ".", "--preview-augment", "a.png"];
    expect((await callCommand("mnist-train", preview, folder)).exitCode).toBe(0);
    const show = ["--data", ".", "--split", "validation", "--json", "--index", "9"];
    const { stdout } = await callCommand("mnist-show", show, folder);
    expect(JSON.parse(stdout).images[0].label).toBe((await mnist()).train.labels[59]);
    const few = await callCommand("mnist-show", show, await folderOf(5));
    expect(few.exitCode).toBe(2);
    expect(few.stderr).toContain("of 5 training images mnist-train sets none aside by default");
  });
});
