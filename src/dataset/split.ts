import { UsageError } from "../errors.js";
import { Random, shuffle, streams } from "../random.js";
import { deskew } from "./deskew.js";
import { type LabelledImages, pickImages, sliceImages } from "./labelledImages.js";
import { type PixelValues, pixelValuesOf } from "./pixelValues.js";
import type { Preprocessing } from "./preprocessing.js";

/** The images to train on, the images to validate on, and the mean image of the former. */
export interface Split {
  readonly train: LabelledImages;
  /** Empty when no images are set aside. */
  readonly validation: LabelledImages;
  /** (D) what is subtracted from every image: the mean of the training images alone, or zeros. */
  readonly meanImage: Float32Array;
  /** Intensities of the training images; those of MNIST by default. */
  readonly pixels?: PixelValues;
  /** Whether the images of both sets are deskewed. */
  readonly deskew?: boolean;
}

/** What is done to all pixels. An engine may do it faster, to the same bytes. */
export interface PixelWork {
  readonly deskew: typeof deskew;
  readonly meanImage: typeof meanImage;
}
const plainWork: PixelWork = { deskew, meanImage };

/** How the training file is divided. */
export interface SplitSettings {
  /** Images set aside for validation, taken from the end. */
  readonly validation: number;
  /** How many of the others to train on, taken from the start; null for all of them. */
  readonly limit: number | null;
  /** Start and end of what: of the file, or of its images in a random order. By default of the file. */
  readonly split?: "end" | "shuffled";
  /** Whether the mean of the training images is subtracted from every image; it is by default. */
  readonly centring?: boolean;
  /** Whether the images are deskewed; they are not by default. */
  readonly deskew?: boolean;
}

/** The same text for settings that divide a file in the same way. */
export function divisionKey(settings: SplitSettings): string {
  const { validation, limit, split, centring, deskew } = settings;
  return JSON.stringify([validation, limit, split, centring, deskew]);
}

/**
 * Divides the training file: the last `validation` images to validate on, the first `limit` of the
 * others to train on.
 *
 * @param work does what is done to all pixels; by default plain functions do
 * @throws {UsageError} when the file does not hold that many images
 */
export function splitImages(all: LabelledImages, settings: SplitSettings, work?: PixelWork): Split {
  return divide(all, settings, work, settings.split !== "shuffled"); // a shuffle copies by itself
}

/** As `splitImages`; deskews the images of `all` themselves unless they are to be copied. */
function divide(
  all: LabelledImages,
  settings: SplitSettings,
  work = plainWork,
  copies = false,
): Split {
  const { validation: held, limit, centring = true, deskew: isDeskewed = false } = settings;
  const count = all.labels.length;
  const rest = count - held;
  checkSplit(count, settings);
  const inOrder = (from: number, to: number) => sliceImages(all, from, to);
  const take = settings.split === "shuffled" ? takeShuffled(all) : inOrder;
  const own = (images: LabelledImages) =>
    isDeskewed && copies ? { ...images, images: images.images.slice() } : images;
  const train = own(take(0, limit ?? rest));
  const validation = own(take(rest, count));
  const D = all.rows * all.columns;
  const pixels = pixelValuesOf(train.images, D);
  if (isDeskewed) {
    for (const { images } of [train, validation]) work.deskew(images, all, pixels.background);
  }
  const mean = centring ? work.meanImage(train) : new Float32Array(D);
  return { train, validation, meanImage: mean, pixels, ...(isDeskewed && { deskew: true }) };
}

/**
 * As `splitImages`, but without a second copy of the pixels: it deskews those of `all`, and for a shuffled
 * split reorders them, so that they no longer match the labels of `all`.
 *
 * @throws {UsageError} when the file does not hold that many images
 */
export function splitInPlace(
  all: LabelledImages,
  settings: SplitSettings,
  work?: PixelWork,
): Split {
  if (settings.split !== "shuffled") return divide(all, settings, work);
  checkSplit(all.labels.length, settings);
  const order = splitOrder(all);
  const labels = Uint8Array.from(order, (index) => all.labels[index]);
  reorder(all.images, order, all.rows * all.columns);
  return divide({ ...all, labels }, { ...settings, split: "end" }, work);
}

/** @throws {UsageError} when a file of `count` images cannot be divided so */
function checkSplit(count: number, { validation, limit }: SplitSettings): void {
  const rest = count - validation;
  if (!Number.isInteger(validation) || validation < 0 || rest < 1) {
    throw new UsageError(
      `validation ${validation}: the data has ${count} training images and at least one must be ` +
        `left to train on, expected --validation 0 to ${count - 1}`,
    );
  }
  if (limit !== null && (!Number.isInteger(limit) || limit < 1 || limit > rest)) {
    throw new UsageError(
      `limit ${limit}: ${rest} of ${count} training images are left after validation takes ` +
        `${validation}, expected --limit 1 to ${rest}`,
    );
  }
}

function takeShuffled(all: LabelledImages): (from: number, to: number) => LabelledImages {
  const order = splitOrder(all);
  return (from, to) => pickImages(all, order.subarray(from, to));
}

/**
 * The random order of shuffled splits. No seed has another order, so that runs with different seeds are judged
 * by the same validation images, as on MNIST.
 */
function splitOrder({ labels }: LabelledImages): Uint32Array {
  const order = Uint32Array.from(labels, (_, n) => n);
  shuffle(order, Random.fromSeed(0, streams.split));
  return order;
}

/**
 * Moves images in place: image n becomes the former image order[n].
 *
 * @param images (N, D)
 * @param order  (N) each of 0..N-1 once; it is 0..N-1 in turn afterwards
 */
function reorder(images: Uint8Array, order: Uint32Array, D: number): void {
  for (let first = 0; first < order.length; first++) {
    if (order[first] === first) continue;
    const kept = images.slice(first * D, (first + 1) * D);
    let to = first;
    while (order[to] !== first) {
      const from = order[to];
      images.copyWithin(to * D, from * D, (from + 1) * D);
      order[to] = to;
      to = from;
    }
    images.set(kept, to * D);
    order[to] = to;
  }
}

/** How a net that trains on a split takes images; at scale 1 intensities keep their 0..255 scale. */
export function preprocessingOf(split: Split, scale = 1): Preprocessing {
  const { train, meanImage, pixels, deskew = false } = split;
  const { rows, columns } = train;
  return { rows, columns, scale, meanImage, pixels, ...(deskew && { deskew }) };
}

/**
 * The mean of all images, pixel by pixel, summed in float64.
 *
 * @returns (D) mean intensity, 0..255
 */
export function meanImage({ images, labels, rows, columns }: LabelledImages): Float32Array {
  const D = rows * columns;
  const N = labels.length;
  const sum = new Float64Array(D); // exact: a sum of bytes stays a whole number below 2^53
  const fours = N - (N % 4); // four images at a time take half as long as one
  for (let n = 0; n < fours; n += 4) {
    const [a, b, c, d] = [n * D, (n + 1) * D, (n + 2) * D, (n + 3) * D];
    for (let i = 0; i < D; i++) {
      sum[i] += images[a + i] + images[b + i] + images[c + i] + images[d + i];
    }
  }
  for (let i = fours * D; i < N * D; i++) sum[i % D] += images[i];
  return Float32Array.from(sum, (total) => total / N);
}
