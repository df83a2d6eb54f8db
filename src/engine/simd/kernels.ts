import { readFileSync } from "node:fs";

/** What the compiled assembly/ exports; the doc comments are there. */
export interface Kernels {
  countPixels(bytes: number, length: number): number;
  listPixels(images: number, count: number, D: number, lists: number, scale: number): void;
  transposeLists(plan: number, thread: number): void;
  affineReluForward(plan: number, fromPanel: number, toPanel: number): void;
  affineForward(plan: number, fromImage: number, toImage: number): void;
  softmaxLoss(plan: number, fromImage: number, toImage: number): void;
  affineBackward(plan: number, fromPanel: number, toPanel: number): void;
  affineReluBackward(plan: number, fromPanel: number, toPanel: number): void;
  biasBackward(plan: number): void;
  average(to: number, from: number, count: number, keep: number): void;
  exp(x: number): number;
  log(x: number): number;
}

/** Compiles the kernels from dist, where `npm run build` leaves them; sources run from there too. */
export function compileKernels(): WebAssembly.Module {
  const file = new URL("../../../dist/engine/simd/kernels.wasm", import.meta.url);
  return new WebAssembly.Module(readFileSync(file));
}

/** Kernels that work on a memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as unknown as Kernels;
}

/** What a thread does between two meetings with the others. */
export type Phase = (kernels: Kernels, plan: number, thread: number) => void;

/** What there is to share between threads. */
export interface Work {
  readonly threads: number;
  readonly panels: number;
  readonly batchSize: number;
}

/** A thread's share of so many things: `from` up to, not including, `to`. */
function share(count: number, thread: number, threads: number): [from: number, to: number] {
  return [Math.floor((count * thread) / threads), Math.floor((count * (thread + 1)) / threads)];
}

/**
 * The phases of a training step, or of scoring. Every thread goes through all of them, and none
 * enters a phase before all have left the one before. Hidden units, pixels or images are split,
 * never a sum, so that the number of threads changes no bit.
 */
export function phasesOf(training: boolean, { threads, panels, batchSize }: Work): Phase[] {
  const hidden: Phase = (kernels, plan, thread) => {
    if (training) kernels.transposeLists(plan, thread); // for the backward phase
    kernels.affineReluForward(plan, ...share(panels, thread, threads));
  };
  const scores: Phase = (kernels, plan, thread) => {
    const images = share(batchSize, thread, threads);
    kernels.affineForward(plan, ...images);
    if (training) kernels.softmaxLoss(plan, ...images);
  };
  const backward: Phase = (kernels, plan, thread) => {
    const own = share(panels, thread, threads);
    kernels.affineBackward(plan, ...own);
    kernels.affineReluBackward(plan, ...own);
    if (thread === 0) kernels.biasBackward(plan);
  };
  return training ? [hidden, scores, backward] : [hidden, scores];
}
