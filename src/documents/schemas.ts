import * as v from "valibot";
import { describeRange, type Entry, type Range } from "../settings/entry.js";
import { type SettingValues, seedRange, valueNames } from "../settings/settings.js";
import { settingsTable } from "../settings/table.js";

/*
 * What the schemas of the project's files have in common: the settings of a run, the data it learned
 * from, and the simple values that these are made of.
 */

const whole = v.integer("a whole number");
export const finite = v.pipe(v.number(), v.finite("a finite number")); // JSON can say 1e400
// Names are shown on terminals, which obey control characters.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it refuses
const printable = v.regex(/^[^\u0000-\u001f\u007f-\u009f]+$/, "text without control characters");
export const name = v.pipe(v.string(), printable);
export const count = v.pipe(v.number(), whole, v.minValue(0));
export const size = v.pipe(v.number(), whole, v.minValue(1));
export const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
export const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits"));
/** Of a pixel. */
export const intensity = v.pipe(v.number(), whole, v.minValue(0), v.maxValue(255));
/** Intensities of images; see PixelValues. */
export const pixelValues = v.pipe(
  v.object({
    background: described("The most frequent one", intensity),
    least: described("The lowest one", intensity),
    greatest: described("The highest one", intensity),
  }),
  v.check(({ background, least, greatest }) => least <= background && background <= greatest),
);
export const classCount = v.pipe(size, v.maxValue(256));
export const seed = numberIn(seedRange);

/** A schema that says in the published JSON Schema what its values mean. */
export function described<S extends v.GenericSchema>(text: string, schema: S) {
  return v.pipe(schema, v.description(text));
}

/** Which files a run learned from. */
const dataFile = v.object({
  file: described("Name of the file, without its folder", name),
  sha256: described("SHA-256 of its content, unzipped, as 64 hexadecimal digits", sha256),
});
export const runData = v.object({
  name: described("Name of the data set, such as MNIST; null if it is not known", v.nullable(name)),
  files: described(
    "The four IDX files",
    v.object({
      trainImages: dataFile,
      trainLabels: dataFile,
      testImages: dataFile,
      testLabels: dataFile,
    }),
  ),
});
export type RunData = v.InferOutput<typeof runData>;

/** The L2 term of a loss; files of 0.1.0 lack it. */
export const penalty = v.optional(v.nullable(v.pipe(finite, v.minValue(0))), null);

/** What a run reached, as model and history files say it. */
export const runFigures = v.object({
  iterations: described("Updates done", count),
  interrupted: described("Whether the run was stopped before its end", v.boolean()),
  bestEpoch: v.optional(
    described("The epoch that gave the parameters; null: the last update did", v.nullable(size)),
    null,
  ),
  earlyStop: v.optional(
    described(
      "Where the patience of the run ended it, with the best epoch until then; null: it did not",
      v.nullable(v.object({ epoch: size, bestEpoch: size, bestAccuracy: share })),
    ),
    null,
  ),
  loss: described(
    "Loss of the last batch in nats: mean cross-entropy plus reg / 2 times the sum of all squared " +
      "weights of W1 and W2",
    v.nullable(finite),
  ),
  penalty,
  trainingAccuracy: described("On all training images, 0 to 1", v.nullable(share)),
  validationAccuracy: described("On all validation images, 0 to 1", v.nullable(share)),
  leastMargin: v.optional(
    described(
      "The margin that 98 % of the validation images exceed, of the training images without them: the highest score " +
        "minus the mean of the next four, over the length of x; null: not measured",
      v.nullable(v.pipe(finite, v.minValue(0))),
    ),
    null,
  ),
});
export type RunFigures = v.InferOutput<typeof runFigures>;

const amount = v.pipe(finite, v.minValue(0));

/** The `Evidence` of a run's verdict, as history files say it. */
export const evidence = v.object({
  trainingImages: size,
  classCount,
  mostFrequent: v.object({ training: share, validation: v.nullable(share) }),
  unseen: share,
  inputLength: amount,
  nearestMean: v.nullable(share),
  deadUnits: count,
  alike: v.boolean(),
  step: v.nullable(
    v.object({ loss: amount, rate: amount, after: amount, pull: v.nullable(amount) }),
  ),
});

/** What a `History` holds besides its losses; each kind of file writes its losses in another way. */
export const measuredEntries = {
  start: v.optional(
    v.nullable(
      v.object({
        loss: v.pipe(finite, v.minValue(0)),
        penalty: v.pipe(finite, v.minValue(0)),
        trainingAccuracy: share,
        validationAccuracy: v.nullable(share),
      }),
    ),
    null,
  ),
  validation: v.array(v.object({ iteration: size, accuracy: share })),
  epochs: v.array(
    v.object({
      epoch: size,
      iteration: size,
      learningRate: finite,
      penalty,
      trainingAccuracy: share,
      validationAccuracy: v.nullable(share),
    }),
  ),
};

/** Parameters whose numbers are written in some way. */
export function parametersSchema<S extends v.GenericSchema>(values: S) {
  const tensor = v.object({ shape: v.array(size), values });
  return v.object({ W1: tensor, b1: tensor, W2: tensor, b2: tensor });
}

/** A number in a range. */
export function numberIn(range: Range): v.GenericSchema<number> {
  const { whole, least, most, above } = range;
  const expected = describeRange(range);
  const from = above
    ? v.gtValue<number, number, string>(least, expected)
    : v.minValue<number, number, string>(least, expected);
  const to = v.maxValue<number, number, string>(most, expected);
  return whole ? v.pipe(v.number(), v.integer(expected), from, to) : v.pipe(v.number(), from, to);
}

/** The schema of a setting. Optional fields were added later; older files lack them. */
function settingSchema({ range, words, nullable, older, help }: Entry): v.GenericSchema {
  const plain =
    range !== undefined ? numberIn(range) : words === undefined ? v.boolean() : v.picklist(words);
  const schema = described(help, nullable ? v.nullable(plain) : plain);
  return older === undefined ? schema : v.optional(schema, older);
}

/** The fields of settings: a plain value for each flag. */
export const settingEntries = Object.fromEntries(
  valueNames.map((key) => [key, settingSchema(settingsTable[key])]),
) as { [K in keyof SettingValues]: v.GenericSchema<SettingValues[K]> };
