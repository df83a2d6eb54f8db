import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { Inputs, Piece } from "./piece.js";
import type { Outcome } from "./run.js";
import type { CheckError, WorkerMessage, WorkerTask } from "./worker.js";

/** Where the build puts the worker, for sources too. */
const worker = new URL("../../dist/learn/worker.js", import.meta.url);

/** Bounds on a learner's code. */
export interface Limits {
  /** Milliseconds, from the moment at which its file is loaded; 5000 by default. */
  readonly timeLimit?: number;
  /** Megabytes beyond what the process takes already; 512 by default. */
  readonly memoryLimit?: number;
}

/** What a run of a learner's file came to. */
export interface FileRun {
  /** Of each case what came of it, or what was thrown; null when no case was run. */
  readonly outcomes: readonly (Outcome | CheckError)[] | null;
  /** Why no case was run. */
  readonly error: CheckError | null;
  /** What the code printed, its last 4000 characters. */
  readonly printed: string;
  /** Of a folder: the file that was loaded last, or the function that was called last. */
  readonly at: string;
}

const MOST_PRINTED = 4000;
const MEGABYTE = 2 ** 20;

/** Milliseconds between looks at the memory. */
const LOOK = 25;

const errorOf = (kind: CheckError["kind"], message: string): CheckError => ({
  kind,
  message,
  where: [],
});

/** Runs a learner's file over cases, in a thread that ends whatever the code does. */
export function runFile(
  piece: Piece,
  file: string,
  cases: readonly Inputs[],
  limits: Limits = {},
): Promise<FileRun> {
  return runInThread({ piece: piece.name, address: pathToFileURL(file).href, cases }, limits);
}

/** Does a task in a thread that ends whatever the learner's code does. */
export function runInThread(
  task: WorkerTask,
  { timeLimit = 5000, memoryLimit = 512 }: Limits,
): Promise<FileRun> {
  const thread = new Worker(worker, {
    workerData: task,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 2 * memoryLimit }, // the last resort: see `look`
  });
  return new Promise((settle) => {
    let printed = "";
    const note = (chunk: unknown) => {
      printed = `${printed}${String(chunk)}`.slice(-MOST_PRINTED);
    };
    thread.stdout.on("data", note);
    thread.stderr.on("data", note);

    const before = process.memoryUsage.rss();
    const flooded = errorOf("memory", `it took more than ${memoryLimit} MB of memory`);
    const timers: NodeJS.Timeout[] = [];
    let [ended, at] = [false, ""];
    const end = (run: Omit<FileRun, "printed" | "at">) => {
      if (ended) return; // the end of the thread is an event too
      ended = true;
      for (const timer of timers) clearTimeout(timer);
      void thread.terminate().then(() => settle({ ...run, printed, at }));
    };
    const fail = (error: CheckError) => end({ outcomes: null, error });
    const look = () => {
      if (process.memoryUsage.rss() - before > memoryLimit * MEGABYTE) fail(flooded);
    };
    const ready = () => {
      const seconds = timeLimit / 1000;
      const late = errorOf("time", `it was still running after ${seconds} s: a loop without end?`);
      timers.push(
        setTimeout(() => fail(late), timeLimit),
        setInterval(look, LOOK),
      );
    };
    thread.on("message", (message: WorkerMessage) => {
      if (message.type === "done") end({ outcomes: message.outcomes, error: null });
      else if (message.type === "failed") fail(message.error);
      else if (message.type === "at") at = message.name;
      else ready();
    });
    thread.on("error", (error: NodeJS.ErrnoException) => {
      const full = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      fail(full ? flooded : errorOf("thrown", error.message));
    });
    thread.on("exit", () => fail(errorOf("ended", "it ended the program before it returned")));
  });
}
