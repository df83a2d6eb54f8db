import type { Stroke } from "./strokes.js";

/** A three as a reader might draw it, x and y in turn, in the pixels of a pad of 280 x 280. */
const THREE = [
  [84, 78, 104, 54, 138, 46, 172, 54, 186, 82, 174, 112, 144, 130, 122, 134],
  [122, 134, 152, 136, 184, 152, 196, 186, 182, 220, 150, 238, 110, 234, 82, 212],
];

/** What the pad shows until one draws. */
export const exampleDigit: readonly Stroke[] = THREE.map((numbers) =>
  Array.from({ length: numbers.length / 2 }, (_, i) => ({
    x: numbers[2 * i],
    y: numbers[2 * i + 1],
  })),
);

/** Whether the classes of a model are the ten digits, so that a drawn one is an example. */
export function readsDigits(classNames: readonly string[]): boolean {
  return classNames.length === 10 && classNames.every((name, c) => name === String(c));
}
