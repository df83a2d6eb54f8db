import type { SettingValues } from "../settings/settings.js";

/*
 * The mistakes that the page can plant: mutants of src/learn, which the reference engine runs beside the sound
 * code, and settings that amount to one.
 */

/** A mistake to plant. */
export interface Slip {
  readonly title: string;
  /** The mutant's name in src/learn; null where `changes` say it all. */
  readonly mutant: string | null;
  /** What differs from the sound run. */
  readonly changes?: Partial<SettingValues>;
  /** What differs in both runs from the usual ones, so that the mistake can be felt. */
  readonly both?: Partial<SettingValues>;
  readonly question: string;
  /** What a reader may guess; the first one is right. */
  readonly guesses: readonly [right: string, ...others: string[]];
  /** Why it happens, shown after the run. */
  readonly why: string;
}

/** The run that the mistakes are planted in: small, since the reference layers are naive loops. */
export const slipRun: Partial<SettingValues> = {
  hidden: 30,
  batchSize: 40,
  iterations: 300,
  limit: 4000,
  validation: 500,
  every: 20,
};

export const slips = {
  "relu-backward": {
    title: "ReLU lets every gradient through",
    mutant: "relu-not-masked",
    question: "The backward pass of the ReLU forgets its mask. Does the net still learn?",
    guesses: ["It learns, about as well", "It does not learn", "It blows up"],
    why: "The second layer's gradient is right, and it can work with whatever the first one does. In 2000 updates the mistake costs four points, which still looks like a net that works; a gradient check tells at once.",
  },
  "no-centring": {
    title: "No centering",
    mutant: "centering-left-out",
    question: "The mean image is not subtracted. What does that cost in 300 updates?",
    guesses: ["Hardly anything", "Half of the accuracy", "It does not learn"],
    why: "The biases learn what the mean would have done.",
  },
  "mean-in-bytes": {
    title: "The mean overflows",
    mutant: "mean-in-bytes",
    question: "The sum of the pixels is kept in a byte: from 255 it goes on at 0. What happens?",
    guesses: ["Hardly anything", "It does not learn", "It blows up"],
    why: "Divided by thousands of images, a byte is almost 0: the mean is not subtracted at all, and the net copes. The slip stayed in the lesson's notebook for that reason.",
  },
  "relu-on-scores": {
    title: "ReLU on the scores",
    mutant: "net-loss-relu-on-scores",
    question: "Scores below 0 are cut off before the loss. What does it cost in 300 updates?",
    guesses: ["Next to nothing", "Half of the accuracy", "Everything"],
    why: "Only differences between scores matter, so the net moves all of them above 0 and learns there. Nothing in the code makes sure of that, so it is luck.",
  },
  "no-shift": {
    title: "No shift by the maximum",
    mutant: "loss-no-maximum",
    both: { std: 0.3 },
    question:
      "Softmax takes exp of the scores as they are. The first weights are large here, and so are the scores. What is the loss?",
    guesses: ["No number at all, from the first update", "A little too large", "The same"],
    why: "exp of a score above 709 does not fit a 64-bit number, and infinity divided by infinity is no number. Subtracting the largest score first changes no probability, and nothing overflows.",
  },
  "gradient-summed": {
    title: "The gradient is summed",
    mutant: "loss-gradient-sum",
    question: "The gradient of a batch is a sum where it should be a mean. What is the effect?",
    guesses: [
      "Steps 40 times too long: it blows up",
      "None: only the scale differs",
      "It learns faster",
    ],
    why: "A sum over a batch of 40 is 40 means. That is a learning rate of 0.04, which is far too large here.",
  },
  "all-zero": {
    title: "All weights 0",
    mutant: null,
    changes: { std: 0 },
    question: "Every weight starts at 0. What does the net learn?",
    guesses: ["Only how frequent each class is", "The same, a little later", "One digit"],
    why: "With all weights 0, hidden units and their gradients are 0. Only the biases of the scores can learn.",
  },
} as const satisfies Record<string, Slip>;

/** The name of a slip. */
export type SlipName = keyof typeof slips;

/** The names of all slips, in the order of the page. */
export const slipNames = Object.keys(slips) as SlipName[];
