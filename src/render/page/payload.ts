import type { Preprocessing } from "../../dataset/preprocessing.js";
import type { ClassFigures } from "../../inspect/classFigures.js";
import type { Answer, Figures } from "../../training/evaluate.js";
import type { Failure, History } from "../../training/history.js";
import type { FinishedRun } from "../comparison.js";
import type { LossCurve } from "../curves.js";

/*
 * The content of the report page: values as JSON, and numbers in one block of bytes. Node writes both and
 * the page reads them; this file is all that the two sides share.
 */

/** How well a model does on one split. */
export interface SplitFigures extends Pick<Figures, "accuracy" | "meanLoss"> {
  /** "training", "validation" or "test" */
  readonly name: string;
  readonly images: number;
}

/** A history whose loss is thinned to the points that a chart can show. */
export interface PageHistory extends Pick<History, "start" | "epochs"> {
  readonly loss: LossCurve;
  /** What ended the run if it diverged. */
  readonly failure: Failure | null;
}

/** A run beside that of the model, with a loss of few points. */
export interface PageRun extends FinishedRun {
  readonly loss: LossCurve;
  /** Whether it gave the model. */
  readonly isOwn: boolean;
}

/** Hidden units at several moments; their weights are in `PageNumbers`. */
export interface PageShaping {
  /** In words, in the order of the run. */
  readonly moments: readonly string[];
  /** How many moments the page has no room for. */
  readonly left: number;
  /** Hidden units, the most important ones first. */
  readonly units: readonly number[];
  /** (moments, units) the largest absolute weight of each picture */
  readonly scales: readonly number[];
}

/** Everything that the page shows, except `PageNumbers`. */
export interface PagePayload
  extends Pick<Preprocessing, "rows" | "columns" | "scale" | "deskew" | "pixels"> {
  /** The name of the model file, or of the history of a run that left no model. */
  readonly model: string;
  /** The command that repeats the run; this and what else is about the run is null if it is unknown. */
  readonly command: string | null;
  readonly data: string;
  readonly engine: string | null;
  readonly iterations: number | null;
  /** Where the weights come from; null for the end of a complete run. */
  readonly weights: string | null;
  /** Wall time of training; null if unknown. */
  readonly seconds: number | null;
  /** The loss of the last batch, L2 term included, and this term; null if unknown. */
  readonly lastLoss: number | null;
  readonly penalty: number | null;
  readonly parametersSha256: string | null;
  /** The value of each setting, by the name of its flag. */
  readonly settings: Readonly<Record<string, string>> | null;
  /** Of the run, at its start or its top. */
  readonly learningRate: number | null;
  readonly batchSize: number | null;
  /** Empty if the run diverged: then there is no model, and the page shows the run and its curves. */
  readonly splits: readonly SplitFigures[];
  readonly verdict: string | null;
  readonly history: PageHistory | null;
  /** Several runs to compare, that of the model among them; empty if there is only that one. */
  readonly compared: readonly PageRun[];
  /** Hidden units at several moments of the run; null without snapshots. */
  readonly shaping: PageShaping | null;
  readonly classNames: readonly string[];
  readonly hiddenSize: number;
  /** Of the test images. */
  readonly confusion: Figures["confusion"];
  readonly classes: readonly ClassFigures[];
  /** The test images in the page, in the order of their pixels. */
  readonly images: readonly Answer[];
  /** The margin below which an answer is in doubt; null where the model does not say. */
  readonly leastMargin?: number | null;
  /** Why there is no pad to draw on; null if there is one. */
  readonly noPad: string | null;
  /** Why the page holds no weights, and computes nothing; null if it holds them. */
  readonly noWeights: string | null;
}

/** The numbers of the page. */
export interface PageNumbers {
  /** (D) */
  readonly meanImage: Float32Array;
  /** W1 (D, H), b1 (H), W2 (H, C), b2 (C) one after another; empty if the page holds no weights. */
  readonly parameters: Float32Array;
  /** (images, D) intensity 0..255 */
  readonly images: Uint8Array;
  /** (moments, units, D) of `PageShaping`, in 8 bits; see `weightsOf` */
  readonly pictures: Uint8Array;
}

/** Bytes before the floats: three uint32 lengths. */
const HEADER = 12;

/**
 * The numbers of a page as one block: three little-endian lengths, then floats, then bytes.
 *
 * The first bytes of all floats come first, then the second ones, and so on. This keeps their few
 * exponents together, and makes the block 10 % smaller when compressed.
 */
export function packNumbers({ meanImage, parameters, images, pictures }: PageNumbers): Uint8Array {
  const count = meanImage.length + parameters.length;
  const bytes = new Uint8Array(HEADER + 4 * count + images.length + pictures.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, meanImage.length, true);
  view.setUint32(4, parameters.length, true);
  view.setUint32(8, images.length, true);
  const float = new DataView(new ArrayBuffer(4));
  for (let i = 0; i < count; i++) {
    const inMean = i < meanImage.length;
    float.setFloat32(0, inMean ? meanImage[i] : parameters[i - meanImage.length], true);
    for (let b = 0; b < 4; b++) bytes[HEADER + b * count + i] = float.getUint8(b);
  }
  bytes.set(images, HEADER + 4 * count);
  bytes.set(pictures, HEADER + 4 * count + images.length);
  return bytes;
}

/** The inverse of `packNumbers`. */
export function unpackNumbers(bytes: Uint8Array): PageNumbers {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const inMean = view.getUint32(0, true);
  const count = inMean + view.getUint32(4, true);
  const float = new DataView(new ArrayBuffer(4));
  const floats = Float32Array.from({ length: count }, (_, i) => {
    for (let b = 0; b < 4; b++) float.setUint8(b, bytes[HEADER + b * count + i]);
    return float.getFloat32(0, true);
  });
  const endOfImages = HEADER + 4 * count + view.getUint32(8, true);
  return {
    meanImage: floats.slice(0, inMean),
    parameters: floats.slice(inMean),
    images: bytes.slice(HEADER + 4 * count, endOfImages),
    pictures: bytes.slice(endOfImages),
  };
}
