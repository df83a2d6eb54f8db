import type { PixelValues } from "../dataset/pixelValues.js";
import type { TwoLayerParameters } from "../net/twoLayerNet.js";
import type { Settings } from "../settings/settings.js";
import type { Answer, Figures } from "../training/evaluate.js";
import type { EpochFigures, History } from "../training/history.js";
import type { PageImages } from "./digits.js";

/*
 * What the page and the worker in which a net learns tell each other.
 */

/** The beginning of a run. */
export interface Start {
  readonly settings: Settings;
  readonly seed: number;
  /** The name of a mutant to compute with; null for none. */
  readonly mutant: string | null;
  /** Loaded weights and their mean image, to go on from; null for fresh ones. */
  readonly from: LoadedNet | null;
  /** Updates a second at most; null for as many as it can. */
  readonly speed: number | null;
}

/** A net that a model file brought. */
export interface LoadedNet {
  readonly parameters: TwoLayerParameters;
  readonly meanImage: Float32Array;
}

/** What the page asks for. */
export type Request =
  | {
      readonly type: "data";
      readonly images: PageImages;
      readonly kernels: Uint8Array<ArrayBuffer>;
    }
  | ({ readonly type: "start"; readonly run: number } & Start)
  /** Go on for so many updates; 0 pauses. */
  | { readonly type: "go"; readonly updates: number }
  | { readonly type: "change"; readonly settings: Settings; readonly speed: number | null }
  /** Say what the run so far means. */
  | { readonly type: "judge" };

/** What a run says, with the number that the page gave it. */
export type Report = { readonly run: number } & RunReport;

export type RunReport =
  | {
      readonly type: "started";
      readonly engine: string;
      readonly iterations: number;
      readonly iterationsPerEpoch: number;
      readonly trainingImages: number;
      readonly start: History["start"];
      readonly meanImage: Float32Array;
      readonly pixels: PixelValues | undefined;
    }
  | Frame
  | Measured
  | {
      readonly type: "judged";
      readonly text: string;
      readonly trainingAccuracy: number | null;
      readonly validationAccuracy: number | null;
    }
  | { readonly type: "ended"; readonly iteration: number; readonly failure: string | null }
  | { readonly type: "refused"; readonly text: string };

/** How far a run is; ten times a second. */
export interface Frame {
  readonly type: "frame";
  readonly iteration: number;
  readonly epoch: number;
  /** Of the updates since the last frame. */
  readonly losses: Float32Array;
  readonly penalty: number;
  readonly learningRate: number;
  readonly validation: History["validation"];
  readonly epochs: readonly EpochFigures[];
  readonly parameters: TwoLayerParameters;
  /** Updates a second, since the last frame; null while it does not run. */
  readonly speed: number | null;
  readonly isPaused: boolean;
  /** The last update in full, where it was asked for alone. */
  readonly update: UpdateTaken | null;
}

/** One update in full. */
export interface UpdateTaken {
  readonly before: TwoLayerParameters;
  readonly after: TwoLayerParameters;
  readonly indices: Uint32Array;
  readonly learningRate: number;
  readonly loss: number;
}

/** What the net makes of images that it does not learn from; once or twice a second. */
export interface Measured {
  readonly type: "measured";
  readonly iteration: number;
  readonly test: Figures;
  readonly answers: readonly Answer[];
  /** (H) share of a sample of images for which a unit is on, 0..1. */
  readonly activity: Float32Array;
}
