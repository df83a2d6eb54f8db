import { InputError } from "../errors.js";

/** Code of a lesson's folder that cannot be used; see `refuse` for the form of its message. */
export class LessonError extends InputError {
  /**
   * @param where names the code: a folder, a file, a line
   * @param found what is wrong there
   */
  constructor(
    where: string,
    readonly found: string,
    expected: string,
    remedy: string,
  ) {
    super(`${where}: ${found}, expected ${expected}; ${remedy}`);
  }
}

/** The command that finds out more. */
export const CHECK = "npx mnist-learn";
