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
  | "mnist-play"
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

/** Those that `callCommand` has begun, one after the other. */
let called: Promise<unknown> = Promise.resolve();

/**
 * Runs a command in this process, without a terminal, which takes a fraction of the time of `runCommand`: what
 * it prints, its files and its exit code are the same. Signals, and the file in bin/, are for `runCommand`.
 */
export function callCommand(
  name: CommandName,
  args: readonly string[],
  cwd = process.cwd(),
): Promise<Outcome> {
  const outcome = called.then(() => callNow(name, args, cwd));
  called = outcome.catch(() => {});
  return outcome;
}

async function callNow(name: CommandName, args: readonly string[], cwd: string): Promise<Outcome> {
  const { main } = await import(`../../dist/cli/commands/${name.replace("mnist-", "")}.js`);
  const streams = [process.stdout, process.stderr];
  const listeners = streams.map((stream) => stream.listeners("error"));
  const written = streams.map(intercept);
  const before = process.cwd();
  process.chdir(cwd);
  try {
    const exitCode: number = await main(args);
    const [stdout, stderr] = written.map(({ texts }) => texts.join(""));
    return { exitCode, stdout, stderr };
  } finally {
    process.chdir(before);
    for (const { restore } of written) restore();
    streams.forEach((stream, i) => {
      for (const listener of stream.listeners("error")) {
        if (!listeners[i].includes(listener)) stream.off("error", listener as () => void);
      }
    });
  }
}

/** Keeps what is written to a stream from it, until it is restored. */
function intercept(stream: NodeJS.WriteStream) {
  const texts: string[] = [];
  const { write } = stream;
  stream.write = (chunk: string | Uint8Array, ...more: unknown[]) => {
    texts.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
    const done = more.at(-1);
    if (typeof done === "function") process.nextTick(done as () => void);
    return true;
  };
  const restore = () => {
    stream.write = write;
  };
  return { texts, restore };
}
