import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { encodeIdx } from "../../src/dataset/idx.js";
import { type LabelledImages, pickImages } from "../../src/dataset/labelledImages.js";

/** An empty folder that is gone when the test is over. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "mnist-train-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const fileNames = {
  trainImages: "train-images-idx3-ubyte",
  trainLabels: "train-labels-idx1-ubyte",
  testImages: "t10k-images-idx3-ubyte",
  testLabels: "t10k-labels-idx1-ubyte",
} as const;

export type Role = keyof typeof fileNames;

/** The bytes of a small data set: image n is of class n mod `classes`, brighter where it says so. */
export function smallDataSet({ rows = 4, columns = 5, classes = 3, train = 30, test = 9 } = {}) {
  const images = (count: number) => {
    const values = new Uint8Array(count * rows * columns);
    for (let i = 0; i < values.length; i++) {
      const n = Math.floor(i / (rows * columns));
      values[i] = i % classes === n % classes ? 200 + (n % 7) : (i * 7 + n) % 40;
    }
    return encodeIdx({ values, shape: [count, rows, columns] });
  };
  const labels = (count: number) =>
    encodeIdx({
      values: Uint8Array.from({ length: count }, (_, n) => n % classes),
      shape: [count],
    });
  return {
    trainImages: images(train),
    trainLabels: labels(train),
    testImages: images(test),
    testLabels: labels(test),
  } satisfies Record<Role, Uint8Array>;
}

/** Writes the four files into a folder, a new one unless told, raw and under their usual names. */
export function writeDataFolder(
  files: Record<Role, Uint8Array> = smallDataSet(),
  folder = emptyFolder(),
): string {
  for (const role of Object.keys(fileNames) as Role[]) {
    writeFileSync(join(folder, fileNames[role]), files[role]);
  }
  return folder;
}

/** Some images in the order of their classes, as where a folder for each class was converted. */
export function sortedByClass(all: LabelledImages): LabelledImages {
  const { labels } = all;
  return pickImages(
    all,
    Uint32Array.from(labels.keys()).sort((a, b) => labels[a] - labels[b] || a - b),
  );
}

/** The bytes of a data set of some images. */
export function filesOf(train: LabelledImages, test: LabelledImages): Record<Role, Uint8Array> {
  const images = ({ images: values, labels, rows, columns }: LabelledImages) =>
    encodeIdx({ values, shape: [labels.length, rows, columns] });
  const labels = ({ labels: values }: LabelledImages) =>
    encodeIdx({ values, shape: [values.length] });
  return {
    trainImages: images(train),
    trainLabels: labels(train),
    testImages: images(test),
    testLabels: labels(test),
  };
}
