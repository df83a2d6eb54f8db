import type { RecipeName } from "../settings/recipes.js";
import type { SettingValues } from "../settings/settings.js";

/*
 * Experiments with a question: guess, watch, and read the diagnosis.
 */

/** An experiment with a question. */
export interface Preset {
  readonly title: string;
  readonly question: string;
  /** What a reader may guess; the first one is right, the page shows them in another order. */
  readonly guesses: readonly [right: string, ...others: string[]];
  /** Why it happens, shown after the run. */
  readonly why: string;
  readonly recipe?: RecipeName;
  /** What differs from the recipe. */
  readonly changes: Partial<SettingValues>;
}

export const presets = {
  sound: {
    title: "A sound run",
    question:
      "The lesson's own settings: 200 hidden units, batches of 200, small random weights. How well does it read digits that it has never seen after 1500 updates?",
    guesses: ["about 96 % right", "about 80 % right", "about 50 % right"],
    why: "Most digits are easy: the first hundred updates bring more than all that follow.",
    changes: { iterations: 1500 },
  },
  "large-step": {
    title: "Too large a step",
    question:
      "A learning rate of 0.03 is 30 times that of the lesson. Does it learn 30 times faster?",
    guesses: [
      "It blows up: the loss is soon no number at all",
      "It learns faster, and ends as well",
      "It learns faster at first, then stands still",
    ],
    why: "A gradient describes the loss near the weights. A step beyond that raises the loss, the next gradient is larger, and the next step too.",
    changes: { learningRate: 0.03, iterations: 500 },
  },
  "small-step": {
    title: "Too small a step",
    question:
      "A learning rate of 1e-6 is a thousandth of the lesson's. What is the accuracy after 500 updates?",
    guesses: [
      "Hardly better than guessing",
      "About the same, since 500 updates are many",
      "About 80 %",
    ],
    why: "Every step goes the right way and stops a millimeter further on. The loss falls, too slowly to see.",
    changes: { learningRate: 1e-6, iterations: 500 },
  },
  "by-heart": {
    title: "It learns by heart",
    question:
      "50 hidden units see the same 1000 images again and again. How much better does it know those than new ones?",
    guesses: [
      "All of the 1000, and about 88 % of new ones",
      "About 90 % of both",
      "All of the 1000, and about half of the new ones",
    ],
    why: "40,000 weights are enough to remember 1000 images. More images, not more updates, would close the gap.",
    recipe: "overfit",
    changes: {},
  },
  "one-unit": {
    title: "One hidden unit",
    question:
      "All that the second layer sees of an image is one number. Can it tell ten digits apart?",
    guesses: ["Two or three of them at most", "None at all", "All ten, with patience"],
    why: "One number puts all images on a line, and the scores of ten classes over a line leave room for only a few of them.",
    changes: { hidden: 1, iterations: 1500 },
  },
  "equal-weights": {
    title: "All weights start at 0",
    question:
      "Nothing is random any more: every weight starts at 0. What do the hidden units learn?",
    guesses: [
      "Nothing: all stay equal",
      "The same as always, since the images differ",
      "Each a digit of its own",
    ],
    why: "Units with the same weights get the same gradients, so they stay the same. At 0, no gradient passes at all. Chance breaks the tie.",
    changes: { std: 0, iterations: 500 },
  },
  "dead-units": {
    title: "Dead units",
    question:
      "The mean image is not subtracted, and each step is six times as long. How many of the 200 hidden units are still on for any image after 400 updates?",
    guesses: ["Only a few", "All of them", "Half of them"],
    why: "Without centering, all inputs are 0 or more, so one long step can push a unit's sum below 0 for every image. Its gradient is then 0 too, and it never comes back.",
    changes: { centring: false, learningRate: 0.006, iterations: 400 },
  },
  "no-centring": {
    title: "No centering",
    question: "The mean image is no longer subtracted from each image. Does the net still learn?",
    guesses: ["Yes, nearly as well", "No, the loss stays at ln 10", "It blows up at once"],
    why: "Biases can take over what the mean image did. Centering makes the way there smoother, which matters more for deeper nets.",
    changes: { centring: false, iterations: 1000 },
  },
} as const satisfies Record<string, Preset>;

/** The name of a preset. */
export type PresetName = keyof typeof presets;

/** The names of all presets, in the order of the page. */
export const presetNames = Object.keys(presets) as PresetName[];
