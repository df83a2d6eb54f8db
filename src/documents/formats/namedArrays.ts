import type { UsableNet } from "../model.js";

/*
 * A net as arrays with names, which is what safetensors and npz files hold.
 */

/** Row-major numbers with their name. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array;
}

export const layoutNames = ["plain", "torch"] as const;

/**
 * How the parameters are named and turned: as W1 (D, H), b1, W2 (H, C), b2; or as PyTorch's
 * `nn.Sequential(Linear, ReLU, Linear)` has them, 0.weight (H, D), 0.bias, 2.weight (C, H), 2.bias.
 */
export type Layout = (typeof layoutNames)[number];

/** The parameters of a net as float32 arrays. */
export function parameterArrays({ parameters }: UsableNet, layout: Layout): NamedArray[] {
  const { W1, b1, W2, b2 } = parameters;
  const array = (name: string, { shape, data }: typeof W1) => ({
    name,
    shape,
    values: Float32Array.from(data),
  });
  if (layout === "plain") {
    return [array("W1", W1), array("b1", b1), array("W2", W2), array("b2", b2)];
  }
  const turned = (name: string, W: typeof W1) => {
    const { shape, values } = array(name, W);
    const [rows, columns] = shape;
    return { name, shape: [columns, rows], values: transposed(values, rows, columns) };
  };
  return [turned("0.weight", W1), array("0.bias", b1), turned("2.weight", W2), array("2.bias", b2)];
}

/** (rows, columns) to (columns, rows), in fresh memory. */
export function transposed<T extends Float32Array | Float64Array>(
  values: T,
  rows: number,
  columns: number,
): T {
  const turned = values.slice() as T;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) turned[c * rows + r] = values[r * columns + c];
  }
  return turned;
}

/** The mean image, of shape (rows, columns), which tells the size of the images. */
export function meanArray({ preprocessing }: UsableNet): NamedArray {
  const { rows, columns, meanImage } = preprocessing;
  return { name: "mean_image", shape: [rows, columns], values: meanImage };
}
