import { asTaken } from "../../dataset/deskew.js";
import type { Preprocessing } from "../../dataset/preprocessing.js";
import { TwoLayerNet, type TwoLayerParameters } from "../../net/twoLayerNet.js";
import type { ShownNet } from "../../render/page/app/report.js";
import type { Settings } from "../../settings/settings.js";
import type { Answer, Figures } from "../../training/evaluate.js";
import type { PageImages } from "../digits.js";
import type { Subject } from "./lab.js";
import type { LiveState } from "./live.js";

/** The names of the classes. */
export const classNames = Array.from({ length: 10 }, (_, c) => String(c));

/** Images, and what a net answered to them. */
export interface Answered {
  readonly noun: string;
  /** (D) each. */
  readonly images: readonly Uint8Array[];
  readonly answers: readonly Answer[];
  readonly confusion: Figures["confusion"];
}

/** A net of the run as the parts of the report show one. */
export function shownNet(
  parameters: TwoLayerParameters,
  preprocessing: Preprocessing,
  { learningRate, batchSize }: Pick<Settings, "learningRate" | "batchSize">,
  { noun, images, answers, confusion }: Answered,
): ShownNet {
  const { rows, columns } = preprocessing;
  const hiddenSize = parameters.b1.shape[0];
  return {
    payload: {
      ...{ rows, columns, classNames, hiddenSize, learningRate, batchSize, confusion },
      images: answers,
      data: "MNIST",
      noPad: null,
    },
    noun,
    images,
    preprocessing,
    net: new TwoLayerNet(parameters),
  };
}

/** No images: for a pad, and for weights. */
export const noImages: Answered = { noun: "Image", images: [], answers: [], confusion: [] };

/** The images of a set by their index, as a net takes them. */
export function imagesOf(
  { images, rows, columns }: PageImages["train"],
  indices: ArrayLike<number>,
  preprocessing: Preprocessing,
): Uint8Array[] {
  const D = rows * columns;
  return Array.from(indices, (n) => asTaken(images.subarray(n * D, (n + 1) * D), preprocessing));
}

/** How images become the inputs of the net of a run. */
export function preprocessingIn({ started }: LiveState, subject: Subject): Preprocessing {
  const { rows, columns } = subject.images.train;
  const { scale, deskew } = subject.link.settings;
  const meanImage = started?.meanImage ?? new Float32Array(rows * columns);
  return { rows, columns, scale, meanImage, ...(deskew && { deskew }), pixels: started?.pixels };
}

/** An image under the microscope, and the net that it goes through. */
export interface Looked {
  readonly report: ShownNet;
  readonly chosen: number;
}
