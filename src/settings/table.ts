import { above, between, number, numberOrNull, type Range, toggle, whole, word } from "./entry.js";
import { scheduleEntries } from "./schedules.js";

/*
 * Every setting, once: its values, its default, its help, and what an older file means that lacks it. Types,
 * checks, flags and the schemas of files follow from it. Files list settings in this order.
 */

/** An amount of distortion: files older than the distortions lack it, and mean none. */
const amount = (range: Range, value: number, help: string, older = 0) =>
  number(range, value, help, { older, needs: ["augment"] });

/** The settings by the groups of --help. */
export const settingGroups = {
  Data: {
    validation: number(
      whole(0, 2 ** 32 - 1),
      10000,
      "images held out for validation, from the end; by default at most a sixth",
    ),
    limit: numberOrNull(whole(1, 2 ** 32 - 1), null, "train on the first n images only"),
    /** In files always what was used, never a choice that is still to be made. */
    split: word(
      ["end", "shuffled"],
      "end",
      "how images are split; shuffled by default if sorted by class",
      { older: "end" },
    ),
    /** 1 keeps intensities on their 0..255 scale. */
    scale: number(above(0, 1e6), 1, "factor for every centered pixel"),
    centring: toggle("do not subtract the mean image of the training images", true),
    /** The preprocessing of a model says so too, for whatever images the net is used on. */
    deskew: toggle("make slanted digits upright, before training and whenever the model is used"),
  },
  Network: {
    /**
     * A saved model is one string of JSON, 13 to 15 characters a weight, and V8 allows 2^29: about 45000
     * hidden units of 28 x 28 pixels would fit. The limit leaves room for larger images.
     */
    hidden: number(whole(1, 8192), 200, "hidden units"),
    /** A name for what `std` says. */
    initialization: word(["normal", "he"], "normal", "initial weights", { older: "normal" }),
    /** Null for He's deviation, which fits ReLU. */
    std: numberOrNull(between(0, 1e3), 1e-4, "standard deviation of normal initial weights"),
  },
  Optimization: {
    /** Null if `epochs` gives the length. */
    iterations: numberOrNull(whole(1, 1e9), 10000, "total updates"),
    /** Null if `iterations` gives the length. */
    epochs: numberOrNull(
      whole(1, 1e6),
      null,
      "passes over the training images, instead of --iterations",
    ),
    batchSize: number(whole(1, 65536), 200, "images per update"),
    /** At random with replacement, or in shuffled passes over all images. */
    sampling: word(["replacement", "passes"], "replacement", "how batches are drawn"),
    /** The highest rate of a schedule that rises and falls. */
    learningRate: number(above(0, 1e6), 1e-3, "step size"),
    ...scheduleEntries,
    warmUp: number(between(0, 1e6), 0, "epochs of linear rise before the schedule", { older: 0 }),
    /** 0 for plain SGD. */
    momentum: number(between(0, 0.9999), 0, "share of the velocity kept per update", { older: 0 }),
    nesterov: toggle("Nesterov momentum, which looks ahead"),
    reg: number(between(0, 1e6), 0.2, "strength of the L2 penalty"),
    /** Other units for each image. */
    dropout: number(between(0, 0.99), 0, "share of hidden units dropped per update", { older: 0 }),
    labelSmoothing: number(between(0, 0.99), 0, "share of the target spread over all classes", {
      older: 0,
    }),
    /** 0 for no average. */
    averageKeep: number(between(0, 0.999999), 0, "moving average of weights: share kept per move", {
      older: 0,
    }),
    averageEvery: number(whole(1, 1e9), 1, "updates between its moves", {
      older: 1,
      needs: ["averageKeep"],
    }),
  },
  Augmentation: {
    augment: toggle("distort images, differently in every epoch"),
    elasticAlpha: amount(between(0, 1000), 26, "strength of the elastic distortion, pixels"),
    /** Below half a pixel nothing is smoothed; beyond 14 nothing is left of the field. */
    elasticSigma: amount(between(0.5, 14), 4, "its smoothness, pixels", 4),
    rotation: amount(between(0, 180), 7.5, "largest rotation, degrees"),
    zoom: amount(between(0, 0.9), 0.08, "largest change of width and height, share"),
    shear: amount(between(0, 2), 0.08, "largest slant, columns per row"),
    shift: amount(between(0, 28), 0.8, "largest shift, pixels of a 28 x 28 image"),
  },
  Run: {
    patience: numberOrNull(
      whole(1, 1e6),
      null,
      "stop after n epochs without better validation accuracy",
      { older: null },
    ),
    keepBest: toggle("keep the weights with the best validation accuracy"),
    every: number(whole(1, 1e9), 100, "validate every n iterations"),
  },
};

/** Every setting as a plain value, by name. */
export const settingsTable = {
  ...settingGroups.Data,
  ...settingGroups.Network,
  ...settingGroups.Optimization,
  ...settingGroups.Augmentation,
  ...settingGroups.Run,
};
