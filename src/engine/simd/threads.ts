import { Worker } from "node:worker_threads";
import { Barrier, tasks } from "./barrier.js";
import { instantiate, type Kernels, scoringPhases, trainingPhases } from "./instance.js";

/** What a thread is given when it starts. */
export interface ThreadSetup {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
  readonly threads: number;
  /** Address of the plan. */
  readonly plan: number;
  readonly panels: number;
  /** Address of the plan's batchSize. */
  readonly batchSizeAt: number;
}

/** The main thread, which works too, and the workers beside it. */
export class Threads {
  readonly #setup: ThreadSetup;
  readonly kernels: Kernels;
  readonly #barrier: Barrier;
  readonly #workers: Worker[] = [];
  #failure: Error | null = null;
  #tellFailure: (error: Error) => void = () => {};
  /** Rejects when a thread fails. */
  readonly #failing: Promise<never>;

  private constructor(setup: ThreadSetup) {
    this.#setup = setup;
    this.kernels = instantiate(setup.module, setup.memory);
    this.#barrier = new Barrier(setup.memory, setup.threads);
    this.#failing = new Promise((_, reject) => {
      this.#tellFailure = reject;
    });
    this.#failing.catch(() => {}); // it is asked for only while somebody waits
  }

  /** Starts all threads and waits until each is ready. */
  static async start(setup: Omit<ThreadSetup, "thread">): Promise<Threads> {
    const threads = new Threads({ ...setup, thread: 0 });
    const ready: Promise<unknown>[] = [];
    for (let thread = 1; thread < setup.threads; thread++) ready.push(threads.#startWorker(thread));
    try {
      await Promise.race([Promise.all(ready), threads.#failing]);
    } catch (error) {
      await threads.close();
      throw error;
    }
    for (const worker of threads.#workers) worker.unref(); // a forgotten close ends the process too
    return threads;
  }

  #startWorker(thread: number): Promise<unknown> {
    const file = new URL("../../../dist/engine/simd/worker.js", import.meta.url);
    const worker = new Worker(file, { workerData: { ...this.#setup, thread } });
    this.#workers.push(worker);
    worker.on("error", (error) => this.#fail(thread, error.message));
    worker.on("exit", () => this.#fail(thread, "it ended by itself"));
    return new Promise((resolve) => worker.once("message", resolve));
  }

  #fail(thread: number, reason: string): void {
    if (this.#failure !== null) return;
    this.#failure = new Error(`thread ${thread} of the simd engine failed: ${reason}`);
    this.#tellFailure(this.#failure);
    this.#barrier.fail();
  }

  /** Goes through the phases of a task together with all threads. */
  async run(task: "step" | "scores", batchSize: number): Promise<void> {
    const { threads, panels, plan } = this.#setup;
    if (this.#failure !== null) throw this.#failure;
    if (threads > 1) this.#barrier.announce(tasks[task]);
    const work = { threads, panels, batchSize };
    for (const phase of task === "step" ? trainingPhases(work) : scoringPhases(work)) {
      phase(this.kernels, plan, 0);
      const waiting = this.#barrier.meetAwake();
      if (waiting !== null) await this.#awaken(waiting);
      if (this.#barrier.failed)
        throw this.#failure ?? new Error("a thread of the simd engine failed");
    }
  }

  /** Waits for others in a way that lets the news of a failed thread through. */
  async #awaken(waiting: Promise<void>): Promise<void> {
    for (const worker of this.#workers) worker.ref(); // or Node would take it for the end
    try {
      await Promise.race([waiting, this.#failing]);
    } finally {
      for (const worker of this.#workers) worker.unref();
    }
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    this.#failure ??= new Error("the simd engine is closed");
    this.#barrier.announce(tasks.leave);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
