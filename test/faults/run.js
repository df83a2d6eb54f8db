import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/*
 * Runs of mnist-train that something happens to.
 */

export const project = fileURLToPath(new URL("../..", import.meta.url));

/** How long a command may take to end after it was asked to, in milliseconds: more is a hang. */
const PATIENCE = 20_000;
/** How long any run here may take. */
const LONGEST = 120_000;

/** The file of a preload, as a flag for Node. */
export const preload = (name) => ["--import", new URL(`preload/${name}.js`, import.meta.url).href];

/**
 * Starts `mnist-train`, by Node or, as users do, by npx.
 *
 * @param args what mnist-train is told
 * @param node flags for Node itself
 * @param user the id of another user, for root only
 * @returns `ended`, a promise of how it ended, and `kill`, which sends a signal to all of it
 */
export function start(
  args,
  { npx = false, node = [], env = {}, cwd = project, user = undefined } = {},
) {
  const [file, ...before] = npx
    ? ["npx", "mnist-train"]
    : [process.execPath, ...node, `${project}/bin/mnist-train.js`];
  const child = spawn(file, [...before, ...args], {
    cwd,
    uid: user,
    gid: user,
    detached: true, // a process group of its own, so that a signal reaches every process in it
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const send = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if (error.code !== "ESRCH") throw error; // it ended by itself
    }
  };
  let hung = false;
  const watch = (milliseconds) =>
    setTimeout(() => {
      hung = true;
      send("SIGKILL");
    }, milliseconds);
  const longest = watch(LONGEST);
  let patience;
  const ended = new Promise((resolve) => {
    child.on("close", (exitCode, signal) => {
      clearTimeout(longest);
      clearTimeout(patience);
      resolve({ exitCode, signal, stdout, stderr, hung });
    });
  });
  const kill = (signal) => {
    patience ??= watch(PATIENCE);
    send(signal);
  };
  return { ended, kill };
}

export const run = (args, options) => start(args, options).ended;

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
