import { copyKey, type DistortionPlan, distort, planDistortion } from "../dataset/augment.js";
import type { LabelledImages } from "../dataset/labelledImages.js";
import { type Preprocessing, preprocess } from "../dataset/preprocessing.js";
import { UsageError } from "../errors.js";
import { type Tensor, tensor } from "../layers/tensor.js";
import {
  parameterNames,
  TwoLayerNet,
  type TwoLayerParameters,
  type Workspace,
  zeroParameters,
} from "../net/twoLayerNet.js";
import { checkBatch, checkImages, checkParameters, checkPreprocessing } from "./batch.js";
import type {
  Batch,
  Engine,
  EngineSetup,
  EngineState,
  Images,
  ImagesByIndex,
  LoadedImages,
  ParameterSet,
  Update,
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
  readonly #preprocessing: Preprocessing;
  readonly #distortion: DistortionPlan | null;
  readonly #sets: LabelledImages[] = [];
  #workspace: Workspace;
  #velocity: TwoLayerParameters | null = null;
  #average: TwoLayerParameters | null = null;

  constructor({ parameters, preprocessing, augmentation }: EngineSetup) {
    this.#net = new TwoLayerNet(copied(parameters));
    checkPreprocessing(preprocessing, this.#net.inputSize);
    const { rows, columns, meanImage } = preprocessing;
    this.#preprocessing = { ...preprocessing, meanImage: meanImage.slice() };
    this.#distortion =
      augmentation === undefined ? null : planDistortion(augmentation, rows, columns);
    this.#workspace = this.#net.workspace(0);
  }

  get classCount(): number {
    return this.#net.classCount;
  }

  async load(data: LabelledImages): Promise<LoadedImages> {
    checkImages(data, this.#net);
    this.#sets.push(data);
    return { id: this.#sets.length - 1 };
  }

  async step(batch: Batch, update: Update): Promise<number> {
    const { learningRate, reg, momentum = 0, nesterov = false, labelSmoothing, dropout } = update;
    const { x, labels } = this.#gather(batch);
    const N = labels.length;
    if (this.#workspace.hidden.shape[0] !== N) this.#workspace = this.#net.workspace(N);
    const { loss, gradients } = this.#net.lossAndGradients(x, labels, reg, this.#workspace, {
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

  async scores(images: Images, set: ParameterSet = "parameters"): Promise<Float32Array> {
    const { x } = this.#gather(images);
    const average = set === "average" ? this.#average : null;
    const net = average === null ? this.#net : new TwoLayerNet(average);
    return net.scores(x).data as Float32Array;
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

  /** The images of a batch as the net takes them, (N, D), and their labels where it has any. */
  #gather(batch: Batch | Images): { x: Tensor; labels: Uint8Array } {
    const counts = this.#sets.map(({ labels }) => labels.length);
    checkBatch(batch, counts, this.#net, this.#distortion !== null);
    const D = this.#net.inputSize;
    const { images, labels } = "from" in batch ? this.#pick(batch) : { labels: none, ...batch };
    const x = preprocess(images, this.#preprocessing);
    return { x: tensor(x, x.length / D, D), labels };
  }

  /** Images of a loaded set, distorted where the batch says so. */
  #pick({ from, indices, distortionKey }: ImagesByIndex): LabelledPixels {
    const set = this.#sets[from.id];
    const D = this.#net.inputSize;
    const images = new Uint8Array(indices.length * D);
    indices.forEach((index, n) => {
      const image = set.images.subarray(index * D, (index + 1) * D);
      const distorts = distortionKey !== undefined && this.#distortion !== null;
      const copy = distorts
        ? distort(image, this.#distortion, copyKey(distortionKey, index))
        : image;
      images.set(copy, n * D);
    });
    return { images, labels: Uint8Array.from(indices, (index) => set.labels[index]) };
  }
}

/** The labels of images that are only scored. */
const none = new Uint8Array(0);

type LabelledPixels = Pick<LabelledImages, "images" | "labels">;

function copied(parameters: TwoLayerParameters): TwoLayerParameters {
  const copy = ({ data, shape }: Tensor) => tensor(new Float32Array(data), ...shape);
  const { W1, b1, W2, b2 } = parameters;
  return { W1: copy(W1), b1: copy(b1), W2: copy(W2), b2: copy(b2) };
}
