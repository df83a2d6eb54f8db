import { availableParallelism } from "node:os";
import { type Augmentation, planDistortion } from "../../dataset/augment.js";
import type { LabelledImages } from "../../dataset/labelledImages.js";
import { UsageError } from "../../errors.js";
import { type Tensor, tensor } from "../../layers/tensor.js";
import { TwoLayerNet, type TwoLayerParameters } from "../../net/twoLayerNet.js";
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
import { compileKernels } from "./instance.js";
import { CLASS_BLOCK, ENTRY, MOST_PIXELS, PACKED, ROW, SharedMemory, WIDTH } from "./plan.js";
import { Threads } from "./threads.js";

/** More threads than that have not been tried. */
export const MOST_THREADS = 16;

/** Images that the buffers have room for from the start; scoring goes on in steps of that many. */
const FIRST_CAPACITY = 500;

/** Images of a data set whose pixels are packed at a time. */
const PACKED_TOGETHER = 1024;

/**
 * The fast engine: the arithmetic of src/layers in WebAssembly SIMD, on several threads over one
 * shared memory. See kernels/plan.ts for its layouts.
 */
export async function createSimdEngine(setup: EngineSetup): Promise<Engine> {
  const net = new TwoLayerNet(setup.parameters);
  const { inputSize, hiddenSize, classCount } = net;
  checkPreprocessing(setup.preprocessing, inputSize);
  if (inputSize > MOST_PIXELS) {
    throw new RangeError(`images of ${inputSize} pixels, expected at most ${MOST_PIXELS}`);
  }
  const panels = Math.ceil(hiddenSize / WIDTH);
  const threads = setup.threads ?? Math.min(availableParallelism(), panels, MOST_THREADS);
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    throw new UsageError(`threads ${threads}: expected a whole number from 1 to ${MOST_THREADS}`);
  }
  const paddedClasses = Math.ceil(classCount / CLASS_BLOCK) * CLASS_BLOCK;
  const sizes = { inputSize, hiddenSize, classCount, panels, paddedClasses, threads };
  const engine = new SimdEngine(new SharedMemory(), sizes, setup);
  await engine.start();
  await engine.setState({ parameters: setup.parameters, velocity: null, average: null });
  return engine;
}

interface Sizes {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly classCount: number;
  readonly panels: number;
  readonly paddedClasses: number;
  readonly threads: number;
}

/** Addresses of numbers in the layouts of the parameters, one behind the other. */
interface ParameterBlock {
  readonly W1: number;
  readonly b1: number;
  readonly W2: number;
  readonly b2: number;
  /** W2 once more, row by row. */
  readonly W2Rows: number;
  /** Bytes of the whole block, which begins with W1. */
  readonly length: number;
}

class SimdEngine implements Engine {
  readonly name = "simd";
  readonly #shared: SharedMemory;
  readonly #sizes: Sizes;
  readonly #net: TwoLayerParameters;
  readonly #at: ParameterBlock;
  readonly #squares: number;
  readonly #sets: { packed: number; labels: number }[] = [];
  readonly #counts: number[] = [];
  #threads!: Threads;
  #velocity: ParameterBlock | null = null;
  #average: ParameterBlock | null = null;
  /** Where threads distort images; 0 where none are. */
  readonly #distortionScratch: number;
  /** Whether these have begun: their room, once made, stays. */
  #hasVelocity = false;
  #averaging = false;
  /** Buffers for a batch; made anew for a larger one. */
  #capacity = 0;
  #indices = 0;
  #scores = 0;
  #losses = 0;
  /** Where pixels are before they are packed. */
  #raw = { address: 0, length: 0 };
  #fresh = { packed: 0, labels: 0, images: 0, pixels: 0, length: 0 };

  constructor(shared: SharedMemory, sizes: Sizes, setup: EngineSetup) {
    const { parameters, preprocessing, augmentation } = setup;
    const { meanImage, scale } = preprocessing;
    this.#shared = shared;
    this.#sizes = sizes;
    this.#net = parameters;
    const { inputSize, hiddenSize, classCount, panels, paddedClasses } = sizes;
    this.#at = this.#parameterBlock();
    this.#squares = shared.allocate(8 * panels);
    shared.write({ threads: sizes.threads, inputSize, hiddenSize, classCount });
    shared.write({ panels, paddedClasses, squares: this.#squares, scale });
    shared.write({ workRows: shared.allocate(panels * 2 * ROW) });
    this.#writeMean(meanImage, scale);
    this.#distortionScratch =
      augmentation === undefined ? 0 : this.#writeDistortion(augmentation, preprocessing);
    this.#reserve(FIRST_CAPACITY);
  }

  get classCount(): number {
    return this.#sizes.classCount;
  }

  async start(): Promise<void> {
    const { memory, plan, batchSizeAt } = this.#shared;
    const { threads, panels } = this.#sizes;
    const module = compileKernels();
    this.#threads = await Threads.start({ module, memory, threads, plan, panels, batchSizeAt });
  }

  async load({ images, labels }: LabelledImages): Promise<LoadedImages> {
    checkImages({ images, labels }, this.#sizes);
    const N = labels.length;
    const packed = this.#shared.allocate(4 * (N + 1));
    const set = { packed, labels: this.#shared.allocate(N) };
    this.#shared.bytes(set.labels, N).set(labels);
    const { inputSize: D } = this.#sizes;
    const { kernels } = this.#threads;
    for (let from = 0; from < N; from += PACKED_TOGETHER) {
      const count = Math.min(PACKED_TOGETHER, N - from);
      const raw = this.#placeRaw(images.subarray(from * D, (from + count) * D));
      const pixels = this.#shared.allocate(PACKED * kernels.countPixels(raw, count * D));
      // Pixels follow each other, so the first of a portion begin where the last ones ended.
      if (from === 0) this.#shared.words(packed, 1)[0] = pixels;
      kernels.packPixels(raw, count, D, packed + 4 * from);
    }
    this.#sets.push(set);
    this.#counts.push(labels.length);
    return { id: this.#sets.length - 1 };
  }

  async step(batch: Batch, update: Update): Promise<number> {
    this.#check(batch);
    const { learningRate, reg, momentum = 0, nesterov = false, labelSmoothing = 0 } = update;
    const { share, key } = update.dropout ?? { share: 0, key: 0 };
    if (momentum > 0) this.#startVelocity();
    const N = this.#place(batch, 0, Number.POSITIVE_INFINITY);
    this.#compute(this.#at, batch);
    this.#shared.write({ learningRate, reg, momentum, nesterov: nesterov ? 1 : 0, labelSmoothing });
    this.#shared.write({
      dropoutThreshold: Math.floor(share * 2 ** 32),
      dropoutFactor: 1 / (1 - share),
      dropoutKey: key,
    });
    const squares = this.#sumOfSquares(); // before the update
    await this.#threads.run("step", N);

    let dataLoss = 0;
    for (const loss of this.#shared.doubles(this.#losses, N)) dataLoss += loss;
    return dataLoss / N + (reg === 0 ? 0 : 0.5 * reg * squares); // 0 · ∞ is NaN
  }

  /** Σ W1² + Σ W2² as they stand; the update has summed them panel by panel. */
  #sumOfSquares(): number {
    let squares = 0;
    for (const sum of this.#shared.doubles(this.#squares, this.#sizes.panels)) squares += sum;
    return squares;
  }

  /** Makes room for velocities, all 0, where there are none yet. */
  #startVelocity(): void {
    this.#hasVelocity = true;
    if (this.#velocity !== null) return;
    this.#velocity = this.#parameterBlock();
    const { W1: vW1, b1: vb1, W2: vW2, b2: vb2 } = this.#velocity;
    this.#shared.write({ vW1, vb1, vW2, vb2 });
  }

  #check(batch: Batch | Images): void {
    checkBatch(batch, this.#counts, this.#sizes, this.#distortionScratch !== 0);
  }

  async scores(images: Images, set: ParameterSet = "parameters"): Promise<Float32Array> {
    this.#check(images);
    this.#compute(set === "average" ? this.#averaged : this.#at, images);
    this.#shared.write({ dropoutThreshold: 0 });
    const { inputSize: D, classCount: C, paddedClasses } = this.#sizes;
    const count = batchSizeOf(images, D);
    const scores = new Float32Array(count * C);
    for (let from = 0; from < count; from += this.#capacity) {
      const N = this.#place(images, from, from + this.#capacity);
      await this.#threads.run("scores", N);
      const padded = this.#shared.floats(this.#scores, N * paddedClasses);
      for (let n = 0; n < N; n++) {
        for (let c = 0; c < C; c++) scores[(from + n) * C + c] = padded[n * paddedClasses + c];
      }
    }
    return scores;
  }

  async parameters(): Promise<TwoLayerParameters> {
    return this.#read(this.#at);
  }

  async average(keep: number): Promise<void> {
    const { W1: from, length } = this.#at;
    this.#average ??= this.#parameterBlock();
    if (!this.#averaging) this.#shared.copy(this.#average.W1, from, length);
    this.#averaging = true;
    this.#threads.kernels.average(this.#average.W1, from, length / 4, keep);
  }

  /** The average where there is one. */
  get #averaged(): ParameterBlock {
    return this.#averaging && this.#average !== null ? this.#average : this.#at;
  }

  async averagedParameters(): Promise<TwoLayerParameters> {
    return this.#read(this.#averaged);
  }

  async allFinite(): Promise<boolean> {
    const { panels, classCount } = this.#sizes;
    return (
      this.#weightsFinite() &&
      this.#shared.floats(this.#at.b1, panels * WIDTH).every(Number.isFinite) &&
      this.#shared.floats(this.#at.b2, classCount).every(Number.isFinite)
    );
  }

  /** The sum of squares is at hand; only where it is not finite each weight must tell by itself. */
  #weightsFinite(): boolean {
    if (Number.isFinite(this.#sumOfSquares())) return true;
    const { W1, b1, W2, b2 } = this.#at;
    const weights = [
      this.#shared.floats(W1, (b1 - W1) / 4),
      this.#shared.floats(W2, (b2 - W2) / 4),
    ];
    return weights.every((values) => values.every(Number.isFinite));
  }

  async state(): Promise<EngineState> {
    return {
      parameters: this.#read(this.#at),
      velocity: this.#hasVelocity && this.#velocity !== null ? this.#read(this.#velocity) : null,
      average: this.#averaging && this.#average !== null ? this.#read(this.#average) : null,
    };
  }

  async setState({ parameters, velocity, average }: EngineState): Promise<void> {
    for (const values of [parameters, velocity, average]) {
      if (values !== null) checkParameters(values, this.#net);
    }
    this.#write(this.#at, parameters);
    if (velocity !== null) this.#startVelocity();
    this.#hasVelocity = velocity !== null;
    if (this.#velocity !== null) {
      if (velocity !== null) this.#write(this.#velocity, velocity);
      else this.#shared.clear(this.#velocity.W1, this.#velocity.length);
    }
    this.#averaging = average !== null;
    if (average !== null) {
      this.#average ??= this.#parameterBlock();
      this.#write(this.#average, average);
    }
    this.#compute(this.#at);
    this.#threads.kernels.sumSquares(this.#shared.plan);
  }

  async close(): Promise<void> {
    await this.#threads.close();
  }

  /** Puts numbers into the layouts of a block. */
  #write(to: ParameterBlock, { W1, b1, W2, b2 }: TwoLayerParameters): void {
    const { inputSize: D, hiddenSize: H, classCount: C, panels, paddedClasses } = this.#sizes;
    toPanels(this.#panelsAt(to.W1, D), W1, D, H);
    toPanels(this.#panelsAt(to.b1, 1), b1, 1, H);
    toPanels(this.#panelsAt(to.W2, C), transposed(W2), C, H);
    const rows = this.#shared.floats(to.W2Rows, panels * WIDTH * paddedClasses);
    for (let h = 0; h < H; h++) {
      for (let c = 0; c < C; c++) rows[h * paddedClasses + c] = W2.data[h * C + c];
    }
    this.#shared.floats(to.b2, C).set(b2.data);
  }

  #read({ W1, b1, W2, b2 }: ParameterBlock): TwoLayerParameters {
    const { inputSize: D, hiddenSize: H, classCount: C } = this.#sizes;
    return {
      W1: fromPanels(this.#panelsAt(W1, D), D, H),
      b1: tensor(fromPanels(this.#panelsAt(b1, 1), 1, H).data, H),
      W2: transposed(fromPanels(this.#panelsAt(W2, C), C, H)),
      b2: tensor(this.#shared.floats(b2, C).slice(), C),
    };
  }

  #panelsAt(address: number, rows: number): Float32Array {
    return this.#shared.floats(address, this.#sizes.panels * rows * WIDTH);
  }

  /** Puts pixels where kernels can read them; returns their address. */
  #placeRaw(pixels: Uint8Array): number {
    if (this.#raw.length < pixels.length) {
      this.#raw = { address: this.#shared.allocate(pixels.length), length: pixels.length };
    }
    this.#shared.bytes(this.#raw.address, pixels.length).set(pixels);
    return this.#raw.address;
  }

  /** The mean image times the scale, as numbers and as a list of entries. */
  #writeMean(meanImage: Float32Array, scale: number): void {
    const D = meanImage.length;
    const mean = this.#shared.allocate(4 * D);
    const list = this.#shared.allocate(ENTRY * D);
    const values = this.#shared.floats(mean, D);
    const offsets = this.#shared.words(list, 2 * D);
    const coefficients = this.#shared.floats(list, 2 * D);
    let entries = 0;
    for (let d = 0; d < D; d++) {
      values[d] = meanImage[d] * scale;
      if (values[d] === 0) continue;
      offsets[2 * entries] = d * ROW;
      coefficients[2 * entries + 1] = -values[d];
      entries++;
    }
    this.#shared.write({ mean, meanList: list, meanListEnd: list + ENTRY * entries });
  }

  /** Makes room for batches of so many images. */
  #reserve(capacity: number): void {
    if (capacity <= this.#capacity) return;
    const { inputSize: D, classCount: C, panels, paddedClasses, threads } = this.#sizes;
    const shared = this.#shared;
    this.#capacity = capacity;
    this.#indices = shared.allocate(4 * capacity);
    this.#scores = shared.allocate(4 * capacity * paddedClasses);
    this.#losses = shared.allocate(8 * capacity);
    shared.write({
      capacity,
      indices: this.#indices,
      scores: this.#scores,
      losses: this.#losses,
      lists: shared.allocate(8 * capacity),
      entries: shared.allocate(ENTRY * capacity * D),
      pixelLists: shared.allocate(4 * D),
      pixelListEnds: shared.allocate(4 * D),
      cursors: shared.allocate(4 * threads * capacity),
      pixelEntries: shared.allocate(ENTRY * capacity * D),
      hidden: shared.allocate(panels * capacity * ROW),
      dhidden: shared.allocate(panels * capacity * ROW),
      exps: shared.allocate(8 * capacity * C),
      dscoresByImage: shared.allocate(ENTRY * capacity * C),
      dscoresByClass: shared.allocate(ENTRY * capacity * C),
    });
  }

  /** Tells the kernels whose parameters count, and how images are distorted. */
  #compute({ W1, b1, W2, b2, W2Rows }: ParameterBlock, batch?: Batch | Images): void {
    const key = batch !== undefined && "from" in batch ? batch.distortionKey : undefined;
    this.#shared.write({ W1, b1, W2, b2, W2Rows });
    this.#shared.write({
      distortionScratch: key === undefined ? 0 : this.#distortionScratch,
      distortionKey: key ?? 0,
    });
  }

  /** Lays out the plan of a distortion; returns where the threads' working space is. */
  #writeDistortion(
    augmentation: Augmentation,
    { rows, columns }: { readonly rows: number; readonly columns: number },
  ): number {
    const plan = planDistortion(augmentation, rows, columns);
    const { alpha, taps, rotation, zoom, shear, shift, noise, rowStride } = plan;
    const shared = this.#shared;
    const radius = taps.length === 0 ? 0 : (taps.length - 1) / 2;
    const tapsAt = shared.allocate(4 * taps.length);
    shared.floats(tapsAt, taps.length).set(taps);
    const noiseAt = shared.allocate(4 * noise.length);
    shared.words(noiseAt, noise.length).set(noise);
    // in the order of kernels/augment.ts: two images of bytes, one packed, two fields, their making
    const margin = Math.ceil(radius / 4) * 4;
    const bytes = (rows + 3) * (columns + 3) + rows * columns + PACKED * rows * columns + 144;
    const fields = 4 * (2 * rows * rowStride);
    const making = 4 * (rows * (rowStride + 2 * margin) + rows * rowStride);
    const scratchBytes = Math.ceil((bytes + fields + making) / 64) * 64;
    shared.write({ scratchBytes, noise: noiseAt, rows, columns, rowStride, taps: tapsAt, radius });
    shared.write({ elasticAlpha: alpha, rotation, zoom, shear, shift });
    return shared.allocate(scratchBytes * this.#sizes.threads);
  }

  /** Room for numbers in the layouts of the parameters. */
  #parameterBlock(): ParameterBlock {
    const { inputSize: D, classCount: C, panels, paddedClasses } = this.#sizes;
    const rowsBytes = 4 * panels * WIDTH * paddedClasses;
    const W1 = this.#shared.allocate(panels * (D + 1 + C) * ROW + 4 * paddedClasses + rowsBytes);
    const b1 = W1 + panels * D * ROW;
    const W2 = b1 + panels * ROW;
    const b2 = W2 + panels * C * ROW;
    const W2Rows = b2 + 4 * paddedClasses;
    return { W1, b1, W2, b2, W2Rows, length: W2Rows + rowsBytes - W1 };
  }

  /**
   * Tells the kernels which images make the batch, which was checked: examples from..to-1 of it.
   *
   * @returns how many there are
   */
  #place(batch: Batch | Images, from: number, to: number): number {
    if ("from" in batch) {
      const indices = batch.indices.subarray(from, to);
      this.#reserve(indices.length);
      this.#shared.words(this.#indices, indices.length).set(indices);
      this.#shared.write({ batchSize: indices.length, ...this.#sets[batch.from.id] });
      return indices.length;
    }
    const D = this.#sizes.inputSize;
    const fresh = batch.images.subarray(from * D, to * D);
    const N = fresh.length / D;
    this.#reserve(N);
    const raw = this.#placeRaw(fresh);
    const { kernels } = this.#threads;
    const bytes = PACKED * kernels.countPixels(raw, N * D);
    if (this.#fresh.images < N) {
      const packed = this.#shared.allocate(4 * (N + 1));
      this.#fresh = { ...this.#fresh, packed, labels: this.#shared.allocate(N), images: N };
    }
    if (this.#fresh.length < bytes) {
      this.#fresh = { ...this.#fresh, pixels: this.#shared.allocate(bytes), length: bytes };
    }
    const { packed, labels: labelsAt, pixels } = this.#fresh;
    this.#shared.words(packed, 1)[0] = pixels;
    kernels.packPixels(raw, N, D, packed);
    if ("labels" in batch) this.#shared.bytes(labelsAt, N).set(batch.labels.subarray(from, to));
    const indices = this.#shared.words(this.#indices, N);
    for (let n = 0; n < N; n++) indices[n] = n;
    this.#shared.write({ batchSize: N, packed, labels: labelsAt });
    return N;
  }
}

/** (rows, H) to panels of (rows, WIDTH). */
function toPanels(panels: Float32Array, from: Tensor, rows: number, H: number): void {
  for (let r = 0; r < rows; r++) {
    for (let h = 0; h < H; h++) panels[panelIndex(r, h, rows)] = from.data[r * H + h];
  }
}

/** Panels of (rows, WIDTH) to (rows, H). */
function fromPanels(panels: Float32Array, rows: number, H: number): Tensor {
  const to = new Float32Array(rows * H);
  for (let r = 0; r < rows; r++) {
    for (let h = 0; h < H; h++) to[r * H + h] = panels[panelIndex(r, h, rows)];
  }
  return tensor(to, rows, H);
}

function panelIndex(r: number, h: number, rows: number): number {
  return (Math.floor(h / WIDTH) * rows + r) * WIDTH + (h % WIDTH);
}

function transposed({ data, shape: [rows, columns] }: Tensor): Tensor {
  const to = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) to[c * rows + r] = data[r * columns + c];
  }
  return tensor(to, columns, rows);
}
