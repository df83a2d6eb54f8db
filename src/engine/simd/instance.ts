import { readFileSync } from "node:fs";

/** What the compiled kernels/ exports; the doc comments are there. */
export interface Kernels {
  countPixels(bytes: number, length: number): number;
  packPixels(images: number, count: number, D: number, begins: number): void;
  listPixels(plan: number, thread: number, fromImage: number, toImage: number): void;
  transposeLists(plan: number, thread: number): void;
  affineReluForward(
    plan: number,
    fromPanel: number,
    toPanel: number,
    fromImage: number,
    toImage: number,
  ): void;
  affineForward(plan: number, fromImage: number, toImage: number): void;
  softmaxLoss(plan: number, fromImage: number, toImage: number): void;
  affineBackward(plan: number, fromPanel: number, toPanel: number): void;
  affineReluBackward(plan: number, fromPanel: number, toPanel: number): void;
  biasBackward(plan: number): void;
  sumSquares(plan: number): void;
  average(to: number, from: number, count: number, keep: number): void;
  exp(x: number): number;
  log(x: number): number;
  sin(x: number): number;
  cos(x: number): number;
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
 * The phases of a training step. Every thread goes through all of them, and none enters a phase
 * before all have left the one before. Images, pixels or hidden units are split, never a sum, so
 * that the number of threads changes no bit.
 */
export function trainingPhases({ threads, panels, batchSize }: Work): Phase[] {
  const images = (thread: number) => share(batchSize, thread, threads);
  const ownPanels = (thread: number) => share(panels, thread, threads);
  return [
    (kernels, plan, thread) => kernels.listPixels(plan, thread, ...images(thread)),
    (kernels, plan, thread) => {
      kernels.transposeLists(plan, thread); // for the backward phase
      kernels.affineReluForward(plan, ...ownPanels(thread), 0, batchSize);
    },
    (kernels, plan, thread) => {
      kernels.affineForward(plan, ...images(thread));
      kernels.softmaxLoss(plan, ...images(thread));
    },
    (kernels, plan, thread) => {
      kernels.affineBackward(plan, ...ownPanels(thread));
      kernels.affineReluBackward(plan, ...ownPanels(thread));
      if (thread === 0) kernels.biasBackward(plan);
    },
  ];
}

/** Scoring in one phase: each thread takes its images all the way, and waits for nobody. */
export function scoringPhases({ threads, panels, batchSize }: Work): Phase[] {
  return [
    (kernels, plan, thread) => {
      const images = share(batchSize, thread, threads);
      kernels.listPixels(plan, thread, ...images);
      kernels.affineReluForward(plan, 0, panels, ...images);
      kernels.affineForward(plan, ...images);
    },
  ];
}
