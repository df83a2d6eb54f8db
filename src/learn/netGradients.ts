import type { NetFunctions } from "../engine/engine.js";
import type { Labels } from "../layers/softmaxLoss.js";
import { type Tensor, tensor } from "../layers/tensor.js";
import {
  mapParameters,
  parameterNames,
  TwoLayerNet,
  type TwoLayerParameters,
} from "../net/twoLayerNet.js";
import { Random } from "../random.js";
import { checkGradient, type GradientCheck, type GradientCheckOptions } from "./gradientCheck.js";
import { labelsOf, normal } from "./pieces/inputs.js";

/** The loss and gradients of a net, of a learner or ours. */
export type LossAndGradients = NetFunctions["lossAndGradients"];

/** Those of src/net. */
export const ownLossAndGradients: LossAndGradients = (parameters, ...batch) =>
  new TwoLayerNet(parameters).lossAndGradients(...batch);

/** Where to check a net: its parameters and a batch. */
export interface GradientPlace {
  readonly parameters: TwoLayerParameters;
  /** (N, d1, …, dk) */
  readonly x: Tensor;
  /** (N) */
  readonly labels: Labels;
}

/** The check of one parameter at one strength of L2. */
export interface NetGradientCheck extends GradientCheck {
  readonly name: (typeof parameterNames)[number];
  /** Strength of the L2 term. */
  readonly reg: number;
}

/** A small random net and a batch: N = 6, examples of 3 x 2 x 2, H = 7, C = 5; biases are not 0. */
export function smallGradientPlace(seed = 1): GradientPlace {
  const random = Random.fromSeed(seed);
  return {
    parameters: {
      W1: normal(random, 0.5, 12, 7),
      b1: normal(random, 0.5, 7),
      W2: normal(random, 0.5, 7, 5),
      b2: normal(random, 0.5, 5),
    },
    x: normal(random, 1, 6, 3, 2, 2),
    labels: labelsOf(random, 6, 5),
  };
}

/**
 * Checks the gradient of every parameter of a net against its loss, without L2 and with it.
 *
 * @param regs strengths of L2; 0 and 0.1 by default
 * @throws whatever the net throws
 */
export function checkNetGradients(
  lossAndGradients: LossAndGradients,
  place: GradientPlace,
  regs: readonly number[] = [0, 0.1],
  options: GradientCheckOptions = {},
): NetGradientCheck[] {
  const double = ({ data, shape }: Tensor) => tensor(Float64Array.from(data), ...shape);
  const parameters = mapParameters(place.parameters, double);
  const [x, { labels }] = [double(place.x), place];
  return regs.flatMap((reg) => {
    const { gradients } = lossAndGradients(parameters, x, labels, reg);
    return parameterNames.map((name) => {
      const loss = (w: Tensor) =>
        lossAndGradients({ ...parameters, [name]: w }, x, labels, reg).loss;
      const check = checkGradient(loss, parameters[name], gradients[name], options);
      return { name, reg, ...check };
    });
  });
}
