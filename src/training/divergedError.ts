import { exitCodes } from "../errors.js";
import { againstDivergence } from "../settings/againstDivergence.js";
import type { Settings } from "../settings/settings.js";
import type { Failure, History } from "./history.js";

/** Training diverged: a loss or a weight became infinite or NaN. */
export class DivergedError extends Error implements Failure {
  override readonly name = "DivergedError";
  readonly exitCode = exitCodes.diverged;

  /**
   * @param iteration the update at which it was detected, counted from 1
   * @param found     what was found, such as "loss NaN"
   * @param history   up to there; every number in it is finite
   */
  constructor(
    readonly iteration: number,
    readonly found: string,
    readonly history: History,
    settings: Settings,
  ) {
    super(
      `training diverged at iteration ${iteration}: ${found}, expected a finite number; ` +
        `try ${againstDivergence(settings, history.start?.loss ?? null)}`,
    );
  }
}
