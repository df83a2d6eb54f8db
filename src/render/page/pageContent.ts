import type { LabelledImages } from "../../dataset/labelledImages.js";
import type { HistoryFile } from "../../documents/history.js";
import type { AnyModel } from "../../documents/model.js";
import type { Answer, Figures } from "../../training/evaluate.js";
import { type FinishedRun, pointsPerRun } from "../comparison.js";
import { lossCurve, thinned } from "../curves.js";
import { wordsOfKept } from "../keptWeights.js";
import { heldImages } from "./heldImages.js";
import type { PageHistory, PageNumbers, PagePayload, PageRun } from "./payload.js";

/** The shorter side of the smallest images that one can draw, in pixels. */
const LEAST_SIDE = 8;

/** What was measured for a page. */
export interface Measured {
  /** By split: "training", "validation", and always "test". */
  readonly figures: Readonly<Record<string, Figures>>;
  /** To every test image. */
  readonly answers: readonly Answer[];
}

/**
 * What a page shows of a model, of the history of its run if there is one, and of the test images.
 *
 * @param test as the model takes them
 */
export function pageContent(
  model: AnyModel,
  file: HistoryFile | null,
  test: LabelledImages,
  { figures, answers }: Measured,
) {
  const { rows, columns, scale, meanImage, deskew, pixels } = model.preprocessing;
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
    lastLoss: model.figures?.loss ?? null,
    penalty: model.figures?.penalty ?? null,
    seconds: file?.seconds ?? null,
    history: file && curvesOf(file),
    classNames: model.classNames,
    rows,
    columns,
    hiddenSize: b1.shape[0],
    scale,
    deskew,
    pixels,
    splits: Object.entries(figures).map(([name, { count, accuracy, meanLoss }]) => ({
      name,
      images: count,
      accuracy,
      meanLoss,
    })),
    confusion: figures.test.confusion,
    images,
    leastMargin: model.figures?.leastMargin ?? null,
    noPad: tooSmall ? `Images of ${rows} x ${columns} pixels are too small to draw.` : null,
    noWeights: null,
  } satisfies Partial<PagePayload>;
  const numbers: PageNumbers = {
    meanImage,
    parameters: Float32Array.from([W1, b1, W2, b2].flatMap(({ data }) => [...data])),
    images: Uint8Array.from(
      images.flatMap(({ index }) => [...test.images.subarray(index * D, (index + 1) * D)]),
    ),
    pictures: new Uint8Array(),
  };
  return { payload, numbers };
}

function curvesOf({ history, failure }: HistoryFile): PageHistory {
  const { start, loss, epochs } = history;
  return { start, loss: lossCurve(loss), epochs, failure };
}

/** What a page shows of a run that diverged: it left no model, so there is its history alone. */
export function failedContent(file: HistoryFile) {
  const { loss } = file.history;
  const reason = "The run diverged and left no model.";
  const payload = {
    engine: file.engine,
    iterations: loss.length,
    weights: null,
    lastLoss: loss.at(-1) ?? null,
    penalty: null,
    learningRate: file.settings?.learningRate ?? null,
    batchSize: file.settings?.batchSize ?? null,
    seconds: file.seconds,
    history: curvesOf(file),
    classNames: [],
    rows: 0,
    columns: 0,
    hiddenSize: file.settings?.hidden ?? 0,
    scale: file.settings?.scale ?? 1,
    splits: [],
    confusion: [],
    classes: [],
    images: [],
    noPad: reason,
    noWeights: reason,
  } satisfies Partial<PagePayload>;
  const none = new Float32Array();
  return {
    payload,
    numbers: {
      meanImage: none,
      parameters: none,
      images: new Uint8Array(),
      pictures: new Uint8Array(),
    },
  };
}

/** Where the weights come from; null for the end of a complete run, or if nothing is known about it. */
function originOfWeights({ figures, settings }: AnyModel): string | null {
  if (figures === null) return null;
  return (
    wordsOfKept({ ...figures, patience: settings.patience }) ??
    (figures.interrupted ? "from an interrupted run" : null)
  );
}

/** Runs as the page holds them: their curves as smooth and short as a chart of all can show. */
export function pageRuns(runs: readonly FinishedRun[], own: FinishedRun): PageRun[] {
  const most = pointsPerRun(runs.length);
  const rounded = (value: number) => Number(value.toPrecision(5));
  return runs.map((run) => {
    const { iterations, smooth } = lossCurve(run.loss);
    const points = thinned(smooth, most).map((at) => ({ ...at, loss: rounded(at.loss) }));
    const epochs = thinned(run.epochs, most).map(
      ({ epoch, trainingAccuracy, validationAccuracy }) => ({
        ...{ epoch, trainingAccuracy, validationAccuracy },
      }),
    );
    const loss = { iterations, batches: [], smooth: points };
    return { ...run, loss, epochs, isOwn: run === own };
  });
}
