import { exitCodes } from "../errors.js";
import type { Failure, History } from "./history.js";

/** Training diverged: a loss or a weight became infinite or NaN. */
export class DivergedError extends Error implements Failure {
  override readonly name = "DivergedError";
  readonly exitCode = exitCodes.diverged;

  /**
   * @param iteration    the update at which it was detected, counted from 1
   * @param found        what was found, such as "loss NaN"
   * @param learningRate the rate of that update
   * @param history      up to there; every number in it is finite
   */
  constructor(
    readonly iteration: number,
    readonly found: string,
    readonly learningRate: number,
    readonly history: History,
  ) {
    const rounded = (rate: number) => Number(rate.toPrecision(2));
    super(
      `training diverged at iteration ${iteration}: ${found}, expected a finite number; ` +
        `try a smaller learning rate than ${rounded(learningRate)}, ` +
        `such as --learning-rate ${rounded(learningRate / 10)}`,
    );
  }
}
