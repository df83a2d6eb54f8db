import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { emptyFolder, smallDataSet, writeDataFolder } from "../support/dataFolder.js";
import { type CommandName, commandPath } from "../support/runCommand.js";

/*
 * What a user sees when the machine refuses something that no file or flag is to blame for: one line.
 */

const onLinux = it.runIf(process.platform === "linux");
const data = mkdtempSync(join(tmpdir(), "mnist-train-"));
writeDataFolder(smallDataSet(), data);
afterAll(() => rmSync(data, { recursive: true, force: true }));
const run = `--data ${data} --validation 6 --hidden 40 --epochs 2 --batch-size 8 --quiet`;

/** The command line of a command, for a shell. */
const at = (name: CommandName, flags = "") => `"${process.execPath}" ${flags} ${commandPath(name)}`;

function shell(script: string): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile("bash", ["-c", script], (error, stdout, stderr) => {
      resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

describe("standard output that takes nothing", () => {
  onLinux.each(["--help", "--version", "--list-recipes"])("ends %s with code 3", async (flag) => {
    const { exitCode, stderr } = await shell(`${at("mnist-train")} ${flag} > /dev/full`);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: expect.stringMatching(
        /^error: standard output: cannot be written \(ENOSPC\)[^\n]*\n$/,
      ),
    });
  });

  onLinux("does not hide another error", async () => {
    const { exitCode } = await shell(`${at("mnist-train")} --bogus > /dev/full`);
    expect(exitCode).toBe(2);
  });
});

describe("a working folder that was deleted", () => {
  onLinux.each([
    ["mnist-train", run],
    ["mnist-eval", "/none/model.json"],
    ["mnist-show", ""],
  ] as const)("ends %s with one line", async (name, flags) => {
    const folder = join(emptyFolder(), "gone");
    mkdirSync(folder);
    const { exitCode, stderr } = await shell(`cd ${folder}; rmdir ${folder}; ${at(name)} ${flags}`);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^error: [^\n]*(gone|ENOENT)[^\n]*, expected [^\n]*; [^\n]*\n$/);
  });
});

describe("Node's permission model", () => {
  const flag = process.allowedNodeEnvironmentFlags.has("--permission")
    ? "--permission"
    : "--experimental-permission";
  const restricted = (folder: string, more = "") =>
    `--no-warnings ${flag} --allow-fs-read=* --allow-fs-write=${realpathSync(folder)}/* ${more}`;

  it("without threads: one does the work, and a note says so; asked for, two are refused", async () => {
    const folder = emptyFolder();
    const train = `cd ${folder}; ${at("mnist-train", restricted(folder))} ${run}`;
    const two = await shell(`${train} --threads 2`);
    expect(two.exitCode).toBe(2);
    expect(two.stderr).toMatch(
      /^error: the simd engine cannot start thread 2 of 2 \(Node's permission model\), [^\n]*--threads 1\n$/,
    );
    const noted = await shell(`${train.replace("--quiet", "")} --out noted.json`);
    expect(noted.exitCode).toBe(0);
    const note =
      /^note: the simd engine cannot start thread 2 of 2 .*; one thread does all the work/m;
    if (availableParallelism() > 1) expect(noted.stderr).toMatch(note);
    expect(existsSync(join(folder, "noted.json"))).toBe(true);
  });

  it("without a place to write: refused before training, with the flag that allows it", async () => {
    const [allowed, other] = [emptyFolder(), emptyFolder()];
    const { exitCode, stderr } = await shell(
      `cd ${other}; ${at("mnist-train", restricted(allowed))} ${run}`,
    );
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(
      /^error: model\.json: cannot be written \(ERR_ACCESS_DENIED\)[^\n]*--allow-fs-write[^\n]*\n$/,
    );
  });

  it("without native code: a PNG is refused, with the flag that allows it", async () => {
    const folder = emptyFolder();
    const { exitCode, stderr } = await shell(
      `cd ${folder}; ${at("mnist-show", restricted(folder))} --data ${data} --out a.png`,
    );
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^error: Node's permission model [^\n]*--allow-addons, [^\n]*\.svg\n$/);
  });
});
