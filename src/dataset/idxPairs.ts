import { refuse } from "../errors.js";
import { type IdxHeader, readIdxHeader } from "./idx.js";
import type { LabelledImages } from "./labelledImages.js";

/*
 * Images and labels that belong together, once their bytes are read: from disk, or in a page.
 */

/** What an IDX file holds. */
export interface IdxContent {
  /** Names it in errors. */
  readonly path: string;
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

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

function labelled(images: IdxContent, labels: IdxContent): LabelledImages {
  const [count, rows, columns] = images.shape;
  checkNotEmpty(images);
  checkNotEmpty(labels);
  if (labels.shape[0] !== count) {
    const expected = `${count} as in ${images.path}`;
    refuse(labels.path, `${labels.shape[0]} labels`, expected, SAME_DATA);
  }
  return { images: images.values, labels: labels.values, rows, columns };
}

/** @throws {InputError} when a file holds nothing */
export function checkNotEmpty({ path, shape }: IdxContent): void {
  if (!shape.includes(0)) return;
  refuse(path, `sizes ${shape.join(" x ")}`, "at least one item", "fetch the file again");
}

/**
 * The images to train on and to test on, with their labels.
 *
 * @returns least: how many classes there are at least, one more than the highest label
 * @throws {InputError} when files do not fit each other
 */
export function pairsOf(
  read: Readonly<Record<"trainImages" | "trainLabels" | "testImages" | "testLabels", IdxContent>>,
): { train: LabelledImages; test: LabelledImages; least: number } {
  const { trainImages, trainLabels, testImages, testLabels } = read;
  const train = labelled(trainImages, trainLabels);
  const test = labelled(testImages, testLabels);
  if (train.rows !== test.rows || train.columns !== test.columns) {
    const expected = `${train.rows} x ${train.columns} as in ${trainImages.path}`;
    refuse(testImages.path, `images of ${test.rows} x ${test.columns}`, expected, SAME_DATA);
  }
  return { train, test, least: Math.max(highest(train.labels), highest(test.labels)) + 1 };
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
