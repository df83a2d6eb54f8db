import { exitCodes, InputError } from "../../../errors.js";
import { type CheckResult, checkPiece, type Piece } from "../../../learn/index.js";
import { checkText } from "../../../render/terminal/checkResult.js";
import { note, print, printError, printJson, terminalWidth } from "../../io/terminal.js";
import { type Lesson, openLesson, pathOf, pieceNamed } from "./lessonFolder.js";

/** Flags of a check. */
export interface CheckFlags {
  readonly all?: true;
  readonly json?: true;
  /** Seconds that a piece may take. */
  readonly timeLimit?: number;
}

/** The results of checking pieces, each by itself, in their order. */
export async function checksOf(
  lesson: Lesson,
  chosen: readonly Piece[],
  { timeLimit }: CheckFlags,
): Promise<CheckResult[]> {
  const limits = timeLimit === undefined ? {} : { timeLimit: 1000 * timeLimit };
  const results: CheckResult[] = [];
  for (const piece of chosen) {
    results.push(await checkPiece(piece, pathOf(lesson, piece), limits));
  }
  return results;
}

/** The first piece that is not right yet, and what is wrong with it; null if all are right. */
export async function nextPiece(
  lesson: Lesson,
): Promise<{ piece: Piece; result: CheckResult } | null> {
  for (const piece of lesson.pieces) {
    const [result] = await checksOf(lesson, [piece], {});
    if (!isRight(result)) return { piece, result };
  }
  return null;
}

/** Checks pieces and prints what was found; returns the exit code. */
export async function checkPieces(
  lesson: Lesson,
  chosen: readonly Piece[],
  flags: CheckFlags,
): Promise<number> {
  const results = await checksOf(lesson, chosen, flags);
  if (flags.json) printJson(report(lesson, results));
  else for (const result of results) printCheck(result);
  return exitCodeOf(results);
}

/** `mnist-learn`: checks the first piece that is not right, and says where the learner stands. */
export async function checkNext(lesson: Lesson): Promise<number> {
  const next = await nextPiece(lesson);
  if (next === null) {
    print(`all ${lesson.pieces.length} pieces are right`);
    note("\nNext: npx mnist-learn train lets them learn real digits");
    return exitCodes.done;
  }
  const before = lesson.pieces.indexOf(next.piece);
  if (before > 0) note(`${before} of ${lesson.pieces.length} pieces are right; the next:\n`);
  printCheck(next.result);
  return exitCodes.notYet;
}

/** `mnist-learn check`: pieces by name, all of a lesson, or whole folders. */
export async function check(names: readonly string[], flags: CheckFlags): Promise<number> {
  if (names.length === 0) {
    const lesson = openLesson();
    return flags.all ? checkPieces(lesson, lesson.pieces, flags) : checkNext(lesson);
  }
  if (flags.all) return checkFolders(names, flags);
  const lesson = openLesson();
  return checkPieces(
    lesson,
    names.map((name) => pieceNamed(name)),
    flags,
  );
}

/** All pieces of each folder, a line for each; a folder without a lesson does not end it. */
async function checkFolders(paths: readonly string[], flags: CheckFlags): Promise<number> {
  let worst: number = exitCodes.done;
  const widest = Math.max(...paths.map((path) => path.length));
  for (const path of paths) {
    try {
      const lesson = openLesson(path);
      const results = await checksOf(lesson, lesson.pieces, flags);
      if (flags.json) printJson(report(lesson, results));
      else print(`${path.padEnd(widest)}  ${summary(results)}`);
      worst = Math.max(worst, exitCodeOf(results));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      if (flags.json) printJson({ folder: path, passed: false, error: error.message });
      printError(error.message);
      worst = Math.max(worst, error.exitCode);
    }
  }
  return worst;
}

const isRight = ({ state }: CheckResult) => state === "right";

const report = ({ path }: Lesson, checks: readonly CheckResult[]) => ({
  folder: path,
  passed: checks.every(isRight),
  checks,
});

/** How many pieces are right, and what is wrong with the others. */
function summary(results: readonly CheckResult[]): string {
  const wrong = results.filter((result) => !isRight(result));
  const names = wrong.map(({ piece, diagnosis }) =>
    diagnosis === null ? piece : `${piece} (${diagnosis.mutant})`,
  );
  const right = `${results.length - wrong.length} of ${results.length} right`;
  return wrong.length === 0 ? right : `${right}; not yet: ${names.join(", ")}`;
}

const exitCodeOf = (results: readonly CheckResult[]) =>
  results.every(isRight) ? exitCodes.done : exitCodes.notYet;

/** Prints what was found in a piece. */
export function printCheck(result: CheckResult): void {
  print(checkText(result, terminalWidth(process.stdout)));
}
