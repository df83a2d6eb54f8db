/** Words of the control block, each on its own cache line, so that polling one does not slow down others. */
const TASK = 0;
const ARRIVED = 16;
const ROUND = 32;
const FAILED = 48;

/** Bytes of the control block. */
export const CONTROL_BYTES = 256;

/**
 * Polls before a thread sleeps: waking up costs time, but a polling thread occupies a core.
 * Milliseconds of a training step on two threads and two cores, by number of polls: on an idle
 * machine 0.58 at 300, 0.51 at 5000, 0.50 at 500 000; beside another busy program 1.1, 1.2, 11.
 */
const POLLS = 5000;

const tasks = ["none", "step", "scores", "average", "stop"] as const;

/** Bits of the task word that name the task. */
const TASK_BITS = 3;

/** What the main thread asks of the workers. */
export type Task = (typeof tasks)[number];

/** The tasks that are work. */
export type Work = Exclude<Task, "none" | "stop">;

/** Where threads wait for each other, and workers for tasks. */
export class Barrier {
  readonly #control: Int32Array;
  /** The task word that a worker has seen last. */
  #seen = 0;

  /** @param control address of the control block, all zeros at the start */
  constructor(
    memory: WebAssembly.Memory,
    control: number,
    readonly threads: number,
  ) {
    this.#control = new Int32Array(memory.buffer, control, CONTROL_BYTES / 4);
  }

  /** Posts a task to the workers. The upper bits count tasks, so that two of a kind differ. */
  post(task: Task): void {
    const count = Atomics.load(this.#control, TASK) >> TASK_BITS;
    Atomics.store(this.#control, TASK, ((count + 1) << TASK_BITS) | tasks.indexOf(task));
    Atomics.notify(this.#control, TASK);
  }

  /** For a worker: waits for the next task. */
  nextTask(): Task {
    if (!this.#poll(TASK, this.#seen)) {
      while (Atomics.load(this.#control, TASK) === this.#seen) {
        Atomics.wait(this.#control, TASK, this.#seen);
      }
    }
    this.#seen = Atomics.load(this.#control, TASK);
    return tasks[this.#seen & ((1 << TASK_BITS) - 1)];
  }

  /** Whether a word changed from a value while it was polled. */
  #poll(word: number, value: number): boolean {
    for (let poll = 0; poll < POLLS; poll++) {
      if (Atomics.load(this.#control, word) !== value) return true;
    }
    return false;
  }

  /**
   * Counts this thread as arrived; the last one to arrive ends the round.
   *
   * @returns the round to wait for; null if it has ended already
   */
  #arrive(): number | null {
    if (this.threads === 1) return null;
    const round = Atomics.load(this.#control, ROUND);
    if (Atomics.add(this.#control, ARRIVED, 1) === this.threads - 1) {
      Atomics.store(this.#control, ARRIVED, 0);
      this.#endRound();
      return null;
    }
    return this.#poll(ROUND, round) ? null : round;
  }

  #endRound(): void {
    Atomics.add(this.#control, ROUND, 1);
    Atomics.notify(this.#control, ROUND);
  }

  /** For a worker: waits for all other threads; throws if one has failed. */
  wait(): void {
    const round = this.#arrive();
    if (round !== null) {
      while (Atomics.load(this.#control, ROUND) === round && !this.failed) {
        Atomics.wait(this.#control, ROUND, round); // and check again, as in #endOf
      }
    }
    if (this.failed) throw new Error("another thread failed");
  }

  /** For the main thread: waits for all others without blocking its events; null if all are there. */
  waitAsync(): Promise<void> | null {
    const round = this.#arrive();
    return round === null ? null : this.#endOf(round);
  }

  /** Checks again after every notification: it may be late, meant for the round before. */
  async #endOf(round: number): Promise<void> {
    while (Atomics.load(this.#control, ROUND) === round) {
      await Atomics.waitAsync(this.#control, ROUND, round).value;
    }
  }

  /** Whether a thread has failed, so that not all will arrive. */
  get failed(): boolean {
    return Atomics.load(this.#control, FAILED) !== 0;
  }

  /** Reports that a thread has failed, and wakes all others. */
  fail(): void {
    Atomics.store(this.#control, FAILED, 1);
    this.#endRound();
    this.post("stop");
  }
}
