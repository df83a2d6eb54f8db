import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a command ended and what it said. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type CommandName =
  | "mnist-train"
  | "mnist-eval"
  | "mnist-export"
  | "mnist-import"
  | "mnist-learn"
  | "mnist-predict"
  | "mnist-report"
  | "mnist-show";

/** The file behind a command. */
export function commandPath(name: CommandName): string {
  return fileURLToPath(new URL(`../../bin/${name}.js`, import.meta.url));
}

/** Runs a command as a user would, in a process of its own, without a terminal. */
export function runCommand(
  name: CommandName,
  args: readonly string[],
  cwd?: string,
): Promise<Outcome> {
  const child = spawn(process.execPath, [commandPath(name), ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, COLUMNS: "80", FORCE_COLOR: undefined, NO_COLOR: undefined },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
