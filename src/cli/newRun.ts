import { fitSplit } from "../dataset/fitSplit.js";
import type { LabelledImages } from "../dataset/labelledImages.js";
import type { DataSet } from "../dataset/source.js";
import { type PixelWork, splitInPlace } from "../dataset/split.js";
import { SettingError } from "../errors.js";
import { dataNotes } from "../inspect/dataNotes.js";
import { flagOf } from "../settings/flagName.js";
import type { Settings, SettingValues } from "../settings/settings.js";
import type { Run } from "./resume.js";

/** What decides a new run; `wanted` are the settings before they are fitted to the data. */
export interface RunRequest extends Pick<Run, "recipe" | "seed" | "engine"> {
  readonly wanted: Settings;
  /** What commander read, by name. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly data: DataSet;
  /** Divides the training images; by default in place, for data of which there is one run only. */
  readonly divide?: typeof splitInPlace;
  /** Does the work on all pixels; by default plain functions do. */
  readonly work?: PixelWork;
}

/** A run that begins, with a split that suits its data; throws as `fitToData` and `splitImages` do. */
export function newRun(request: RunRequest): Run {
  const { wanted, given, divide = splitInPlace, work, ...run } = request;
  const { data } = run;
  const settings = fitToData(wanted, given, data.train);
  const split = divide(data.train, settings, work);
  const notes = dataNotes({ data, split, settings, wanted, given });
  return { ...run, settings, split, notes, state: undefined };
}

/**
 * The settings of a new run, with a split that suits its training file where no flag chooses one.
 *
 * @param given what commander read, by name
 * @throws {SettingError} when a flag needs validation images and the file is too small for them
 */
export function fitToData(
  settings: Settings,
  given: Readonly<Record<string, unknown>>,
  train: LabelledImages,
): Settings {
  const { validation, limit, split } = given as Partial<SettingValues>;
  const chosen = { validation, ...(limit && { limit }), split };
  const fitted = { ...settings, ...fitSplit(train, settings, chosen) };
  const needing = (["patience", "keepBest"] as const).find((name) => settings[name]);
  if (fitted.validation > 0 || settings.validation === 0 || needing === undefined) return fitted;
  const count = train.labels.length;
  const found = `with ${count} training images`;
  throw new SettingError(flagOf(needing), found, `at least 6, or ${flagOf("validation")} n`);
}
