export { distortionScratchBytes } from "./augment";
export { firstLayerForward, updateFirstLayer } from "./firstLayer";
export { cos, exp, log, sin } from "./math";
export { packedBytes, packPixels } from "./packedPixels";
export { addImages, deskewImages, deskewScratchBytes } from "./deskew";
export { listImagesByPixel, listPixelsByImage } from "./pixelLists";
export { hiddenGradient, secondLayerForward, updateSecondBias, updateSecondLayer } from "./secondLayer";
export { softmaxLoss } from "./softmaxLoss";
export { average, sumSquares } from "./update";
