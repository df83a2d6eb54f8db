import { type Augmentation, type FieldGrid, planDistortion } from "../../dataset/augment.js";
import type { LabelledImages } from "../../dataset/labelledImages.js";
import { usualPixels } from "../../dataset/pixelValues.js";
import type { Preprocessing } from "../../dataset/preprocessing.js";
import type { Batch, EngineSetup, Images, ImagesByIndex } from "../engine.js";
import { BETWEEN, ENTRY, type Kernels, LINE, ROW } from "./contract.js";
import { Room, type SharedMemory } from "./memory.js";
import type { Sizes } from "./sizes.js";

/** Images that the buffers have room for from the start; larger sets are scored in such portions. */
const FIRST_CAPACITY = 500;

/** Images of a set that are packed together. */
const PORTION = 1024;

/** Images in shared memory: the sets that were loaded, and the batch that kernels work on. */
export class ImageMemory {
  readonly #sets: { readonly packed: number; readonly labels: number }[] = [];
  /** Working space of all threads for distortions; 0 if images are never distorted. */
  readonly #distortionScratch: number = 0;
  /** For the pixels before they are packed. */
  readonly #raw: Room;
  /** For a batch of fresh images, as for a set. */
  readonly #fresh: { readonly packed: Room; readonly labels: Room; readonly pixels: Room };

  /** Writes everything about images into the plan that stays the same for all batches. */
  constructor(
    private readonly shared: SharedMemory,
    private readonly kernels: Kernels,
    private readonly sizes: Sizes,
    { preprocessing, settings }: EngineSetup,
  ) {
    this.#raw = new Room(shared);
    this.#fresh = { packed: new Room(shared), labels: new Room(shared), pixels: new Room(shared) };
    shared.write({ prefetched: shared.allocate(LINE * sizes.threads) });
    this.#writePreprocessing(preprocessing);
    if (settings?.augment) {
      this.#writeDistortion(settings, preprocessing);
      const bytes = kernels.distortionScratchBytes(shared.plan);
      this.#distortionScratch = shared.allocate(bytes * sizes.threads);
    }
    this.#reserve(FIRST_CAPACITY);
  }

  /**
   * Packs a set of images, which were checked.
   *
   * @returns its id
   */
  load({ images, labels }: LabelledImages): number {
    const [N, D] = [labels.length, this.sizes.inputSize];
    const packed = this.shared.allocate(4 * (N + 1));
    const set = { packed, labels: this.shared.allocate(N) };
    this.shared.bytes(set.labels, N).set(labels);
    for (let from = 0; from < N; from += PORTION) {
      const portion = images.subarray(from * D, Math.min(from + PORTION, N) * D);
      const { raw, bytes } = this.#placeRaw(portion);
      const pixels = this.shared.allocate(bytes);
      // nothing else is allocated meanwhile, so each portion follows the one before
      if (from === 0) this.shared.words(packed, 1)[0] = pixels;
      this.kernels.packPixels(this.shared.plan, raw, portion.length / D, packed + 4 * from);
    }
    return this.#sets.push(set) - 1;
  }

  /**
   * Writes images from..to-1 of a batch, which was checked, into the plan.
   *
   * @returns N, how many they are
   */
  place(batch: Batch | Images, from = 0, to = Number.POSITIVE_INFINITY): number {
    const N = "from" in batch ? this.#placeIndices(batch, from, to) : this.#pack(batch, from, to);
    const key = "from" in batch ? batch.distortionKey : undefined;
    this.shared.write({
      batchSize: N,
      distortionScratch: key === undefined ? 0 : this.#distortionScratch,
      distortionKey: key ?? 0,
    });
    return N;
  }

  #placeIndices({ from: { id }, indices }: ImagesByIndex, from: number, to: number): number {
    const part = indices.subarray(from, to);
    this.#reserve(part.length);
    this.shared.words(this.shared.read("indices"), part.length).set(part);
    this.shared.write(this.#sets[id]);
    return part.length;
  }

  /** Packs fresh images as a set of their own. */
  #pack(
    batch: { readonly images: Uint8Array; readonly labels?: Uint8Array },
    from: number,
    to: number,
  ): number {
    const D = this.sizes.inputSize;
    const images = batch.images.subarray(from * D, to * D);
    const N = images.length / D;
    this.#reserve(N);
    const { raw, bytes } = this.#placeRaw(images);
    const packed = this.#fresh.packed.address(4 * (N + 1));
    const labels = this.#fresh.labels.address(N);
    const pixels = this.#fresh.pixels.address(bytes); // before the view, which growth may detach
    this.shared.words(packed, 1)[0] = pixels;
    this.kernels.packPixels(this.shared.plan, raw, N, packed);
    if (batch.labels !== undefined) {
      this.shared.bytes(labels, N).set(batch.labels.subarray(from, to));
    }
    const indices = this.shared.words(this.shared.read("indices"), N);
    for (let n = 0; n < N; n++) indices[n] = n;
    this.shared.write({ packed, labels });
    return N;
  }

  /** Copies pixels to where kernels can read them; returns the address, and their bytes once packed. */
  #placeRaw(pixels: Uint8Array): { raw: number; bytes: number } {
    const raw = this.#raw.address(pixels.length + 15); // kernels read whole chunks
    this.shared.bytes(raw, pixels.length).set(pixels);
    const count = pixels.length / this.sizes.inputSize;
    return { raw, bytes: this.kernels.packedBytes(this.shared.plan, raw, count) };
  }

  /**
   * The background, the scale, and how much the mean image lies above the background, times the scale, as
   * numbers and as a list of entries.
   */
  #writePreprocessing({ meanImage, scale, pixels = usualPixels }: Preprocessing): void {
    const D = meanImage.length;
    const mean = this.shared.allocate(4 * D);
    const meanList = this.shared.allocate(ENTRY * D);
    const { background } = pixels;
    const values = this.shared.floats(mean, D);
    const offsets = this.shared.words(meanList, 2 * D);
    const coefficients = this.shared.floats(meanList, 2 * D);
    let entries = 0;
    for (let d = 0; d < D; d++) {
      values[d] = (meanImage[d] - background) * scale;
      if (values[d] === 0) continue;
      offsets[2 * entries] = d * ROW;
      coefficients[2 * entries + 1] = -values[d];
      entries++;
    }
    this.shared.write({
      background,
      scale,
      mean,
      meanList,
      meanListEnd: meanList + ENTRY * entries,
    });
  }

  /** The plan of the distortion. */
  #writeDistortion(
    augmentation: Augmentation,
    { rows, columns, pixels = usualPixels }: Preprocessing,
  ): void {
    const shared = this.shared;
    const { background } = pixels;
    const plan = planDistortion(augmentation, rows, columns, background);
    const { alpha: elasticAlpha, rotation, zoom, shear, shift, grid } = plan;
    const noise = shared.allocate(4 * plan.noise.length);
    shared.words(noise, plan.noise.length).set(plan.noise);
    shared.write({ noise, rows, columns });
    shared.write({ elasticAlpha, rotation, zoom, shear, shift });
    if (grid === null) return;
    const { noiseRows, noiseColumns } = grid;
    const { noiseStride } = plan;
    const fieldNoise = noise + 4 * (plan.noise.length - 2 * noiseRows * noiseStride);
    shared.write({ noiseRows, noiseColumns, noiseStride, fieldNoise });
    this.#writeGrid(grid, columns);
  }

  /** The grid of the elastic distortion, padded as kernels want it. */
  #writeGrid(grid: FieldGrid, columns: number): void {
    const { shared } = this;
    const { spacing, noiseRows, noiseColumns } = grid;
    const gridRows = Math.ceil(grid.rows / 2) * 2;
    const gridStride = Math.ceil(grid.columns / 8) * 8;
    const down = shared.allocate(4 * gridRows * noiseRows);
    shared.floats(down, grid.down.length).set(grid.down);
    const across = shared.allocate(4 * noiseColumns * gridStride);
    const weights = shared.floats(across, noiseColumns * gridStride);
    for (let k = 0; k < grid.columns; k++) {
      for (let c = 0; c < noiseColumns; c++) {
        weights[c * gridStride + k] = grid.across[k * noiseColumns + c];
      }
    }
    const quads = Math.ceil(columns / 4);
    const between = shared.allocate(BETWEEN * quads);
    for (let column = 0; column < 4 * quads; column++) {
      const [quad, lane] = [Math.floor(column / 4), column % 4];
      const address = between + BETWEEN * quad;
      const first = Math.floor((4 * quad) / spacing);
      const near = Math.floor(column / spacing) - first;
      shared.words(address, 1)[0] = 4 * first;
      for (let byte = 0; byte < 4; byte++) {
        shared.bytes(address + 16 + 4 * lane, 4)[byte] = 4 * near + byte;
        shared.bytes(address + 32 + 4 * lane, 4)[byte] = 4 * (near + 1) + byte;
      }
      shared.floats(address + 48 + 4 * lane, 1)[0] = (column % spacing) / spacing;
    }
    shared.write({ spacing, gridRows, gridStride, down, across, between });
  }

  /** Makes room for batches of so many images. */
  #reserve(capacity: number): void {
    const shared = this.shared;
    if (capacity <= shared.read("capacity")) return;
    const { inputSize: D, classCount: C, panels, paddedClasses, threads } = this.sizes;
    shared.write({
      capacity,
      indices: shared.allocate(4 * capacity),
      scores: shared.allocate(4 * capacity * paddedClasses),
      losses: shared.allocate(8 * capacity),
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
}
