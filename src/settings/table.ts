import { above, between, type Entry, whole } from "./entry.js";
import { scheduleEntries } from "./schedules.js";

/*
 * Every setting, once: its values, its default, its help, and what a file means that lacks it. Types,
 * checks, flags and the schemas of files follow from it. Files list settings in this order.
 */

/** The settings by the groups of --help. */
export const settingGroups = {
  Data: {
    validation: {
      range: whole(0, 2 ** 32 - 1),
      default: 10000,
      help: "images held out for validation, from the end",
    },
    limit: {
      range: whole(1, 2 ** 32 - 1),
      nullable: true,
      default: null,
      help: "train on the first n images only",
    },
    /** 1 keeps intensities on their 0..255 scale. */
    scale: { range: above(0, 1e6), default: 1, help: "factor for every centered pixel" },
  },
  Network: {
    /**
     * A saved model is one string of JSON, 13 to 15 characters a weight, and V8 allows 2^29: about 45000
     * hidden units of 28 x 28 pixels would fit. The limit leaves room for larger images.
     */
    hidden: { range: whole(1, 8192), default: 200, help: "hidden units" },
    /** A name for what `std` says. */
    initialization: {
      words: ["normal", "he"],
      default: "normal",
      older: "normal",
      help: "initial weights",
    },
    /** Null for He's deviation, which fits ReLU. */
    std: {
      range: between(0, 1e3),
      nullable: true,
      default: 1e-4,
      help: "standard deviation of normal initial weights",
    },
  },
  Optimization: {
    /** Null if `epochs` gives the length. */
    iterations: {
      range: whole(1, 1e9),
      nullable: true,
      default: 10000,
      help: "total updates",
    },
    /** Null if `iterations` gives the length. */
    epochs: {
      range: whole(1, 1e6),
      nullable: true,
      default: null,
      help: "passes over the training images, instead of --iterations",
    },
    batchSize: { range: whole(1, 65536), default: 200, help: "images per update" },
    /** At random with replacement, or in shuffled passes over all images. */
    sampling: {
      words: ["replacement", "passes"],
      default: "replacement",
      help: "how batches are drawn",
    },
    /** The highest rate of a schedule that rises and falls. */
    learningRate: { range: above(0, 1e6), default: 1e-3, help: "step size" },
    ...scheduleEntries,
    warmUp: {
      range: between(0, 1e6),
      default: 0,
      older: 0,
      help: "epochs of linear rise before the schedule",
    },
    /** 0 for plain SGD. */
    momentum: {
      range: between(0, 0.9999),
      default: 0,
      older: 0,
      help: "share of the velocity kept at each update",
    },
    nesterov: { default: false, older: false, help: "Nesterov momentum, which looks ahead" },
    reg: { range: between(0, 1e6), default: 0.2, help: "strength of the L2 penalty" },
    /** Other units for each image. */
    dropout: {
      range: between(0, 0.99),
      default: 0,
      older: 0,
      help: "share of hidden units dropped at each update",
    },
    labelSmoothing: {
      range: between(0, 0.99),
      default: 0,
      older: 0,
      help: "share of the target spread over all classes",
    },
    /** 0 for no average. */
    averageKeep: {
      range: between(0, 0.999999),
      default: 0,
      older: 0,
      help: "moving average of the weights: share kept when it moves",
    },
    averageEvery: {
      range: whole(1, 1e9),
      default: 1,
      older: 1,
      needs: ["averageKeep"],
      help: "updates between its moves",
    },
  },
  // The defaults are what --augment alone turns on; older files without the amounts had no distortions.
  Augmentation: {
    augment: { default: false, older: false, help: "distort images, differently in every epoch" },
    elasticAlpha: {
      range: between(0, 1000),
      default: 26,
      older: 0,
      needs: ["augment"],
      help: "strength of the elastic distortion, pixels",
    },
    /** Below half a pixel nothing is smoothed; beyond 14 nothing is left of the field. */
    elasticSigma: {
      range: between(0.5, 14),
      default: 4,
      older: 4,
      needs: ["augment"],
      help: "its smoothness, pixels",
    },
    rotation: {
      range: between(0, 180),
      default: 7.5,
      older: 0,
      needs: ["augment"],
      help: "largest rotation, degrees",
    },
    zoom: {
      range: between(0, 0.9),
      default: 0.08,
      older: 0,
      needs: ["augment"],
      help: "largest change of width and height, share",
    },
    shear: {
      range: between(0, 2),
      default: 0.08,
      older: 0,
      needs: ["augment"],
      help: "largest slant, columns per row",
    },
    shift: {
      range: between(0, 28),
      default: 0.8,
      older: 0,
      needs: ["augment"],
      help: "largest shift, pixels of a 28 x 28 image",
    },
  },
  Run: {
    patience: {
      range: whole(1, 1e6),
      nullable: true,
      default: null,
      older: null,
      help: "stop after n epochs without better validation accuracy",
    },
    keepBest: {
      default: false,
      older: false,
      help: "keep the weights with the best validation accuracy",
    },
    every: { range: whole(1, 1e9), default: 100, help: "validate every n iterations" },
  },
} as const satisfies Record<string, Record<string, Entry>>;

/** Every setting as a plain value, by name. */
export const settingsTable = {
  ...settingGroups.Data,
  ...settingGroups.Network,
  ...settingGroups.Optimization,
  ...settingGroups.Augmentation,
  ...settingGroups.Run,
};
