/** The exit code of each way in which a command can end. */
export const exitCodes = {
  done: 0,
  fault: 1,
  usage: 2,
  input: 3,
  diverged: 4,
  belowFloor: 5,
  wrongGradient: 6,
  notYet: 7,
  interrupted: 130,
  terminated: 143,
} as const;

/** A file that cannot be used; see `refuse` for the form of its message. */
export class InputError extends Error {
  override readonly name: string = "InputError";
  readonly exitCode: number = exitCodes.input;
}

/** A setting or flag that cannot be used: an unknown name, a value out of range. */
export class UsageError extends InputError {
  override readonly name: string = "UsageError";
  override readonly exitCode = exitCodes.usage;
}

/** A setting out of range, or one that contradicts another. */
export class SettingError extends UsageError {
  override readonly name = "SettingError";

  /**
   * @param setting as its reader calls it: by its name, or by its flag
   * @param message for the few that say it otherwise
   */
  constructor(
    readonly setting: string,
    readonly found: string,
    readonly expected: string,
    message = `${setting} ${found}: expected ${expected}`,
  ) {
    super(message);
  }
}

/**
 * Refuses an input: what was found, what was expected, and what to do, on one line.
 *
 * @param name names the input, such as a path
 * @throws {InputError} always
 */
export function refuse(name: string, found: string, expected: string, remedy: string): never {
  throw new InputError(`${name}: ${found}, expected ${expected}; ${remedy}`);
}
