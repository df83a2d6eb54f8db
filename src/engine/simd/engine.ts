import type { LabelledImages } from "../../dataset/labelledImages.js";
import type { TwoLayerParameters } from "../../net/twoLayerNet.js";
import {
  batchSizeOf,
  checkBatch,
  checkImages,
  checkParameters,
  checkPreprocessing,
} from "../batch.js";
import type {
  Batch,
  Engine,
  EngineSetup,
  EngineState,
  Images,
  LoadedImages,
  ParameterSet,
  Update,
} from "../engine.js";
import { type Kernels, ROW } from "./contract.js";
import type { Crew, Workplace } from "./crew.js";
import { ImageMemory } from "./images.js";
import { instantiateKernels } from "./instantiate.js";
import { SharedMemory } from "./memory.js";
import { type ParameterBlock, ParameterBlocks } from "./parameterBlocks.js";
import type { Sizes } from "./sizes.js";

/** What the engine is given by the place where it runs: Node, or a page. */
export interface Machine {
  /** The kernels, for memory of this kind. */
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly startCrew: (kernels: Kernels, place: Workplace) => Promise<Crew>;
}

/**
 * Starts the fast engine: the arithmetic of src/layers in WebAssembly SIMD, on one thread or on several
 * over one shared memory. See kernels/plan.ts for its layouts.
 *
 * @throws what `startCrew` throws
 */
export async function startSimdEngine(
  setup: EngineSetup,
  sizes: Sizes,
  { module, memory, startCrew }: Machine,
): Promise<Engine> {
  checkPreprocessing(setup.preprocessing, sizes.inputSize);
  const shared = new SharedMemory(memory);
  const kernels = instantiateKernels(module, memory);
  const engine = new SimdEngine(shared, kernels, sizes, setup);
  await engine.start(startCrew);
  await engine.setState({ parameters: setup.parameters, velocity: null, average: null });
  return engine;
}

class SimdEngine implements Engine {
  readonly name = "simd";
  readonly classCount: number;
  /** Those that the engine started with: their shapes are those of every state. */
  readonly #shapes: TwoLayerParameters;
  readonly #images: ImageMemory;
  /** How many images each loaded set has, by its id. */
  readonly #counts: number[] = [];
  readonly #distorts: boolean;
  readonly #blocks: ParameterBlocks;
  readonly #parameters: ParameterBlock;
  readonly #velocity: ParameterBlock;
  readonly #average: ParameterBlock;
  /** Whether the velocity, or the average, has begun. */
  #hasVelocity = false;
  #hasAverage = false;
  #crew!: Crew;

  constructor(
    private readonly shared: SharedMemory,
    private readonly kernels: Kernels,
    private readonly sizes: Sizes,
    setup: EngineSetup,
  ) {
    this.classCount = sizes.classCount;
    this.#shapes = setup.parameters;
    this.#distorts = setup.settings?.augment ?? false;
    this.#blocks = new ParameterBlocks(shared, sizes);
    this.#parameters = this.#blocks.allocate();
    shared.write({
      ...sizes,
      squares: shared.allocate(8 * sizes.panels),
      workRows: shared.allocate(sizes.panels * 2 * ROW),
      db2: shared.allocate(4 * sizes.paddedClasses),
    });
    this.#images = new ImageMemory(shared, kernels, sizes, setup);
    this.#velocity = this.#blocks.allocate();
    this.#average = this.#blocks.allocate();
    const { W1: vW1, b1: vb1, W2: vW2, b2: vb2 } = this.#velocity;
    shared.write({ vW1, vb1, vW2, vb2 });
  }

  async start(startCrew: Machine["startCrew"]): Promise<void> {
    const { memory, control, plan } = this.shared;
    const { threads } = this.sizes;
    this.#crew = await startCrew(this.kernels, { memory, control, plan, threads });
  }

  async load(data: LabelledImages): Promise<LoadedImages> {
    checkImages(data, this.sizes);
    const id = this.#images.load(data);
    this.#counts[id] = data.labels.length;
    return { id };
  }

  async step(batch: Batch, update: Update): Promise<number> {
    this.#check(batch);
    const { learningRate, reg, momentum = 0, nesterov = false, labelSmoothing = 0 } = update;
    const { share, key } = update.dropout ?? { share: 0, key: 0 };
    const N = this.#images.place(batch);
    this.shared.write(this.#parameters);
    this.shared.write({ learningRate, reg, momentum, nesterov: nesterov ? 1 : 0, labelSmoothing });
    this.shared.write({
      dropoutThreshold: Math.floor(share * 2 ** 32),
      dropoutFactor: 1 / (1 - share),
      dropoutKey: key,
    });
    this.#hasVelocity ||= momentum > 0;
    const penalty = await this.penalty(reg); // before the update
    await this.#crew.run("step");

    const losses = this.shared.doubles(this.shared.read("losses"), N);
    let dataLoss = 0;
    for (const loss of losses) dataLoss += loss;
    return dataLoss / N + penalty;
  }

  async penalty(reg: number): Promise<number> {
    return reg === 0 ? 0 : 0.5 * reg * this.#sumOfSquares(); // 0 · ∞ is NaN
  }

  async scores(images: Images, set: ParameterSet = "parameters"): Promise<Float32Array> {
    this.#check(images);
    const usesAverage = set === "average" && this.#hasAverage;
    this.shared.write(usesAverage ? this.#average : this.#parameters);
    this.shared.write({ dropoutThreshold: 0 });
    const { inputSize: D, classCount: C, paddedClasses } = this.sizes;
    const count = batchSizeOf(images, D);
    const scores = new Float32Array(count * C);
    const capacity = this.shared.read("capacity");
    for (let from = 0; from < count; from += capacity) {
      const N = this.#images.place(images, from, from + capacity);
      await this.#crew.run("scores");
      const padded = this.shared.floats(this.shared.read("scores"), N * paddedClasses);
      for (let n = 0; n < N; n++) {
        for (let c = 0; c < C; c++) scores[(from + n) * C + c] = padded[n * paddedClasses + c];
      }
    }
    return scores;
  }

  #check(batch: Batch | Images): void {
    checkBatch(batch, this.#counts, this.sizes, this.#distorts);
  }

  /** Σ W1² + Σ W2² of the current parameters, which each update sums panel by panel. */
  #sumOfSquares(): number {
    let squares = 0;
    const sums = this.shared.doubles(this.shared.read("squares"), this.sizes.panels);
    for (const sum of sums) squares += sum;
    return squares;
  }

  async parameters(): Promise<TwoLayerParameters> {
    return this.#blocks.read(this.#parameters);
  }

  async allFinite(): Promise<boolean> {
    // only if the sum is infinite or NaN must each weight be checked
    return Number.isFinite(this.#sumOfSquares())
      ? this.#blocks.biasesFinite(this.#parameters)
      : this.#blocks.allFinite(this.#parameters);
  }

  async average(keep: number): Promise<void> {
    if (!this.#hasAverage) this.#blocks.copy(this.#average, this.#parameters);
    this.#hasAverage = true;
    this.shared.write(this.#parameters);
    this.shared.write({ average: this.#average.W1, averaged: this.#blocks.bytes / 16, keep });
    await this.#crew.run("average");
  }

  async averagedParameters(): Promise<TwoLayerParameters> {
    return this.#blocks.read(this.#hasAverage ? this.#average : this.#parameters);
  }

  async state(): Promise<EngineState> {
    return {
      parameters: this.#blocks.read(this.#parameters),
      velocity: this.#hasVelocity ? this.#blocks.read(this.#velocity) : null,
      average: this.#hasAverage ? this.#blocks.read(this.#average) : null,
    };
  }

  async setState({ parameters, velocity, average }: EngineState): Promise<void> {
    for (const values of [parameters, velocity, average]) {
      if (values !== null) checkParameters(values, this.#shapes);
    }
    this.#blocks.write(this.#parameters, parameters);
    if (velocity !== null) this.#blocks.write(this.#velocity, velocity);
    else if (this.#hasVelocity) this.#blocks.clear(this.#velocity);
    this.#hasVelocity = velocity !== null;
    if (average !== null) this.#blocks.write(this.#average, average);
    this.#hasAverage = average !== null;
    this.shared.write(this.#parameters);
    this.kernels.sumSquares(this.shared.plan);
  }

  async close(): Promise<void> {
    await this.#crew.close();
  }
}
