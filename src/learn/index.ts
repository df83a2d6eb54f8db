/*
 * What the command line builds on: the pieces of the lesson, their files, checks and puzzles, gradient checks, and
 * training with layers from a folder.
 */

export { type CheckLine, type CheckResult, checkPiece } from "./check.js";
export {
  compareLosses,
  type FirstLossSettings,
  type LossComparison,
} from "./compareLosses.js";
export {
  checkGradient,
  DOUBTFUL,
  type GradientCheck,
  type GradientCheckOptions,
  WRONG,
} from "./gradientCheck.js";
export { LessonError } from "./lessonError.js";
export { fileNameOf, type LessonFile, lessonFiles } from "./lessonFiles.js";
export { type LessonLayers, lessonLayers } from "./lessonLayers.js";
export { type LessonRunResult, type LessonRunSettings, lessonRun } from "./lessonRun.js";
export { loadFolder } from "./loadFolder.js";
export { loadLesson, mutantOf, pieceOf } from "./modules.js";
export {
  checkNetGradients,
  type GradientPlace,
  type LossAndGradients,
  type NetGradientCheck,
  ownLossAndGradients,
  smallGradientPlace,
} from "./netGradients.js";
export {
  type Functions,
  type Mutant,
  mutantText,
  type Piece,
  solutionText,
  stubText,
} from "./piece.js";
export { pieces } from "./pieces/index.js";
export { changedFunctions, type Puzzle, puzzleOf, puzzles } from "./puzzle.js";
export type { Limits } from "./runFile.js";
export { tensorText } from "./tensorText.js";
export type { CheckError, CodeLine } from "./worker.js";
