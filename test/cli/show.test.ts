import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeModel } from "../../src/documents/model.js";
import { unitStrengths } from "../../src/inspect/hiddenUnits.js";
import { smallDataSet, writeDataFolder } from "../support/dataFolder.js";
import { callCommand, commandPath } from "../support/runCommand.js";

/*
 * One small model of MNIST serves all tests here, and one folder of tiny images where what is shown
 * does not matter.
 */

const root = mkdtempSync(join(tmpdir(), "mnist-train-"));
const tiny = join(root, "tiny");
const run = "--limit 400 --iterations 60 --hidden 12 --validation 100 --std 0.01 --quiet";
const runOnTiny = "--validation 6 --hidden 8 --epochs 40 --batch-size 8 --std 0.01 --quiet";

beforeAll(async () => {
  mkdirSync(tiny);
  writeDataFolder(smallDataSet(), tiny);
  const tinyFlags = ["--data", tiny, "--learning-rate", "0.001", "--out", "tiny.json"];
  const outcomes = await Promise.all([
    callCommand("mnist-train", run.split(" "), root),
    callCommand("mnist-train", [...runOnTiny.split(" "), ...tinyFlags], root),
  ]);
  for (const { exitCode, stderr } of outcomes) expect(exitCode, stderr).toBe(0);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What `mnist-show` prints with these flags, which must please it. */
async function show(flags: string): Promise<string> {
  const { exitCode, stdout, stderr } = await callCommand("mnist-show", flags.split(" "), root);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

async function showJson(flags: string) {
  return JSON.parse(await show(`${flags} --json`));
}

const indicesOf = ({ images }: { images: { index: number }[] }) => images.map(({ index }) => index);

describe("mnist-show on images", () => {
  it("shows images with label and index, plain where it writes to a pipe", async () => {
    const { stdout, stderr } = await callCommand("mnist-show", ["--rows", "1"], root);
    expect(stdout).toMatchSnapshot();
    expect(stderr).toBe("2 of 10000 test images of MNIST\n");
  });

  it("the same seed shows the same images, another seed others", async () => {
    const [a, b, c] = await Promise.all(
      ["5", "5", "6"].map((seed) => showJson(`--rows 2 --columns 3 --seed ${seed}`)),
    );
    expect(indicesOf(a)).toHaveLength(6);
    expect(b).toEqual(a);
    expect(indicesOf(c)).not.toEqual(indicesOf(a));
  });

  it("--index shows these images in this order, --label those of a class", async () => {
    const chosen = await showJson("--index 61,0,7,61");
    expect(chosen.images).toEqual([
      { index: 61, label: 8 },
      { index: 0, label: 7 },
      { index: 7, label: 9 },
      { index: 61, label: 8 },
    ]);
    const sevens = await showJson("--label 7 --rows 4 --columns 4");
    expect(sevens.images.map(({ label }: { label: number }) => label)).toEqual(Array(16).fill(7));
    expect(new Set(indicesOf(sevens)).size).toBe(16);
  });

  it("splits are those of the model; without one, train is the whole training file", async () => {
    const last = (split: string, index: number, more = "") =>
      showJson(`--split ${split} --index ${index}${more}`);
    const [whole, validation, ofModel] = await Promise.all([
      last("train", 59_999),
      last("validation", 9_999),
      last("validation", 99, " --model model.json"),
    ]);
    for (const { images } of [validation, ofModel]) {
      expect(images[0].label).toBe(whole.images[0].label);
    }
    expect(ofModel.images[0]).toHaveProperty("prediction");
    const { exitCode, stderr } = await callCommand(
      "mnist-show",
      "--split validation --index 100 --model model.json".split(" "),
      root,
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--index 100: no validation image, expected 0 to 99");
  });

  it("shows all there is where more was asked for", async () => {
    const { images } = await showJson(`--data ${tiny} --rows 1000 --columns 1000`);
    expect(indicesOf({ images }).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe("mnist-show with a model", () => {
  it("titles say what it answers, as mnist-eval counts it", async () => {
    const { images } = await showJson("--model model.json --rows 1000 --columns 10");
    const { stdout } = await callCommand("mnist-eval", ["--json"], root);
    const right = images.filter(
      ({ label, prediction }: { label: number; prediction: number }) => label === prediction,
    );
    expect(images).toHaveLength(10_000);
    expect(right.length / 10_000).toBe(JSON.parse(stdout).accuracy);
    expect(await show("--model model.json --index 0,1")).toMatch(/^(ok|x ) \d +\d+\.\d\d % {2}/);
  });

  it("--only-wrong shows the mistakes alone, the surest first", async () => {
    const flags = "--model model.json --only-wrong";
    const [all, some, stdout] = await Promise.all([
      showJson(`${flags} --rows 1000 --columns 1000`),
      showJson(`${flags} --rows 2 --columns 2`),
      show(`${flags} --rows 2 --columns 2`),
    ]);
    expect(all.images.length).toBe(all.wrong);
    expect(all.measured).toBe(10_000);
    const sureness = all.images.map(({ probability }: { probability: number }) => probability);
    expect(sureness).toEqual([...sureness].sort((a, b) => b - a));
    for (const { label, prediction } of all.images) expect(prediction).not.toBe(label);
    expect(some.images).toEqual(all.images.slice(0, 4));
    expect(stdout.match(/x {2}\d +\d+\.\d\d %/g)).toEqual(
      some.images.map(({ prediction, probability }: { prediction: number; probability: number }) =>
        `x  ${prediction}`.padEnd(21).concat(`${(100 * probability).toFixed(2)} %`),
      ),
    );
    const sevens = await showJson(`${flags} --label 7`);
    expect(sevens.images.every(({ label }: { label: number }) => label === 7)).toBe(true);
  });

  it("says so in a sentence where there are no mistakes", async () => {
    const args = ["--model", "tiny.json", "--data", tiny, "--only-wrong"];
    const [{ stdout, stderr, exitCode }, json] = await Promise.all([
      callCommand("mnist-show", args, root),
      callCommand("mnist-show", [...args, "--json", "--out", "none.png"], root),
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toBe(`tiny.json is wrong on none of 9 test images of ${tiny}\n`);
    expect(JSON.parse(json.stdout)).toMatchObject({ wrong: 0, images: [], out: null });
    expect(readdirSync(root)).not.toContain("none.png");
  });

  it("--weights shows the strongest units first, --index those that it names", async () => {
    const { parameters } = decodeModel(readFileSync(join(root, "model.json"), "utf8"));
    const strengths = unitStrengths(parameters);
    const all = await showJson("--model model.json --weights --rows 3 --columns 4");
    expect(all.units.map(({ strength }: { strength: number }) => strength)).toEqual(
      [...strengths].sort((a, b) => b - a),
    );
    for (const { unit, strength } of all.units) expect(strength).toBe(strengths[unit]);
    const { stdout, stderr } = await callCommand(
      "mnist-show",
      "--model model.json --weights --index 3,1".split(" "),
      root,
    );
    expect(stdout).toMatch(/^unit 3 +0\.\d+ {2}unit 1 +0\.\d+\n/);
    expect(stderr).toContain("2 of 12 hidden units of model.json");
    expect(stderr).toContain("ink on +# turns a unit on, on -= off");
  });
});

describe("mnist-show --out", () => {
  it("writes PNG and SVG and prints nothing of them, the same for the same seed", async () => {
    const flags = "--model model.json --rows 2 --columns 3 --out";
    const outs = ["a.png", "b.png", "a.svg"];
    const printed = await Promise.all(outs.map((out) => show(`${flags} ${out}`)));
    expect(printed).toEqual(["", "", ""]);
    const [a, b] = outs.map((out) => readFileSync(join(root, out)));
    expect(b.equals(a)).toBe(true);
    expect(decode(a).width).toBeGreaterThan(600);
    expect(readFileSync(join(root, "a.svg"), "utf8").match(/<image /g)).toHaveLength(6);
    const weights = await showJson("--model model.json --weights --rows 1 --out w.svg");
    expect(weights.out).toBe("w.svg");
    expect(weights.units).toHaveLength(8);
  });

  it("never writes over the data, whatever its files are called", async () => {
    const folder = join(root, "linked");
    mkdirSync(folder);
    writeDataFolder(smallDataSet(), folder);
    symlinkSync(join(folder, "train-images-idx3-ubyte"), join(folder, "grid.png"));
    const before = readFileSync(join(folder, "train-images-idx3-ubyte"));
    const args = ["--data", folder, "--out", join(folder, "grid.png")];
    const { exitCode, stderr } = await callCommand("mnist-show", args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("expected another file than those of the data");
    expect(readFileSync(join(folder, "train-images-idx3-ubyte")).equals(before)).toBe(true);
  });
});

/** util-linux's `script` runs a command on a terminal of its own. */
const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes(
  "util-linux",
);
const ESC = String.fromCharCode(27);

describe.skipIf(!hasScript)("mnist-show on a terminal", () => {
  function onTerminal(
    columns: number,
    flags: string,
    environment: Record<string, string> = {},
    lines = 50,
  ): Promise<string> {
    const command = `stty cols ${columns} rows ${lines}; "${process.execPath}" "${commandPath("mnist-show")}" ${flags}`;
    const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...rest } = process.env;
    const child = spawn("script", ["-qec", command, "/dev/null"], {
      cwd: root,
      env: { ...rest, TERM: "xterm-256color", COLORTERM: "truecolor", ...environment },
      stdio: ["ignore", "pipe", "ignore"],
    });
    let seen = "";
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      seen += chunk;
    });
    return new Promise((resolve) => child.on("close", () => resolve(seen.replaceAll("\r", ""))));
  }

  it.each([
    [80, 6],
    [120, 9],
  ])("%i columns hold %i images in half blocks of 24-bit colours", async (columns, across) => {
    const seen = await onTerminal(columns, "--data tiny --rows 1");
    expect(seen.replaceAll(ESC, "^[")).toMatchSnapshot();
    expect(seen.match(/#\d+/g)).toHaveLength(across);
    expect(seen).toContain(`${ESC}[38;2;`);
    for (const line of seen.replaceAll(new RegExp(`${ESC}\\[[0-9;]*m`, "g"), "").split("\n")) {
      expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  it.each([
    [24, "", 1],
    [40, "", 2],
    [35, "", 1],
    [36, "", 2],
    [60, "", 3],
    [200, "", 11],
    [12, "", 1],
    [24, "--model model.json", 1],
    [53, "--model model.json", 3],
    [24, "--model model.json --weights", 1],
  ])("%i lines show all of what mnist-show %s shows, in %i rows", async (lines, flags, rows) => {
    const seen = await onTerminal(80, flags, { NO_COLOR: "1" }, lines);
    const shown = seen.trimEnd().split("\n");
    expect(shown.length).toBeLessThan(lines);
    expect(shown.filter((line) => / #\d+|unit \d+/.test(line))).toHaveLength(rows);
    if (lines > 17) expect(rows).toBe(Math.floor((lines - 2) / 17)); // 14 of an image of 28 x 28
  });

  it.each([
    [
      "256 colours",
      { COLORTERM: "" },
      /^(38|48);5;(23[2-9]|24\d|25[0-5]|52|88|1[78]|124|160|196|19|2[017]|33)$/,
    ],
    ["16 colours", { COLORTERM: "", TERM: "xterm" }, /^([39][0147]|4[0147]|10[0147])$/],
  ])("has ramps of its own for %s", async (_, environment, allowed) => {
    for (const flags of ["--rows 1", "--rows 1 --model model.json --weights"]) {
      const seen = await onTerminal(80, flags, environment);
      const codes = [...seen.matchAll(new RegExp(`${ESC}\\[([0-9;]+)m`, "g"))].map(
        ([, code]) => code,
      );
      const colours = new Set(codes.filter((code) => code !== "39" && code !== "49"));
      expect(colours.size).toBeGreaterThan(flags.includes("weights") ? 4 : 6);
      for (const code of colours) expect(code).toMatch(allowed);
    }
  });

  it("--rows wins over the terminal's height", async () => {
    const seen = await onTerminal(80, "--rows 2", { NO_COLOR: "1" }, 24);
    expect(seen.split("\n").length).toBeGreaterThan(30);
  });

  it.each([
    ["NO_COLOR is set", { NO_COLOR: "1" }],
    ["the terminal is dumb", { TERM: "dumb" }],
  ])("images are plain characters, without any codes, where %s", async (_, environment) => {
    const seen = await onTerminal(120, "--rows 1", environment);
    expect(seen).not.toContain(ESC);
    expect(seen).toMatchSnapshot();
  });
});

describe.concurrent("mnist-show ends with one line", () => {
  it.each([
    [2, "--index 99999", /^--index 99999: no test image, expected 0 to 9999$/],
    [2, "--index abc", /^--index abc: expected whole numbers .*, such as 8,115 or 0\.\.99$/],
    [2, "--index -1", /^--index -1: expected whole numbers/],
    [2, "--label 12", /^--label 12: no class of the data, expected 0 to 9$/],
    [2, "--label 3 --classes 4 --data TINY", /^--label 3: none of the 9 test images has it, .*; /],
    [2, "--rows 0", /^--rows 0: expected a whole number from 1 to 1000$/],
    [2, "--split tests", /^--split tests: expected one of .*; did you mean test\?$/],
    [2, "--only-wrong", /^--only-wrong has no effect without --model$/],
    [2, "--weights", /^--weights has no effect without --model$/],
    [
      2,
      "--model model.json --only-wrong --index 1",
      /^option '--only-wrong' cannot be used with option '--index/,
    ],
    [
      2,
      "--model model.json --weights --label 1",
      /^option '--weights' cannot be used with option '--label/,
    ],
    [
      2,
      "--model model.json --weights --index 12",
      /^--index 12: no hidden unit .*expected 0 to 11/,
    ],
    [
      2,
      "--index 3 --seed 4",
      /^option '--index <list>' cannot be used with option '--seed <n>'; see/,
    ],
    [
      2,
      "--history h.json --label 3",
      /^option '--history <files...>' cannot be used with option '--label <class>'; see/,
    ],
    [
      2,
      "--out grid.jpg",
      /^--out grid.jpg: expected a file name that ends in .svg or .png, or a folder, without an ending$/,
    ],
    [3, "--out nowhere/grid.png", /^nowhere\/grid.png: cannot be written/],
    [2, "--model m.svg --out ./m.svg", /^--out .\/m.svg: expected another file than --model m.svg/],
    [2, "--rows 1000 --columns 1000 --out big.png", /^--out big.png: .* pixels, expected at most/],
    [3, "--model nowhere.json", /^nowhere.json: /],
    [3, "--model model.json --data TINY", /^model.json: a model for images of 28 x 28, expected 4/],
    [
      3,
      "--model tiny.json --data TINY --classes 5",
      /^tiny.json: a model for 3 classes, expected 5/,
    ],
    [3, "--data nowhere", /^nowhere\/train-images-idx3-ubyte: no such file/],
  ])("and code %i: %s", async (code, flags, says) => {
    const args = flags.replace("TINY", tiny).split(" ");
    const before = readdirSync(root);
    const { exitCode, stdout, stderr } = await callCommand("mnist-show", args, root);
    expect(stderr).toMatch(/^error: .+\n$/);
    expect(stderr.slice("error: ".length).trim()).toMatch(says);
    expect(stdout).toBe("");
    expect(exitCode).toBe(code);
    expect(readdirSync(root)).toEqual(before);
  });
});
