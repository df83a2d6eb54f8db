import { spawn } from "node:child_process";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { copyKey, distort, planDistortion } from "../../src/dataset/augment.js";
import { loadDataSet } from "../../src/dataset/source.js";
import { splitImages } from "../../src/dataset/split.js";
import { decodeHistory } from "../../src/documents/history.js";
import { decodeModel } from "../../src/documents/model.js";
import { parametersHash } from "../../src/documents/parametersHash.js";
import { keyOf, streams } from "../../src/random.js";
import { inkColour, lightPalette } from "../../src/render/palette.js";
import { recipes } from "../../src/settings/recipes.js";
import { emptyFolder, smallDataSet, writeDataFolder } from "../support/dataFolder.js";
import { type CommandName, callCommand, commandPath, runCommand } from "../support/runCommand.js";

/** A run of a few seconds on the real MNIST. */
const short = ["--hidden", "30", "--iterations", "60", "--limit", "2000", "--batch-size", "100"];
const quick = [...short, "--validation", "1000", "--std", "0.01", "--every", "20"];

/** A run of no time at all, on small images of three classes. */
const tiny = ["--hidden", "8", "--epochs", "4", "--batch-size", "8", "--validation", "6"];

describe("mnist-train and mnist-eval on MNIST", () => {
  it("a model is trained, saved, and measured; results on stdout, the rest on stderr", async () => {
    const folder = emptyFolder();
    const trained = await runCommand("mnist-train", [...quick, "--history", "h.json"], folder);
    expect(trained.exitCode).toBe(0);
    expect(trained.stdout).toMatch(
      /^training accuracy {4}\d\d\.\d\d % {2}\(2000 images\)\nvalidation accuracy {2}\d\d\.\d\d % {2}\(1000 images\)\nparams sha256 {2}[0-9a-f]{64}\n$/,
    );
    expect(trained.stderr).toContain("MNIST from");
    expect(trained.stderr).toContain("training images    60000 x 28 x 28");
    expect(trained.stderr).toContain("test images        10000 x 28 x 28");
    expect(trained.stderr).toContain("training images    2000 x 784");
    expect(trained.stderr).toMatch(/\nStill falling: in the last quarter of the run the loss was/);
    expect(trained.stderr.replaceAll("\n", " ")).toContain("Try --iterations 500.");
    expect(trained.stderr).toMatch(
      /epoch 3\/3 {2}iteration 60\/60 {2}data loss \d\.\d{4} \+ L2 0\.\d{4} {2}training/,
    );
    expect(trained.stderr).toMatch(
      /\nstart {2}data loss 2\.\d{4} \+ L2 0\.\d{4} {2}training 0\.\d{4} {2}validation 0\.\d{4}\n +data loss of guessing: ln 10 = 2\.3026\n/,
    );
    expect(readdirSync(folder).sort()).toEqual(["h.json", "model.json"]);

    const model = decodeModel(readFileSync(join(folder, "model.json"), "utf8"));
    expect(model.training).toMatchObject({ recipe: "notebook", seed: 1 });
    expect(model.settings).toMatchObject({ limit: 2000, epochs: null });
    expect(model.data?.name).toBe("MNIST");
    const { history, ...about } = decodeHistory(readFileSync(join(folder, "h.json"), "utf8"));
    expect(about).toMatchObject({
      ...{ recipe: "notebook", seed: 1, engine: "simd", data: model.data },
      ...{ parametersSha256: parametersHash(model.parameters), figures: model.figures },
    });
    expect(about.settings).toMatchObject({ limit: 2000, hidden: 30, scale: 1 });
    expect(about.seconds).toBeGreaterThan(0);
    expect(about.seconds).toBe(Number(about.seconds?.toFixed(1)));
    expect(history.loss).toHaveLength(60);
    expect(history.validation.map((v) => v.iteration)).toEqual([20, 40, 60]);

    const test = await runCommand("mnist-eval", [], folder);
    expect(test.exitCode).toBe(0);
    expect(test.stderr).toBe("");
    expect(test.stdout).toContain("model.json on 10000 test images of MNIST");
    expect(test.stdout).toMatch(/accuracy {8}\d\d\.\d\d %\nmean data loss {2}\d\.\d{4} nats/);
    expect(test.stdout).toMatch(/class +images +precision +recall +F1/);

    for (const [split, images] of [
      ["train", 2000],
      ["validation", 1000],
    ] as const) {
      const result = await runCommand("mnist-eval", ["--split", split, "--json"], folder);
      const figures = JSON.parse(result.stdout);
      const reached = split === "train" ? "trainingAccuracy" : "validationAccuracy";
      expect(figures).toMatchObject({ images, accuracy: model.figures[reached] });
      expect(figures.confusion.flat().reduce((a: number, b: number) => a + b)).toBe(images);
      expect(figures.classes).toHaveLength(10);
    }
  });

  it("the same seed writes the same file, byte for byte; another seed another", async () => {
    const folder = emptyFolder();
    const run = (seed: number, out: string) =>
      callCommand("mnist-train", [...quick, "--seed", String(seed), "--out", out], folder);
    await Promise.all([run(7, "a.json"), run(7, "b.json"), run(8, "c.json")]);
    const [a, b, c] = ["a", "b", "c"].map((n) => readFileSync(join(folder, `${n}.json`), "utf8"));
    expect(b).toBe(a);
    expect(c.split('"parameters"')[1]).not.toBe(a.split('"parameters"')[1]);
  });
});

describe("mnist-train on distortions", () => {
  it("--preview-augment draws the copies, the same for the same seed, and trains nothing", async () => {
    const folder = writeDataFolder();
    const preview = (file: string, ...more: string[]) =>
      callCommand(
        "mnist-train",
        ["--data", folder, "--validation", "6", "--preview-augment", file, ...more],
        folder,
      );
    const { exitCode, stdout, stderr } = await preview("a.png", "--rotation", "20");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(stderr).toContain("saved a.png: 10 images, each beside its copies of 9 epochs");
    await preview("b.png", "--rotation", "20");
    await preview("c.png", "--rotation", "20", "--seed", "2");
    const [a, b, c] = ["a", "b", "c"].map((name) => readFileSync(join(folder, `${name}.png`)));
    expect(b.equals(a)).toBe(true);
    expect(c.equals(a)).toBe(false);
    expect(readdirSync(folder)).not.toContain("model.json");
    const short = await preview("d.png", "--epochs", "2", "--json");
    expect(JSON.parse(short.stdout)).toEqual({ preview: "d.png", images: 10, epochs: 2 });
    for (const useless of ["--no-augment", "--list-recipes"]) {
      expect((await preview("e.png", useless)).exitCode).toBe(2);
    }
    const wrong = await preview("a.jpg");
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain(
      "--preview-augment a.jpg: expected a file name that ends in .png",
    );
    const lost = await preview("nowhere/a.png");
    expect(lost.exitCode).toBe(3);
    expect(lost.stderr).toContain("nowhere/a.png: cannot be written");
  });

  it("--preview-augment shows each image beside what distort makes of it, epoch by epoch", async () => {
    const folder = writeDataFolder(smallDataSet({ rows: 8, columns: 8 }));
    const flags = ["--data", folder, "--validation", "6", "--seed", "3", "--shift", "4"];
    await callCommand("mnist-train", [...flags, "--preview-augment", "a.png"], folder);
    const { data, width, channels } = decode(readFileSync(join(folder, "a.png")));

    const { train, pixels } = splitImages((await loadDataSet({ directory: folder })).train, {
      validation: 6,
      limit: null,
    });
    const images = Array.from({ length: 24 }, (_, n) => train.images.slice(n * 64, (n + 1) * 64));
    const plan = planDistortion(
      { ...recipes.notebook.settings, shift: 4 },
      8,
      8,
      pixels?.background,
    );
    const colours = (image: Uint8Array) =>
      Array.from(image, (value) => inkColour(value, lightPalette).join());
    const zoom = 14; // 8 pixels become 112, twice as many in the PNG; 22 of title, 20 between cells
    const shown = (row: number, column: number) =>
      Array.from({ length: 64 }, (_, i) => {
        const x = 20 + column * (8 * zoom + 20) + (i % 8) * zoom + zoom / 2;
        const y = 20 + row * (22 + 8 * zoom + 20) + 22 + Math.floor(i / 8) * zoom + zoom / 2;
        const at = channels * (2 * y * width + 2 * x);
        return data.slice(at, at + 3).join();
      });
    for (let row = 0; row < 10; row++) {
      const index = images.findIndex((image) => colours(image).join() === shown(row, 0).join());
      expect(index, `row ${row} begins with a training image`).toBeGreaterThanOrEqual(0);
      for (let epoch = 0; epoch < 9; epoch++) {
        const key = copyKey(keyOf(3, streams.distortions, epoch), index);
        expect(shown(row, epoch + 1)).toEqual(colours(distort(images[index], plan, key)));
      }
    }
  });

  it("small images of any shape are distorted in training, and the model says how", async () => {
    const folder = writeDataFolder();
    const flags = ["--data", folder, ...tiny, "--augment", "--shift", "2", "--out", "m.json"];
    const { exitCode, stderr } = await callCommand("mnist-train", flags, folder);
    expect(exitCode, stderr).toBe(0);
    const model = decodeModel(readFileSync(join(folder, "m.json"), "utf8"));
    expect(model.settings).toMatchObject({ augment: true, shift: 2, rotation: 7.5 });
    const refused = await callCommand("mnist-train", ["--shift", "2"], folder);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toBe("error: --shift has no effect without --augment\n");
  });
});

describe("mnist-train --plot", () => {
  it("draws the curves as SVG and as PNG, the same for the same run", async () => {
    const folder = writeDataFolder();
    const draw = async (name: string) => {
      const flags = ["--data", folder, ...tiny, "--quiet", "--plot", name];
      const { exitCode, stderr } = await callCommand("mnist-train", flags, folder);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      return readFileSync(join(folder, name));
    };
    const svg = await draw("a.svg");
    expect(svg.toString()).toMatch(
      /^<svg width="800" height="320" .*loss with L2, nats.*<\/svg>\n$/s,
    );
    expect(await draw("b.svg")).toEqual(svg);
    const png = await draw("a.PNG");
    expect(await draw("b.png")).toEqual(png);
    const { width, height, data } = decode(png);
    expect({ width, height }).toEqual({ width: 1600, height: 640 });
    expect(new Set(data).size).toBeGreaterThan(50); // lines and letters, not one colour
  });

  it("of an interrupted run stands beside the file that was meant", async () => {
    const folder = emptyFolder();
    const args = ["--epochs", "1000", "--batch-size", "100", "--limit", "1000", "--plot", "c.svg"];
    const child = spawn(process.execPath, [commandPath("mnist-train"), ...args], { cwd: folder });
    child.stderr.on("data", (chunk) => {
      if (String(chunk).includes("epoch 1/")) child.kill("SIGINT");
    });
    await new Promise((resolve) => child.on("close", resolve));
    expect(readdirSync(folder).sort()).toEqual(["c.partial.svg", "model.partial.json"]);
  });
});

describe("mnist-train --list-recipes", () => {
  it("names every recipe with what to expect, and trains nothing", async () => {
    const folder = emptyFolder();
    const { exitCode, stdout, stderr } = await callCommand(
      "mnist-train",
      ["--list-recipes"],
      folder,
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    for (const name of ["notebook", "overfit", "fast", "accurate", "record"]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} +\\d\\d\\.\\d\\d % +[\\d.]+ (s|min) `, "m"));
    }
    const listed = await callCommand("mnist-train", ["--list-recipes", "--json"], folder);
    expect(JSON.parse(listed.stdout)).toHaveLength(5);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("the seed of mnist-train", () => {
  it("decides the first weights as well as the batches", async () => {
    const folder = writeDataFolder();
    const still = ["--data", folder, ...tiny, "--learning-rate", "1e-30", "--json", "--quiet"];
    const hash = async (seed: string) => {
      const { stdout } = await callCommand("mnist-train", [...still, "--seed", seed], folder);
      return JSON.parse(stdout).parametersSha256;
    };
    expect(await hash("2")).not.toBe(await hash("3"));
  });
});

describe("mnist-train on a folder of its own data", () => {
  it("--json makes stdout one JSON document, --quiet silences stderr", async () => {
    const folder = writeDataFolder();
    const args = ["--data", folder, ...tiny, "--json", "--quiet", "--out", join(folder, "m.json")];
    const { stdout, stderr, exitCode } = await callCommand("mnist-train", args);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(JSON.parse(stdout)).toMatchObject({
      model: join(folder, "m.json"),
      data: null,
      recipe: "notebook",
      settings: { hidden: 8, epochs: 4, iterations: null },
      iterations: 12,
      interrupted: false,
      verdict: { answer: "early", findings: [{ kind: "too few updates" }] },
    });
  });

  it("images of other sizes and other class counts work, ./data is found", async () => {
    const folder = writeDataFolder();
    const home = emptyFolder();
    symlinkSync(folder, join(home, "data"));
    const trained = await callCommand("mnist-train", tiny, home);
    expect(trained.stderr).toContain("a data set without a known name from data, 3 classes");
    expect(trained.stderr).toContain("training images    30 x 4 x 5");
    const evaluated = await callCommand("mnist-eval", [], home);
    expect(evaluated.stdout).toContain("model.json on 9 test images of data");
  });

  it("classes that do not occur can be asked for", async () => {
    const folder = writeDataFolder();
    const out = join(folder, "m.json");
    await callCommand("mnist-train", ["--data", folder, ...tiny, "--classes", "5", "--out", out]);
    expect(decodeModel(readFileSync(out, "utf8")).classNames).toHaveLength(5);
    const refused = await callCommand("mnist-eval", [out, "--data", folder]);
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain("--classes 5");
    const accepted = await callCommand("mnist-eval", [out, "--data", folder, "--classes", "5"]);
    expect(accepted.exitCode).toBe(0);
  });

  it("mnist-eval tells when the data is not what the model learned from", async () => {
    const folder = writeDataFolder();
    const out = join(folder, "m.json");
    await callCommand("mnist-train", ["--data", folder, ...tiny, "--out", out]);
    const files = smallDataSet({ train: 33 });
    const other = writeDataFolder(files);
    const test = await callCommand("mnist-eval", [out, "--data", other]);
    expect(test.exitCode).toBe(0);
    const images = "train-images-idx3-ubyte";
    expect(test.stderr).toContain(
      `learned from other data, whose ${images} is not ${join(other, images)}\n`,
    );
    const split = await callCommand("mnist-eval", [out, "--data", other, "--split", "train"]);
    expect(split.exitCode).toBe(3);
    expect(split.stderr).toContain("learned from other training files");
  });
});

describe("an interrupted run", () => {
  it("ends at once on the second Ctrl-C", async () => {
    const folder = emptyFolder();
    const args = ["--limit", "1000", "--hidden", "500", "--engine", "reference"];
    const child = spawn(process.execPath, [commandPath("mnist-train"), ...args], { cwd: folder });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      if (stderr.includes("will take")) return;
      stderr += chunk;
      if (!stderr.includes("will take")) return;
      setTimeout(() => child.kill("SIGINT"), 100); // in the middle of an update
      setTimeout(() => child.kill("SIGINT"), 150);
    });
    const exitCode = await new Promise((resolve) => child.on("close", resolve));
    expect(exitCode).toBe(130);
    expect(readdirSync(folder).filter((file) => file.endsWith(".json"))).toEqual([]);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "%s saves what was learned beside the old model and exits with %i",
    async (signal, code) => {
      const folder = emptyFolder();
      writeFileSync(join(folder, "model.json"), "an older model");
      const args = ["--epochs", "1000", "--batch-size", "100", "--limit", "1000"];
      const child = spawn(process.execPath, [commandPath("mnist-train"), ...args], { cwd: folder });
      let stderr = "";
      child.stderr.on("data", (chunk) => {
        stderr += chunk;
        if (stderr.includes("epoch 1/") && !child.killed) child.kill(signal);
      });
      const exitCode = await new Promise((resolve) => child.on("close", resolve));
      expect(exitCode).toBe(code);
      expect(stderr).toContain("the model so far is in model.partial.json");
      expect(readFileSync(join(folder, "model.json"), "utf8")).toBe("an older model");
      const model = decodeModel(readFileSync(join(folder, "model.partial.json"), "utf8"));
      expect(model.figures.interrupted).toBe(true);
      expect(model.figures.iterations).toBeGreaterThanOrEqual(10);
    },
  );
});

/** Runs a shell line in which `mnist-train` and `mnist-eval` are the commands. */
async function shell(line: string, folder: string) {
  const full = line.replace(/mnist-(train|eval)/g, (name) => {
    return `"${process.execPath}" "${commandPath(name as CommandName)}"`;
  });
  const child = spawn("bash", ["-c", full], { cwd: folder });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const exitCode = await new Promise((resolve) => child.on("close", resolve));
  return { stdout, stderr, exitCode };
}

describe("a pipe that closes early", () => {
  it("is no fault, and changes no exit code", async () => {
    const folder = writeDataFolder();
    const model = join(folder, "m.json");
    await callCommand("mnist-train", ["--data", folder, ...tiny, "--out", model]);
    const first = await shell("mnist-eval m.json --data . | head -1", folder);
    expect(first.stdout).toMatch(/^m\.json on 9 test images.*\n$/);
    expect(first.stderr).toBe("");
    const gate = "mnist-eval m.json --data . --min-accuracy 1 --classes 3";
    const { stdout } = await shell(`${gate} | true; echo \${PIPESTATUS[0]}`, folder);
    const open = await shell(gate, folder);
    expect(stdout.trim()).toBe(String(open.exitCode));
  });

  it("does not lose the model when nobody reads the progress any more", async () => {
    const folder = writeDataFolder();
    const train = `mnist-train --data . ${tiny.join(" ")}`;
    const { stdout } = await shell(`${train} 2>&1 | true; echo \${PIPESTATUS[0]}`, folder);
    expect(stdout.trim()).toBe("0");
    expect(readdirSync(folder)).toContain("model.json");
  });

  it("a full device is named", async () => {
    const folder = writeDataFolder();
    const train = `mnist-train --data . ${tiny.join(" ")} --quiet > /dev/full`;
    const { stderr, exitCode } = await shell(train, folder);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^error: standard output: cannot be written \(ENOSPC\)[^\n]*\n$/);
  });
});
