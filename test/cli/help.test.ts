import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type CommandName, commandPath, runCommand } from "../support/runCommand.js";

const commands: CommandName[] = [
  "mnist-train",
  "mnist-eval",
  "mnist-export",
  "mnist-predict",
  "mnist-report",
  "mnist-show",
];

/** util-linux's `script` runs a command on a terminal of its own. */
const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes(
  "util-linux",
);

describe.each(commands)("%s --help", (name) => {
  it("begins with examples and names every flag", async () => {
    const { stdout, stderr, exitCode } = await runCommand(name, ["--help"]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout).toMatch(/^Examples:\n/);
    for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(stdout).toMatchSnapshot();
  });

  it("groups the flags under headings, in the same order everywhere", async () => {
    const { stdout } = await runCommand(name, ["--help"]);
    const order = ["Recipe", "Data", "Network", "Optimization", "Augmentation", "Output", "Run"];
    const [, flags] = stdout.split("\nUsage: ");
    const found = [...flags.matchAll(/^(\w+):\n {2}-/gm)].map(([, heading]) => heading);
    expect(found).toEqual(order.filter((heading) => found.includes(heading)));
    expect(found).toContain("Output");
    expect(found.at(-1)).toBe("Run");
  });

  it.skipIf(!hasScript).each([60, 120])("fits a terminal of %i columns", (columns) => {
    const command = `stty cols ${columns}; "${process.execPath}" "${commandPath(name)}" --help`;
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
    const { stdout } = await runCommand(name, ["--version"]);
    expect(stdout.trim()).toBe(JSON.parse(manifest).version);
  });
});
