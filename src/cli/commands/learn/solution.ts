import { exitCodes, UsageError } from "../../../errors.js";
import { type Piece, solutionText } from "../../../learn/index.js";
import { note, print, terminalWidth, wrapped } from "../../io/terminal.js";
import { checksOf } from "./check.js";
import { type Lesson, pathOf } from "./lessonFolder.js";

/** `mnist-learn solution`: our version of a piece, once the learner's passes or is given up. */
export async function solution(
  lesson: Lesson,
  piece: Piece,
  { giveUp }: { giveUp?: true },
): Promise<number> {
  const [{ state }] = await checksOf(lesson, [piece], {});
  if (state !== "right" && !giveUp) {
    throw new UsageError(
      `${pathOf(lesson, piece)} is not right yet, expected a piece that passes before ours is shown; ` +
        `try mnist-learn hint ${piece.name}, or add --give-up`,
    );
  }
  print(solutionText(piece));
  note(wrapped(`Why so: ${piece.why}`, terminalWidth(process.stderr)));
  return exitCodes.done;
}
