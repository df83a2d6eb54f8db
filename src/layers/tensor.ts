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
 * A tensor over existing numbers: `tensor(data, N, C)`. Nothing is copied.
 *
 * @param data  the numbers in row-major order
 * @param shape the size of each dimension; none at all for a single number
 * @throws {RangeError} when the number of values is not the product of the sizes
 */
export function tensor(data: FloatArray, ...shape: number[]): Tensor {
  if (data.length !== sizeOf(shape)) {
    throw new RangeError(`${data.length} numbers, expected ${sizeOf(shape)} for ${named(shape)}`);
  }
  return { data, shape };
}

/** A float32 tensor of zeros: `zeros(N, C)`. */
export function zeros(...shape: number[]): Tensor {
  return { data: new Float32Array(sizeOf(shape)), shape };
}

/** Zeros in the precision of a tensor and in its shape, or in another: `zerosLike(x, N, M)`. */
export function zerosLike(like: Tensor, ...given: number[]): Tensor {
  const shape = given.length > 0 ? given : like.shape;
  const size = sizeOf(shape);
  const data = like.data instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
  return { data, shape };
}

/** f of each number of x. */
export function map(x: Tensor, f: (value: number, i: number) => number): Tensor {
  const out = zerosLike(x);
  for (let i = 0; i < out.data.length; i++) out.data[i] = f(x.data[i], i);
  return out;
}

/** f of each pair of numbers at the same place in a and b, two tensors of one shape. */
export function map2(a: Tensor, b: Tensor, f: (a: number, b: number) => number): Tensor {
  return map(a, (value, i) => f(value, b.data[i]));
}

/** The index of the largest number in each row of x (N, C), the first of equals. */
export function argmax(x: Tensor): Uint32Array {
  const [N, C] = [rowsOf(x), columnsOf(x)];
  const best = new Uint32Array(N);
  for (let n = 0; n < N; n++) {
    let top = 0;
    for (let c = 1; c < C; c++) if (x.data[n * C + c] > x.data[n * C + top]) top = c;
    best[n] = top;
  }
  return best;
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
  return shape.reduce((size, d) => size * d, 1);
}

function named(shape: readonly number[]): string {
  return shape.length === 0 ? "a single number" : shape.join(" x ");
}
