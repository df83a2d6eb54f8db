import { CONTROL } from "./plan.js";

/** Words of the control block, a cache line each, so that waiting on one disturbs no other. */
const TASK = 0;
const ARRIVED = 16;
const ROUND = 32;
const FAILED = 48;

/**
 * Looks before a thread goes to sleep. Waking up costs, and so does keeping a core from others.
 * Milliseconds of a training step on two threads, two cores, by number of looks: with the machine
 * idle 0.58 at 300, 0.51 at 5000, 0.50 at 500 000; with another program on one core 1.1, 1.2, 11.
 */
const LOOKS = 5000;

/** What the threads are asked to do. */
export const tasks = { none: 0, step: 1, scores: 2, leave: 3 } as const;

/** Where threads wait for each other and for work. */
export class Barrier {
  readonly #control: Int32Array;

  constructor(
    memory: WebAssembly.Memory,
    readonly threads: number,
  ) {
    this.#control = new Int32Array(memory.buffer, CONTROL, 64);
  }

  /** Hands a task to the other threads. Each task has a number of its own in the upper bits. */
  announce(task: number): void {
    const last = Atomics.load(this.#control, TASK) >> 2;
    Atomics.store(this.#control, TASK, ((last + 1) << 2) | task);
    Atomics.notify(this.#control, TASK);
  }

  /** For a worker: sleeps until there is another task than `last`; returns it. */
  nextTask(last: number): number {
    for (let look = 0; look < LOOKS; look++) {
      const task = Atomics.load(this.#control, TASK);
      if (task !== last) return task;
    }
    while (Atomics.load(this.#control, TASK) === last) Atomics.wait(this.#control, TASK, last);
    return Atomics.load(this.#control, TASK);
  }

  /**
   * Says that this thread has arrived; the last one to do so lets all go on.
   *
   * @returns the round to wait for the end of; null when it has ended already
   */
  #arrive(): number | null {
    if (this.threads === 1) return null;
    const round = Atomics.load(this.#control, ROUND);
    if (Atomics.add(this.#control, ARRIVED, 1) === this.threads - 1) {
      Atomics.store(this.#control, ARRIVED, 0);
      this.#release();
      return null;
    }
    for (let look = 0; look < LOOKS; look++) {
      if (Atomics.load(this.#control, ROUND) !== round) return null;
    }
    return round;
  }

  #release(): void {
    Atomics.add(this.#control, ROUND, 1);
    Atomics.notify(this.#control, ROUND);
  }

  /** For a worker: waits for all others; throws when one has failed. */
  meet(): void {
    const round = this.#arrive();
    if (round !== null) {
      while (Atomics.load(this.#control, ROUND) === round && !this.failed) {
        Atomics.wait(this.#control, ROUND, round); // again after every call, as in #endOf
      }
    }
    if (this.failed) throw new Error("another thread failed");
  }

  /** For the main thread: waits for all others, asleep only in a way that leaves events their turn. */
  meetAwake(): Promise<void> | null {
    const round = this.#arrive();
    return round === null ? null : this.#endOf(round);
  }

  /**
   * Looks again after every call: whoever let the round before go on may have been paused until now, and
   * call those of this one.
   */
  async #endOf(round: number): Promise<void> {
    while (Atomics.load(this.#control, ROUND) === round) {
      await Atomics.waitAsync(this.#control, ROUND, round).value;
    }
  }

  /** Whether a thread has failed: nobody will ever arrive again. */
  get failed(): boolean {
    return Atomics.load(this.#control, FAILED) !== 0;
  }

  /** Wakes everybody, so that they see the failure. */
  fail(): void {
    Atomics.store(this.#control, FAILED, 1);
    this.#release();
    this.announce(tasks.leave);
  }
}
