import { FILLED, fitDigit, type Ink, SIDE } from "../../../digits/fitDigit.js";

/** A place on the pad, in the pad's pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The path of the pen from touching the pad to leaving it. */
export type Stroke = readonly Point[];

/** Width of the pen in pixels of a 28 x 28 image, close to the strokes of MNIST. */
const PEN = 2.6;
/** Pixels of the fine drawing per pixel of the image, for smooth edges. */
const FINE = 6;

/**
 * A drawing as an image for the net: fitted to 20 x 20 of 28 x 28 pixels and centered by mass, as
 * MNIST's digits were. The pen has the same width in every image, however large the drawing is.
 *
 * @returns (rows, columns) intensity 0..255; null for an empty drawing
 */
export function imageOf(
  strokes: readonly Stroke[],
  rows: number,
  columns: number,
): Uint8Array | null {
  const points = strokes.flat();
  if (points.length === 0) return null;
  const [left, right] = range(points.map(({ x }) => x));
  const [top, bottom] = range(points.map(({ y }) => y));
  const pen = (PEN / SIDE) * Math.min(rows, columns);
  const radius = (pen * FINE) / 2;
  const zoom = Math.min(
    (FINE * ((FILLED / SIDE) * columns - pen)) / (right - left),
    (FINE * ((FILLED / SIDE) * rows - pen)) / (bottom - top),
    right === left && bottom === top ? 0 : Number.POSITIVE_INFINITY, // a dot has no extent
  );
  const margin = Math.ceil(radius) + 1;
  const width = Math.ceil((right - left) * zoom) + 2 * margin;
  const height = Math.ceil((bottom - top) * zoom) + 2 * margin;
  const drawing = { width, height, data: new Uint8Array(width * height) };
  const place = ({ x, y }: Point): Point => ({
    x: margin + (x - left) * zoom,
    y: margin + (y - top) * zoom,
  });
  for (const stroke of strokes) {
    const places = stroke.map(place);
    places.forEach((to, i) => {
      drawLine(drawing, places[Math.max(0, i - 1)], to, radius);
    });
  }
  return fitDigit(drawing, rows, columns);
}

/** Draws a line with round ends and smooth edges; where lines cross, the darker one stays. */
function drawLine(
  { width, height, data }: Ink & { readonly data: Uint8Array },
  from: Point,
  to: Point,
  radius: number,
): void {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const square = dx * dx + dy * dy;
  const reach = radius + 1;
  const lowest = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
  const highest = Math.min(height - 1, Math.ceil(Math.max(from.y, to.y) + reach));
  const first = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
  const last = Math.min(width - 1, Math.ceil(Math.max(from.x, to.x) + reach));
  for (let y = lowest; y <= highest; y++) {
    for (let x = first; x <= last; x++) {
      const [px, py] = [x + 0.5 - from.x, y + 0.5 - from.y];
      const along = square === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / square));
      const distance = Math.hypot(px - along * dx, py - along * dy);
      const shade = Math.round(255 * Math.min(1, Math.max(0, radius + 0.5 - distance)));
      if (shade > data[y * width + x]) data[y * width + x] = shade;
    }
  }
}

function range(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}
