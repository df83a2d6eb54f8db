import { type Command, Option } from "commander";
import { closestMatch } from "leven";
import { mostClasses } from "../dataset/source.js";
import {
  defaultEngine,
  type EngineName,
  engineNames,
  mostThreads,
} from "../engine/createEngine.js";
import { UsageError } from "../errors.js";
import { type RecipeName, recipeNames, recipes } from "../settings/recipes.js";
import {
  describeRange,
  initializations,
  inRange,
  type Range,
  ranges,
  type Settings,
  samplings,
  schedules,
} from "../settings/settings.js";
import type { CheckpointInterval } from "../training/checkpointTimer.js";

/**
 * Every setting of a recipe, as a flag: the compiler misses one that is left out. `words` are what a
 * flag may say where it is not a number; a flag without a value is a switch, off by --no-NAME.
 */
const settingFlags: Record<
  keyof Settings,
  { flag: string; text: string; words?: readonly string[] }
> = {
  hidden: { flag: "--hidden <n>", text: "hidden units" },
  iterations: { flag: "--iterations <n>", text: "updates in all" },
  epochs: { flag: "--epochs <n>", text: "passes over the training images, instead" },
  batchSize: { flag: "--batch-size <n>", text: "images in one update" },
  learningRate: { flag: "--learning-rate <x>", text: "step size of the updates" },
  schedule: { flag: "--schedule <how>", text: "how the learning rate goes", words: schedules },
  decay: { flag: "--decay <x>", text: "multiplies the learning rate after every epoch or step" },
  stepEpochs: { flag: "--step-epochs <n>", text: "epochs between the drops of --schedule step" },
  warmUp: { flag: "--warm-up <x>", text: "epochs in which the learning rate rises" },
  momentum: { flag: "--momentum <x>", text: "share of the velocity that is kept" },
  nesterov: { flag: "--nesterov", text: "let momentum look ahead" },
  reg: { flag: "--reg <x>", text: "strength of the L2 term" },
  dropout: { flag: "--dropout <x>", text: "share of hidden units left out of an update" },
  labelSmoothing: { flag: "--label-smoothing <x>", text: "share of the target for all classes" },
  averageKeep: { flag: "--average-keep <x>", text: "moving average of weights: share that stays" },
  averageEvery: { flag: "--average-every <n>", text: "updates between its moves" },
  augment: { flag: "--augment", text: "distort the images, anew in every epoch" },
  elasticAlpha: { flag: "--elastic-alpha <x>", text: "strength of the elastic distortion, pixels" },
  elasticSigma: { flag: "--elastic-sigma <x>", text: "its smoothness, pixels" },
  rotation: { flag: "--rotation <x>", text: "largest rotation, degrees" },
  zoom: { flag: "--zoom <x>", text: "largest change of width and height, share" },
  shear: { flag: "--shear <x>", text: "largest slant, columns a row" },
  shift: { flag: "--shift <x>", text: "largest shift, pixels of a 28 x 28 image" },
  patience: {
    flag: "--patience <n>",
    text: "end after so many epochs without a better validation",
  },
  keepBest: { flag: "--keep-best", text: "keep the weights that were best on validation" },
  initialization: {
    flag: "--initialization <how>",
    text: "how weights start",
    words: initializations,
  },
  std: { flag: "--std <x>", text: "standard deviation of the first weights" },
  scale: { flag: "--scale <x>", text: "multiplies every centred pixel" },
  sampling: {
    flag: "--sampling <how>",
    text: "draw batches with replacement or in passes",
    words: samplings,
  },
  limit: { flag: "--limit <n>", text: "train on the first n images only" },
  validation: { flag: "--validation <n>", text: "images set aside, from the end" },
  every: { flag: "--every <n>", text: "iterations between looks at validation accuracy" },
};

/** Every setting, in the order of --help. */
export const settingNames = Object.keys(settingFlags) as (keyof Settings)[];

/** Adds the flags that say what data to use and who computes with it. */
export function addDataFlags(command: Command): void {
  command
    .optionsGroup("Data:")
    .option("--data <dir>", "folder with the four IDX files (default: ./data, else MNIST itself)")
    .option(
      "--classes <n>",
      "number of classes (default: counted in the labels)",
      numberFlag("--classes", { whole: true, least: 1, most: mostClasses }),
    )
    .optionsGroup("Run:")
    .option(
      "--engine <name>",
      `compute engine: ${engineNames.join(", ")}`,
      (text) => oneOf("--engine", text, engineNames),
      defaultEngine,
    )
    .option(
      "--threads <n>",
      "threads of the simd engine (default: one per core)",
      numberFlag("--threads", { whole: true, least: 1, most: mostThreads }),
    );
}

/** What commander reads from them. */
export interface DataFlags {
  readonly data?: string;
  readonly classes?: number;
  readonly engine: EngineName;
  readonly threads?: number;
}

/** Adds the flags for settings to a command, each with what the recipes say of it. */
export function addSettingFlags(command: Command): void {
  for (const key of settingNames) {
    const { flag, text, words } = settingFlags[key];
    const [name, value] = flag.split(" ");
    const described =
      value === undefined ? `${text}${recipesOn(key)}` : `${text} (${recipeValues(key)})`;
    if (value === undefined) {
      const off = new Option(name.replace("--", "--no-")).hideHelp();
      command.option(flag, described).addOption(off);
    } else if (words !== undefined) {
      command.option(flag, described, (text) => oneOf(name, text, words));
    } else {
      command.option(flag, described, numberFlag(name, ranges[key as keyof typeof ranges]));
    }
  }
}

/** Settings that mean something only where another one says so: the flag that would say it. */
const needs: readonly {
  readonly keys: readonly (keyof Settings)[];
  readonly met: (settings: Settings) => boolean;
  readonly flag: string;
}[] = [
  {
    keys: ["elasticAlpha", "elasticSigma", "rotation", "zoom", "shear", "shift"],
    met: ({ augment }) => augment,
    flag: "--augment",
  },
  { keys: ["averageEvery"], met: ({ averageKeep }) => averageKeep > 0, flag: "--average-keep" },
  { keys: ["stepEpochs"], met: ({ schedule }) => schedule === "step", flag: "--schedule step" },
];

/**
 * The settings of a recipe, with those that a flag names replaced, and those that hang on a replaced
 * one put to what goes with it.
 *
 * @param given what commander read, by setting
 * @throws {UsageError} when two flags contradict each other, or one does nothing
 */
export function settingsFor(recipe: RecipeName, given: Record<string, unknown>): Settings {
  checkLength(given);
  const settings: Record<string, unknown> = { ...recipes[recipe].settings };
  if (given.epochs !== undefined) settings.iterations = null;
  if (given.iterations !== undefined) settings.epochs = null;
  const { schedule, initialization } = given;
  if (schedule !== undefined && schedule !== settings.schedule) {
    settings.decay = schedule === "exponential" ? 0.99 : schedule === "step" ? 0.1 : 1;
    settings.stepEpochs = schedule === "step" ? 10 : null;
    if (schedule === "one-cycle") settings.warmUp = 0;
  }
  if (initialization !== undefined && initialization !== settings.initialization) {
    settings.std = initialization === "he" ? null : 1e-4;
  }
  if (given.momentum === 0) settings.nesterov = false;
  if (given.validation === 0) settings.keepBest = false;
  for (const key of settingNames) {
    if (given[key] !== undefined) settings[key] = given[key];
  }
  const complete = settings as unknown as Settings;
  for (const { keys, met, flag } of needs) {
    const useless = keys.find((key) => given[key] !== undefined);
    if (useless === undefined || met(complete)) continue;
    throw new UsageError(
      `${flagOf(useless)} ${given[useless]} does nothing by itself: expected ${flag} too`,
    );
  }
  return complete;
}

/** @throws {UsageError} when flags say in two ways how long a run is */
export function checkLength({ iterations, epochs }: Readonly<Record<string, unknown>>): void {
  if (iterations === undefined || epochs === undefined) return;
  throw new UsageError(
    `--iterations ${iterations} and --epochs ${epochs}: expected one of the two`,
  );
}

/** The flag for a setting, or for something else that has its name: "--batch-size". */
export function flagOf(key: string): string {
  const { flag } = settingFlags[key as keyof Settings] ?? { flag: `--${key}` };
  return flag.split(" ")[0];
}

/** Whether a setting is on or off, and its flag takes no value. */
export function isSwitch(key: string): boolean {
  return !settingFlags[key as keyof Settings].flag.includes(" ");
}

/** Reads how often checkpoints are saved: updates, or seconds as in 30s. */
export function checkpointInterval(text: string): CheckpointInterval {
  const [, number, seconds] = /^(\d+)(s?)$/.exec(text) ?? [];
  const value = Number(number);
  if (value >= 1 && value <= 1e9) return seconds ? { seconds: value } : { iterations: value };
  throw new UsageError(
    `--checkpoint-every ${text}: expected a whole number of updates from 1 to 1000000000, or of ` +
      "seconds, such as 30s",
  );
}

/** Reads a number for commander; throws UsageError outside its range. */
export function numberFlag(flag: string, range: Range): (text: string) => number {
  return (text) => {
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (inRange(value, range)) return value;
    throw new UsageError(`${flag} ${text}: expected ${describeRange(range)}`);
  };
}

/** Reads one of several words; throws UsageError, with the nearest word where one is near. */
export function oneOf<T extends string>(flag: string, text: string, words: readonly T[]): T {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  const near = closestMatch(text, words, { maxDistance: 3 });
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  throw new UsageError(`${flag} ${text}: expected one of ${words.join(", ")}${hint}`);
}

/** What recipes say of a setting, the default one first: "default: 200, overfit: 50, record: 800". */
function recipeValues(key: keyof Settings): string {
  const groups = new Map<string, string[]>();
  for (const name of recipeNames) {
    const value = String(recipes[name].settings[key] ?? "none");
    groups.set(value, [...(groups.get(value) ?? []), name]);
  }
  const texts = [...groups].map(([value, names], i) =>
    i === 0 ? `default: ${value}` : `${names.join(" and ")}: ${value}`,
  );
  return texts.join(", ");
}

/** Which recipes turn a switch on: " (on in accurate, record)". */
function recipesOn(key: keyof Settings): string {
  const names = recipeNames.filter((name) => recipes[name].settings[key]);
  return names.length === 0 ? "" : ` (on in ${names.join(", ")})`;
}
