/* Other processes, one at a time. */
import { spawn } from "node:child_process";

/**
 * Runs a command to its end.
 *
 * @param options.heard called with all that it printed so far, and the seconds since before its start
 * @param options.marks what to wait for on standard error, by name
 * @returns what it printed, and the seconds from before its start to its end, and to each mark
 */
export function runChild(command, parameters, { environment = {}, cwd, heard, marks = {} } = {}) {
  return new Promise((resolve, reject) => {
    const startedAt = Date.now();
    const started = performance.now();
    const child = spawn(command, parameters, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const printed = { stdout: "", stderr: "" };
    const reached = {};
    const since = () => (performance.now() - started) / 1000;
    for (const stream of ["stdout", "stderr"]) {
      child[stream].setEncoding("utf8").on("data", (text) => {
        printed[stream] += text;
        heard?.(printed, since());
        for (const [name, mark] of Object.entries(marks)) {
          if (reached[name] === undefined && mark.test(printed.stderr)) reached[name] = since();
        }
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = since();
      if (code === 0) resolve({ ...printed, seconds, startedAt, reached });
      else reject(new Error(`${command} ${parameters[0]} ended with ${code}:\n${printed.stderr}`));
    });
  });
}

/** What a child printed last, as JSON. */
export const lastLine = ({ stdout }) => JSON.parse(stdout.trim().split("\n").at(-1));
