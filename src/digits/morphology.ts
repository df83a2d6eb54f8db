/*
 * Gray pictures, and what is narrower than a square in them. Nothing here needs Node.
 */

/** A gray picture, or any other number for each pixel. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  /** (height, width) */
  readonly data: ArrayLike<number>;
}

/** A plane of numbers that were computed. */
export interface Field extends Plane {
  readonly data: Float32Array;
}

/** A number for each pixel, from that of another plane. */
export function mapped(plane: Plane, to: (value: number, i: number) => number): Field {
  const data = new Float32Array(plane.data.length); // Float32Array.from takes ten times as long
  for (let i = 0; i < data.length; i++) data[i] = to(plane.data[i], i);
  return { ...plane, data };
}

/**
 * The picture without what is dark and narrower than the square: the greatest value around each pixel, then
 * the least of these. Edges of what is wider stay where they are. Beyond its border the picture goes on as it
 * ends there.
 *
 * Source: R. C. Gonzalez and R. E. Woods, "Digital Image Processing", on morphological closing
 *
 * @param reach half the side of the square, in pixels
 */
export function closing(plane: Plane, reach: number): Field {
  const margin = 2 * reach;
  const wide = greatest(withMargin(plane, margin), reach);
  const closed = greatest(
    mapped(wide, (value) => -value),
    reach,
  );
  const { width, height } = plane;
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (y + margin) * closed.width + margin;
    for (let x = 0; x < width; x++) data[y * width + x] = -closed.data[from + x];
  }
  return { width, height, data };
}

/** The greatest value within a square around each pixel, cut off at the border. */
export function greatest(plane: Plane, reach: number): Field {
  const { width, height } = plane;
  const rows = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const line = { first: y * width, step: 1, count: width };
    greatestAlong(plane.data, rows, line, reach);
  }
  const data = new Float32Array(width * height);
  for (let x = 0; x < width; x++) {
    greatestAlong(rows, data, { first: x, step: width, count: height }, reach);
  }
  return { width, height, data };
}

/** A line of pixels: the place of the first, and how far apart they are. */
interface Line {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** The greatest value within reach along a line, in a time that does not depend on the reach. */
function greatestAlong(
  from: ArrayLike<number>,
  to: Float32Array,
  { first, step, count }: Line,
  reach: number,
): void {
  const queue = new Int32Array(count); // places that may still be the greatest, in falling order of values
  let [head, tail] = [0, 0];
  for (let i = 0; i < count + reach; i++) {
    if (i < count) {
      const value = from[first + i * step];
      while (tail > head && from[first + queue[tail - 1] * step] <= value) tail--;
      queue[tail++] = i;
    }
    const at = i - reach;
    if (at < 0) continue;
    while (queue[head] < at - reach) head++;
    to[first + at * step] = from[first + queue[head] * step];
  }
}

/** The nearest place inside of a row or column of so many pixels. */
export function within(place: number, size: number): number {
  return Math.min(size - 1, Math.max(0, place));
}

function withMargin({ width, height, data }: Plane, margin: number): Field {
  const wide = { width: width + 2 * margin, height: height + 2 * margin };
  const copy = new Float32Array(wide.width * wide.height);
  for (let y = 0; y < wide.height; y++) {
    const row = within(y - margin, height) * width;
    for (let x = 0; x < wide.width; x++)
      copy[y * wide.width + x] = data[row + within(x - margin, width)];
  }
  return { ...wide, data: copy };
}

/** The value below which a share of all lies: 0.5 gives the median. */
export function quantile(values: Float32Array, share: number): number {
  const sorted = values.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** The outermost columns and rows of a part of a picture. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Pixels that hang together, also at their corners. */
export interface Component extends Box {
  /** Places of its pixels. */
  readonly pixels: readonly number[];
}

/** The smallest box around some others. */
export function boxAround(boxes: readonly Box[]): Box {
  const [first, ...others] = boxes;
  return others.reduce<Box>(
    (all, { left, right, top, bottom }) => ({
      left: Math.min(all.left, left),
      right: Math.max(all.right, right),
      top: Math.min(all.top, top),
      bottom: Math.max(all.bottom, bottom),
    }),
    first,
  );
}

/** A part of a picture as a picture of its own. */
export function cropped(plane: Plane, { left, right, top, bottom }: Box): Field {
  const [width, height] = [right - left + 1, bottom - top + 1];
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (y + top) * plane.width + left;
    for (let x = 0; x < width; x++) data[y * width + x] = plane.data[from + x];
  }
  return { width, height, data };
}

/** The components of the pixels whose value is at least so much. */
export function componentsOf({ width, height, data }: Plane, least: number): Component[] {
  const seen = new Uint8Array(data.length);
  const components: Component[] = [];
  for (let i = 0; i < data.length; i++) {
    if (seen[i] || data[i] < least) continue;
    seen[i] = 1;
    const pixels = [i];
    const box = { left: width, right: -1, top: height, bottom: -1 };
    for (let k = 0; k < pixels.length; k++) {
      const [x, y] = [pixels[k] % width, Math.floor(pixels[k] / width)];
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const at = v * width + u;
          if (seen[at] || data[at] < least) continue;
          seen[at] = 1;
          pixels.push(at);
        }
      }
    }
    components.push({ pixels, ...box });
  }
  return components;
}
