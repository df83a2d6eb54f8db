import { existsSync, readFileSync } from "node:fs";
import { freemem, totalmem } from "node:os";
import type { DataSizes } from "../../dataset/source.js";
import { divisionKey } from "../../dataset/split.js";
import { InputError, UsageError } from "../../errors.js";
import type { Settings } from "../../settings/settings.js";

/*
 * Whether a data set and the nets that learn from it fit into memory, told by the headers of its files before
 * their pixels are read. What is refused cannot fit; where that is uncertain, a note says so.
 */

/** What a command will do with the images. */
export interface Plan {
  readonly engine: string;
  /** Of the nets that it trains, one after another; none if it trains none. */
  readonly settings: readonly Settings[];
  /** C, if the user said how many. */
  readonly classes?: number;
}

/** The memory of a computer, in bytes. */
export interface MachineMemory {
  /** All that a process can have; null if unknown, as where swap files grow. */
  readonly most: number | null;
  /** What is free now; null if unknown. */
  readonly free: number | null;
}

/** The memory of the simd engine, which 32-bit addresses reach. */
const ENGINE_BYTES = 2 ** 32;

/** Node itself, its code, and what it has not yet freed. */
const NODE_BYTES = 150e6;

/** What an engine's copy of the pixels takes of theirs: a bit for each pixel, and those that are not background. */
const PACKED_SHARE = 1 / 3;

/**
 * Checks that what a command needs fits into memory.
 *
 * @returns a sentence if it may not fit, else null
 * @throws {InputError} when the images alone are more than the memory of the computer
 * @throws {UsageError} when a net and its batches are more than the simd engine can address
 */
export function checkMemory(
  sizes: DataSizes,
  plan: Plan,
  machine: MachineMemory = memoryOfMachine(),
): string | null {
  const { directory, trainImages, testImages, rows, columns } = sizes;
  const D = rows * columns;
  const count = trainImages + testImages;
  const what = `${count} images of ${rows} x ${columns}`;
  const { most, free } = machine;
  if (most !== null && count * D > most) {
    throw new InputError(
      `${directory}: ${what} take ${gigabytes(count * D)}, expected at most ` +
        `${gigabytes(most)}, the memory of this computer; use fewer images, or more memory`,
    );
  }
  const nets = plan.settings.map((settings) => engineBytes(sizes, settings, plan.classes));
  const isSimd = plan.engine === "simd";
  if (isSimd) plan.settings.forEach((settings, i) => void checkEngine(settings, nets[i]));
  const trained = Math.max(0, ...plan.settings.map((settings) => imagesOf(sizes, settings)));
  const copied = copiedImages(sizes, plan.settings);
  const images = count + PACKED_SHARE * trained + copied;
  const likely = images * D + Math.max(0, ...nets) + NODE_BYTES;
  if (free === null || likely <= free) return null;
  const remedy =
    trained > 0
      ? "close other programs, or take fewer images with --limit, fewer hidden units or a smaller batch"
      : "close other programs, or use fewer images";
  return (
    `${what} will take about ${gigabytes(likely)} of memory, of which ${gigabytes(free)} are free; ` +
    `if it becomes slow, or the system ends it, ${remedy}`
  );
}

/**
 * The least that the simd engine allocates for a net and its batches, in bytes: the parameters with their
 * velocity and average, and for each image of a batch two lists of its pixels, its hidden units, and their
 * gradients. It must never be more than the engine takes; a test compares.
 *
 * @param classes C, or 1 if unknown
 */
export function engineBytes(sizes: DataSizes, settings: Settings, classes = 1): number {
  const D = sizes.rows * sizes.columns;
  const { hidden: H, batchSize, sampling, momentum, averageKeep } = settings;
  const sets = 1 + (momentum > 0 ? 1 : 0) + (averageKeep > 0 ? 1 : 0);
  const parameters = (D + 1 + classes) * H + classes;
  const batch = sampling === "passes" ? Math.min(batchSize, imagesOf(sizes, settings)) : batchSize;
  return 4 * sets * parameters + batch * (16 * D + 8 * H);
}

/** How many images a run trains on, at least: a small file sets fewer aside for validation. */
function imagesOf({ trainImages }: DataSizes, { validation, limit }: Settings): number {
  return Math.max(1, Math.min(limit ?? Number.POSITIVE_INFINITY, trainImages - validation));
}

/** How many images several runs copy: those of each way to shuffle or deskew them, which all of its runs share. */
function copiedImages(sizes: DataSizes, settings: readonly Settings[]): number {
  if (settings.length < 2) return 0;
  const ways = settings
    .filter(({ split, deskew }) => split === "shuffled" || deskew)
    .map((each) => [divisionKey(each), imagesOf(sizes, each) + each.validation] as const);
  return [...new Map(ways).values()].reduce((sum, images) => sum + images, 0);
}

function checkEngine({ hidden, batchSize }: Settings, bytes: number): void {
  if (bytes <= ENGINE_BYTES) return;
  throw new UsageError(
    `--hidden ${hidden} with --batch-size ${batchSize} take ${gigabytes(bytes)} in the simd engine, ` +
      `expected at most ${gigabytes(ENGINE_BYTES)}; use fewer hidden units or a smaller batch`,
  );
}

/** The memory of this computer, or of the container that the process runs in. */
function memoryOfMachine(): MachineMemory {
  // Node 20.12 and older do not know all of these; without a limit, some return 0 and some 2 ** 64.
  const limit = process.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  const main = Math.min(limit, totalmem());
  const swap = swapBytes();
  const most = swap === null ? null : main + swap;
  // macOS counts memory as used that it frees on demand.
  const isKnown = process.platform === "linux" || process.platform === "win32";
  const free = isKnown ? (process.availableMemory?.() ?? freemem()) : null;
  return { most, free };
}

/** The size of all swap space on Linux; null elsewhere, where it may grow. */
function swapBytes(): number | null {
  const path = "/proc/meminfo";
  if (process.platform !== "linux" || !existsSync(path)) return null;
  const kilobytes = /^SwapTotal:\s*(\d+) kB$/m.exec(readFileSync(path, "utf8"))?.[1];
  return kilobytes === undefined ? null : 1024 * Number(kilobytes);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e8 ? 2 : 1)} GB`;
}
