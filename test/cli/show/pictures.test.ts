import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderNames } from "../../../src/cli/commands/show/pictures.js";
import { decodePng } from "../../../src/digits/png.js";
import { emptyFolder } from "../../support/dataFolder.js";
import { mnist } from "../../support/mnist.js";
import { callCommand } from "../../support/runCommand.js";

describe("mnist-show --out with a folder", () => {
  it("writes the chosen images as they are, each under its index in a folder of its class", async () => {
    const out = join(emptyFolder(), "pictures");
    const args = ["--index", "61,0..2", "--out", out];
    const { exitCode, stdout, stderr } = await callCommand("mnist-show", args);
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: `saved ${out}: 4 of 10000 test images of MNIST\n`,
    });
    const files = readdirSync(out, { recursive: true, encoding: "utf8" }).sort();
    expect(files).toEqual(["1", "1/2.png", "2", "2/1.png", "7", "7/0.png", "8", "8/61.png"]);
    const { grey, alpha } = decodePng(readFileSync(join(out, "8/61.png")));
    const { images } = (await mnist()).test;
    expect(Buffer.from(grey).equals(images.subarray(61 * 784, 62 * 784))).toBe(true);
    expect(alpha).toBe(null);
  });

  it("may exist if it is empty, and gets all images of a class", async () => {
    const out = emptyFolder();
    const { exitCode } = await callCommand("mnist-show", ["--label", "5", "--out", out]);
    expect(exitCode).toBe(0);
    expect(readdirSync(out)).toEqual(["5"]);
    expect(readdirSync(join(out, "5"))).toHaveLength(892);
  });

  it.each([
    [["--rows", "2"], 2, /^error: --rows has no effect on a folder, /],
    [["--seed", "2"], 2, /^error: --seed has no effect on a folder, /],
    [["--weights", "--model", "m.json"], 2, /^error: --out \S+: --weights makes one picture, /],
    [["--index", "5..4"], 2, /^error: --index 5\.\.4: expected whole numbers from 0 /],
    [["--index", "0..10000"], 2, /^error: --index 10000: no test image, /],
  ])("with %j it is refused, and not made", async (flags, code, says) => {
    const out = join(emptyFolder(), "pictures");
    const { exitCode, stderr } = await callCommand("mnist-show", [...flags, "--out", out]);
    expect(exitCode).toBe(code);
    expect(stderr).toMatch(says);
    expect(existsSync(out)).toBe(false);
  });

  it("leaves a folder alone that has files", async () => {
    const out = emptyFolder();
    writeFileSync(join(out, "mine.txt"), "mine");
    const { exitCode, stderr } = await callCommand("mnist-show", ["--out", out]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain("the folder has files in it, such as mine.txt");
    expect(readdirSync(out)).toEqual(["mine.txt"]);
  });
});

describe("folderNames", () => {
  it("leads to no other place, whatever the names", () => {
    expect(folderNames(["cat", "T-shirt/top", "../../etc", ".", "a\\b", "c:"])).toEqual([
      ...["cat", "T-shirt_top", "_._.._etc", "_", "a_b", "c_"],
    ]);
  });

  it("are numbers where two would share a folder", () => {
    expect(folderNames(["Cat", "cat", "dog"])).toEqual(["0", "1", "2"]);
    expect(folderNames(["a/b", "a:b"])).toEqual(["0", "1"]);
  });
});
