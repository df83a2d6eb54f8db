import { asTaken } from "../../../dataset/deskew.js";
import { preprocess } from "../../../dataset/preprocessing.js";
import { exitCodes } from "../../../errors.js";
import { tensor } from "../../../layers/tensor.js";
import {
  checkNetGradients,
  type GradientPlace,
  lessonLayers,
  loadFolder,
  ownLossAndGradients,
  smallGradientPlace,
} from "../../../learn/index.js";
import { gradientText } from "../../../render/terminal/gradientCheck.js";
import { oneOf } from "../../flags.js";
import { openDataSet } from "../../io/files.js";
import { checkFit } from "../../io/modelAndData.js";
import { loadModel } from "../../io/savedFiles.js";
import { print, printJson } from "../../io/terminal.js";
import { openLesson } from "./lessonFolder.js";

interface Flags {
  readonly layers: string;
  readonly model?: string;
  readonly data?: string;
  readonly json?: true;
}

/** Images of a batch at the weights of a model, and numbers checked of each of its parameters. */
const [IMAGES, MOST] = [4, 40];

/** `mnist-learn gradcheck`: analytic gradients against numerical ones. */
export async function gradcheck({ layers, model, data, json }: Flags): Promise<number> {
  const lossAndGradients =
    oneOf("--layers", layers, ["yours", "ours"]) === "ours"
      ? ownLossAndGradients
      : await ownOf(openLesson().path);
  const place = model === undefined ? smallGradientPlace() : await placeOf(model, data);
  const options = model === undefined ? {} : { most: MOST };
  const checks = checkNetGradients(lossAndGradients, place, undefined, options);
  const isWrong = checks.some(({ verdict }) => verdict === "wrong");
  if (json) printJson({ layers, model: model ?? null, right: !isWrong, checks });
  else print(gradientText(checks));
  return isWrong ? exitCodes.wrongGradient : exitCodes.done;
}

/** The learner's loss and gradients. */
async function ownOf(folder: string) {
  const functions = await loadFolder(folder, ["lossAndGradients"]);
  return lessonLayers(functions, "the lesson").layers.lossAndGradients;
}

/** The weights of a model, and its first test images. */
async function placeOf(path: string, directory?: string): Promise<GradientPlace> {
  const model = await loadModel(path, {});
  const data = await openDataSet(directory);
  checkFit(path, model, data);
  const { rows, columns } = model.preprocessing;
  const count = Math.min(IMAGES, data.test.labels.length);
  const images = data.test.images.subarray(0, count * rows * columns);
  const x = preprocess(asTaken(images, model.preprocessing), model.preprocessing);
  const { parameters } = model;
  const labels = data.test.labels.subarray(0, count);
  return { parameters, x: tensor(x, count, rows * columns), labels };
}
