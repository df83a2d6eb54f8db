import type { Settings } from "./settings.js";

/** Settings with a name. */
export interface Recipe {
  readonly description: string;
  readonly settings: Settings;
}

const notebook: Settings = {
  validation: 10000,
  limit: null,
  scale: 1,
  hidden: 200,
  initialization: "normal",
  std: 1e-4,
  iterations: 10000,
  epochs: null,
  batchSize: 200,
  sampling: "replacement",
  learningRate: 1e-3,
  schedule: "exponential",
  decay: 0.99,
  stepEpochs: null,
  warmUp: 0,
  momentum: 0,
  nesterov: false,
  reg: 0.2,
  dropout: 0,
  labelSmoothing: 0,
  averageKeep: 0,
  averageEvery: 1,
  augment: false,
  // What --augment alone turns on.
  elasticAlpha: 26,
  elasticSigma: 4,
  rotation: 7.5,
  zoom: 0.08,
  shear: 0.08,
  shift: 0.8,
  patience: null,
  keepBest: false,
  every: 100,
};

/** The runs of the lesson, and whatever else has proved itself. */
export const recipes = {
  notebook: {
    description: "the lesson's long run: 200 hidden units, 10000 iterations",
    settings: notebook,
  },
  overfit: {
    description: "the lesson's check that the net can learn by heart: 1000 images, 50 hidden units",
    settings: {
      ...notebook,
      limit: 1000,
      hidden: 50,
      iterations: 1000,
      batchSize: 50,
      // The lesson has 1e-3 and reports 1.0 on its last batch of 50; on all 1000 images that rate
      // ends near 0.996. This one learns every image by heart in the same 1000 iterations.
      learningRate: 5e-3,
      reg: 0.5,
    },
  },
} as const satisfies Record<string, Recipe>;

/** The name of a recipe. */
export type RecipeName = keyof typeof recipes;

/** The names of all recipes, the one to begin with first. */
export const recipeNames = Object.keys(recipes) as RecipeName[];
