import { checkShape, type Tensor } from "./tensor.js";

/**
 * ReLU forward: out = max(0, x).
 *
 * @param out in the shape of x, overwritten; may be x itself
 * @param x   any shape
 * @returns   out
 * @throws {RangeError} when shapes disagree
 * Source: V. Nair and G. E. Hinton, "Rectified Linear Units Improve Restricted Boltzmann
 * Machines" (2010)
 */
export function reluForward(out: Tensor, x: Tensor): Tensor {
  checkShape("x", x, ...x.shape);
  checkShape("out", out, ...x.shape);
  const from = x.data;
  const to = out.data;
  // Math.max keeps NaN: a diverged net must not look like a silent one
  for (let i = 0; i < from.length; i++) to[i] = Math.max(0, from[i]);
  return out;
}

/**
 * ReLU backward: dx = dout where x > 0, else 0; the gradient at exactly 0 is 0.
 *
 * @param dx   in the shape of x, overwritten; may be dout itself
 * @param dout upstream gradient, in the shape of x
 * @param x    as in forward; the output of forward serves as well, since it is positive in the
 *             same places
 * @returns    dx
 * @throws {RangeError} when shapes disagree
 * Source: V. Nair and G. E. Hinton, "Rectified Linear Units Improve Restricted Boltzmann
 * Machines" (2010)
 */
export function reluBackward(dx: Tensor, dout: Tensor, x: Tensor): Tensor {
  checkShape("x", x, ...x.shape);
  checkShape("dx", dx, ...x.shape);
  checkShape("dout", dout, ...x.shape);
  const to = dx.data;
  for (let i = 0; i < to.length; i++) to[i] = x.data[i] > 0 ? dout.data[i] : 0;
  return dx;
}
