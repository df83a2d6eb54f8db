/** One number of each hidden unit, row by row in about a square; places without a unit hold 0. */
export function unitGrid(values: ArrayLike<number>) {
  const columns = Math.ceil(Math.sqrt(values.length));
  const rows = Math.ceil(values.length / columns);
  const padded = new Float32Array(rows * columns);
  padded.set(values);
  return { rows, columns, values: padded };
}
