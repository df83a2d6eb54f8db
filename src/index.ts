/*
 * The public API, and nothing else.
 */

export * from "./browser.js";
export { loadClassifier, saveModel } from "./classifier/files.js";
export {
  type ClassifierOptions,
  type OwnImages,
  trainClassifier,
} from "./classifier/trainClassifier.js";
export {
  type Augmentation,
  type DistortionPlan,
  distort,
  planDistortion,
} from "./dataset/augment.js";
export { asTaken, deskew } from "./dataset/deskew.js";
export { fitSplit } from "./dataset/fitSplit.js";
export { type LabelledImages, sliceImages } from "./dataset/labelledImages.js";
export {
  type DataFile,
  type DataSet,
  type DataSizes,
  type LoadOptions,
  loadDataSet,
  loadImages,
} from "./dataset/source.js";
export {
  meanImage,
  preprocessingOf,
  type Split,
  type SplitSettings,
  splitImages,
} from "./dataset/split.js";
export { decodeJpeg } from "./digits/jpeg.js";
export { decodePicture, readDigit, readDigits, readInk } from "./digits/picture.js";
export type { Pixels } from "./digits/pixels.js";
export { decodePng } from "./digits/png.js";
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./documents/checkpoint.js";
export { writeFileWhole } from "./documents/files.js";
export {
  type ExportFormat,
  type ExportOptions,
  encodeNet,
} from "./documents/formats/exportNet.js";
export {
  decodeNet,
  type ForeignFormat,
  type GivenPreprocessing,
} from "./documents/formats/importNet.js";
export type { StoredArray } from "./documents/formats/storedArray.js";
export { decodeHistories, encodeHistories, type RunHistory } from "./documents/histories.js";
export { decodeHistory, encodeHistory, type HistoryFile } from "./documents/history.js";
export { parametersHash } from "./documents/parametersHash.js";
export { decodeSnapshot, encodeSnapshot, type Snapshot } from "./documents/snapshot.js";
export { createEngine, type EngineName, engineNames, withEngine } from "./engine/createEngine.js";
export type {
  Batch,
  Engine,
  EngineSettings,
  EngineSetup,
  EngineState,
  Images,
  ImagesByIndex,
  LoadedImages,
  NetFunctions,
  ParameterSet,
  Update,
} from "./engine/engine.js";
export { exitCodes } from "./errors.js";
export { type ClassFigures, classFigures } from "./inspect/classFigures.js";
export {
  checkGradient,
  type GradientCheck,
  type GradientCheckOptions,
} from "./learn/gradientCheck.js";
export type { RunLength } from "./settings/learningRate.js";
export {
  type Expectation,
  type Recipe,
  type RecipeName,
  recipeNames,
  recipes,
} from "./settings/recipes.js";
export type { Schedule, ScheduleKind } from "./settings/schedules.js";
export {
  changeSettings,
  type Sampling,
  type Settings,
  type SettingValues,
} from "./settings/settings.js";
export type { CheckpointInterval } from "./training/checkpointTimer.js";
export { DivergedError } from "./training/divergedError.js";
export {
  type EvaluationSet,
  evaluate,
  evaluationSet,
  type Figures,
  measureAccuracy,
  Tally,
} from "./training/evaluate.js";
export type {
  EarlyStop,
  EpochFigures,
  Failure,
  History,
  StartFigures,
} from "./training/history.js";
export type { BestWeights, RunState } from "./training/runState.js";
export type { SamplerState } from "./training/sampler.js";
export { type SnapshotOptions, snapshotIterations } from "./training/snapshots.js";
export { type TrainOptions, train } from "./training/train.js";
export type {
  CheckpointOptions,
  StopSignal,
  TrainingEvent,
  TrainResult,
} from "./training/trainer.js";
