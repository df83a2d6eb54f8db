import { tensor } from "../layers/tensor.js";
import { Random } from "../random.js";
import type { Functions } from "./piece.js";
import { pieces } from "./pieces/index.js";
import { netInputs, parametersOf } from "./pieces/net.js";
import { numbersOf } from "./run.js";

/*
 * A first call of what training calls, on a net and a batch so small that only a loop without end takes long.
 */

/** The functions that training and gradient checks call. */
export const trialNames = [
  "splitImages",
  "preprocess",
  "lossAndGradients",
  "updateParameters",
  "scores",
] as const;

export type TrialName = (typeof trialNames)[number];

/** Images of the trial, of 3 x 2 pixels. */
export const IMAGES = 8;

/** Its hidden units and classes. */
const [H, C] = [5, 3];

/**
 * Calls functions of a lesson once each.
 *
 * @param report is told of each call before it is made
 * @throws whatever a function throws, and a TypeError if one returns another kind of value than it should
 */
export function callOnce(
  functions: Functions,
  names: readonly TrialName[],
  report: (name: TrialName) => void,
): void {
  const random = Random.fromSeed(1);
  const { x, labels, ...inputs } = netInputs(random, { N: IMAGES, example: [6], H, C });
  const parameters = parametersOf(inputs);
  const images = Uint8Array.from({ length: 6 * IMAGES }, () => random.below(256));
  const gradients = Object.fromEntries(
    Object.entries(parameters).map(([name, { data, shape }]) => [name, tensor(data, ...shape)]),
  );
  const preprocessing = { meanImage: new Float32Array(6), scale: 1, rows: 3, columns: 2 };
  const calls: Record<TrialName, () => unknown> = {
    splitImages: () =>
      functions.splitImages(
        { images, labels, rows: 3, columns: 2 },
        { validation: 2, limit: null },
      ),
    preprocess: () => functions.preprocess(images, preprocessing),
    lossAndGradients: () => functions.lossAndGradients(parameters, x, labels, 0.1),
    updateParameters: () =>
      functions.updateParameters(parameters, gradients, null, { learningRate: 0.1 }),
    scores: () => functions.scores(parameters, x),
  };
  for (const name of names) {
    report(name);
    const wrong = wrongKind(name, calls[name]());
    if (wrong !== null) throw new TypeError(wrong);
  }
}

/** What is wrong with the kind of value that a function returned, in words; null for nothing. */
function wrongKind(name: TrialName, result: unknown): string | null {
  if (result instanceof Promise) return `${name} returned a promise, expected no async function`;
  if (name === "updateParameters") return null; // it changes what it is given
  const outputs = pieces.flatMap((piece) => piece.outputs.filter(({ from }) => from === name));
  const found = outputs.map((output) => numbersOf(output, result));
  return found.find((one) => typeof one === "string") ?? null;
}
