import { affineForward } from "../../layers/affine.js";
import { map, type Tensor, tensor } from "../../layers/tensor.js";
import type { Random } from "../../random.js";
import type { Inputs } from "../piece.js";

/*
 * Inputs of cases. Random ones are uneven on purpose: positive, negative and exactly 0, rows of very different
 * size, so that no mistake hides in them.
 */

/** A float64 tensor of given numbers: `numbers([1, 2, 3, 4], 2, 2)`. */
export function numbers(values: readonly number[], ...shape: number[]): Tensor {
  return tensor(Float64Array.from(values), ...shape);
}

/** Normal numbers, some of them exactly 0; each row is of another size, 1/4 to 4. */
export function uneven(random: Random, ...shape: number[]): Tensor {
  const size = shape.reduce((product, d) => product * d, 1);
  const columns = shape.length > 1 ? size / shape[0] : size;
  const data = new Float64Array(size);
  const sizes = [1, 4, 0.25, 2, 0.5];
  const zero = random.below(7); // so that two tensors are not 0 in the same places
  for (let i = 0; i < size; i++) {
    const scale = shape.length > 1 ? sizes[Math.floor(i / columns) % sizes.length] : 1;
    data[i] = i % 7 === zero ? 0 : scale * random.gaussian();
  }
  return tensor(data, ...shape);
}

/** Normal numbers, none of them 0. */
export function normal(random: Random, scale: number, ...shape: number[]): Tensor {
  const size = shape.reduce((product, d) => product * d, 1);
  return tensor(
    Float64Array.from({ length: size }, () => scale * random.gaussian()),
    ...shape,
  );
}

/** Labels of N examples; the first is repeated, so that not all differ, and so that order counts. */
export function labelsOf(random: Random, N: number, C: number): Uint8Array {
  const labels = Uint8Array.from({ length: N }, () => random.below(C));
  if (N > 2) labels[N - 1] = labels[0];
  if (labels[1] === labels[0]) labels[1] = (labels[0] + 1) % C;
  return labels;
}

/** An input that is a tensor. */
export function tensorOf(inputs: Inputs, name: string): Tensor {
  return inputs[name] as Tensor;
}

/** Magnitudes. */
export function abs(x: Tensor): Tensor {
  return map(x, Math.abs);
}

/** Σ|terms| of x·W + b. */
export function affineTerms(x: Tensor, W: Tensor, b: Tensor): Tensor {
  return affineForward(abs(x), abs(W), abs(b));
}
