import type { ShownNet } from "./report.js";

/** Where the slider of the learning rate starts for a net whose run is unknown. */
const UNKNOWN = 0.01;

/** The learning rate that a step of SGD starts with: that of the run, if it is known. */
export function startingRate({ payload }: ShownNet): number {
  return payload.learningRate ?? UNKNOWN;
}
