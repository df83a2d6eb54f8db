/**
 * An image at a smaller size, or the same: each new pixel is the mean of the area that it covers.
 *
 * @param values    (rows, columns)
 * @param toRows    1 to rows
 * @param toColumns 1 to columns
 * @returns         (toRows, toColumns)
 */
export function shrink(
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  toRows: number,
  toColumns: number,
): Float64Array {
  const result = new Float64Array(toRows * toColumns);
  for (let r = 0; r < toRows; r++) {
    for (let c = 0; c < toColumns; c++) {
      let sum = 0;
      let area = 0;
      for (const [y, high] of covered(r, rows / toRows, rows)) {
        for (const [x, wide] of covered(c, columns / toColumns, columns)) {
          sum += high * wide * values[y * columns + x];
          area += high * wide;
        }
      }
      result[r * toColumns + c] = sum / area;
    }
  }
  return result;
}

/** The old pixels under new pixel n of a line, each with the share of it that is covered. */
function covered(n: number, size: number, count: number): [pixel: number, share: number][] {
  const [from, to] = [n * size, Math.min(count, (n + 1) * size)];
  const first = Math.floor(from);
  return Array.from({ length: Math.ceil(to) - first }, (_, i) => {
    const pixel = first + i;
    return [pixel, Math.min(to, pixel + 1) - Math.max(from, pixel)];
  });
}
