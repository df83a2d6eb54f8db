/** Figures at the end of an epoch. */
export interface EpochFigures {
  /** Counted from 1. */
  readonly epoch: number;
  /** Updates done by then. */
  readonly iteration: number;
  /** Of the epoch's last update. */
  readonly learningRate: number;
  /** On a random sample of at most 10000 training images, the same in every epoch, 0..1. */
  readonly trainingAccuracy: number;
  /** On all validation images, 0..1; null when there are none. */
  readonly validationAccuracy: number | null;
}

/** Losses and accuracies during training. */
export interface History {
  /** The loss of each batch before its update, L2 term included, in nats. */
  readonly loss: number[];
  /** Validation accuracy at intervals; `iteration` counts the updates done by then. */
  readonly validation: { readonly iteration: number; readonly accuracy: number }[];
  readonly epochs: EpochFigures[];
}
