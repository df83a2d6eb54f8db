/** What was measured at the end of an epoch. */
export interface EpochFigures {
  /** Counted from 1. */
  readonly epoch: number;
  /** Updates done by then. */
  readonly iteration: number;
  /** The rate of the epoch's last update. */
  readonly learningRate: number;
  /** On a fixed sample of the training images, at most 10000 of them, 0..1. */
  readonly trainingAccuracy: number;
  /** On all validation images, 0..1; null when there are none. */
  readonly validationAccuracy: number | null;
}

/** What was measured on the way. */
export interface History {
  /** The loss of each batch before its update, L2 term included, in nats. */
  readonly loss: number[];
  /** Validation accuracy every so many iterations; `iteration` counts the updates done by then. */
  readonly validation: { readonly iteration: number; readonly accuracy: number }[];
  readonly epochs: EpochFigures[];
}
