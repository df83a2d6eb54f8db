import { UsageError } from "../../errors.js";
import { CONTROL_BYTES } from "./barrier.js";
import { LINE, planFields } from "./contract.js";

const PAGE = 65536;
/** As many as 32-bit addresses reach: 4 GiB. */
const MOST_PAGES = 65536;

/** Where allocation starts: the kernels' own constants lie below. */
const START = 1024;

const PLAN_BYTES = 4 * Object.keys(planFields).length;

/** A field of kernels/plan.ts. */
export type PlanField = keyof typeof planFields;

/** Memory that the engine shares with kernels and threads. It grows, and nothing in it is ever freed. */
export class SharedMemory {
  #end = START;
  /** Address of the barrier's control block. */
  readonly control: number;
  /** Address of the plan, the first argument of kernels. */
  readonly plan: number;
  #view: DataView;

  constructor(readonly memory = createMemory(true)) {
    this.control = this.allocate(CONTROL_BYTES);
    this.plan = this.allocate(PLAN_BYTES);
    this.#view = this.#viewOfPlan();
  }

  /**
   * Allocates zeroed bytes, in whole cache lines.
   *
   * @returns their address
   * @throws {UsageError} when 4 GiB, or the machine's memory, do not suffice
   */
  allocate(bytes: number): number {
    const address = this.#end;
    const end = address + Math.ceil(bytes / LINE) * LINE;
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

  #viewOfPlan(): DataView {
    return new DataView(this.memory.buffer, this.plan, PLAN_BYTES);
  }

  /** The plan; growth leaves memory that is not shared with another buffer. */
  get #fields(): DataView {
    if (this.#view.buffer !== this.memory.buffer) this.#view = this.#viewOfPlan();
    return this.#view;
  }

  /** Writes fields of the plan. */
  write(values: { readonly [field in PlanField]?: number }): void {
    for (const [field, value] of Object.entries(values)) {
      const { offset, isFloat } = planFields[field as PlanField];
      if (isFloat) this.#fields.setFloat32(offset, value, true);
      else this.#fields.setUint32(offset, value, true);
    }
  }

  /** Reads a field of the plan that holds a whole number. */
  read(field: PlanField): number {
    return this.#fields.getUint32(planFields[field].offset, true);
  }

  // Views are made when they are needed, since growth leaves earlier ones at their old length.

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

/** Memory for temporary values, allocated again when more is needed. */
export class Room {
  #address = 0;
  #bytes = 0;

  constructor(private readonly shared: SharedMemory) {}

  /** The address of so many bytes, whose contents are undefined. */
  address(bytes: number): number {
    if (bytes > this.#bytes) {
      this.#address = this.shared.allocate(bytes);
      this.#bytes = bytes;
    }
    return this.#address;
  }
}

/**
 * Memory for an engine.
 *
 * @param shared  whether threads share it; the kernels must be built for such memory
 * @param maximum pages that it may grow to; the system reserves addresses for all of them
 * @throws {UsageError} where shared memory is unavailable, as with SharedArrayBuffer disabled
 */
export function createMemory(shared: boolean, maximum = MOST_PAGES): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 1, maximum, shared });
  } catch (error) {
    throw new UsageError(
      `the simd engine cannot have shared memory (${(error as Error).message}), expected what ` +
        "threads work on together; use --engine reference",
    );
  }
}
