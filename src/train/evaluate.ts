import type { LabelledImages } from "../dataset/labelledImages.js";
import type { Engine, LoadedImages } from "../engine/engine.js";
import { type Figures, Tally } from "../net/tally.js";

/** Images scored at a time: enough to keep an engine busy, few enough to stay responsive. */
const CHUNK = 500;

/** What to measure on: a set that the engine has taken in, and the images of it that count. */
export interface EvaluationSet {
  readonly from: LoadedImages;
  readonly labels: Uint8Array;
  /** Which of them. */
  readonly indices: Uint32Array;
}

/**
 * All images of a set, or a sample of them spread evenly from the first to the last.
 *
 * @param from   the set as the engine took it in
 * @param labels (N) of the same images
 * @param most   the size of the sample where there are more images; all of them unless told
 */
export function evaluationSet(
  from: LoadedImages,
  { labels }: LabelledImages,
  most = labels.length,
): EvaluationSet {
  const N = labels.length;
  const count = Math.min(N, most);
  const indices = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * N) / count));
  return { from, labels, indices };
}

/**
 * Accuracy, loss and confusion of the parameters as they stand in an engine.
 *
 * @param classCount C
 * @param goOn       asked between chunks, and may take its time; false ends the measurement
 * @returns null when it was ended
 * @throws {RangeError} when the engine has not loaded the set, or an index lies outside it
 */
export async function evaluate(
  engine: Engine,
  { from, labels, indices }: EvaluationSet,
  classCount: number,
  goOn: () => Promise<boolean> = async () => true,
): Promise<Figures | null> {
  const tally = new Tally(classCount);
  for (let start = 0; start < indices.length; start += CHUNK) {
    const chunk = indices.slice(start, start + CHUNK);
    const scores = new Float32Array(chunk.length * classCount);
    await engine.scores(scores, { from, indices: chunk });
    tally.add(
      scores,
      Uint8Array.from(chunk, (index) => labels[index]),
    );
    if (!(await goOn())) return null;
  }
  return tally.figures;
}
