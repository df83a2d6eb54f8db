/** tensor.mjs of a lesson's folder: what all pieces share, so that a folder needs nothing else. */
export const tensorText = `// @ts-check
// Numbers with a shape, as every layer takes and returns them. There is nothing to do in this file.

/**
 * Numbers row by row, and the size of each dimension. The number in row n and column d of a tensor of
 * shape [N, D] is data[n * D + d].
 *
 * @typedef {{ readonly data: Float32Array | Float64Array, readonly shape: readonly number[] }} Tensor
 */

/**
 * Everything that training changes; gradients have the same names. D inputs, H hidden units, C classes.
 * W1 [D, H], b1 [H], W2 [H, C], b2 [C].
 *
 * @typedef {{ W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor }} Parameters
 */

/**
 * Gray images of one size: pixels 0 to 255, [N, rows * columns] row by row, and the class of each image.
 *
 * @typedef {{ images: Uint8Array, labels: Uint8Array, rows: number, columns: number }} Images
 */

/**
 * A random number generator: below(n) is a whole number from 0 to n - 1.
 *
 * @typedef {{ below(n: number): number }} Random
 */

/**
 * A tensor of the given numbers: tensor([1, 2, 3, 4], 2, 2) has two rows.
 *
 * @param {ArrayLike<number>} numbers
 * @param {...number} shape
 * @returns {Tensor}
 */
export function tensor(numbers, ...shape) {
  return { data: Float64Array.from(numbers), shape };
}

/**
 * Zeros in the precision of x: zerosLike(x) in its shape, zerosLike(x, N, M) in another.
 * Training uses 32-bit numbers and checks use 64-bit ones; this keeps whichever x has.
 *
 * @param {Tensor} x
 * @param {...number} shape
 * @returns {Tensor}
 */
export function zerosLike(x, ...shape) {
  const sizes = shape.length > 0 ? shape : x.shape;
  const size = sizes.reduce((product, d) => product * d, 1);
  const data = x.data instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
  return { data, shape: sizes };
}

/**
 * Throws an error unless x has the given shape: checkShape("b", b, M).
 *
 * @param {string} name
 * @param {Tensor} x
 * @param {...number} shape
 */
export function checkShape(name, x, ...shape) {
  const found = x.shape.join(" x ");
  const expected = shape.join(" x ");
  if (found !== expected) throw new RangeError(\`\${name} is \${found}, expected \${expected}\`);
}
`;
