import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import {
  changedFunctions,
  mutantText,
  type Piece,
  pieces,
  solutionText,
} from "../../src/learn/index.js";
import { emptyFolder, smallDataSet, writeDataFolder } from "../support/dataFolder.js";
import { type CommandName, callCommand, commandPath } from "../support/runCommand.js";

/** util-linux's `script` runs a command on a terminal of its own. */
const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes(
  "util-linux",
);

const learn = (folder: string, ...args: string[]) => callCommand("mnist-learn", args, folder);

/** A new lesson's folder. */
async function lesson(...args: string[]): Promise<string> {
  const folder = emptyFolder();
  const { exitCode, stderr } = await learn(folder, "init", ...args);
  expect(exitCode, stderr).toBe(0);
  return join(folder, "mnist-lesson");
}

const pieceNamed = (name: string) => pieces.find((piece) => piece.name === name) as Piece;

function write(folder: string, name: string, text = solutionText(pieceNamed(name))): void {
  writeFileSync(join(folder, `${name}.mjs`), text);
}

function mutated(name: string, bug: string): string {
  const piece = pieceNamed(name);
  const mutant = piece.mutants.find((other) => other.name === bug);
  if (mutant === undefined) throw new Error(`${name} has no mistake ${bug}`);
  return mutantText(piece, mutant);
}

describe("mnist-learn", () => {
  it("begins with a first piece that fails, as it announces", async () => {
    const made = await learn(emptyFolder(), "init");
    expect(made.stdout).toBe("mnist-lesson: 12 pieces to write, one file each\n");
    expect(made.stderr).toContain("The first check fails, as it should");
    const { exitCode, stdout } = await learn(await lesson());
    expect(exitCode).toBe(7);
    expect(stdout).toMatch(/^ 1 {2}Affine forward +to do\n/);
    expect(stdout).toContain("failing is what it should do");
  });

  it("finds the lesson from the folder around it", async () => {
    const own = await lesson("--pieces", "relu-forward,relu-backward");
    const { stdout } = await learn(join(own, ".."), "list");
    expect(stdout).toMatch(/\n0 of 2 pieces are done\n$/);
  });

  it("goes on to the first piece that is not right, and names a usual mistake", async () => {
    const own = await lesson();
    for (const name of ["affine-forward", "affine-backward", "relu-forward"]) write(own, name);
    write(own, "relu-backward", mutated("relu-backward", "relu-not-masked"));
    const { exitCode, stdout, stderr } = await learn(own);
    expect(exitCode).toBe(7);
    expect(stderr).toBe("3 of 12 pieces are right; the next:\n\n");
    expect(stdout).toMatchSnapshot();
  });

  it("gives the idea, the formula, almost the code, one a call, and then the last one again", async () => {
    const own = await lesson();
    const [idea, formula, code] = pieceNamed("softmax").hints;
    for (const [i, text] of [idea, formula, code, code].entries()) {
      const { stdout } = await learn(own, "hint", "softmax");
      expect(stdout).toContain(`hint ${Math.min(i + 1, 3)} of 3`);
      expect(stdout.replaceAll("\n", " ")).toContain(text);
    }
    const other = await learn(own, "hint");
    expect(other.stdout).toMatch(/^Affine forward, hint 1 of 3/);
    rmSync(join(own, "progress.txt"));
    expect((await learn(own, "hint", "softmax")).stdout).toContain("hint 1 of 3");
  });

  it("shows our solution of a piece that passes, or that is given up", async () => {
    const own = await lesson();
    const refused = await learn(own, "solution", "relu-forward");
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain("add --give-up");
    const given = await learn(own, "solution", "relu-forward", "--give-up");
    expect(given.stdout).toBe(`${solutionText(pieceNamed("relu-forward"))}\n`);
    expect(given.stderr).toMatch(/^Why so: /);
    write(own, "relu-forward");
    expect((await learn(own, "solution", "relu-forward")).exitCode).toBe(0);
  });

  it("resets a piece and keeps what was there, however often", async () => {
    const own = await lesson();
    for (const [i, text] of ["// mine", "// mine too"].entries()) {
      write(own, "softmax", text);
      const { stdout } = await learn(own, "reset", "softmax");
      expect(stdout).toContain(`what was there is in softmax.old-${i + 1}.mjs`);
      expect(readFileSync(join(own, `softmax.old-${i + 1}.mjs`), "utf8")).toBe(text);
      expect(readFileSync(join(own, "softmax.mjs"), "utf8")).toContain("TODO");
    }
    for (const name of ["softmax", "tensor"]) {
      rmSync(join(own, `${name}.mjs`));
      expect((await learn(own, "reset", name)).stdout).toBe(
        `${name}.mjs is as it was at the start\n`,
      );
    }
  });

  it("leaves out what is not to be taught: it comes finished", async () => {
    const own = await lesson("--pieces", "softmax-loss,relu-backward");
    const { stdout } = await learn(own, "list", "--json");
    const listed = JSON.parse(stdout).pieces;
    const states = listed.map(({ name, state }: Record<string, string>) => `${name} ${state}`);
    expect(states.filter((state: string) => !state.endsWith("given"))).toEqual([
      "relu-backward to do",
      "softmax-loss to do",
    ]);
    expect((await learn(own)).stdout).toMatch(/^ 4 {2}ReLU backward/);
    expect(readFileSync(join(own, "affine-forward.mjs"), "utf8")).not.toContain("TODO");
  });

  it("checks a folder of hand-ins, a line each, and goes on after one that is none", async () => {
    const two = ["--pieces", "relu-forward,relu-backward"];
    const [right, wrong] = [await lesson(...two), await lesson(...two)];
    for (const folder of [right, wrong]) {
      write(folder, "relu-forward");
      write(folder, "relu-backward");
    }
    write(wrong, "relu-backward", mutated("relu-backward", "relu-not-masked"));
    const all = await learn(emptyFolder(), "check", "--all", right, "/nowhere", wrong);
    expect(all.exitCode).toBe(7);
    expect(all.stdout.split("\n").map((line) => line.replace(/^\S+ +/, ""))).toEqual([
      "2 of 2 right",
      "1 of 2 right; not yet: relu-backward (relu-not-masked)",
      "",
    ]);
    expect(all.stderr).toMatch(/^error: \/nowhere: holds no lesson, expected .*\n$/);
    const json = await learn(emptyFolder(), "check", "--all", "--json", wrong);
    const { passed, checks } = JSON.parse(json.stdout);
    expect(passed).toBe(false);
    expect(checks[1]).toMatchObject({ state: "wrong", diagnosis: { mutant: "relu-not-masked" } });
  });

  it("plants one mistake after another, and tells what it was once it is gone", async () => {
    const own = await lesson();
    const first = await learn(own, "bugs");
    const [, path, name] = /: (bugs\/01-([a-z-]+)\.mjs)\n/.exec(first.stdout) ?? [];
    expect((await learn(own, "bugs")).exitCode).toBe(7);
    writeFileSync(join(own, path), solutionText(pieceNamed(name)));
    const found = await learn(own, "bugs");
    expect(found.exitCode).toBe(0);
    expect(found.stdout).toMatch(/^Found: [\w-]+\. /);
    expect(found.stdout).toContain("Puzzle 2 of");
    expect((await learn(own, "bugs", "--give-up")).stdout).toMatch(/^It was [\w-]+, line \d+\. /);
    expect(readdirSync(join(own, "bugs"))).toHaveLength(4); // three puzzles and tensor.mjs
  });

  it.each([
    [["init"], 3, "mnist-lesson: is there already, expected a folder that does not exist yet"],
    [["check", "relu"], 2, "piece relu: expected one of affine-forward,"],
    [["relu-backwrad"], 2, "did you mean relu-backward?"],
    [["wach"], 2, "did you mean watch?"],
    [["reset"], 2, "missing required argument"],
    [["init", "x", "--pieces", "nope"], 2, "piece nope: expected one of"],
    [["init", ""], 3, '"": an empty path, expected the name of a folder; give it one'],
    [["init", "mnist-lesson/softmax.mjs/x"], 3, "cannot be made (ENOTDIR), expected a folder to"],
  ])("%j is refused in one line", async (args, code, message) => {
    const { exitCode, stderr } = await learn(join(await lesson(), ".."), ...args);
    expect(exitCode).toBe(code);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("says where there is no lesson, and which file says something else", async () => {
    const none = await learn(emptyFolder());
    expect(none.exitCode).toBe(3);
    expect(none.stderr).toContain("make one with mnist-learn init");
    const own = await lesson();
    writeFileSync(join(own, "lesson.json"), '{"pieces": ["weather"]}');
    const { exitCode, stderr } = await learn(own);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('lesson.json: names the piece "weather", expected');
  });
});

describe("mnist-learn gradcheck", () => {
  it("passes right layers, and ends with a code of its own where a gradient is wrong", async () => {
    const own = await lesson("--pieces", "relu-backward,affine-backward");
    const unwritten = await learn(own, "gradcheck");
    expect(unwritten.exitCode).toBe(3);
    expect(unwritten.stderr).toMatch(
      /^error: affine-backward\.mjs:\d+: not written yet: affineBackward, expected all that is called here; .*\n$/,
    );
    for (const name of ["relu-backward", "affine-backward"]) write(own, name);
    const right = await learn(own, "gradcheck", "--json");
    expect(right.exitCode, right.stderr).toBe(0);
    expect(JSON.parse(right.stdout)).toMatchObject({ layers: "yours", right: true });
    const other = await lesson("--pieces", "relu-backward"); // a process keeps a folder's code once it is loaded
    write(other, "relu-backward", mutated("relu-backward", "relu-not-masked"));
    const wrong = await learn(other, "gradcheck");
    expect(wrong.exitCode).toBe(6);
    expect(wrong.stdout).toMatch(/ {2}W1 {2}wrong/);
    expect(wrong.stdout).toMatch(/ {2}W2 {2}right/);
    expect((await learn(own, "gradcheck", "--layers", "ours")).exitCode).toBe(0);
  });
});

describe("mnist-train --layers", () => {
  const short = "--limit 300 --validation 100 --hidden 8 --batch-size 20 --iterations 6 --std 0.01";
  const lossOf = (text: string): number => JSON.parse(text).loss;

  it("trains with a learner's layers: right ones give our losses, but for rounding", async () => {
    const own = await lesson("--pieces", "relu-backward");
    write(own, "relu-backward");
    const run = (...more: string[]) =>
      callCommand("mnist-train", [...short.split(" "), "--json", "--quiet", ...more], own);
    const theirs = await run("--layers", ".");
    expect(theirs.exitCode, theirs.stderr).toBe(0);
    const ours = await run("--engine", "reference");
    expect(Object.keys(JSON.parse(theirs.stdout))).not.toContain("layers"); // functions are no JSON
    const told = await callCommand("mnist-train", [...short.split(" "), "--layers", "."], own);
    expect(told.stderr.replaceAll("\n", " ")).toMatch(/These layers will take about \d+ seconds?,/);
    expect(lossOf(theirs.stdout)).toBeCloseTo(lossOf(ours.stdout), 5);
    const other = await lesson("--pieces", "relu-backward");
    write(other, "relu-backward", mutated("relu-backward", "relu-not-masked"));
    const wrong = lossOf((await run("--layers", other)).stdout);
    expect(Math.abs(wrong - lossOf(ours.stdout))).toBeGreaterThan(1e-3);
    const refused = await run("--layers", ".", "--engine", "simd");
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain("expected --engine reference, or none");
  });
});

describe("mnist-learn train --with-bug", () => {
  const small = () => [
    "--data",
    writeDataFolder(smallDataSet({ train: 60 })),
    "--iterations",
    "30",
  ];
  const withBug = (name: string, ...args: string[]) =>
    learn(emptyFolder(), "train", "--with-bug", name, ...args);

  it.each([
    ["loop-one-batch", "last loss"],
    ["batch-labels-in-order", "last loss"],
    ["net-predict-lowest", "validation accuracy"],
  ])("%s, which mnist-train does not meet, shows beside the right loop", async (bug, row) => {
    const { exitCode, stdout, stderr } = await withBug(bug, ...small());
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^ +without +with\n/);
    const [, without, with_] =
      new RegExp(`^${row} +([\\d.]+)[ %]+([\\d.]+)`, "m").exec(stdout) ?? [];
    expect(Number(without)).not.toBe(Number(with_));
    expect(stderr.replaceAll("\n", " ")).toContain("30 updates on 40 images");
  });

  it("of a layer, or of the data, trains by mnist-train", async () => {
    const { exitCode, stdout, stderr } = await withBug("relu-not-masked", ...small());
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(
      /^loss \d+ is [\d.]+, that of the finished layers [\d.]+: something differs\n/,
    );
    expect(stdout.match(/^params sha256/gm)).toHaveLength(2);
  });

  it.each([
    ["affine-output-added", "dout is 8 x 5, expected 8 x 3"],
    ["net-backward-through-W1", "dout is 8 x 3, expected 8 x 5"],
    ["split-labels-not-cut", "train.images holds"],
  ])("%s cannot train: it is refused with the reason", async (bug, reason) => {
    const { exitCode, stderr } = await withBug(bug, ...small());
    expect(exitCode).toBe(2);
    const error = stderr.trim().split("\n").at(-1);
    expect(error).toContain(`error: --with-bug ${bug}: training stops at once (`);
    expect(error).toContain(reason);
    expect(error).not.toContain(tmpdir());
  });

  it("every mistake is in a function, so that it is known what has to run", () => {
    for (const piece of pieces) {
      for (const mutant of piece.mutants) {
        expect(changedFunctions(piece, mutant), mutant.name).not.toEqual([]);
      }
    }
  });

  it("nope is no mistake", async () => {
    const { exitCode, stderr } = await withBug("nope");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("expected the name of a mistake");
  });
});

/** A command on a terminal of 80 columns: what it shows, and keys to press. */
function onTerminal(folder: string, name: CommandName, args: string) {
  const command = `stty cols 80 rows 40; "${process.execPath}" "${commandPath(name)}" ${args}`;
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...rest } = process.env;
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    cwd: folder,
    env: { ...rest, TERM: "xterm-256color" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  let [all, read] = ["", 0];
  let changed = () => {};
  child.stdout.on("data", (chunk) => {
    all += chunk;
    changed();
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  /** Waits until a text is shown, after those that were waited for before. */
  const shows = (text: string) =>
    new Promise<void>((resolve) => {
      changed = () => {
        const place = all.indexOf(text, read);
        if (place < 0) return;
        read = place + text.length;
        resolve();
      };
      changed();
    });
  return { shows, press: (key: string) => child.stdin.write(key), ended, shown: () => plain(all) };
}

/** What a terminal shows as plain text: without colors and what a screen is cleared by. */
const plain = (text: string) => stripVTControlCharacters(text).replaceAll("\r\n", "\n");

/** Runs a command on a terminal to its end. */
async function shownBy(folder: string, args: string, name: CommandName = "mnist-learn") {
  const { ended, shown } = onTerminal(folder, name, args);
  return { exitCode: await ended, text: `\n${shown()}` };
}

/** What a command shows on a terminal, none of whose lines is longer than that. */
async function message(folder: string, args: string) {
  const shown = await shownBy(folder, args);
  for (const line of shown.text.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  return shown;
}

describe.skipIf(!hasScript)("mnist-learn on a terminal", () => {
  it("leads from init to a trained model, piece by piece", async () => {
    const around = emptyFolder();
    expect(await message(around, "init")).toMatchSnapshot("init");
    const folder = join(around, "mnist-lesson");
    expect(await message(folder, "")).toMatchSnapshot("first check");

    const { shows, press, ended } = onTerminal(folder, "mnist-learn", "watch");
    await shows("n next   h hint   l list   q quit");
    const waits: number[] = [];
    for (const [i, { name, title }] of pieces.entries()) {
      const saved = performance.now();
      write(folder, name);
      await shows(`${String(i + 1).padStart(2)}  ${title}`);
      await shows("right");
      waits.push(performance.now() - saved);
      await shows("q quit");
      press("n");
      await shows("q quit");
    }
    expect(Math.min(...waits)).toBeLessThan(1000); // the others wait for a busy machine
    press("l");
    await shows("12 of 12 pieces are done");
    await shows("q quit");
    press("q");
    expect(await ended).toBe(0);

    expect(await message(folder, "")).toMatchSnapshot("all right");
    expect(await message(folder, "hint softmax")).toMatchSnapshot("hint");
    expect(await message(folder, "solution relu-forward")).toMatchSnapshot("solution");
    const data = writeDataFolder(smallDataSet({ train: 60 }));
    const trained = await shownBy(folder, `train --iterations 2 --data ${data}`);
    expect(trained.exitCode, trained.text).toBe(0);
    expect(trained.text).toContain("the first 50 losses equal the finished layers' to 1e-6");
    const model = `${join(folder, "model.json")} --data ${data}`;
    expect((await shownBy(folder, model, "mnist-eval")).exitCode).toBe(0);
    expect(await message(folder, "reset softmax")).toMatchSnapshot("reset");
  });

  it("watch --poll looks at the files itself; h shows a hint", async () => {
    const folder = await lesson("--pieces", "affine-forward,affine-backward");
    const { shows, press, ended } = onTerminal(folder, "mnist-learn", "watch --poll");
    await shows("to do");
    await shows("q quit");
    write(folder, "affine-forward");
    await shows("right");
    await shows("q quit");
    press("n");
    await shows("Affine backward");
    await shows("q quit");
    press("h");
    await shows("Affine backward, hint 1 of 3");
    press("q");
    expect(await ended).toBe(0);
  });
});
