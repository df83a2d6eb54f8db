export { affineBackward, affineForward, biasBackward } from "./affine";
export { affineReluBackward, affineReluForward } from "./affineRelu";
export { average } from "./average";
export { exp, log } from "./math";
export { countPixels, listPixels, packPixels, transposeLists } from "./pixelLists";
export { softmaxLoss } from "./softmaxLoss";
