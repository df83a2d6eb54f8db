import {
  type Augmentation,
  copyKey,
  type DistortionPlan,
  distort,
  planDistortion,
} from "../dataset/augment.js";
import type { LabelledImages } from "../dataset/labelledImages.js";
import { UsageError } from "../errors.js";
import { type Tensor, tensor } from "../layers/tensor.js";
import {
  parameterNames,
  TwoLayerNet,
  type TwoLayerParameters,
  type Workspace,
  zeroParameters,
} from "../net/twoLayerNet.js";
import { checkBatch, checkImages, checkParameters } from "./batch.js";
import type {
  Batch,
  Distortion,
  Engine,
  EngineSetup,
  EngineState,
  LoadedImages,
  Update,
  Weights,
} from "./engine.js";

/** The engine to read and to check others against: src/layers, one thread, one step at a time. */
export async function createReferenceEngine(setup: EngineSetup): Promise<Engine> {
  const { threads = 1 } = setup;
  if (threads !== 1) {
    throw new UsageError(
      `threads ${threads}: the reference engine works on one thread, expected 1; ` +
        "leave --threads out, or use another --engine",
    );
  }
  return new ReferenceEngine(setup);
}

class ReferenceEngine implements Engine {
  readonly name = "reference";
  readonly #net: TwoLayerNet;
  readonly #meanImage: Float32Array;
  readonly #scale: number;
  readonly #sets: LabelledImages[] = [];
  #x: Tensor; // (N, D) the batch, centred and scaled
  #workspace: Workspace;
  #velocity: TwoLayerParameters | null = null;
  #average: TwoLayerParameters | null = null;
  /** The last distortion's plan, since one serves many batches. */
  #distortion: { of: Augmentation | null; plan: DistortionPlan | null } = { of: null, plan: null };

  constructor({ parameters, meanImage, scale }: EngineSetup) {
    this.#net = new TwoLayerNet(copied(parameters));
    if (meanImage.length !== this.#net.inputSize) {
      throw new RangeError(
        `meanImage holds ${meanImage.length} pixels, expected ${this.#net.inputSize}`,
      );
    }
    this.#meanImage = meanImage.slice();
    this.#scale = scale;
    this.#x = tensor(new Float32Array(0), 0, this.#net.inputSize);
    this.#workspace = this.#net.workspace(0);
  }

  async load(data: LabelledImages): Promise<LoadedImages> {
    checkImages(data, this.#net);
    this.#sets.push(data);
    return { id: this.#sets.length - 1, count: data.labels.length };
  }

  async step(batch: Batch, update: Update): Promise<number> {
    const { learningRate, reg, momentum = 0, nesterov = false, labelSmoothing, dropout } = update;
    const labels = this.#gather(batch);
    const N = labels.length;
    if (this.#workspace.hidden.shape[0] !== N) this.#workspace = this.#net.workspace(N);
    const { loss, gradients } = this.#net.lossAndGradients(this.#x, labels, reg, this.#workspace, {
      labelSmoothing,
      dropout,
    });
    for (const name of parameterNames) {
      const values = this.#net.parameters[name].data;
      const gradient = gradients[name].data;
      if (momentum === 0) {
        for (let i = 0; i < values.length; i++) values[i] -= learningRate * gradient[i];
        continue;
      }
      this.#velocity ??= zeroParameters(this.#net.parameters);
      const velocity = this.#velocity[name].data;
      for (let i = 0; i < values.length; i++) {
        velocity[i] = momentum * velocity[i] + gradient[i];
        const step = nesterov ? gradient[i] + momentum * velocity[i] : velocity[i];
        values[i] -= learningRate * step;
      }
    }
    return loss;
  }

  async scores(scores: Float32Array, batch: Batch, of: Weights = "parameters"): Promise<void> {
    this.#gather(batch);
    const average = of === "average" ? this.#average : null;
    const net = average === null ? this.#net : new TwoLayerNet(average);
    scores.set(net.scores(this.#x).data);
  }

  async parameters(): Promise<TwoLayerParameters> {
    return copied(this.#net.parameters);
  }

  async average(keep: number): Promise<void> {
    this.#average ??= copied(this.#net.parameters);
    for (const name of parameterNames) {
      const average = this.#average[name].data;
      const values = this.#net.parameters[name].data;
      for (let i = 0; i < values.length; i++) {
        average[i] = keep * average[i] + (1 - keep) * values[i];
      }
    }
  }

  async averagedParameters(): Promise<TwoLayerParameters> {
    return copied(this.#average ?? this.#net.parameters);
  }

  async allFinite(): Promise<boolean> {
    return parameterNames.every((name) => this.#net.parameters[name].data.every(Number.isFinite));
  }

  async state(): Promise<EngineState> {
    const copyOf = (values: TwoLayerParameters | null) => (values === null ? null : copied(values));
    return {
      parameters: copied(this.#net.parameters),
      velocity: copyOf(this.#velocity),
      average: copyOf(this.#average),
    };
  }

  async setState({ parameters, velocity, average }: EngineState): Promise<void> {
    for (const values of [parameters, velocity, average]) {
      if (values !== null) checkParameters(values, this.#net.parameters);
    }
    for (const name of parameterNames) {
      this.#net.parameters[name].data.set(parameters[name].data);
    }
    this.#velocity = velocity === null ? null : copied(velocity);
    this.#average = average === null ? null : copied(average);
  }

  async close(): Promise<void> {
    this.#sets.length = 0;
  }

  /** Fills x with (pixel - mean) · scale for each image of the batch; returns its labels. */
  #gather(batch: Batch): Uint8Array {
    const counts = this.#sets.map(({ labels }) => labels.length);
    checkBatch(batch, counts, this.#net);
    const D = this.#net.inputSize;
    const { images, labels, indices } = this.#locate(batch);
    const N = indices.length;
    if (this.#x.shape[0] !== N) this.#x = tensor(new Float32Array(N * D), N, D);

    const x = this.#x.data;
    const mean = this.#meanImage;
    const scale = this.#scale;
    const batchLabels = new Uint8Array(N);
    const copy = "from" in batch && batch.distortion ? this.#distorter(batch.distortion) : null;
    for (let n = 0; n < N; n++) {
      const stored = images.subarray(indices[n] * D, (indices[n] + 1) * D);
      const image = copy === null ? stored : copy(stored, indices[n]);
      for (let d = 0; d < D; d++) x[n * D + d] = (image[d] - mean[d]) * scale;
      batchLabels[n] = labels[indices[n]];
    }
    return batchLabels;
  }

  /** A function from an image and its index to its distorted copy. */
  #distorter({ augmentation, rows, columns, key }: Distortion) {
    if (this.#distortion.of !== augmentation) {
      this.#distortion = { of: augmentation, plan: planDistortion(augmentation, rows, columns) };
    }
    const { plan } = this.#distortion;
    return (image: Uint8Array, index: number) =>
      distort(image, plan as DistortionPlan, copyKey(key, index));
  }

  #locate(batch: Batch): { images: Uint8Array; labels: Uint8Array; indices: ArrayLike<number> } {
    if (!("from" in batch)) return { ...batch, indices: [...batch.labels.keys()] };
    const { images, labels } = this.#sets[batch.from.id];
    return { images, labels, indices: batch.indices };
  }
}

function copied(parameters: TwoLayerParameters): TwoLayerParameters {
  const copy = ({ data, shape }: Tensor) => tensor(new Float32Array(data), ...shape);
  const { W1, b1, W2, b2 } = parameters;
  return { W1: copy(W1), b1: copy(b1), W2: copy(W2), b2: copy(b2) };
}
