import type { Work } from "./barrier.js";
import type { Kernels } from "./contract.js";
import { phasesOf } from "./phases.js";

/** Those who carry out a task: one thread, or several that share its work. */
export interface Crew {
  /**
   * Runs a task for the batch in the plan.
   *
   * @throws {Error} when a thread has failed, or after `close`
   */
  run(task: Work): Promise<void>;
  /** Ends all threads. */
  close(): Promise<void>;
}

/** Where a crew works. */
export interface Workplace {
  readonly memory: WebAssembly.Memory;
  /** Address of the barrier's control block. */
  readonly control: number;
  /** Address of the plan. */
  readonly plan: number;
  readonly threads: number;
}

/** The thread that calls, alone. */
export function crewOfOne(kernels: Kernels, { memory, plan }: Workplace): Crew {
  return {
    async run(task) {
      for (const phase of phasesOf(task, kernels, memory, plan)) phase(0);
    },
    async close() {},
  };
}
