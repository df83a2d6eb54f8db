import { affineForward } from "../layers/affine.js";
import { reluForward } from "../layers/relu.js";
import { type Labels, softmaxLoss } from "../layers/softmaxLoss.js";
import { type Tensor, tensor } from "../layers/tensor.js";
import type { TwoLayerNet } from "../net/twoLayerNet.js";

/** How one more step of plain gradient descent would change a net. */
export interface BestStep {
  /** Data loss of the sample in nats, label smoothing included, L2 left out. */
  readonly loss: number;
  /** The learning rate that lowers it most, of powers of two; 0 if none does. */
  readonly rate: number;
  /** The loss after that step. */
  readonly after: number;
  /** Length of the L2 term's gradient, divided by that of the data loss; null if the latter is 0. */
  readonly pull: number | null;
}

/** Rates are tried from 2^30 to 2^-30: every other power of two, then the neighbors of the best. */
const LARGEST = 2 ** 30;
const TRIES = 31;

/**
 * Follows the gradient of a sample's data loss and finds the step that lowers this loss most.
 *
 * @param x (N, D) images as the net takes them
 * @returns null where the loss is not finite
 */
export function bestStep(
  net: TwoLayerNet,
  x: Tensor,
  labels: Labels,
  { reg, labelSmoothing }: { readonly reg: number; readonly labelSmoothing: number },
): BestStep | null {
  const { W1, b1, W2, b2 } = net.parameters;
  const { loss, gradients: slope } = net.lossAndGradients(x, labels, 0, { labelSmoothing });
  if (!Number.isFinite(loss)) return null;
  const before = affineForward(x, W1, b1);
  const change = affineForward(x, slope.W1, slope.b1); // before the ReLU, the step moves along a line
  const lossAt = (rate: number) => {
    const hidden = reluForward(moved(before, change, rate));
    const scores = affineForward(hidden, moved(W2, slope.W2, rate), moved(b2, slope.b2, rate));
    return softmaxLoss(scores, labels, labelSmoothing).loss;
  };
  let best = { rate: 0, after: loss };
  const tryRate = (rate: number) => {
    const after = lossAt(rate);
    if (after < best.after) best = { rate, after };
  };
  for (let i = 0, rate = LARGEST; i < TRIES; i++, rate /= 4) tryRate(rate);
  const coarse = best.rate;
  if (coarse > 0) for (const rate of [2 * coarse, coarse / 2]) tryRate(rate);
  const length = lengthOf(slope.W1, slope.W2);
  const pull = length === 0 ? null : (reg * lengthOf(W1, W2)) / length;
  return { loss, ...best, pull: pull !== null && Number.isFinite(pull) ? pull : null };
}

function moved(from: Tensor, along: Tensor, rate: number): Tensor {
  const data = from.data.map((value, i) => value - rate * along.data[i]);
  return tensor(data, ...from.shape);
}

function lengthOf(...tensors: Tensor[]): number {
  let sum = 0;
  for (const { data } of tensors) for (let i = 0; i < data.length; i++) sum += data[i] * data[i];
  return Math.sqrt(sum);
}
