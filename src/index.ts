/*
 * The public API, and nothing else.
 */

export {
  type Augmentation,
  type DistortionPlan,
  distort,
  planDistortion,
} from "./dataset/augment.js";
export { fitSplit } from "./dataset/fitSplit.js";
export {
  decodeIdx,
  encodeIdx,
  type IdxArray,
  type IdxHeader,
  type IdxType,
  type IdxValues,
  readIdxHeader,
} from "./dataset/idx.js";
export { type LabelledImages, sliceImages } from "./dataset/labelledImages.js";
export { type Preprocessing, preprocess } from "./dataset/preprocessing.js";
export {
  type DataFile,
  type DataSet,
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
export { fitDigit, type Ink } from "./digits/fitDigit.js";
export { readDigit, readInk } from "./digits/picture.js";
export { decodePng, type PngPixels } from "./digits/png.js";
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./documents/checkpoint.js";
export { writeFileWhole } from "./documents/files.js";
export { decodeHistories, encodeHistories, type RunHistory } from "./documents/histories.js";
export { decodeHistory, encodeHistory, type HistoryFile } from "./documents/history.js";
export { decodeModel, encodeModel, type Model } from "./documents/model.js";
export { parametersHash } from "./documents/parametersHash.js";
export { decodeSnapshot, encodeSnapshot, type Snapshot } from "./documents/snapshot.js";
export { createEngine, type EngineName, engineNames, withEngine } from "./engine/createEngine.js";
export type {
  Batch,
  Engine,
  EngineSetup,
  EngineState,
  Images,
  LoadedImages,
  ParameterSet,
  Update,
} from "./engine/engine.js";
export { exitCodes, InputError, SettingError, UsageError } from "./errors.js";
export { type ClassFigures, classFigures } from "./inspect/classFigures.js";
export { type AffineGradients, affineBackward, affineForward } from "./layers/affine.js";
export { affineReluBackward, affineReluForward } from "./layers/affineRelu.js";
export { type Dropout, dropoutBackward, dropoutForward } from "./layers/dropout.js";
export { reluBackward, reluForward } from "./layers/relu.js";
export { softmax } from "./layers/softmax.js";
export { type Labels, softmaxLoss } from "./layers/softmaxLoss.js";
export {
  argmax,
  type FloatArray,
  type Precision,
  type Tensor,
  tensor,
  zeros,
  zerosLike,
} from "./layers/tensor.js";
export { type Initialization, initialize } from "./net/initialize.js";
export { type SgdSettings, updateParameters } from "./net/sgd.js";
export {
  type Activations,
  parameterNames,
  type Regularization,
  TwoLayerNet,
  type TwoLayerParameters,
} from "./net/twoLayerNet.js";
export { Random, type RandomState, shuffle, streams } from "./random.js";
export {
  type Expectation,
  type Recipe,
  type RecipeName,
  recipeNames,
  recipes,
} from "./settings/recipes.js";
export type { Schedule } from "./settings/schedules.js";
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
export {
  type CheckpointOptions,
  type StopSignal,
  type TrainingEvent,
  type TrainOptions,
  type TrainResult,
  train,
} from "./training/trainer.js";
