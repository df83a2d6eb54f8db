/*
 * The memory that kernels and threads share: who owns which bytes, and the record that tells the
 * kernels. The layouts themselves are described in kernels/plan.ts.
 */

import { UsageError } from "../../errors.js";

/** Hidden units in a panel. */
export const WIDTH = 20;
/** Bytes of a row of a panel. */
export const ROW = 4 * WIDTH;
/** Bytes of a list entry. */
export const ENTRY = 8;
/** Bytes of a packed pixel. */
export const PACKED = 4;
/** Pixels of the largest image whose pixels' numbers fit. */
export const MOST_PIXELS = 2 ** 24;
/** Classes that are scored together. */
export const CLASS_BLOCK = 12;

/** The fields of kernels/plan.ts in their order, each four bytes. */
const fields = [
  ...[
    "threads",
    "inputSize",
    "hiddenSize",
    "classCount",
    "paddedClasses",
    "panels",
    "batchSize",
    "capacity",
  ],
  ...["packed", "labels", "indices"],
  ...["W1", "b1", "W2", "W2Rows", "b2", "vW1", "vb1", "vW2", "vb2"],
  ...["mean", "meanList", "meanListEnd"],
  ...["lists", "entries"],
  ...["pixelLists", "pixelListEnds", "cursors", "pixelEntries"],
  ...["hidden", "dhidden", "scores", "exps", "dscoresByImage", "dscoresByClass"],
  ...["losses", "squares", "workRows"],
  ...["scale", "learningRate", "reg", "momentum", "nesterov", "labelSmoothing"],
  ...["dropoutThreshold", "dropoutFactor", "dropoutKey"],
  ...[
    "distortionScratch",
    "scratchBytes",
    "distortionKey",
    "noise",
    "rows",
    "columns",
    "rowStride",
  ],
  ...["taps", "radius", "elasticAlpha", "rotation", "zoom", "shear", "shift"],
] as const;

export type PlanField = (typeof fields)[number];

/** Fields that hold a float32 rather than a whole number. */
const floats: readonly string[] = [
  ...["scale", "learningRate", "reg", "momentum", "labelSmoothing", "dropoutFactor"],
  ...["elasticAlpha", "rotation", "zoom", "shear", "shift"],
];

const PAGE = 65536;
/** The most that 32-bit addresses reach: 4 GiB. */
const MOST_PAGES = 65536;

/** Where the threads meet, see barrier.ts; then the plan; what is allocated comes behind. */
export const CONTROL = 1024;
const PLAN = 2048;
const HEAP = 4096;

/** Shared memory that only grows, and the plan at its beginning. */
export class SharedMemory {
  readonly memory = shareMemory();
  /** What kernels take as their first argument. */
  readonly plan = PLAN;
  /** Where threads find the size of the batch. */
  readonly batchSizeAt = PLAN + 4 * fields.indexOf("batchSize");
  #end = HEAP;

  /**
   * Zeroed bytes, on a cache line of their own.
   *
   * @returns their address
   * @throws {UsageError} when 4 GiB, or the machine's memory, do not suffice
   */
  allocate(bytes: number): number {
    const address = this.#end;
    const end = address + Math.ceil(bytes / 64) * 64;
    const missing = Math.ceil((end - this.memory.buffer.byteLength) / PAGE);
    if (missing > 0) {
      try {
        this.memory.grow(missing);
      } catch {
        throw new UsageError(
          `the simd engine needs ${Math.ceil(end / 2 ** 20)} MB of shared memory and cannot have ` +
            "it, expected at most 4096 MB; use a smaller batch, fewer hidden units or fewer images",
        );
      }
    }
    this.#end = end;
    return address;
  }

  /** Writes fields of the plan. */
  write(values: Partial<Record<PlanField, number>>): void {
    for (const [field, value] of Object.entries(values)) {
      const address = PLAN + 4 * fields.indexOf(field as PlanField);
      if (floats.includes(field)) this.floats(address, 1)[0] = value;
      else this.words(address, 1)[0] = value;
    }
  }

  copy(to: number, from: number, length: number): void {
    this.bytes(to, length).set(this.bytes(from, length));
  }

  clear(address: number, length: number): void {
    this.bytes(address, length).fill(0);
  }

  /** Views are made when they are needed: growing leaves earlier ones at their old length. */
  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length);
  }
  words(address: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, address, length);
  }
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }
  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length);
  }
}

/** @throws {UsageError} when there is none to be had, as where SharedArrayBuffer is turned off */
function shareMemory(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true });
  } catch (error) {
    throw new UsageError(
      `the simd engine cannot have shared memory (${(error as Error).message}), expected what ` +
        "threads work on together; use --engine reference",
    );
  }
}
