import { encode } from "fast-png";

/** A grey picture, 0 black to 255 white. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  /** (height, width) */
  readonly data: Uint8Array;
}

/** Pixels that an image's longer side has in a grid, at least; small ones are enlarged. */
const LEAST_SIDE = 56;
/** Between images, and beside the first of each row, which the others are compared with. */
const GAP = 2;
const WIDE_GAP = 10;
const BACKGROUND = 144;

/**
 * Images in rows, the first of each row set apart.
 *
 * @param grid    rows of images, all rows as long, each image (rows, columns) bytes
 * @param rows    height of an image in pixels
 * @param columns width of an image in pixels
 */
export function imageGrid(
  grid: readonly (readonly Uint8Array[])[],
  rows: number,
  columns: number,
): GreyPicture {
  const zoom = Math.max(1, Math.ceil(LEAST_SIDE / Math.max(rows, columns)));
  const cell = { width: columns * zoom + GAP, height: rows * zoom + GAP };
  const across = grid[0].length;
  const width = GAP + across * cell.width + (across > 1 ? WIDE_GAP - GAP : 0);
  const height = GAP + grid.length * cell.height;
  const data = new Uint8Array(width * height).fill(BACKGROUND);
  grid.forEach((images, r) => {
    images.forEach((image, c) => {
      const left = GAP + c * cell.width + (c > 0 ? WIDE_GAP - GAP : 0);
      const top = GAP + r * cell.height;
      for (let y = 0; y < rows * zoom; y++) {
        for (let x = 0; x < columns * zoom; x++) {
          const pixel = Math.floor(y / zoom) * columns + Math.floor(x / zoom);
          data[(top + y) * width + left + x] = image[pixel];
        }
      }
    });
  });
  return { width, height, data };
}

/** A picture as the bytes of a PNG file. */
export function encodePng({ width, height, data }: GreyPicture): Uint8Array {
  return encode({ width, height, data, channels: 1, depth: 8 });
}
