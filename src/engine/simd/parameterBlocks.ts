import { zeros } from "../../layers/tensor.js";
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
  write(block: ParameterBlock, parameters: TwoLayerParameters): void {
    const { hiddenSize: H, classCount: C, paddedClasses } = this.sizes;
    const floats = this.#all(block);
    this.#forEach(block, (name, i, place) => {
      floats[place] = parameters[name].data[i];
    });
    const rows = (block.W2Rows - block.W1) / 4;
    for (let h = 0; h < H; h++) {
      floats.set(parameters.W2.data.subarray(h * C, (h + 1) * C), rows + h * paddedClasses);
    }
  }

  /** A copy of the parameters in a block. */
  read(block: ParameterBlock): TwoLayerParameters {
    const { inputSize: D, hiddenSize: H, classCount: C } = this.sizes;
    const parameters = { W1: zeros(D, H), b1: zeros(H), W2: zeros(H, C), b2: zeros(C) };
    const floats = this.#all(block);
    this.#forEach(block, (name, i, place) => {
      parameters[name].data[i] = floats[place];
    });
    return parameters;
  }

  /** Visits every parameter: its index in the tensor of that name, and its place in the block. */
  #forEach(
    block: ParameterBlock,
    visit: (name: keyof TwoLayerParameters, index: number, place: number) => void,
  ): void {
    const { inputSize: D, hiddenSize: H, classCount: C } = this.sizes;
    const startOf = (name: keyof TwoLayerParameters) => (block[name] - block.W1) / 4;
    const panels = [
      ["W1", D],
      ["b1", 1],
      ["W2", C],
    ] as const; // (rows, WIDTH) each
    for (const [name, rows] of panels) {
      const start = startOf(name);
      for (let r = 0; r < rows; r++) {
        for (let h = 0; h < H; h++) {
          const index = name === "W2" ? h * C + r : r * H + h; // a column of W2 is a row here
          const panel = Math.floor(h / WIDTH);
          visit(name, index, start + (panel * rows + r) * WIDTH + (h % WIDTH));
        }
      }
    }
    for (let c = 0; c < C; c++) visit("b2", c, startOf("b2") + c);
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
}
