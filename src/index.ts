/*
 * The public API, and nothing else.
 */

export {
  type Augmentation,
  copyKey,
  type DistortionPlan,
  distort,
  planDistortion,
} from "./dataset/augment.js";
export { fitDigit, type Ink } from "./dataset/fitDigit.js";
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
export { readDigit, readInk } from "./dataset/picture.js";
export { decodePng, type PngPixels } from "./dataset/png.js";
export {
  type DataFile,
  type DataSet,
  type LoadOptions,
  loadDataSet,
  loadImages,
} from "./dataset/source.js";
export { meanImage, type Split, type SplitSettings, splitImages } from "./dataset/split.js";
export { createEngine, type EngineName, engineNames } from "./engine/createEngine.js";
export type {
  Batch,
  Distortion,
  Engine,
  EngineSetup,
  EngineState,
  LoadedImages,
  Update,
  Weights,
} from "./engine/engine.js";
export { DivergedError, exitCodes, InputError, UsageError } from "./errors.js";
export { writeFileWhole } from "./files.js";
export { affineBackward, affineForward } from "./layers/affine.js";
export { affineReluBackward, affineReluForward } from "./layers/affineRelu.js";
export { type Dropout, dropoutBackward, dropoutForward } from "./layers/dropout.js";
export { reluBackward, reluForward } from "./layers/relu.js";
export { type Labels, softmaxLossBackward, softmaxLossForward } from "./layers/softmaxLoss.js";
export {
  type FloatArray,
  type Precision,
  type Tensor,
  tensor,
  zeros,
  zerosLike,
} from "./layers/tensor.js";
export { decodeModel, encodeModel, type Model, type Preprocessing } from "./model/modelFile.js";
export { parametersHash } from "./model/parametersHash.js";
export { type Initialization, initialize } from "./net/initialize.js";
export { type Figures, Tally } from "./net/tally.js";
export {
  parameterNames,
  type Regularization,
  TwoLayerNet,
  type TwoLayerParameters,
  type Workspace,
} from "./net/twoLayerNet.js";
export { keyOf, mix, Random, type RandomState, shuffle, streams } from "./random.js";
export { type ClassFigures, classFigures } from "./report/classFigures.js";
export {
  type BestWeights,
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  type RunState,
} from "./train/checkpoint.js";
export type { CheckpointInterval } from "./train/checkpointTimer.js";
export { type EvaluationSet, evaluate, evaluationSet, measureAccuracy } from "./train/evaluate.js";
export {
  decodeHistory,
  type EpochFigures,
  encodeHistory,
  type History,
  type HistoryFile,
} from "./train/history.js";
export {
  type Expectation,
  type Recipe,
  type RecipeName,
  recipeNames,
  recipes,
} from "./train/recipes.js";
export type { SamplerState } from "./train/sampler.js";
export type { Initializing, Sampling, Schedule, Settings } from "./train/settings.js";
export {
  type CheckpointOptions,
  type TrainingEvent,
  type TrainOptions,
  type TrainResult,
  train,
} from "./train/train.js";
