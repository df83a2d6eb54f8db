import { workerData } from "node:worker_threads";
import { Barrier } from "./barrier.js";
import { instantiateKernels } from "./instantiate.js";
import { phasesOf } from "./phases.js";
import type { ThreadSetup } from "./threads.js";

/*
 * A worker of the simd engine: waits for a task, goes through its phases with the other threads, and
 * waits for the next one.
 */

const { module, memory, control, plan, thread, threads } = workerData as ThreadSetup;
const kernels = instantiateKernels(module, memory);
const barrier = new Barrier(memory, control, threads);

try {
  for (let task = barrier.nextTask(); task !== "stop"; task = barrier.nextTask()) {
    for (const phase of phasesOf(task, kernels, memory, plan)) {
      phase(thread);
      barrier.wait();
    }
  }
} catch (error) {
  barrier.fail();
  throw error;
}
