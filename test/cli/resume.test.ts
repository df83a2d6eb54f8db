import { spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyFolder, smallDataSet, writeDataFolder } from "../support/dataFolder.js";
import { callCommand, commandPath } from "../support/runCommand.js";

/** Small images of three classes; enough updates to be stopped among them. */
const flags = [
  ..."--hidden 8 --batch-size 8 --validation 6 --std 0.01 --learning-rate 0.0001".split(" "),
  ..."--sampling passes --momentum 0.9 --average-keep 0.9 --augment".split(" "),
];

const root = mkdtempSync(join(tmpdir(), "mnist-train-"));
const data = join(root, "data");
const checkpoint = join(root, "run.json");

const trainIn = (folder: string, ...args: string[]) =>
  callCommand("mnist-train", ["--data", data, "--quiet", ...args], folder);

beforeAll(async () => {
  mkdirSync(data);
  writeDataFolder(smallDataSet(), data);
  const run = [...flags, "--iterations", "40", "--seed", "5", "--checkpoint", checkpoint];
  const { exitCode, stderr } = await trainIn(root, ...run);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("mnist-train --resume", () => {
  it("gives model and history of the run that was never stopped, wherever it was killed", async () => {
    const folder = emptyFolder();
    const long = [...flags, "--iterations", "20000"];
    await trainIn(folder, ...long, "--out", "whole.json", "--history", "whole.history.json");

    const files = ["--out", "m.json", "--history", "h.json"];
    const start = [...files, "--checkpoint", "c.json", "--checkpoint-every", "50"];
    let kills = 0;
    for (let life = 0; life < 6; life++) {
      const again = readdirSync(folder).includes("c.json");
      const args = again ? [...start, "--resume", "c.json"] : [...start, ...long];
      const child = spawn(
        process.execPath,
        [commandPath("mnist-train"), "--data", data, "--quiet", ...args],
        { cwd: folder, stdio: "ignore" },
      );
      const ended = new Promise<string | null>((resolve) =>
        child.on("close", (_, signal) => resolve(signal)),
      );
      setTimeout(() => child.kill("SIGKILL"), 500 + 60 * life);
      if ((await ended) === "SIGKILL") kills++;
    }
    expect(kills).toBeGreaterThanOrEqual(3);
    const { exitCode, stderr } = await trainIn(folder, ...files, "--resume", "c.json");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    expect(read("m.json")).toBe(read("whole.json"));
    const untimed = (name: string) => read(name).replace(/"seconds":[^,]*,/, "");
    expect(untimed("h.json")).toBe(untimed("whole.history.json"));
    expect(read("h.json")).toContain('"seconds":null,'); // nobody knows how long the others took
  });

  it("of a run that is done saves its model once more, and says where it stands", async () => {
    const folder = emptyFolder();
    const args = ["--data", data, "--resume", checkpoint, "--checkpoint", "c.json"];
    const { exitCode, stderr } = await callCommand("mnist-train", args, folder);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain(`resuming from ${checkpoint}: 40 of 40 updates are done`);
    const model = (path: string) => readFileSync(path, "utf8");
    expect(model(join(folder, "model.json"))).toBe(model(join(root, "model.json")));
  });

  it("takes the flags that the run began with, and more iterations", async () => {
    const folder = emptyFolder();
    const same = [...flags, "--seed", "5", "--engine", "simd", "--recipe", "notebook"];
    const args = [...same, "--resume", checkpoint, "--checkpoint", "c.json", "--iterations", "90"];
    const { exitCode, stderr } = await trainIn(folder, ...args, "--threads", "2");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    await trainIn(folder, ...same, "--iterations", "90", "--out", "whole.json");
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    expect(read("model.json")).toBe(read("whole.json"));
  });
});

describe("a run with --checkpoint that is interrupted", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "by %s answers, saves, exits with %i, and says how to go on, which works",
    async (signal, code) => {
      const folder = emptyFolder();
      writeFileSync(join(folder, "a model.json"), "an older model");
      const out = ["--out", "a model.json", "--checkpoint", "c.json", "--plot", "c.svg"];
      const args = ["--data", data, ...flags, "--iterations", "200000", ...out];
      const child = spawn(process.execPath, [commandPath("mnist-train"), ...args], { cwd: folder });
      let stderr = "";
      child.stderr.on("data", (chunk) => {
        stderr += chunk;
        if (stderr.includes("epoch 1/") && !child.killed) child.kill(signal);
      });
      const exitCode = await new Promise((resolve) => child.on("close", resolve));
      expect(exitCode, stderr).toBe(code);
      expect(stderr).toContain("stopping after this update; press Ctrl-C again to quit now\n");
      expect(readFileSync(join(folder, "a model.json"), "utf8")).toBe("an older model");
      expect(readdirSync(folder).sort()).toEqual(["a model.json", "c.json"]);
      const [, iteration, command] =
        /interrupted after (\d+) iterations; resume with (.*)\n$/.exec(stderr) ?? [];
      expect(command).toBe(
        `mnist-train --resume c.json --data ${data} --out 'a model.json' --plot c.svg`,
      );
      const state = JSON.parse(readFileSync(join(folder, "c.json"), "utf8")).state;
      expect(state.iteration).toBe(Number(iteration));
    },
  );
});

/** The one line with which a command refuses. */
async function refusal(folder: string, ...args: string[]): Promise<[number | null, string]> {
  const before = readdirSync(folder);
  const { exitCode, stdout, stderr } = await trainIn(folder, ...args);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(readdirSync(folder)).toEqual(before);
  return [exitCode, stderr.slice("error: ".length, -1)];
}

describe("mnist-train refuses to resume", () => {
  it("with flags that contradict the run, and names all of them", async () => {
    const contradicting = "--hidden 9 --seed 6 --engine reference --no-augment --classes 4".split(
      " ",
    );
    const said = await refusal(emptyFolder(), "--resume", checkpoint, ...contradicting);
    expect(said).toEqual([
      2,
      `${checkpoint}: found --seed 6, --engine reference, --classes 4, --hidden 9, --augment false, ` +
        "expected --seed 5, --engine simd, --classes 3, --hidden 8, --augment true as the run began; " +
        "leave that out, or begin a new run without --resume",
    ]);
  });

  it("with fewer iterations, or in two ways", async () => {
    const fewer = await refusal(emptyFolder(), "--resume", checkpoint, "--epochs", "13");
    expect(fewer).toEqual([
      2,
      `--epochs 13 is 39 updates, expected at least the 40 that ${checkpoint} began with; ` +
        "leave that out, or begin a new run without --resume",
    ]);
    const both = ["--iterations", "50", "--epochs", "50"];
    const [exitCode, says] = await refusal(emptyFolder(), "--resume", checkpoint, ...both);
    expect({ exitCode, says }).toEqual({
      exitCode: 2,
      says: "--iterations 50 and --epochs 50: expected one of the two",
    });
  });

  it.each(["cosine", "one-cycle"])("with more iterations along a %s", async (schedule) => {
    const folder = emptyFolder();
    const run = [...flags, "--schedule", schedule, "--iterations", "20", "--checkpoint", "c.json"];
    await trainIn(folder, ...run);
    const [exitCode, says] = await refusal(folder, "--resume", "c.json", "--iterations", "21");
    expect(exitCode).toBe(2);
    expect(says).toMatch(
      /^--iterations 21 is 21 updates, expected the 20 .* is stretched over all/,
    );
  });

  it("with other data, and names the file", async () => {
    const other = writeDataFolder(smallDataSet({ train: 33 }));
    const args = ["--resume", checkpoint, "--data", other];
    const [exitCode, says] = await refusal(emptyFolder(), ...args);
    expect(exitCode).toBe(3);
    expect(says).toMatch(
      /run\.json: began with data without a known name, whose train-images-idx3-ubyte is not .*, expected the same data; name its folder with --data$/,
    );
  });

  it.each<[string, (text: string) => string, RegExp]>([
    [
      "is cut short",
      (text) => text.slice(0, -50),
      /: not JSON .*, expected a checkpoint; name a file/,
    ],
    [
      "has one wrong bit",
      (text) => text.replace('"engine":"s', '"engine":"r'),
      /: sha256 is .*; the file is/,
    ],
    [
      "is a model",
      () => readFileSync(join(root, "model.json"), "utf8"),
      /: format is "mnist-train-model"/,
    ],
  ])("a file that %s", async (_, change, message) => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "c.json"), change(readFileSync(checkpoint, "utf8")));
    const before = readFileSync(join(folder, "c.json"), "utf8");
    const [exitCode, says] = await refusal(folder, "--resume", "c.json");
    expect(exitCode).toBe(3);
    expect(says).toMatch(message);
    expect(readFileSync(join(folder, "c.json"), "utf8")).toBe(before);
  });

  it("a file that is not there", async () => {
    const [exitCode, says] = await refusal(
      emptyFolder(),
      "--resume",
      "none.json",
      "--checkpoint",
      "c.json",
    );
    expect(exitCode).toBe(3);
    expect(says).toMatch(
      /^none\.json: cannot be read \(ENOENT\), expected a checkpoint; run mnist-train/,
    );
  });
});

describe("mnist-train refuses outputs", () => {
  it("that are one file, by whatever path", async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "a.json"), "older");
    symlinkSync("a.json", join(folder, "soft.json"));
    for (const other of ["a.json", "./a.json", "soft.json", join(folder, "a.json")]) {
      const [exitCode, says] = await refusal(folder, "--out", "a.json", "--checkpoint", other);
      expect(exitCode).toBe(2);
      expect(says).toBe(`--checkpoint ${other}: expected another file than --out a.json`);
    }
    const args = ["--out", "m.json", "--checkpoint", "h.partial.json", "--history", "h.json"];
    expect(await refusal(folder, ...args)).toEqual([
      2,
      "--checkpoint h.partial.json: expected another file than --history h.json, " +
        "saved as h.partial.json by an interrupted run",
    ]);
    const plots = ["--history", "a.svg", "--checkpoint", "c.json", "--plot", "./a.svg"];
    expect((await refusal(folder, ...plots))[1]).toBe(
      "--plot ./a.svg: expected another file than --history a.svg",
    );
    const partial = ["--checkpoint", "c.partial.png", "--plot", "c.png"];
    expect((await refusal(folder, ...partial))[1]).toBe(
      "--checkpoint c.partial.png: expected another file than --plot c.png, " +
        "saved as c.partial.png by an interrupted run",
    );
    expect(readFileSync(join(folder, "a.json"), "utf8")).toBe("older");
  });

  it("that are pictures of another kind", async () => {
    for (const name of ["a.jpg", "a", "svg", "a.svg.gz"]) {
      expect(await refusal(emptyFolder(), "--plot", name)).toEqual([
        2,
        `--plot ${name}: expected a file name that ends in .svg or .png`,
      ]);
    }
    expect((await refusal(emptyFolder(), "--plot", "none/a.svg"))[0]).toBe(3);
  });

  it("that are files of the data", async () => {
    const out = join(data, "train-labels-idx1-ubyte");
    const before = readFileSync(out);
    expect(await refusal(emptyFolder(), "--out", out)).toEqual([
      2,
      `--out ${out}: expected another file than those of the data`,
    ]);
    expect(readFileSync(out).equals(before)).toBe(true);
  });

  it("that have no place to go, before it trains", async () => {
    const [exitCode, says] = await refusal(emptyFolder(), "--checkpoint", "none/c.json");
    expect(exitCode).toBe(3);
    expect(says).toMatch(/^none\/c\.json: cannot be written \(ENOENT\)/);
  });

  it("that do nothing by themselves", async () => {
    expect(await refusal(emptyFolder(), "--checkpoint-every", "5")).toEqual([
      2,
      "--checkpoint-every has no effect without --checkpoint",
    ]);
    for (const wrong of ["0", "1.5", "5m", "s", "-1"]) {
      const [exitCode, says] = await refusal(emptyFolder(), `--checkpoint-every=${wrong}`);
      expect(exitCode).toBe(2);
      expect(says).toBe(
        `--checkpoint-every ${wrong}: expected a whole number of updates from 1 to 1000000000, or ` +
          "of seconds, such as 30s",
      );
    }
    expect((await refusal(emptyFolder(), "--resume", checkpoint, "--list-recipes"))[0]).toBe(2);
  });
});
