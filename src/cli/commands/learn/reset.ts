import { exitCodes } from "../../../errors.js";
import type { Piece } from "../../../learn/index.js";
import { print } from "../../io/terminal.js";
import { type Lesson, pathOf, resetPiece } from "./lessonFolder.js";

/** `mnist-learn reset`: the stub of a piece again; the old file is kept beside it. */
export async function reset(lesson: Lesson, piece: Piece): Promise<number> {
  const kept = await resetPiece(lesson, piece);
  const old = kept === null ? "" : `; what was there is in ${kept}`;
  print(`${pathOf(lesson, piece)} is as it was at the start${old}`);
  return exitCodes.done;
}
