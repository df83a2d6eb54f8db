/** Either precision: float32 to train, float64 to check gradients. */
export type FloatArray = Float32Array | Float64Array;

/** Numbers in row-major order, with the size of each dimension. */
export interface Tensor {
  readonly data: FloatArray;
  readonly shape: readonly number[];
}

/** How many bits hold a number: float32 to train, float64 to check gradients. */
export type Precision = "float32" | "float64";

/**
 * A tensor over numbers that exist already: `tensor(data, N, C)`. Nothing is copied.
 *
 * @param data  the numbers in row-major order
 * @param shape the size of each dimension; none at all for a single number
 * @throws {RangeError} when there are more or fewer numbers than the sizes multiply to
 */
export function tensor(data: FloatArray, ...shape: number[]): Tensor {
  if (data.length !== sizeOf(shape)) {
    throw new RangeError(`${data.length} numbers, expected ${sizeOf(shape)} for ${named(shape)}`);
  }
  return { data, shape };
}

/** A float32 tensor full of zeros: `zeros(N, C)`. */
export function zeros(...shape: number[]): Tensor {
  return { data: new Float32Array(sizeOf(shape)), shape };
}

/** A tensor full of zeros with the shape and precision of another. */
export function zerosLike(like: Tensor): Tensor {
  return emptyLike(like, ...like.shape);
}

/** A tensor full of zeros with another's precision and a shape of its own. */
export function emptyLike(like: Tensor, ...shape: number[]): Tensor {
  const size = sizeOf(shape);
  const data = like.data instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
  return { data, shape };
}

/** The number of examples: the first dimension of (N, d1, …, dk). */
export function rowsOf(x: Tensor): number {
  return x.shape[0];
}

/** The size of one example: d1 · … · dk of (N, d1, …, dk). */
export function columnsOf(x: Tensor): number {
  return sizeOf(x.shape.slice(1));
}

/**
 * Checks a tensor against the shape that it must have, and that it holds as many numbers.
 *
 * @throws {RangeError} naming the tensor: "W1 is 4 x 5, expected 784 x 200"
 */
export function checkShape(name: string, x: Tensor, ...expected: number[]): void {
  const fits = x.shape.length === expected.length && x.shape.every((d, i) => d === expected[i]);
  if (!fits) throw new RangeError(`${name} is ${named(x.shape)}, expected ${named(expected)}`);
  if (x.data.length !== sizeOf(expected)) {
    throw new RangeError(`${name} holds ${x.data.length} numbers, expected ${sizeOf(expected)}`);
  }
}

function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const d of shape) size *= d;
  return size;
}

function named(shape: readonly number[]): string {
  return shape.length === 0 ? "a single number" : shape.join(" x ");
}
