import { exitCodes } from "../../../errors.js";
import { print } from "../../io/terminal.js";
import { type Lesson, pieceNamed, resetFile } from "./lessonFolder.js";

/** `mnist-learn reset`: the stub of a piece, or tensor.mjs, again; the old file is kept beside it. */
export async function reset(lesson: Lesson, name: string): Promise<number> {
  const isTensor = name === "tensor" || name === "tensor.mjs";
  const { path, kept } = await resetFile(lesson, isTensor ? "tensor" : pieceNamed(name));
  const old = kept === null ? "" : `; what was there is in ${kept}`;
  print(`${path} is as it was at the start${old}`);
  return exitCodes.done;
}
