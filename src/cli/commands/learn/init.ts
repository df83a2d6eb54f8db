import { exitCodes } from "../../../errors.js";
import { pieces } from "../../../learn/index.js";
import { note, print, quotedForShell } from "../../io/terminal.js";
import { createLesson, pieceNamed } from "./lessonFolder.js";

/** `mnist-learn init`: makes the folder of a lesson. */
export async function init(
  path: string,
  { pieces: names }: { pieces?: string[] },
): Promise<number> {
  const named = names?.map((name) => pieceNamed(name));
  const chosen = named === undefined ? pieces : pieces.filter((piece) => named.includes(piece));
  const lesson = await createLesson(path, chosen);
  const count = `${chosen.length} ${chosen.length === 1 ? "piece" : "pieces"} to write`;
  print(`${lesson.path}: ${count}, one file each`);
  note(
    `\nNext:\n  cd ${quotedForShell(path)}\n  npx mnist-learn\n\n` +
      "The first check fails, as it should: nothing is written yet.",
  );
  return exitCodes.done;
}
