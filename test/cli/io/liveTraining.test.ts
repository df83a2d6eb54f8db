import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { emptyFolder } from "../../support/dataFolder.js";
import { commandPath } from "../../support/runCommand.js";
import { Screen } from "../../support/screen.js";

/** util-linux's `script` runs a command on a terminal of its own. */
const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes(
  "util-linux",
);

/** A run without an end, whose updates are short. */
const endless =
  "--limit 200 --iterations 900000 --batch-size 20 --hidden 5 --validation 50 --engine reference";

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL"); // and with it its terminal
});

/** mnist-train on a terminal of 100 columns and so many lines. */
function trainOn(lines: number, flags: string) {
  const folder = emptyFolder();
  const screen = new Screen(100, lines);
  const command =
    `stty cols 100 rows ${lines}; tty > tty; echo $$ > pid; ` +
    `exec "${process.execPath}" "${commandPath("mnist-train")}" ${flags}`;
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, TERM_PROGRAM: ____, ...rest } = process.env;
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    cwd: folder,
    env: { ...rest, TERM: "xterm-256color", LC_ALL: "C.UTF-8" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  running.push(child);
  child.stdout.setEncoding("utf8").on("data", (text: string) => screen.write(text));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const saved = (name: string) => readFileSync(join(folder, name), "utf8").trim();
  return {
    screen,
    ended,
    press: (keys: string) => child.stdin.write(keys),
    signal: (name: NodeJS.Signals) => process.kill(Number(saved("pid")), name),
    /** Changes the height while nothing is written, so that it is certain what was written for which size. */
    async resize(rows: number) {
      const pid = Number(saved("pid"));
      process.kill(pid, "SIGSTOP");
      await new Promise((resolve) => setTimeout(resolve, 50));
      await screen.resize(100, rows);
      spawnSync("stty", ["-F", saved("tty"), "rows", String(rows)]);
      process.kill(pid, "SIGCONT");
    },
    /** Waits until the screen is as it should be. */
    async until(is: (lines: string[]) => boolean): Promise<string[]> {
      for (;;) {
        const lines = await screen.lines();
        if (is(lines)) return lines;
        child.kill("SIGCONT"); // script stops with its command, and may do so late
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

const CTRL_C = "\u0003";
const isBar = (line: string) => /^[█░]+ iteration \d+\/900000/.test(line);
const isChart = (line: string) => line.includes("loss with L2, nats");
const hasCurves = (lines: string[]) =>
  lines.some(isChart) && lines.some((line) => /[⠁-⣿]/.test(line));

describe.skipIf(!hasScript)("training on a terminal with room for curves", () => {
  it("draws them below the bar, once at every size, and clears them on Ctrl-C", async () => {
    const { screen, until, resize, press, ended } = trainOn(36, endless);
    const lines = await until(hasCurves);
    const bar = lines.findIndex(isBar);
    expect(lines.slice(bar - 1, bar + 3).map((line) => line.trim() === "")).toEqual([
      ...[true, false, true, false],
    ]);
    expect(lines[bar + 2]).toMatch(/loss with L2, nats, by iteration +accuracy, %/);
    expect(lines.length).toBeLessThanOrEqual(36);
    expect(screen.hasCursor).toBe(false);

    await resize(12);
    await until((lines) => lines.some(isBar) && !lines.some(isChart));
    await resize(36);
    const again = await until(hasCurves);
    expect(again.filter(isChart)).toHaveLength(1);
    expect(again.filter(isBar)).toHaveLength(1);

    press(CTRL_C);
    expect(await ended).toBe(130);
    const left = await screen.lines();
    expect(left.some(isChart)).toBe(false);
    expect(left.filter(isBar)).toHaveLength(1);
    const after = left.slice(left.findIndex(isBar) + 1);
    expect(after[0]).toBe("stopping after this update; press Ctrl-C again to quit now");
    expect(after.at(-1)).toMatch(/^interrupted after \d+ iterations; the model so far is in /);
    expect(screen.hasCursor).toBe(true);
    expect(await screen.cursor()).toEqual({ line: left.length, column: 0 });
  }, 20_000);

  it("leaves the terminal in order when it is stopped and continued, and when it is terminated", async () => {
    const { screen, until, signal, ended } = trainOn(30, endless);
    await until(hasCurves);
    signal("SIGTSTP"); // without a shell there is no stop, only its preparation
    await until((lines) => !lines.some(isChart));
    const lines = await until(hasCurves);
    expect(lines.filter(isBar)).toHaveLength(1);
    expect(lines.filter(isChart)).toHaveLength(1);
    signal("SIGTERM");
    expect(await ended).toBe(143);
    expect((await screen.lines()).some(isChart)).toBe(false);
    expect(screen.hasCursor).toBe(true);
  }, 20_000);
});
