import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { sliceImages } from "../../src/dataset/labelledImages.js";
import { loadDataSet } from "../../src/dataset/source.js";
import { readDigit, readScaled } from "../../src/digits/picture.js";
import { decodeModel } from "../../src/documents/model.js";
import { emptyFolder, fileNames, filesOf, writeDataFolder } from "../support/dataFolder.js";
import { mnist } from "../support/mnist.js";
import { greyPng, pngOf } from "../support/png.js";
import { callCommand } from "../support/runCommand.js";

/** A picture of a bar, dark on light, that each n makes a little different. */
function picture(n: number, width = 40, height = 40): Uint8Array {
  const samples = new Uint8Array(width * height).fill(240);
  for (let y = 8; y < 30; y++) samples.fill(10, y * width + 10 + (n % 9), y * width + 16 + (n % 9));
  return greyPng(width, height, samples);
}

/** Writes files into a new folder, by their paths in it. */
function folderOf(files: Record<string, Uint8Array | string>): string {
  const folder = emptyFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Pictures of each class, so many of it. */
function picturesOf(counts: Record<string, number>): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(counts).flatMap(([name, count]) =>
      Array.from({ length: count }, (_, n) => [`${name}/${n}.png`, picture(n)]),
    ),
  );
}

/** Imports a folder, which must work; returns the data set and what was said. */
async function imported(folder: string, ...flags: string[]) {
  const out = join(emptyFolder(), "data");
  const outcome = await callCommand("mnist-import", [folder, "--out", out, ...flags]);
  expect(outcome.exitCode, outcome.stderr).toBe(0);
  return { out, data: await loadDataSet({ directory: out }), ...outcome };
}

/** The images of a class, in the order of their bytes. */
function imagesOf({ images, labels, rows, columns }: Parameters<typeof sliceImages>[0], c: number) {
  const D = rows * columns;
  const all = Array.from(labels.keys()).filter((n) => labels[n] === c);
  return all.map((n) => Buffer.from(images.subarray(n * D, (n + 1) * D)).toString("hex")).sort();
}

describe("mnist-import", () => {
  it("makes a data set with the names of the folders, in natural order, a seventh of each class to test on", async () => {
    const folder = folderOf({
      ...picturesOf({ "10": 14, "9": 7, two: 1 }),
      "9/.DS_Store": "x",
      "notes.txt": "not of a class",
    });
    const { out, data, stdout, stderr } = await imported(folder);
    expect(data.classNames).toEqual(["9", "10", "two"]);
    expect(readdirSync(out).sort()).toEqual(
      [...Object.values(fileNames), "class-names.txt"].sort(),
    );
    const counts = ({ labels }: { labels: Uint8Array }) =>
      [0, 1, 2].map((c) => labels.filter((label) => label === c).length);
    expect([counts(data.train), counts(data.test)]).toEqual([
      [6, 12, 1],
      [1, 2, 0],
    ]);
    expect(imagesOf(data.train, 2)).toEqual([
      Buffer.from(readDigit(picture(0), 28, 28)).toString("hex"),
    ]);
    expect(stdout).toBe("");
    expect(stderr).toBe(
      `note: left out 1 file in no folder of a class, such as ${join(folder, "notes.txt")}\n` +
        `saved ${out}: 19 training and 3 test images of 28 x 28\n3 classes: 9 7, 10 14, two 1\n`,
    );
  });

  it("the same seed draws the same bytes, another seed and share draw others", async () => {
    const folder = folderOf(picturesOf({ cat: 9, dog: 9 }));
    const bytes = async (...flags: string[]) => {
      const { out } = await imported(folder, ...flags);
      return Object.values(fileNames).map((file) => readFileSync(join(out, file), "base64"));
    };
    const one = await bytes();
    expect(await bytes("--seed", "1", "--test-share", "1/7")).toEqual(one);
    expect(await bytes("--seed", "2")).not.toEqual(one);
    expect(await bytes("--test-share", "0.5")).not.toEqual(one);
  });

  it("--fit none scales the whole picture, and --size sets the pixels", async () => {
    const folder = folderOf(picturesOf({ cat: 2, dog: 2 }));
    const { data } = await imported(folder, "--fit", "none", "--size", "10x20");
    const expected = [0, 1].map((n) => Buffer.from(readScaled(picture(n), 10, 20)).toString("hex"));
    expect([...imagesOf(data.train, 0), ...imagesOf(data.test, 0)].sort()).toEqual(expected.sort());
    expect([data.train.rows, data.train.columns]).toEqual([10, 20]);
  });

  it("takes back what mnist-show wrote: images, labels, names and order, byte for byte", async () => {
    const { train, test } = await mnist();
    const files = filesOf(sliceImages(train, 0, 120), sliceImages(test, 0, 40));
    const from = writeDataFolder(files);
    const names = "null\na/b\nTwo\ntwo";
    writeFileSync(join(from, "class-names.txt"), `${names}\n4\n5\n6\n7\n8\n9\n`);
    const root = emptyFolder();
    for (const split of ["train", "test"]) {
      const args = ["--data", from, "--split", split, "--out", join(root, split)];
      const { exitCode, stderr } = await callCommand("mnist-show", args);
      expect(exitCode, stderr).toBe(0);
    }
    expect(readdirSync(join(root, "train"))).toContain("3");
    const { out, data } = await imported(root, "--fit", "none");
    for (const [role, file] of Object.entries(fileNames)) {
      expect(readFileSync(join(out, file)).equals(files[role as keyof typeof files]), file).toBe(
        true,
      );
    }
    expect(data.classNames.slice(0, 4)).toEqual(["0", "1", "2", "3"]);
  });

  it("the names are those of the model, of titles and of tables from then on", async () => {
    const { out } = await imported(folderOf(picturesOf({ cat: 9, dog: 9 })));
    const model = join(out, "..", "model.json");
    const run = ["--iterations", "20", "--hidden", "4", "--std", "0.01", "--out", model];
    const trained = await callCommand("mnist-train", ["--data", out, ...run]);
    expect(trained.stderr).toContain("2 classes: cat, dog\n");
    expect(decodeModel(readFileSync(model, "utf8")).classNames).toEqual(["cat", "dog"]);
    const evaluated = await callCommand("mnist-eval", [model, "--data", out]);
    expect(evaluated.stdout).toMatch(/^ +cat +1 /m);
    const shown = await callCommand("mnist-show", ["--data", out, "--label", "dog"]);
    expect(shown.stdout).toContain("label dog");
    const none = await callCommand("mnist-show", ["--data", out, "--label", "owl"]);
    expect(none).toMatchObject({
      exitCode: 2,
      stderr: "error: --label owl: no class of the data, expected cat, dog or 0 to 1\n",
    });
    writeFileSync(join(out, "class-names.txt"), "dog\ncat\n");
    const swapped = await callCommand("mnist-eval", [model, "--data", out]);
    expect(swapped.stderr).toBe(`note: ${model} calls class 0 "cat", the data "dog"\n`);
  });
});

describe("mnist-import refuses on one line each, and writes nothing", () => {
  const good = picturesOf({ cat: 2, dog: 2 });
  const cut = picture(0).subarray(0, 60);

  it.each<[string, Record<string, Uint8Array | string>, string[], number, RegExp]>([
    [
      "an empty folder",
      {},
      [],
      3,
      /^IN: no folder of pictures, expected pictures\/CLASS\/\*\.png or \*\.jpg; /,
    ],
    ["pictures without classes", { "1.png": picture(1) }, [], 3, /^IN: no folder of pictures, /],
    ["one class", picturesOf({ cat: 2 }), [], 3, /^IN: one class, cat, expected at least two .*; /],
    ["a class without pictures", { ...good, "owl/.x": "" }, [], 3, /^IN\/owl: no pictures, .*; /],
    ["one picture of each class", picturesOf({ a: 1, b: 1 }), [], 3, /^IN: one picture of each /],
    [
      "what is damaged or no picture, all of it",
      { ...good, "cat/cut.png": cut, "dog/b.jpg": "\xff\xd8\xff", "dog/deep/1.png": picture(1) },
      [],
      3,
      /^IN\/dog\/b\.jpg: .*\nerror: IN\/cat\/cut\.png: the picture ends after 60 bytes, .*\nerror: IN\/dog\/deep: a folder, expected a PNG or JPEG picture; .*$/,
    ],
    [
      "an empty picture",
      { ...good, "cat/e.png": greyPng(9, 9, new Uint8Array(81)) },
      [],
      3,
      /^IN\/cat\/e\.png: nothing is drawn, /,
    ],
    [
      "a control character",
      { ...good, "a\nb/1.png": picture(1) },
      [],
      3,
      /^IN: class 0 is named "a\\nb", expected visible text; /,
    ],
    ["a size", good, ["--size", "0"], 2, /^--size 0: expected pixels from 1 to 1000, /],
    ["a share", good, ["--test-share", "1"], 2, /^--test-share 1: expected /],
    [
      "a seed where nothing is drawn",
      { "train/a/1.png": picture(1), "train/b/1.png": picture(2), "test/a/1.png": picture(3) },
      ["--seed", "2"],
      2,
      /^--seed has no effect on a folder that has test pictures/,
    ],
  ])("%s", async (_, files, flags, code, says) => {
    const folder = folderOf(files);
    const out = join(emptyFolder(), "data");
    const outcome = await callCommand("mnist-import", [folder, "--out", out, ...flags]);
    expect(outcome.exitCode).toBe(code);
    expect(outcome.stderr.replaceAll(folder, "IN").trimEnd()).toMatch(
      new RegExp(`^error: ${says.source.slice(1)}`, "s"),
    );
    expect(outcome.stderr).not.toMatch(/^ +at /m);
    expect(existsSync(out)).toBe(false);
  });

  it("links that lead nowhere, or in circles", async () => {
    const folder = folderOf(good);
    symlinkSync("circle", join(folder, "cat/circle"));
    symlinkSync("nowhere", join(folder, "dog/gone.png"));
    const out = join(emptyFolder(), "data");
    const { exitCode, stderr } = await callCommand("mnist-import", [folder, "--out", out]);
    expect(exitCode).toBe(3);
    expect(stderr.replaceAll(folder, "IN")).toMatch(
      /^error: IN\/cat\/circle: cannot be read \(ELOOP\), .*\nerror: IN\/dog\/gone\.png: cannot be read \(ENOENT\), .*\n$/,
    );
  });

  it("a folder that has files, which stay as they are", async () => {
    const out = writeDataFolder();
    const before = readdirSync(out).map((file) => readFileSync(join(out, file), "base64"));
    const { exitCode, stderr } = await callCommand("mnist-import", [folderOf(good), "--out", out]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr:
        `error: ${out}: the folder has files in it, such as t10k-images-idx3-ubyte, expected a new ` +
        "or an empty folder; choose another path\n",
    });
    expect(readdirSync(out).map((file) => readFileSync(join(out, file), "base64"))).toEqual(before);
  });
});

describe("readScaled", () => {
  it("keeps the pixels of a picture of the right size, whatever they are", () => {
    const samples = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(readScaled(greyPng(16, 16, samples), 16, 16)).toEqual(samples);
  });

  it("keeps the aspect ratio, with margins like the border, and takes what is transparent as black", () => {
    const white = new Uint8Array(8).fill(255);
    expect([...readScaled(greyPng(4, 2, white), 4, 4)]).toEqual(new Array(16).fill(255));
    const black = [
      ...readScaled(
        greyPng(
          4,
          2,
          white.map(() => 100),
        ),
        4,
        4,
      ),
    ];
    expect(black).toEqual([...[0, 0, 0, 0], ...new Array(8).fill(100), ...[0, 0, 0, 0]]);
    const samples = [200, 255, 200, 0];
    const clear = pngOf({ width: 2, height: 1, depth: 8, colourType: 4, samples });
    expect([...readScaled(clear, 1, 2)]).toEqual([200, 0]);
  });
});
