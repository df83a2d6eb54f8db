import { checkShape, map, map2, type Tensor } from "./tensor.js";

/**
 * ReLU forward: out = max(0, x).
 *
 * @param x any shape
 * @returns in the shape of x
 * @throws {RangeError} when x does not fill its shape
 * Source: V. Nair and G. E. Hinton, "Rectified Linear Units Improve Restricted Boltzmann
 * Machines" (2010)
 */
export function reluForward(x: Tensor): Tensor {
  checkShape("x", x, ...x.shape);
  return map(x, (value) => Math.max(0, value)); // keeps NaN, so that divergence shows
}

/**
 * ReLU backward: dx = dout where x > 0, else 0; the gradient at exactly 0 is 0.
 *
 * @param dout upstream gradient, in the shape of x
 * @param x    as in forward, or what forward returned, which is positive in the same places
 * @returns dx, in the shape of x
 * @throws {RangeError} when shapes disagree
 * Source: as forward
 */
export function reluBackward(dout: Tensor, x: Tensor): Tensor {
  checkShape("x", x, ...x.shape);
  checkShape("dout", dout, ...x.shape);
  return map2(dout, x, (d, value) => (value > 0 ? d : 0));
}
