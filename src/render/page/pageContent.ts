import type { LabelledImages } from "../../dataset/labelledImages.js";
import type { HistoryFile } from "../../documents/history.js";
import type { AnyModel } from "../../documents/model.js";
import type { Answer, Figures } from "../../training/evaluate.js";
import { lossCurve } from "../curves.js";
import { heldImages } from "./heldImages.js";
import type { PageNumbers, PagePayload } from "./payload.js";

/** The shorter side of the smallest images that one can draw, in pixels. */
const LEAST_SIDE = 8;

/** What was measured for a page. */
export interface Measured {
  /** By split: "training", "validation", and always "test". */
  readonly figures: Readonly<Record<string, Figures>>;
  /** To every test image. */
  readonly answers: readonly Answer[];
}

/** What a page shows of a model, of the history of its run if there is one, and of the test images. */
export function pageContent(
  model: AnyModel,
  file: HistoryFile | null,
  test: LabelledImages,
  { figures, answers }: Measured,
) {
  const { rows, columns, scale, meanImage } = model.preprocessing;
  const { W1, b1, W2, b2 } = model.parameters;
  const D = rows * columns;
  const images = heldImages(answers, D);
  const tooSmall = Math.min(rows, columns) < LEAST_SIDE;
  const payload = {
    engine: model.training?.engine ?? null,
    iterations: model.figures?.iterations ?? null,
    weights: originOfWeights(model),
    learningRate: model.settings?.learningRate ?? null,
    batchSize: model.settings?.batchSize ?? null,
    seconds: file?.seconds ?? null,
    history: file && { loss: lossCurve(file.history.loss), epochs: file.history.epochs },
    classNames: model.classNames,
    rows,
    columns,
    hiddenSize: b1.shape[0],
    scale,
    splits: Object.entries(figures).map(([name, { count, accuracy, meanLoss }]) => ({
      name,
      images: count,
      accuracy,
      meanLoss,
    })),
    confusion: figures.test.confusion,
    images,
    noPad: tooSmall ? `Images of ${rows} x ${columns} pixels are too small to draw.` : null,
    noWeights: null,
  } satisfies Partial<PagePayload>;
  const numbers: PageNumbers = {
    meanImage,
    parameters: Float32Array.from([W1, b1, W2, b2].flatMap(({ data }) => [...data])),
    images: Uint8Array.from(
      images.flatMap(({ index }) => [...test.images.subarray(index * D, (index + 1) * D)]),
    ),
  };
  return { payload, numbers };
}

/** Where the weights come from; null for the end of a complete run, or if nothing is known about it. */
function originOfWeights({ figures }: AnyModel): string | null {
  if (figures === null) return null;
  const { interrupted, bestEpoch } = figures;
  if (bestEpoch !== null) return `from epoch ${bestEpoch}, which had the best validation accuracy`;
  return interrupted ? "from an interrupted run" : null;
}
