import type { Split } from "../dataset/split.js";
import type { NetFunctions } from "../engine/engine.js";
import { type Tensor, tensor } from "../layers/tensor.js";
import { initialize } from "../net/initialize.js";
import { Random, streams } from "../random.js";
import { lessonLayers } from "./lessonLayers.js";
import { loadLesson } from "./modules.js";

/** The settings that the first losses of a run depend on. */
export interface FirstLossSettings {
  readonly hidden: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly reg: number;
  /** Standard deviation of the first weights; null for He's. */
  readonly std: number | null;
  readonly scale: number;
  readonly seed: number;
}

/** How the first losses of layers compare with those of the finished ones. */
export interface LossComparison {
  /** How many losses were compared, up to the first that differs. */
  readonly compared: number;
  /** The largest relative difference of those compared. */
  readonly largest: number;
  /** Seconds that the layers took. */
  readonly seconds: number;
  /** The first iteration, from 1, at which they differ, with both losses; null when they agree. */
  readonly differs: {
    readonly iteration: number;
    readonly found: number;
    readonly expected: number;
  } | null;
}

/** Relative difference up to which two losses agree. */
const AGREE = 1e-6;

/**
 * Trains with layers and with the finished ones side by side, on the same batches from the same weights, in 64
 * bits, so that rounding does not decide.
 *
 * @param count      how many iterations
 * @param classCount C
 * @throws whatever the layers throw
 */
export async function compareLosses(
  layers: NetFunctions,
  split: Split,
  settings: FirstLossSettings,
  { count = 50, classCount = 10 } = {},
): Promise<LossComparison> {
  const finished = lessonLayers(await loadLesson(), "the finished lesson").layers;
  const [own, theirs] = [finished, layers].map((one) =>
    losses(one, split, { ...settings, classCount }),
  );
  let [largest, seconds] = [0, 0];
  for (let iteration = 1; iteration <= count; iteration++) {
    const expected = own.next().value;
    const started = performance.now();
    const found = theirs.next().value;
    seconds += (performance.now() - started) / 1000;
    const apart = Math.abs(found - expected) / Math.abs(expected);
    if (!(apart <= AGREE)) {
      return {
        compared: iteration,
        largest: apart,
        seconds,
        differs: { iteration, found, expected },
      };
    }
    largest = Math.max(largest, apart);
  }
  return { compared: count, largest, seconds, differs: null };
}

/** The loss of each iteration, without end. */
function* losses(
  layers: NetFunctions,
  split: Split,
  settings: FirstLossSettings & { readonly classCount: number },
): Generator<number, never> {
  const { hidden: hiddenSize, std, seed, batchSize, reg, learningRate, scale } = settings;
  const { images, labels, rows, columns } = split.train;
  const D = rows * columns;
  const { classCount } = settings;
  const size = { inputSize: D, hiddenSize, classCount, std, precision: "float64" } as const;
  const parameters = initialize(size, Random.fromSeed(seed, streams.weights));
  const random = Random.fromSeed(seed, streams.batches);
  const preprocessing = { rows, columns, scale, meanImage: split.meanImage };
  for (;;) {
    const indices = Array.from({ length: batchSize }, () => random.below(labels.length));
    const pixels = new Uint8Array(batchSize * D);
    indices.forEach((index, n) => {
      pixels.set(images.subarray(index * D, (index + 1) * D), n * D);
    });
    const x = double(layers.preprocess(pixels, preprocessing), batchSize, D);
    const own = Uint8Array.from(indices, (index) => labels[index]);
    const { loss, gradients } = layers.lossAndGradients(parameters, x, own, reg);
    layers.updateParameters(parameters, gradients, null, { learningRate });
    yield loss;
  }
}

const double = (data: Float32Array, ...shape: number[]): Tensor =>
  tensor(Float64Array.from(data), ...shape);
