import type { Command } from "commander";
import { closestMatch } from "leven";
import { mostClasses } from "../dataset/source.js";
import {
  defaultEngine,
  type EngineName,
  engineNames,
  mostThreads,
} from "../engine/createEngine.js";
import { UsageError } from "../errors.js";
import { type RecipeName, recipeNames, recipes } from "../train/recipes.js";
import {
  describeRange,
  inRange,
  type Range,
  ranges,
  type Sampling,
  type Settings,
  samplings,
} from "../train/settings.js";

/** Every setting of a recipe, as a flag: the compiler misses one that is left out. */
const settingFlags: Record<keyof Settings, { flag: string; text: string }> = {
  hidden: { flag: "--hidden <n>", text: "hidden units" },
  iterations: { flag: "--iterations <n>", text: "updates in all" },
  epochs: { flag: "--epochs <n>", text: "passes over the training images, instead" },
  batchSize: { flag: "--batch-size <n>", text: "images in one update" },
  learningRate: { flag: "--learning-rate <x>", text: "step size of the updates" },
  decay: { flag: "--decay <x>", text: "multiplies the learning rate after every epoch" },
  reg: { flag: "--reg <x>", text: "strength of the L2 term" },
  std: { flag: "--std <x>", text: "standard deviation of the first weights" },
  scale: { flag: "--scale <x>", text: "multiplies every centred pixel" },
  sampling: { flag: "--sampling <how>", text: "draw batches with replacement or in passes" },
  limit: { flag: "--limit <n>", text: "train on the first n images only" },
  validation: { flag: "--validation <n>", text: "images set aside, from the end" },
  every: { flag: "--every <n>", text: "iterations between looks at validation accuracy" },
};

const settingNames = Object.keys(settingFlags) as (keyof Settings)[];

/** Adds the flags that say what data to use and who computes with it. */
export function addDataFlags(command: Command): void {
  command
    .option("--data <dir>", "folder with the four IDX files (default: ./data, else MNIST itself)")
    .option(
      "--classes <n>",
      "number of classes (default: counted in the labels)",
      numberFlag("--classes", { whole: true, least: 1, most: mostClasses }),
    )
    .option(
      "--engine <name>",
      `who computes: ${engineNames.join(", ")}`,
      (text) => oneOf("--engine", text, engineNames),
      defaultEngine,
    )
    .option(
      "--threads <n>",
      "threads that share the work (default: one a core)",
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
    const { flag, text } = settingFlags[key];
    const name = flag.split(" ")[0];
    const parse: (text: string) => number | Sampling =
      key === "sampling" ? (value) => oneOf(name, value, samplings) : numberFlag(name, ranges[key]);
    command.option(flag, `${text} (${recipeValues(key)})`, parse);
  }
}

/**
 * The settings of a recipe, with those that a flag names replaced.
 *
 * @param given what commander read, by setting
 */
export function settingsFor(recipe: RecipeName, given: Record<string, unknown>): Settings {
  if (given.iterations !== undefined && given.epochs !== undefined) {
    throw new UsageError(
      `--iterations ${given.iterations} and --epochs ${given.epochs}: expected one of the two`,
    );
  }
  const settings: Record<string, unknown> = { ...recipes[recipe].settings };
  if (given.epochs !== undefined) settings.iterations = null;
  if (given.iterations !== undefined) settings.epochs = null;
  for (const key of settingNames) {
    if (given[key] !== undefined) settings[key] = given[key];
  }
  return settings as unknown as Settings;
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

/** What each recipe says of a setting: "notebook 200, overfit 50", or one value for all. */
function recipeValues(key: keyof Settings): string {
  const values = recipeNames.map((name) => String(recipes[name].settings[key] ?? "none"));
  if (values.every((value) => value === values[0])) return `default: ${values[0]}`;
  return recipeNames.map((name, i) => `${name}: ${values[i]}`).join(", ");
}
