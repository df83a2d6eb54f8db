import type { LabelledImages } from "../dataset/labelledImages.js";
import { type Preprocessing, preprocess } from "../dataset/preprocessing.js";
import type { Engine } from "../engine/engine.js";
import { marginOf } from "../net/margin.js";
import { type EvaluationSet, evaluationSet, scoreInChunks } from "./evaluate.js";

/** The share of images with a smaller margin than the least one. */
const DOUBTED = 0.02;
/** The share is measured on a random sample of so many images. */
const SAMPLE = 5000;
/** Its digits: engines may differ in further ones. */
const DIGITS = 4;

/**
 * The margin that 98 % of a set's images exceed: what has a smaller one is unlike what the net has learned.
 *
 * @param set  as the engine loaded it; its parameters are those in use
 * @param data the same images
 * @returns    null without images
 */
export async function leastMargin(
  engine: Engine,
  set: EvaluationSet,
  { images, rows, columns }: Pick<LabelledImages, "images" | "rows" | "columns">,
  preprocessing: Preprocessing,
): Promise<number | null> {
  const sample = evaluationSet(set.from, set, SAMPLE);
  const [C, D] = [engine.classCount, rows * columns];
  const margins: number[] = [];
  await scoreInChunks(engine, sample, (scores, labels) => {
    for (let n = 0; n < labels.length; n++) {
      const index = sample.indices[margins.length];
      const x = preprocess(images.subarray(index * D, (index + 1) * D), preprocessing);
      margins.push(marginOf(scores.subarray(n * C, (n + 1) * C), x));
    }
  });
  margins.sort((a, b) => a - b);
  const least = margins[Math.floor(DOUBTED * margins.length)];
  return least === undefined ? null : Number(least.toPrecision(DIGITS));
}
