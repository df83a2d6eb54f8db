import type { Task } from "./barrier.js";
import { type Kernels, planFields } from "./contract.js";

/** What a thread does between two barriers. */
export type Phase = (thread: number) => void;

/** A thread's share of `count` things: `from` up to, not including, `to`. */
function share(count: number, thread: number, threads: number): [from: number, to: number] {
  return [Math.floor((count * thread) / threads), Math.floor((count * (thread + 1)) / threads)];
}

/**
 * The phases of a task on the batch in the plan. Every thread goes through all of them, and none starts a
 * phase before all have finished the one before. Images, pixels or hidden units are shared out, never a
 * sum, so the number of threads changes no bit.
 */
export function phasesOf(
  task: Task,
  kernels: Kernels,
  memory: WebAssembly.Memory,
  plan: number,
): Phase[] {
  const read = (field: keyof typeof planFields) =>
    new Uint32Array(memory.buffer, plan + planFields[field].offset, 1)[0];
  const [N, panels, threads] = [read("batchSize"), read("panels"), read("threads")];
  const images = (thread: number) => share(N, thread, threads);
  const ownPanels = (thread: number) => share(panels, thread, threads);
  if (task === "average") {
    return [(thread) => kernels.average(plan, ...share(read("averaged"), thread, threads))];
  }
  if (task === "scores") {
    // each thread takes its images all the way
    const score = (thread: number) => {
      kernels.listPixelsByImage(plan, thread, ...images(thread));
      kernels.firstLayerForward(plan, 0, panels, ...images(thread));
      kernels.secondLayerForward(plan, ...images(thread));
    };
    return [score];
  }
  return [
    (thread) => kernels.listPixelsByImage(plan, thread, ...images(thread)),
    (thread) => {
      kernels.listImagesByPixel(plan, thread); // for updateFirstLayer
      kernels.firstLayerForward(plan, ...ownPanels(thread), 0, N);
    },
    (thread) => {
      kernels.secondLayerForward(plan, ...images(thread));
      kernels.softmaxLoss(plan, ...images(thread));
    },
    (thread) => {
      kernels.hiddenGradient(plan, ...ownPanels(thread));
      kernels.updateSecondLayer(plan, ...ownPanels(thread));
      kernels.updateFirstLayer(plan, ...ownPanels(thread));
      if (thread === 0) kernels.updateSecondBias(plan);
    },
  ];
}
