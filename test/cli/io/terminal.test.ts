import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder } from "../../support/dataFolder.js";
import { commandPath, runCommand } from "../../support/runCommand.js";

/** util-linux's `script` runs a command on a terminal of its own. */
const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes(
  "util-linux",
);

const run =
  "--limit 500 --iterations 60 --batch-size 50 --hidden 10 --validation 500 --engine reference";

const seenBefore = new Map<string, Promise<string>>();

/** What a terminal of so many columns is sent by a short training run; the same run is trained once. */
function onTerminal(columns: number, environment = {}, more = ""): Promise<string> {
  const key = JSON.stringify([columns, environment, more]);
  const seen = seenBefore.get(key) ?? trainOnTerminal(columns, environment, more);
  seenBefore.set(key, seen);
  return seen;
}

function trainOnTerminal(
  columns: number,
  environment: Record<string, string>,
  more: string,
): Promise<string> {
  const folder = emptyFolder();
  const command = `stty cols ${columns}; "${process.execPath}" "${commandPath("mnist-train")}" ${run} ${more}`;
  // What says "no person is watching" stays out: somebody is.
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...rest } = process.env;
  const child = spawn("script", ["-qec", command, join(folder, "log")], {
    cwd: folder,
    env: { ...rest, TERM: "xterm-256color", ...environment },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let seen = "";
  child.stdout.on("data", (chunk) => {
    seen += chunk;
  });
  return new Promise((resolve) => child.on("close", () => resolve(seen)));
}

const ESC = String.fromCharCode(27);
const codes = new RegExp(`${ESC}\\[[0-9;?]*[A-Za-z]`, "g");

/** The states that the bar went through, without codes. */
function bars(seen: string): string[] {
  return seen
    .replace(codes, "\r")
    .split(/[\r\n]+/)
    .filter((line) => line.includes("iteration ") && !line.startsWith("epoch"));
}

describe.skipIf(!hasScript)("training on a terminal", () => {
  it.each([60, 80, 120])(
    "the bar fits %i columns, with iteration, validation accuracy and time left",
    async (columns) => {
      const states = bars(await onTerminal(columns)).filter((line) => line.includes("left"));
      expect(states.length).toBeGreaterThan(0);
      for (const line of states) expect(line.length).toBeLessThanOrEqual(columns);
      expect(states.at(-1)).toMatch(/iteration \d+\/60 .*validation (-|0\.\d{4}) {2}\d+s left$/);
      expect(/loss \d\.\d{4}/.test(states.at(-1) ?? "")).toBe(columns >= 80);
    },
  );

  it("colours are there, and the cursor comes back", async () => {
    const seen = await onTerminal(80);
    expect(seen).toContain(`${ESC}[36m`);
    expect(seen).toContain(`${ESC}[?25h`);
  });

  it.each([
    ["NO_COLOR is set", { NO_COLOR: "1" }],
    ["the terminal is dumb", { TERM: "dumb" }],
  ])("there are plain lines, and no codes at all, where %s", async (_, environment) => {
    const seen = await onTerminal(80, environment);
    expect(seen).not.toContain(ESC);
    expect(seen).toMatch(/epoch 6\/6 {2}iteration 60\/60 {2}data loss/);
  });

  it.each([80, 120])("the curves follow in %i columns", async (columns) => {
    const lines = (await onTerminal(columns)).replace(codes, "").split(/[\r\n]+/);
    const head = lines.findIndex((line) => line.includes("loss with L2, nats, by iteration"));
    expect(lines[head]).toContain("accuracy, %: ━ training ● validation");
    const end = lines.findIndex((line) => line.startsWith("saved model.json"));
    expect(end).toBeGreaterThan(head + 8);
    for (const line of lines.slice(head, end)) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it("the bar of a run that diverges keeps to its line, and the curves show where it left", async () => {
    const seen = await onTerminal(80, {}, "--learning-rate 10");
    const states = bars(seen).filter((line) => line.includes("left"));
    expect(states.length).toBeGreaterThan(0);
    for (const line of states) expect(line.length).toBeLessThanOrEqual(80);
    expect(states.at(-1)).toMatch(/ loss \d\.\d\de\d+ /);
    expect(seen.replace(codes, "")).toMatch(/loss, nats × diverged at \d+/);
  });

  it.each(["--quiet", "--json"])("no curves are drawn with %s", async (flag) => {
    expect(await onTerminal(80, {}, flag)).not.toContain("L2, nats");
  });

  it("no curves are drawn where NO_COLOR is set, nor where nobody watches", async () => {
    expect(await onTerminal(80, { NO_COLOR: "1" })).not.toContain("L2, nats");
    const { stderr } = await runCommand("mnist-train", run.split(" "), emptyFolder());
    expect(stderr).toContain("saved model.json");
    expect(stderr).not.toContain("L2, nats");
  });
});
