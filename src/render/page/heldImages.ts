import type { Answer } from "../../training/evaluate.js";

/** The most images per cell of the confusion matrix. */
const MOST_IN_CELL = 24;
/** The most bytes of images in a page; to stay below, it holds fewer per cell. */
const MOST_BYTES = 2_000_000;
/** Bytes of an answer as JSON. */
const ANSWER_BYTES = 80;

/**
 * The images that a page holds: of each cell of the confusion matrix those with the highest confidence, as
 * many per cell as fit. If one per cell is too many, mistakes come first.
 *
 * @param answers     to every image of the set
 * @param imageBytes  bytes of one image's pixels
 * @returns           the answers to those images, in the order of the set
 */
export function heldImages(answers: readonly Answer[], imageBytes: number): Answer[] {
  const bytes = imageBytes + ANSWER_BYTES;
  const cells = new Map<string, Answer[]>();
  for (const answer of [...answers].sort((a, b) => b.probability - a.probability)) {
    const cell = `${answer.label} ${answer.prediction}`;
    cells.set(cell, [...(cells.get(cell) ?? []), answer].slice(0, MOST_IN_CELL));
  }
  const isWrong = ({ label, prediction }: Answer) => Number(label !== prediction);
  const wrongFirst = [...cells.values()].sort((a, b) => isWrong(b[0]) - isWrong(a[0]));
  const take = (perCell: number) => wrongFirst.flatMap((cell) => cell.slice(0, perCell));
  let perCell = MOST_IN_CELL;
  while (perCell > 1 && take(perCell).length * bytes > MOST_BYTES) perCell--;
  const room = Math.max(1, Math.floor(MOST_BYTES / bytes));
  return take(perCell)
    .slice(0, room)
    .sort((a, b) => a.index - b.index);
}
