import { exitCodes } from "../../../errors.js";

export async function train(_flags: unknown): Promise<number> {
  return exitCodes.done;
}
