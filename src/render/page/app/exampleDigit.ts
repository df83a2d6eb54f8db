import type { Stroke } from "./strokes.js";

/** A part of an ellipse, in the pixels of a pad of 280 x 280; angles in degrees, clockwise from the right. */
interface Arc {
  readonly x: number;
  readonly y: number;
  readonly radii: readonly [number, number];
  readonly from: number;
  readonly to: number;
}

/** Degrees between two points. */
const STEP = 10;

/** A three in one stroke: two bows, one above the other. */
const three: readonly Arc[] = [
  { x: 134, y: 102, radii: [46, 44], from: 200, to: 450 },
  { x: 134, y: 195, radii: [56, 49], from: 270, to: 510 },
];

/** What the pad shows until one draws. */
export const exampleDigit: readonly Stroke[] = [three.flatMap(pointsOf)];

function pointsOf({ x, y, radii: [rx, ry], from, to }: Arc) {
  return Array.from({ length: (to - from) / STEP + 1 }, (_, i) => {
    const angle = ((from + i * STEP) * Math.PI) / 180;
    return { x: x + rx * Math.cos(angle), y: y + ry * Math.sin(angle) };
  });
}

/** Whether the classes of a model are the ten digits, so that a drawn one is an example. */
export function readsDigits(classNames: readonly string[]): boolean {
  return classNames.length === 10 && classNames.every((name, c) => name === String(c));
}
