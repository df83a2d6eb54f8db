import type { LabelledImages } from "../../../dataset/labelledImages.js";
import { writeFolderWhole } from "../../../documents/files.js";

/*
 * Images of a data set as PNG files, in a folder for each class: what mnist-import reads.
 */

/** An image by its place in its split. */
interface Chosen {
  readonly index: number;
  readonly label: number;
}

/**
 * Writes images as FOLDER/CLASS/INDEX.png, gray in 8 bits, pixel by pixel.
 *
 * @throws {InputError} when the folder cannot be written; nothing is left then
 */
export async function writePictures(
  folder: string,
  chosen: readonly Chosen[],
  { images, rows, columns }: LabelledImages,
  classNames: readonly string[],
): Promise<void> {
  const { encode } = await import("fast-png");
  const D = rows * columns;
  const folders = folderNames(classNames);
  await writeFolderWhole(folder, files());

  function* files(): Iterable<[name: string, contents: Uint8Array]> {
    for (const { index, label } of new Map(chosen.map((one) => [one.index, one])).values()) {
      const data = images.subarray(index * D, (index + 1) * D);
      const png = encode({ width: columns, height: rows, data, channels: 1, depth: 8 });
      yield [`${folders[label]}/${index}.png`, png];
    }
  }
}

/**
 * A folder name for each class: its own name, with "_" for signs that some system forbids. If two are alike then,
 * or one is empty, all are numbers.
 */
export function folderNames(classNames: readonly string[]): string[] {
  const names = classNames.map((name) =>
    name.replace(/[\p{Cc}/\\:*?"<>|]/gu, "_").replace(/^\.|[. ]$/g, "_"),
  );
  const different = new Set(names.map((name) => name.toLowerCase()));
  const areUsable = different.size === names.length && !different.has("");
  return areUsable ? names : classNames.map((_, c) => String(c));
}
