import type { Piece } from "../piece.js";
import { affineBackward } from "./affineBackward.js";
import { affineForward } from "./affineForward.js";
import { affineRelu } from "./affineRelu.js";
import { meanImage } from "./meanImage.js";
import { netLoss } from "./netLoss.js";
import { netScores } from "./netScores.js";
import { reluBackward } from "./reluBackward.js";
import { reluForward } from "./reluForward.js";
import { sgdStep } from "./sgdStep.js";
import { softmax } from "./softmax.js";
import { softmaxLoss } from "./softmaxLoss.js";
import { trainingLoop } from "./trainingLoop.js";

/** All pieces of the lesson, in order; none imports a later one. */
export const pieces: readonly Piece[] = [
  affineForward,
  affineBackward,
  reluForward,
  reluBackward,
  affineRelu,
  softmax,
  softmaxLoss,
  netScores,
  netLoss,
  sgdStep,
  meanImage,
  trainingLoop,
];
