/*
 * What the command line builds on: the pieces of the lesson, their files, their checks, and training with layers
 * from a folder.
 */

export { type CheckLine, type CheckResult, checkPiece } from "./check.js";
export { fileNameOf, type LessonFile, lessonFiles } from "./lessonFiles.js";
export { loadLesson, mutantOf, pieceOf } from "./modules.js";
export {
  type Functions,
  type Mutant,
  mutantText,
  type Piece,
  solutionText,
  stubText,
} from "./piece.js";
export { pieces } from "./pieces/index.js";
export type { Limits } from "./runFile.js";
export type { CheckError, CodeLine } from "./worker.js";
