/** The exit code of every way that a command can end. */
export const exitCodes = {
  done: 0,
  fault: 1,
  usage: 2,
  input: 3,
  diverged: 4,
  belowFloor: 5,
  interrupted: 130,
  terminated: 143,
} as const;

/** A file that cannot be used: says what was found, what was expected, what to do. */
export class InputError extends Error {
  override readonly name: string = "InputError";
  readonly exitCode: number = exitCodes.input;
}

/** A setting or flag that makes no sense: an unknown name, a value out of range. */
export class UsageError extends InputError {
  override readonly name = "UsageError";
  override readonly exitCode = exitCodes.usage;
}

/** Training left the finite numbers: a loss or a weight became infinite or NaN. */
export class DivergedError extends Error {
  override readonly name = "DivergedError";
  readonly exitCode = exitCodes.diverged;

  /**
   * @param iteration    the update, counted from 1, where it was noticed
   * @param what         what was found, such as "loss NaN"
   * @param learningRate the rate in force at that iteration
   */
  constructor(
    readonly iteration: number,
    what: string,
    readonly learningRate: number,
  ) {
    const rounded = (rate: number) => Number(rate.toPrecision(2));
    super(
      `training diverged at iteration ${iteration}: ${what}, expected a finite number; ` +
        `try a smaller learning rate than ${rounded(learningRate)}, ` +
        `such as --learning-rate ${rounded(learningRate / 10)}`,
    );
  }
}
