/* Other processes, one at a time. */
import { spawn } from "node:child_process";

/**
 * Runs a command to its end.
 *
 * @param options.heard called with all that it printed so far, and the seconds since before its start
 * @returns what it printed, and the seconds from before its start to its end
 */
export function runChild(command, parameters, { environment = {}, cwd, heard } = {}) {
  return new Promise((resolve, reject) => {
    const startedAt = Date.now();
    const started = performance.now();
    const child = spawn(command, parameters, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const printed = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) {
      child[stream].setEncoding("utf8").on("data", (text) => {
        printed[stream] += text;
        heard?.(printed, (performance.now() - started) / 1000);
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = (performance.now() - started) / 1000;
      if (code === 0) resolve({ ...printed, seconds, startedAt });
      else reject(new Error(`${command} ${parameters[0]} ended with ${code}:\n${printed.stderr}`));
    });
  });
}

/** What a child printed last, as JSON. */
export const lastLine = ({ stdout }) => JSON.parse(stdout.trim().split("\n").at(-1));
