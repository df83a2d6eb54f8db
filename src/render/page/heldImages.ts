import type { ImageLine } from "./payload.js";

/** The most images of a cell of the confusion matrix. */
const MOST_IN_CELL = 24;
/** Bytes of images that a page may hold before fewer of a cell are taken. */
const MOST_BYTES = 2_000_000;
/** Bytes of what a page says of an image besides its pixels. */
const LINE_BYTES = 80;

/**
 * The images that a page holds: of each cell of the confusion matrix those that the model was surest of, as
 * many of each as there is room for, and where there is room for less than one of each, mistakes first.
 *
 * @param lines       every image of the set
 * @param imageBytes  bytes of one image's pixels
 * @returns           in the order of the set
 */
export function heldImages(lines: readonly ImageLine[], imageBytes: number): ImageLine[] {
  const bytes = imageBytes + LINE_BYTES;
  const cells = new Map<string, ImageLine[]>();
  for (const line of [...lines].sort((a, b) => b.probability - a.probability)) {
    const cell = `${line.label} ${line.prediction}`;
    cells.set(cell, [...(cells.get(cell) ?? []), line].slice(0, MOST_IN_CELL));
  }
  const isWrong = ({ label, prediction }: ImageLine) => Number(label !== prediction);
  const wrongFirst = [...cells.values()].sort((a, b) => isWrong(b[0]) - isWrong(a[0]));
  const take = (most: number) => wrongFirst.flatMap((cell) => cell.slice(0, most));
  let most = MOST_IN_CELL;
  while (most > 1 && take(most).length * bytes > MOST_BYTES) most--;
  const room = Math.max(1, Math.floor(MOST_BYTES / bytes));
  return take(most)
    .slice(0, room)
    .sort((a, b) => a.index - b.index);
}
