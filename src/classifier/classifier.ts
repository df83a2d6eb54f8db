import { asTaken } from "../dataset/deskew.js";
import { preprocess } from "../dataset/preprocessing.js";
import type { UsableNet } from "../documents/model.js";
import { softmax } from "../layers/softmax.js";
import { argmax, tensor } from "../layers/tensor.js";
import { TwoLayerNet } from "../net/twoLayerNet.js";

/** Images computed at a time, so that many of them take little memory. */
const CHUNK = 500;

/** What a net says about one image. */
export interface Classification {
  /** The name of the most probable class. */
  readonly label: string;
  /** Of that class, 0..1. */
  readonly probability: number;
  /** (C) of each class, in the order of `classNames`. */
  readonly probabilities: readonly number[];
}

/** A trained net that answers. */
export interface Classifier<M extends UsableNet = UsableNet> {
  /** All that there is to know about it; `saveModel` saves it. */
  readonly model: M;
  /** (C) */
  readonly classNames: readonly string[];
  /**
   * Classifies one image.
   *
   * @param pixels (D) intensity 0..255, row by row
   * @throws {RangeError} when it is no image of the size that the net takes
   */
  classify(pixels: ArrayLike<number>): Classification;
  /**
   * Classifies many images.
   *
   * @param images (N, D) intensity 0..255, one after another
   * @throws {RangeError} when they are no images of the size that the net takes
   */
  classifyAll(images: ArrayLike<number>): Classification[];
}

/**
 * A classifier around a net. It computes with the lesson's layers, in this thread, in Node and in browsers.
 *
 * @throws {RangeError} when the net, its preprocessing and its class names do not fit together
 */
export function classifierOf<M extends UsableNet>(model: M): Classifier<M> {
  const { classNames, preprocessing, parameters } = model;
  const net = new TwoLayerNet(parameters);
  const { inputSize: D, classCount: C } = net;
  const { rows, columns, meanImage } = preprocessing;
  if (rows * columns !== D || meanImage.length !== D || classNames.length !== C) {
    throw new RangeError(
      `images of ${rows} x ${columns}, a mean image of ${meanImage.length} pixels and ` +
        `${classNames.length} class names, expected ${D} pixels and ${C} names as the net has`,
    );
  }
  const size = `${D} pixels, as an image of ${rows} x ${columns} has`;

  function classifyAll(images: ArrayLike<number>): Classification[] {
    const N = images.length / D;
    if (!Number.isInteger(N)) {
      throw new RangeError(`${images.length} pixels, expected a multiple of ${size}`);
    }
    const answers: Classification[] = [];
    for (let from = 0; from < N; from += CHUNK) {
      const to = Math.min(N, from + CHUNK);
      const pixels = Array.prototype.slice.call(images, from * D, to * D) as number[];
      answers.push(...classifyChunk(pixels, to - from));
    }
    return answers;
  }

  /** Pixels as the net takes them, in whole intensities if it is one for deskewed images. */
  function taken(pixels: ArrayLike<number>): ArrayLike<number> {
    if (!preprocessing.deskew) return pixels;
    return asTaken(new Uint8Array(Uint8ClampedArray.from(pixels)), preprocessing);
  }

  function classifyChunk(pixels: ArrayLike<number>, count: number): Classification[] {
    const x = tensor(preprocess(taken(pixels), preprocessing), count, D);
    const scores = net.scores(x);
    const { data } = softmax(scores);
    return Array.from(argmax(scores), (best, n) => {
      const probabilities = Array.from(data.subarray(n * C, (n + 1) * C));
      return { label: classNames[best], probability: probabilities[best], probabilities };
    });
  }

  return {
    model,
    classNames,
    classifyAll,
    classify(pixels) {
      if (pixels.length === D) return classifyChunk(pixels, 1)[0];
      throw new RangeError(`${pixels.length} pixels, expected ${size}`);
    },
  };
}
