import { exitCodes } from "../../../errors.js";
import type { Piece } from "../../../learn/index.js";
import { print, terminalWidth, wrapped } from "../../io/terminal.js";
import { countHint, hintsRead, type Lesson } from "./lessonFolder.js";

const steps = ["the idea", "the formula", "almost the code"];

/** `mnist-learn hint`: the next hint on a piece; after the last one, it again. */
export async function hint(lesson: Lesson, piece: Piece): Promise<number> {
  const step = Math.min(hintsRead(lesson, piece), piece.hints.length - 1);
  await countHint(lesson, piece);
  const text = wrapped(piece.hints[step], terminalWidth(process.stdout));
  print(`${piece.title}, hint ${step + 1} of ${piece.hints.length}: ${steps[step]}\n\n${text}`);
  const next =
    step + 1 < piece.hints.length ? "mnist-learn hint" : `mnist-learn solution ${piece.name}`;
  print(`\nNext: npx ${next}${step + 1 < piece.hints.length ? "" : " --give-up"}`);
  return exitCodes.done;
}
