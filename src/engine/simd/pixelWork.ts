import { deskew } from "../../dataset/deskew.js";
import type { LabelledImages } from "../../dataset/labelledImages.js";
import { usualPixels } from "../../dataset/pixelValues.js";
import { meanImage, type PixelWork } from "../../dataset/split.js";
import { instantiateKernels } from "./instantiate.js";
import { compileKernels } from "./loadKernels.js";
import { createMemory, Room, SharedMemory } from "./memory.js";

/** Images that are copied to the kernels together: as many as `addImages` takes, in so many bytes. */
const MOST_IMAGES = 256;
const PORTION_BYTES = 2 ** 22;

/** Pages of 64 KiB for a portion, the sums of its pixels and working space. */
const PAGES = 1024;

/** Pixels that kernels compute together, and the longest side whose sums fit 32 bits; the plain functions do the rest. */
const LEAST_COLUMNS = 16;
const LONGEST_SIDE = 4096;

/** The work on all pixels by kernels: the same bytes as the plain functions, in a quarter of the time. */
export async function simdPixelWork(): Promise<PixelWork> {
  const memory = createMemory(true, PAGES);
  const kernels = instantiateKernels(await compileKernels(), memory);
  const shared = new SharedMemory(memory);
  const address = shared.allocate(PORTION_BYTES);
  const [scratches, sums] = [new Room(shared), new Room(shared)];

  /** Calls `work` for each portion of images, once the kernels have it. */
  const inPortions = (
    images: Uint8Array,
    D: number,
    work: (count: number, portion: Uint8Array) => void,
  ) => {
    const bytes = D * Math.min(MOST_IMAGES, Math.floor(PORTION_BYTES / D));
    for (let from = 0; from < images.length; from += bytes) {
      const portion = images.subarray(from, from + bytes);
      shared.bytes(address, portion.length).set(portion);
      work(portion.length / D, portion);
    }
  };
  const isForKernels = ({ rows, columns }: Pick<LabelledImages, "rows" | "columns">) =>
    columns >= LEAST_COLUMNS &&
    Math.max(rows, columns) <= LONGEST_SIDE &&
    rows * columns <= PORTION_BYTES;

  return {
    deskew(images, size, background = usualPixels.background) {
      if (!isForKernels(size)) return deskew(images, size, background);
      const { rows, columns } = size;
      const scratch = scratches.address(kernels.deskewScratchBytes(columns));
      inPortions(images, rows * columns, (count, portion) => {
        kernels.deskewImages(address, count, rows, columns, background, scratch);
        portion.set(shared.bytes(address, portion.length));
      });
    },
    meanImage(all) {
      if (!isForKernels(all)) return meanImage(all);
      const D = all.rows * all.columns;
      const sum = sums.address(4 * D);
      const total = new Float64Array(D);
      inPortions(all.images, D, (count) => {
        const part = shared.words(sum, D).fill(0);
        kernels.addImages(address, count, D, sum);
        for (let d = 0; d < D; d++) total[d] += part[d];
      });
      return Float32Array.from(total, (value) => value / all.labels.length);
    },
  };
}
