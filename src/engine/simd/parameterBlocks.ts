import { type Tensor, tensor, zeros } from "../../layers/tensor.js";
import type { TwoLayerParameters } from "../../net/twoLayerNet.js";
import { ROW, WIDTH } from "./contract.js";
import type { SharedMemory } from "./memory.js";
import type { Sizes } from "./sizes.js";

/** Addresses of parameters, or of numbers that belong to them, under the names of the plan. */
export interface ParameterBlock {
  readonly W1: number;
  readonly b1: number;
  readonly W2: number;
  readonly b2: number;
  readonly W2Rows: number;
}

/** Parameters in the layouts of kernels/plan.ts, one block of memory for each set of them. */
export class ParameterBlocks {
  /** Bytes of a block, which begins with W1. */
  readonly bytes: number;

  constructor(
    private readonly shared: SharedMemory,
    private readonly sizes: Sizes,
  ) {
    const { inputSize, classCount, panels, paddedClasses } = sizes;
    this.bytes =
      panels * (inputSize + 1 + classCount) * ROW + 4 * paddedClasses * (1 + panels * WIDTH);
  }

  /** A new block, all zeros. */
  allocate(): ParameterBlock {
    const { inputSize, classCount, panels, paddedClasses } = this.sizes;
    const W1 = this.shared.allocate(this.bytes);
    const b1 = W1 + panels * inputSize * ROW;
    const W2 = b1 + panels * ROW;
    const b2 = W2 + panels * classCount * ROW;
    return { W1, b1, W2, b2, W2Rows: b2 + 4 * paddedClasses };
  }

  /** Writes parameters into a block. */
  write(block: ParameterBlock, { W1, b1, W2, b2 }: TwoLayerParameters): void {
    const { hiddenSize: H, classCount: C, paddedClasses } = this.sizes;
    const panels = { W1, b1, W2: transposed(W2) } as const;
    for (const name of ["W1", "b1", "W2"] as const) {
      const { data } = panels[name];
      const floats = this.#from(block, name);
      this.#forEachRow(data.length, (place, i, end) => floats.set(data.subarray(i, end), place));
    }
    this.#from(block, "b2").set(b2.data);
    const rows = this.#from(block, "W2Rows");
    for (let h = 0; h < H; h++) rows.set(W2.data.subarray(h * C, (h + 1) * C), h * paddedClasses);
  }

  /** A copy of the parameters in a block. */
  read(block: ParameterBlock): TwoLayerParameters {
    const { inputSize: D, hiddenSize: H, classCount: C } = this.sizes;
    const panels = { W1: zeros(D, H), b1: zeros(H), W2: zeros(C, H) };
    for (const name of ["W1", "b1", "W2"] as const) {
      const { data } = panels[name];
      const floats = this.#from(block, name);
      this.#forEachRow(data.length, (place, i, end) =>
        data.set(floats.subarray(place, place + end - i), i),
      );
    }
    const b2 = tensor(this.#from(block, "b2").slice(0, C), C);
    return { ...panels, W2: transposed(panels.W2), b2 };
  }

  /**
   * Visits the rows of all panels of a (rows, H) tensor.
   *
   * @param size  its numbers
   * @param visit called with the place of a panel's row, and where its numbers begin and end in the tensor
   */
  #forEachRow(size: number, visit: (place: number, begin: number, end: number) => void): void {
    const { hiddenSize: H, panels } = this.sizes;
    const rows = size / H;
    for (let panel = 0; panel < panels; panel++) {
      const unit = panel * WIDTH;
      const width = Math.min(WIDTH, H - unit);
      for (let r = 0; r < rows; r++) {
        visit((panel * rows + r) * WIDTH, r * H + unit, r * H + unit + width);
      }
    }
  }

  /** Copies one block over another. */
  copy(to: ParameterBlock, from: ParameterBlock): void {
    this.#all(to).set(this.#all(from));
  }

  /** Sets a block to zero. */
  clear(block: ParameterBlock): void {
    this.#all(block).fill(0);
  }

  /** Whether all parameters in a block are finite numbers. */
  allFinite(block: ParameterBlock): boolean {
    return this.#all(block).every(Number.isFinite);
  }

  /** Whether all biases in a block are finite numbers. */
  biasesFinite({ b1, b2 }: ParameterBlock): boolean {
    const { panels, classCount } = this.sizes;
    return (
      this.shared.floats(b1, panels * WIDTH).every(Number.isFinite) &&
      this.shared.floats(b2, classCount).every(Number.isFinite)
    );
  }

  #all(block: ParameterBlock): Float32Array {
    return this.shared.floats(block.W1, this.bytes / 4);
  }

  /** The floats of a block from one of its addresses on. */
  #from(block: ParameterBlock, name: keyof ParameterBlock): Float32Array {
    return this.#all(block).subarray((block[name] - block.W1) / 4);
  }
}

function transposed({ data, shape: [rows, columns] }: Tensor): Tensor {
  const turned = zeros(columns, rows);
  data.forEach((value, i) => {
    turned.data[(i % columns) * rows + Math.floor(i / columns)] = value;
  });
  return turned;
}
