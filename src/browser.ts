/*
 * The part of the public API that needs no Node: `mnist-train/browser`.
 */

export { type Classification, type Classifier, classifierOf } from "./classifier/classifier.js";
export {
  decodeIdx,
  encodeIdx,
  type IdxArray,
  type IdxHeader,
  type IdxType,
  type IdxValues,
  readIdxHeader,
} from "./dataset/idx.js";
export { type Preprocessing, preprocess } from "./dataset/preprocessing.js";
export { fitDigit, type Ink } from "./digits/fitDigit.js";
export {
  type AnyModel,
  decodeModel,
  encodeModel,
  type ForeignNet,
  type Model,
  type UsableNet,
} from "./documents/model.js";
export { InputError, SettingError, UsageError } from "./errors.js";
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
