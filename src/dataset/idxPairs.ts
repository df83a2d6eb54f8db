import { refuse } from "../errors.js";
import { type IdxHeader, readIdxHeader } from "./idx.js";
import type { LabelledImages } from "./labelledImages.js";

/*
 * Images and labels that belong together, once their bytes are read: from disk, or in a page.
 */

/** What the header of an IDX file says. */
export interface IdxSizes {
  /** Names the file in errors. */
  readonly path: string;
  readonly shape: readonly number[];
}

/** What an IDX file holds. */
export interface IdxContent extends IdxSizes {
  readonly values: Uint8Array;
}

/** The files of a data set. */
type Four<T> = Readonly<Record<"trainImages" | "trainLabels" | "testImages" | "testLabels", T>>;

/** What each kind of file must hold. */
const kinds = {
  images: { magic: 0x00000803, dimensions: 3 },
  labels: { magic: 0x00000801, dimensions: 1 },
} as const;

export type Kind = keyof typeof kinds;

/**
 * Reads the header of a file of images or of labels.
 *
 * @throws {InputError} when it is no IDX header, or one of other data
 */
export function readHeaderOf(kind: Kind, start: Uint8Array, path: string): IdxHeader {
  const header = readIdxHeader(start, path);
  const { magic, dimensions } = kinds[kind];
  if (header.type === "u8" && header.shape.length === dimensions) return header;

  const found = new DataView(start.buffer, start.byteOffset).getUint32(0);
  const expected = `${magic} (${kind})`;
  const other = kind === "images" ? "labels" : "images";
  if (found === kinds[other].magic) {
    const remedy = "are the image and label files swapped?";
    refuse(path, `magic number ${found} (${other})`, expected, remedy);
  }
  const remedy =
    `a file of ${kind} holds bytes (u8) in ${dimensions} dimension${dimensions > 1 ? "s" : ""}, ` +
    `this one ${header.type} in ${header.shape.length}: convert it, or fetch it again`;
  return refuse(path, `magic number ${found}`, expected, remedy);
}

const SAME_DATA = "use files of one data set";

/**
 * Checks that the sizes of four files fit each other, which their headers tell.
 *
 * @throws {InputError} when they do not, or when a file holds nothing
 */
export function checkPairs({
  trainImages,
  trainLabels,
  testImages,
  testLabels,
}: Four<IdxSizes>): void {
  checkPair(trainImages, trainLabels);
  checkPair(testImages, testLabels);
  const [, rows, columns] = trainImages.shape;
  const [, testRows, testColumns] = testImages.shape;
  if (rows === testRows && columns === testColumns) return;
  const expected = `${rows} x ${columns} as in ${trainImages.path}`;
  refuse(testImages.path, `images of ${testRows} x ${testColumns}`, expected, SAME_DATA);
}

function checkPair(images: IdxSizes, labels: IdxSizes): void {
  checkNotEmpty(images);
  checkNotEmpty(labels);
  const [count] = images.shape;
  if (labels.shape[0] === count) return;
  const expected = `${count} as in ${images.path}`;
  refuse(labels.path, `${labels.shape[0]} labels`, expected, SAME_DATA);
}

/** @throws {InputError} when a file holds nothing */
export function checkNotEmpty({ path, shape }: IdxSizes): void {
  if (!shape.includes(0)) return;
  refuse(path, `sizes ${shape.join(" x ")}`, "at least one item", "fetch the file again");
}

/**
 * The images to train on and to test on, with their labels.
 *
 * @returns least: how many classes there are at least, one more than the highest label
 * @throws {InputError} when files do not fit each other
 */
export function pairsOf(read: Four<IdxContent>): {
  train: LabelledImages;
  test: LabelledImages;
  least: number;
} {
  checkPairs(read);
  const train = labelled(read.trainImages, read.trainLabels);
  const test = labelled(read.testImages, read.testLabels);
  return { train, test, least: Math.max(highest(train.labels), highest(test.labels)) + 1 };
}

function labelled({ shape, values }: IdxContent, labels: IdxContent): LabelledImages {
  const [, rows, columns] = shape;
  return { images: values, labels: labels.values, rows, columns };
}

function highest(labels: Uint8Array): number {
  return labels.reduce((most, label) => Math.max(most, label), 0);
}

/** @throws {InputError} when a label is no class */
export function checkLabels({ path, values }: IdxContent, classCount: number): void {
  const index = values.findIndex((label) => label >= classCount);
  if (index < 0) return;
  const remedy = "raise --classes, or leave it out to count the classes in the labels";
  refuse(path, `label ${values[index]} at index ${index}`, `0 to ${classCount - 1}`, remedy);
}
