import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type CommandName, runCommand } from "../support/runCommand.js";

const commands: CommandName[] = [
  "mnist-train",
  "mnist-eval",
  "mnist-predict",
  "mnist-report",
  "mnist-show",
];

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

  it("--version is that of the package", async () => {
    const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    const { stdout } = await runCommand(name, ["--version"]);
    expect(stdout.trim()).toBe(JSON.parse(manifest).version);
  });
});
