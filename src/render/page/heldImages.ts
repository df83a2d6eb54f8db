import type { Answer } from "../../training/evaluate.js";

/** The most images per cell of the confusion matrix. */
const MOST_IN_CELL = 24;
/** Images besides, from the whole set: those of the cells alone are the odd ones. */
const SAMPLE = 500;
/** The most bytes of images in a page; to stay below, it holds fewer per cell. */
const MOST_BYTES = 2_000_000;
/** Bytes of an answer as JSON. */
const ANSWER_BYTES = 80;

/**
 * The images that a page holds: of each cell of the confusion matrix the most telling ones, as many per cell as
 * fit, and a sample of the whole set. Telling are the mistakes with the highest confidence, and the right answers
 * with the lowest. If one per cell is too many, mistakes come first.
 *
 * @param answers     to every image of the set
 * @param imageBytes  bytes of one image's pixels
 * @returns           the answers to those images, in the order of the set
 */
export function heldImages(answers: readonly Answer[], imageBytes: number): Answer[] {
  const bytes = imageBytes + ANSWER_BYTES;
  const room = Math.max(1, Math.floor(MOST_BYTES / bytes));
  const held = new Set(ofCells(answers, room));
  const every = Math.max(1, answers.length / SAMPLE);
  for (let at = 0; at < answers.length && held.size < room; at += every) {
    held.add(answers[Math.floor(at)]);
  }
  return [...held].sort((a, b) => a.index - b.index);
}

/** The most telling answers of each cell, at most `room` in all. */
function ofCells(answers: readonly Answer[], room: number): Answer[] {
  const cells = new Map<string, Answer[]>();
  for (const answer of [...answers].sort(tellingFirst)) {
    const cell = `${answer.label} ${answer.prediction}`;
    cells.set(cell, [...(cells.get(cell) ?? []), answer].slice(0, MOST_IN_CELL));
  }
  const wrongFirst = [...cells.values()].sort(
    (a, b) => Number(isWrong(b[0])) - Number(isWrong(a[0])),
  );
  const take = (perCell: number) => wrongFirst.flatMap((cell) => cell.slice(0, perCell));
  let perCell = MOST_IN_CELL;
  while (perCell > 1 && take(perCell).length > room) perCell--;
  return take(perCell).slice(0, room);
}

function isWrong({ label, prediction }: Answer): boolean {
  return label !== prediction;
}

/** Orders answers: mistakes by falling confidence, then right answers by rising confidence. */
export function tellingFirst(a: Answer, b: Answer): number {
  if (isWrong(a) !== isWrong(b)) return isWrong(a) ? -1 : 1;
  return isWrong(a) ? b.probability - a.probability : a.probability - b.probability;
}
