import type { ImageLine } from "./pagePayload.js";

/** The most images of a cell of the confusion matrix. */
const MOST_IN_CELL = 24;
/** Bytes of images that a page may hold before fewer of a cell are taken. */
const MOST_BYTES = 2_000_000;
/** Bytes of what a page says of an image besides its pixels. */
const LINE_BYTES = 80;

/** Which images a page holds. */
export interface Held {
  readonly images: readonly ImageLine[];
  readonly mostInCell: number;
}

/**
 * Of each cell of the confusion matrix the images that the model was surest of, all within the room of
 * a page, in the order of the set.
 *
 * @param lines       every image of the set
 * @param imageBytes  bytes of one image's pixels
 */
export function heldImages(lines: readonly ImageLine[], imageBytes: number): Held {
  const bytes = imageBytes + LINE_BYTES;
  const cells = new Map<string, ImageLine[]>();
  for (const line of [...lines].sort((a, b) => b.probability - a.probability)) {
    const cell = `${line.label} ${line.prediction}`;
    cells.set(cell, [...(cells.get(cell) ?? []), line].slice(0, MOST_IN_CELL));
  }
  const take = (most: number) => [...cells.values()].flatMap((cell) => cell.slice(0, most));
  let mostInCell = MOST_IN_CELL;
  while (mostInCell > 1 && take(mostInCell).length * bytes > MOST_BYTES) mostInCell--;
  const room = Math.max(1, Math.floor(MOST_BYTES / bytes));
  const images = take(mostInCell).slice(0, room);
  return { images: images.sort((a, b) => a.index - b.index), mostInCell };
}
