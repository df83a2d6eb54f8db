import type { ClassFigures } from "../../inspect/classFigures.js";
import type { CurveHistory, LossCurve } from "../curves.js";

/*
 * What the report's page is given: plain values as JSON, and numbers in one block of bytes. Node writes
 * it, the page reads it, and this is all that they share of it.
 */

/** How well one split is answered. */
export interface SplitFigures {
  /** "training", "validation" or "test". */
  readonly name: string;
  readonly images: number;
  /** 0..1 */
  readonly accuracy: number;
  /** nats */
  readonly meanLoss: number;
}

/** A setting as its flag says it. */
export interface SettingLine {
  readonly name: string;
  readonly value: string;
}

/** One test image that the page holds. */
export interface ImageLine {
  /** Its place in the test set. */
  readonly index: number;
  readonly label: number;
  readonly prediction: number;
  /** Of the prediction, 0..1. */
  readonly probability: number;
}

/** What was measured on the way; see train/history.ts. */
export interface PageHistory extends CurveHistory {
  readonly loss: LossCurve;
  readonly epochs: readonly (CurveHistory["epochs"][number] & {
    readonly iteration: number;
    readonly learningRate: number;
  })[];
}

export interface PagePayload {
  /** Name of the model's file. */
  readonly model: string;
  /** What repeats the run. */
  readonly command: string;
  readonly data: string;
  readonly engine: string;
  readonly iterations: number;
  /** Which weights these are, where they are not those of the end of a whole run. */
  readonly weights: string | null;
  /** Of training; null where no history told. */
  readonly seconds: number | null;
  readonly parametersSha256: string;
  readonly settings: readonly SettingLine[];
  readonly splits: readonly SplitFigures[];
  readonly verdict: string | null;
  readonly history: PageHistory | null;
  readonly classNames: readonly string[];
  /** Height and width of an image in pixels. */
  readonly rows: number;
  readonly columns: number;
  readonly hiddenSize: number;
  readonly scale: number;
  /** Test images: confusion[label][prediction]. */
  readonly confusion: readonly (readonly number[])[];
  readonly classes: readonly ClassFigures[];
  /** The images of the block, in its order. */
  readonly images: readonly ImageLine[];
  /** Why there is no pad to draw on; null where there is one. */
  readonly noPad: string | null;
  /** Why the page holds no weights, and with them nothing that computes; null where it does. */
  readonly noWeights: string | null;
}

/** The numbers of the page. */
export interface PageNumbers {
  /** (D) */
  readonly meanImage: Float32Array;
  /** W1 (D, H), b1 (H), W2 (H, C), b2 (C) one after another; empty where the page holds no weights. */
  readonly parameters: Float32Array;
  /** (images, D) intensity 0..255 */
  readonly images: Uint8Array;
}

/** Bytes before the floats: two lengths. */
const HEADER = 8;

/**
 * The numbers of a page as one block: two lengths, then float32, then bytes, little-endian.
 *
 * Of the floats the first bytes of all of them come first, then the second ones, and so on: their few
 * exponents lie together then, and the block packs to a tenth less.
 */
export function packNumbers({ meanImage, parameters, images }: PageNumbers): Uint8Array {
  const count = meanImage.length + parameters.length;
  const bytes = new Uint8Array(HEADER + 4 * count + images.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, meanImage.length, true);
  view.setUint32(4, parameters.length, true);
  const float = new DataView(new ArrayBuffer(4));
  for (let i = 0; i < count; i++) {
    const inMean = i < meanImage.length;
    float.setFloat32(0, inMean ? meanImage[i] : parameters[i - meanImage.length], true);
    for (let b = 0; b < 4; b++) bytes[HEADER + b * count + i] = float.getUint8(b);
  }
  bytes.set(images, HEADER + 4 * count);
  return bytes;
}

/** What `packNumbers` packed. */
export function unpackNumbers(bytes: Uint8Array): PageNumbers {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const inMean = view.getUint32(0, true);
  const count = inMean + view.getUint32(4, true);
  const float = new DataView(new ArrayBuffer(4));
  const floats = Float32Array.from({ length: count }, (_, i) => {
    for (let b = 0; b < 4; b++) float.setUint8(b, bytes[HEADER + b * count + i]);
    return float.getFloat32(0, true);
  });
  return {
    meanImage: floats.slice(0, inMean),
    parameters: floats.slice(inMean),
    images: bytes.slice(HEADER + 4 * count),
  };
}
