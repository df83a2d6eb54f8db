import { parentPort, workerData } from "node:worker_threads";
import { Barrier, tasks } from "./barrier.js";
import { instantiate, scoringPhases, trainingPhases } from "./instance.js";
import type { ThreadSetup } from "./threads.js";

/*
 * A thread of the simd engine: waits for a task, goes through its phases with the others, waits
 * again.
 */

const { module, memory, thread, threads, plan, panels, batchSizeAt } = workerData as ThreadSetup;
const kernels = instantiate(module, memory);
const barrier = new Barrier(memory, threads);
const batchSize = new Uint32Array(memory.buffer, batchSizeAt, 1);
parentPort?.postMessage("ready");

try {
  for (let task = 0; ; ) {
    task = barrier.nextTask(task);
    const kind = task & 3;
    if (kind === tasks.leave) break;
    const work = { threads, panels, batchSize: batchSize[0] };
    const phases = kind === tasks.step ? trainingPhases(work) : scoringPhases(work);
    for (const phase of phases) {
      phase(kernels, plan, thread);
      barrier.meet();
    }
  }
} catch (error) {
  barrier.fail();
  throw error;
}
