import { Worker } from "node:worker_threads";
import { UsageError } from "../../errors.js";
import { Barrier, type Work } from "./barrier.js";
import type { Kernels } from "./contract.js";
import type { Crew, Workplace } from "./crew.js";
import { built } from "./loadKernels.js";
import { phasesOf } from "./phases.js";

/** What a worker is given when it starts. */
export interface ThreadSetup extends Workplace {
  readonly module: WebAssembly.Module;
  /** Number of this thread; the main thread is 0. */
  readonly thread: number;
}

/** The machine does not let a thread start: too many processes, or Node's permission model. */
export class ThreadRefusedError extends UsageError {
  constructor(readonly found: string) {
    super(`${found}, expected a machine that allows it; use --threads 1`);
  }
}

/** The main thread, which computes as well, and its workers. */
export class Threads implements Crew {
  readonly #barrier: Barrier;
  readonly #workers: Worker[] = [];
  #failure: Error | null = null;
  #rejectFailing: (error: Error) => void = () => {};
  /** Rejects when a thread fails. */
  readonly #failing: Promise<never>;

  private constructor(
    private readonly kernels: Kernels,
    private readonly setup: Omit<ThreadSetup, "thread">,
  ) {
    this.#barrier = new Barrier(setup.memory, setup.control, setup.threads);
    this.#failing = new Promise((_, reject) => {
      this.#rejectFailing = reject;
    });
    this.#failing.catch(() => {}); // a failure between tasks is thrown by the next one
  }

  /**
   * Starts all threads. Those that are not up yet find the first task when they are, so that the main thread
   * can pack images meanwhile.
   *
   * @param kernels those of the main thread
   * @throws {ThreadRefusedError} when the machine does not let one start
   */
  static async start(kernels: Kernels, setup: Omit<ThreadSetup, "thread">): Promise<Threads> {
    const threads = new Threads(kernels, setup);
    try {
      for (let n = 1; n < setup.threads; n++) threads.#startWorker(n);
    } catch (error) {
      await threads.close();
      throw error;
    }
    return threads;
  }

  #startWorker(thread: number): void {
    const worker = this.#createWorker({ ...this.setup, thread });
    this.#workers.push(worker);
    worker.on("error", (error) => this.#fail(thread, error.message));
    worker.on("exit", () => this.#fail(thread, "it ended by itself"));
    worker.unref(); // without close, the process ends too
  }

  #createWorker(workerData: ThreadSetup): Worker {
    const { thread, threads } = workerData;
    try {
      // A thread takes over the flags of Node, and fails on this one, of a script from standard input.
      const isFromInput = process.execArgv.some((flag) => flag.startsWith("--input-type"));
      const execArgv = isFromInput ? [] : undefined;
      return new Worker(new URL("worker.js", built), { workerData, execArgv });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const reason = code === "ERR_ACCESS_DENIED" ? "Node's permission model" : message;
      throw new ThreadRefusedError(
        `the simd engine cannot start thread ${thread + 1} of ${threads} (${reason})`,
      );
    }
  }

  #fail(thread: number, reason: string): void {
    if (this.#failure !== null) return;
    this.#failure = new Error(`thread ${thread} of the simd engine failed: ${reason}`);
    this.#rejectFailing(this.#failure);
    this.#barrier.fail();
  }

  async run(task: Work): Promise<void> {
    const { memory, plan, threads } = this.setup;
    if (this.#failure !== null) throw this.#failure;
    if (threads > 1) this.#barrier.post(task);
    for (const phase of phasesOf(task, this.kernels, memory, plan)) {
      phase(0);
      const others = this.#barrier.waitAsync();
      if (others !== null) await this.#orFailure(others);
      if (this.#barrier.failed)
        throw this.#failure ?? new Error("a thread of the simd engine failed");
    }
  }

  /** Waits for the other threads, or for the failure of one. */
  async #orFailure(others: Promise<void>): Promise<void> {
    for (const worker of this.#workers) worker.ref(); // keeps the process alive meanwhile
    try {
      await Promise.race([others, this.#failing]);
    } finally {
      for (const worker of this.#workers) worker.unref();
    }
  }

  async close(): Promise<void> {
    this.#failure ??= new Error("the simd engine is closed");
    this.#barrier.post("stop");
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
