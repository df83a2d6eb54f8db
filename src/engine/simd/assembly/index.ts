export { affineBackward, affineForward, biasBackward } from "./affine";
export { affineReluBackward, affineReluForward } from "./affineRelu";
export { average } from "./average";
export { gather } from "./gather";
export { exp, log } from "./math";
export { softmaxLoss } from "./softmaxLoss";
