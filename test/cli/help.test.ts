import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type CommandName, callCommand, commandPath } from "../support/runCommand.js";

const commands: CommandName[] = [
  "mnist-train",
  "mnist-eval",
  "mnist-export",
  "mnist-import",
  "mnist-predict",
  "mnist-play",
  "mnist-report",
  "mnist-show",
];

/** util-linux's `script` runs a command on a terminal of its own. */
const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes(
  "util-linux",
);

const outputs = new Map<string, Promise<string>>();

/** What a command prints, which is run once; that is no error, and fits 80 columns. */
function printed(name: CommandName, flag: string): Promise<string> {
  const key = `${name} ${flag}`;
  const output = outputs.get(key) ?? run(name, flag);
  outputs.set(key, output);
  return output;
}

async function run(name: CommandName, flag: string): Promise<string> {
  const { stdout, stderr, exitCode } = await callCommand(name, [flag]);
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  return stdout;
}

describe("mnist-train --help", () => {
  it("lists twelve flags to begin with, and names the flag that lists all", async () => {
    const help = await printed("mnist-train", "--help");
    const flags = [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag);
    const about = ["--help-all", "--version", "--help"];
    expect(flags.filter((flag) => !about.includes(flag))).toHaveLength(12);
    expect(flags).toEqual(expect.arrayContaining(["--recipe", "--learning-rate", ...about]));
    expect(help).toMatchSnapshot();
  });

  it("writes 1/255 and no long decimals", async () => {
    const help = (await printed("mnist-train", "--help-all")).replace(/\s+/g, " ");
    expect(help).toContain("(default: 1; 1/255 in fast, accurate, record)");
    expect(help).not.toMatch(/\d\.\d{7}/);
  });

  it("is that of --help-all for the commands with few flags", async () => {
    expect(await printed("mnist-eval", "--help-all")).toBe(await printed("mnist-eval", "--help"));
  });

  it("--list-recipes fits 80 columns", async () => {
    expect(await printed("mnist-train", "--list-recipes")).toMatchSnapshot();
  });
});

describe.each(commands)("%s --help-all", (name) => {
  it("begins with examples and names every flag", async () => {
    const help = await printed(name, "--help-all");
    expect(help).toMatch(/^Examples:\n/);
    expect(help).toMatchSnapshot();
  });

  it("groups the flags under headings, in the same order everywhere", async () => {
    const stdout = await printed(name, "--help-all");
    const order = ["Recipe", "Data", "Network", "Optimization", "Augmentation", "Output", "Run"];
    const [, flags] = stdout.split("\nUsage: ");
    const found = [...flags.matchAll(/^(\w+):\n {2}-/gm)].map(([, heading]) => heading);
    expect(found).toEqual(order.filter((heading) => found.includes(heading)));
    expect(found).toContain("Output");
    expect(found.at(-1)).toBe("Run");
  });

  it.skipIf(!hasScript).each([60, 120])("fits a terminal of %i columns", (columns) => {
    const command = `stty cols ${columns}; "${process.execPath}" "${commandPath(name)}" --help-all`;
    const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], {
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
    });
    const lines = stdout.split(/\r?\n/);
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(columns);
  });

  it("--version is that of the package", async () => {
    const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    const { stdout } = await callCommand(name, ["--version"]);
    expect(stdout.trim()).toBe(JSON.parse(manifest).version);
  });
});
