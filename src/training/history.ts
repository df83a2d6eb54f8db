/** Figures before the first update, on at most 1000 training images and as many validation images. */
export interface StartFigures {
  /** Mean data loss of the training images in nats, without L2; about ln C from small random weights. */
  readonly loss: number;
  /** The L2 term of the initial weights: ½ · reg · (Σ W1² + Σ W2²). */
  readonly penalty: number;
  /** 0..1 */
  readonly trainingAccuracy: number;
  /** 0..1; null when there are no validation images. */
  readonly validationAccuracy: number | null;
}

/** Figures at the end of an epoch. */
export interface EpochFigures {
  /** Counted from 1. */
  readonly epoch: number;
  /** Updates done by then. */
  readonly iteration: number;
  /** Of the epoch's last update. */
  readonly learningRate: number;
  /** The L2 term in the loss of that update; null in files that do not record it. */
  readonly penalty: number | null;
  /** On a random sample of at most 10000 training images, the same in every epoch, 0..1. */
  readonly trainingAccuracy: number;
  /** On all validation images, 0..1; null when there are none. */
  readonly validationAccuracy: number | null;
}

/** Losses and accuracies during training. */
export interface History {
  /** Null in files that do not record it, and when the loss was not finite. */
  readonly start: StartFigures | null;
  /** The loss of each batch before its update, L2 term included, in nats. */
  readonly loss: number[];
  /** Validation accuracy at intervals; `iteration` counts the updates done by then. */
  readonly validation: { readonly iteration: number; readonly accuracy: number }[];
  readonly epochs: EpochFigures[];
}

/** What ended a run that diverged. */
export interface Failure {
  /** The update at which it was detected, counted from 1. */
  readonly iteration: number;
  /** Such as "loss NaN". */
  readonly found: string;
}

/** A run that `patience` ended before its last update. */
export interface EarlyStop {
  /** The epoch after which it stopped. */
  readonly epoch: number;
  /** The epoch with the best validation accuracy. */
  readonly bestEpoch: number;
  /** The validation accuracy of that epoch, 0..1. */
  readonly bestAccuracy: number;
}
