import { exitCodes } from "../../../errors.js";

export async function gradcheck(_flags: unknown): Promise<number> {
  return exitCodes.done;
}
