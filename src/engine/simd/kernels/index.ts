export { affineBackward, affineForward, biasBackward } from "./affine";
export { affineReluBackward, affineReluForward } from "./affineRelu";
export { average } from "./average";
export { cos, exp, log, sin } from "./math";
export { countPixels, packPixels } from "./packedPixels";
export { listPixels, transposeLists } from "./pixelLists";
export { softmaxLoss } from "./softmaxLoss";
export { sumSquares } from "./update";
