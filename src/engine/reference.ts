import { copyKey, type DistortionPlan, distort, planDistortion } from "../dataset/augment.js";
import type { LabelledImages } from "../dataset/labelledImages.js";
import { usualPixels } from "../dataset/pixelValues.js";
import { type Preprocessing, preprocess } from "../dataset/preprocessing.js";
import { UsageError } from "../errors.js";
import { map2, type Tensor, tensor } from "../layers/tensor.js";
import { updateParameters } from "../net/sgd.js";
import {
  mapParameters,
  parameterNames,
  TwoLayerNet,
  type TwoLayerParameters,
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
  NetFunctions,
  ParameterSet,
  Update,
} from "./engine.js";

/** The lesson's code: what the engine computes with unless other layers are handed in. */
const ownLayers: NetFunctions = {
  scores: (parameters, x) => new TwoLayerNet(parameters).scores(x),
  lossAndGradients: (parameters, ...batch) =>
    new TwoLayerNet(parameters).lossAndGradients(...batch),
  updateParameters,
  preprocess,
};

/** The engine to read and to check others against: src/layers and src/net, on one thread. */
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
  #net: TwoLayerNet;
  readonly #layers: NetFunctions;
  readonly #preprocessing: Preprocessing;
  readonly #distortion: DistortionPlan | null;
  readonly #sets: LabelledImages[] = [];
  #velocity: TwoLayerParameters | null = null;
  #average: TwoLayerParameters | null = null;

  constructor({ parameters, preprocessing, settings, layers = ownLayers }: EngineSetup) {
    this.#net = new TwoLayerNet(copied(parameters)); // checks the shapes
    this.#layers = layers;
    checkPreprocessing(preprocessing, this.#net.inputSize);
    const { rows, columns, meanImage, pixels = usualPixels } = preprocessing;
    this.#preprocessing = { ...preprocessing, meanImage: meanImage.slice() };
    this.#distortion = settings?.augment
      ? planDistortion(settings, rows, columns, pixels.background)
      : null;
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
    const { x, labels } = this.#gather(batch);
    const [layers, { parameters }] = [this.#layers, this.#net];
    const { loss, gradients } = layers.lossAndGradients(parameters, x, labels, update.reg, update);
    this.#velocity = layers.updateParameters(parameters, gradients, this.#velocity, update);
    return loss;
  }

  async scores(images: Images, set: ParameterSet = "parameters"): Promise<Float32Array> {
    const { x } = this.#gather(images);
    const average = set === "average" ? this.#average : null;
    return this.#layers.scores(average ?? this.#net.parameters, x).data as Float32Array;
  }

  async penalty(reg: number): Promise<number> {
    return this.#net.penalty(reg);
  }

  async parameters(): Promise<TwoLayerParameters> {
    return copied(this.#net.parameters);
  }

  async average(keep: number): Promise<void> {
    const { parameters } = this.#net;
    this.#average = mapParameters(this.#average ?? parameters, (average, name) =>
      map2(average, parameters[name], (a, w) => keep * a + (1 - keep) * w),
    );
  }

  async averagedParameters(): Promise<TwoLayerParameters> {
    return copied(this.#average ?? this.#net.parameters);
  }

  async allFinite(): Promise<boolean> {
    return parameterNames.every((name) => this.#net.parameters[name].data.every(Number.isFinite));
  }

  async state(): Promise<EngineState> {
    return {
      parameters: copied(this.#net.parameters),
      velocity: this.#velocity && copied(this.#velocity),
      average: this.#average && copied(this.#average),
    };
  }

  async setState({ parameters, velocity, average }: EngineState): Promise<void> {
    for (const values of [parameters, velocity, average]) {
      if (values !== null) checkParameters(values, this.#net.parameters);
    }
    this.#net = new TwoLayerNet(copied(parameters));
    this.#velocity = velocity && copied(velocity);
    this.#average = average && copied(average);
  }

  async close(): Promise<void> {
    this.#sets.length = 0;
  }

  /** The images of a batch as the net takes them, (N, D), and their labels if it has any. */
  #gather(batch: Batch | Images): { x: Tensor; labels: Uint8Array } {
    const counts = this.#sets.map(({ labels }) => labels.length);
    checkBatch(batch, counts, this.#net, this.#distortion !== null);
    const { images, labels } = "from" in batch ? this.#pick(batch) : { labels: NONE, ...batch };
    const x = this.#layers.preprocess(images, this.#preprocessing);
    const D = this.#net.inputSize;
    return { x: tensor(x, x.length / D, D), labels };
  }

  /** Images of a loaded set and their labels; distorted if the batch has a key. */
  #pick({
    from,
    indices,
    distortionKey,
  }: ImagesByIndex): Pick<LabelledImages, "images" | "labels"> {
    const set = this.#sets[from.id];
    const D = this.#net.inputSize;
    const images = new Uint8Array(indices.length * D);
    indices.forEach((index, n) => {
      const image = set.images.subarray(index * D, (index + 1) * D);
      const plan = distortionKey === undefined ? null : this.#distortion;
      const key = copyKey(distortionKey ?? 0, index);
      images.set(plan === null ? image : distort(image, plan, key), n * D);
    });
    return { images, labels: Uint8Array.from(indices, (index) => set.labels[index]) };
  }
}

const NONE = new Uint8Array(0);

/** A float32 copy. */
function copied(parameters: TwoLayerParameters): TwoLayerParameters {
  return mapParameters(parameters, ({ data, shape }) => tensor(new Float32Array(data), ...shape));
}
