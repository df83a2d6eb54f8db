import { type Command, Option } from "commander";
import { closestMatch } from "leven";
import { mostClasses } from "../dataset/classNames.js";
import {
  defaultEngine,
  type EngineName,
  engineNames,
  mostThreads,
} from "../engine/createEngine.js";
import { SettingError, UsageError } from "../errors.js";
import {
  describeRange,
  type Entry,
  inRange,
  type Range,
  readNumber,
  valueText,
  whole,
} from "../settings/entry.js";
import { flagOf } from "../settings/flagName.js";
import { type RecipeName, recipeNames, recipes } from "../settings/recipes.js";
import {
  changeSettings,
  type Settings,
  type SettingValues,
  valuesOf,
} from "../settings/settings.js";
import { settingGroups, settingsTable } from "../settings/table.js";
import type { CheckpointInterval } from "../training/checkpointTimer.js";

/** Adds the flags that choose the data and the compute engine. */
export function addDataFlags(command: Command): void {
  command
    .optionsGroup("Data:")
    .option("--data <dir>", "folder with the four IDX files (default: ./data, else MNIST itself)")
    .option(
      "--classes <n>",
      "number of classes (default: counted in class-names.txt, else in the labels)",
      numberFlag("--classes", whole(1, mostClasses)),
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
      numberFlag("--threads", whole(1, mostThreads)),
    );
}

/** What commander reads from them. */
export interface DataFlags {
  readonly data?: string;
  readonly classes?: number;
  readonly engine: EngineName;
  readonly threads?: number;
}

/** Adds a flag for each setting to a command, in its group of --help, with its value in the recipes. */
export function addSettingFlags(command: Command): void {
  for (const [group, entries] of Object.entries(settingGroups)) {
    command.optionsGroup(`${group}:`);
    for (const key of Object.keys(entries) as (keyof SettingValues)[]) {
      command.addOption(settingOption(key, settingsTable[key]));
      if (isSwitch(key)) {
        const other = new Option(flagOf(key, settingsTable[key].default === true));
        command.addOption(other.hideHelp());
      }
    }
  }
  command.optionsGroup(""); // what follows is no setting
}

function settingOption(key: keyof SettingValues, entry: Entry): Option {
  const { range, words, help } = entry;
  const flag = flagOf(key, entry.default !== true);
  if (range !== undefined) {
    const option = new Option(`${flag} <${range.whole ? "n" : "x"}>`, help + recipeValues(key));
    return option.argParser(numbersFlag(flag, range));
  }
  if (words === undefined) return new Option(flag, help + recipesOn(key));
  const option = new Option(`${flag} <how>`, `${help}: ${words.join(", ")}${recipeValues(key)}`);
  return option.argParser((text) => oneOf(flag, text, words));
}

/**
 * The settings of a recipe, with those replaced that flags name, and those that depend on them.
 *
 * @param given what commander read, by name; flags of other things are ignored
 * @throws {SettingError} when flags contradict each other, or one has no effect
 */
export function settingsFor(
  recipe: RecipeName,
  given: Readonly<Record<string, unknown>>,
): Settings {
  return changeSettings(recipes[recipe].settings, given as Partial<SettingValues>, flagOf);
}

/** Whether the flag of a setting takes no value. */
export function isSwitch(key: keyof SettingValues): boolean {
  const { range, words } = settingsTable[key];
  return range === undefined && words === undefined;
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

/** Reads a number for commander; throws SettingError outside its range. */
export function numberFlag(flag: string, range: Range): (text: string) => number {
  return (text) => {
    const value = readNumber(text);
    if (inRange(value, range)) return value;
    throw new SettingError(flag, text, describeRange(range));
  };
}

/** The most values of a list. */
const MOST_VALUES = 100;

/**
 * Reads a number for commander, or several: 0.1,0.2 or, of whole numbers, 1..5.
 *
 * @returns a number where there is one
 * @throws {SettingError} when one is out of range or occurs twice, or there are too many
 */
export function numbersFlag(flag: string, range: Range): (text: string) => number | number[] {
  const read = numberFlag(flag, range);
  return (text) => {
    const values = text.split(",").flatMap((part) => {
      const [, from, to] = (range.whole && /^(\d+)\.\.(\d+)$/.exec(part.trim())) || [];
      if (from === undefined || to === undefined) return [read(text === part ? part : part.trim())];
      const [first, last] = [read(from), read(to)];
      if (last < first)
        throw new SettingError(flag, text, `the smaller number first, ${to}..${from}`);
      const count = last - first + 1;
      if (count > MOST_VALUES) throw tooMany(flag, text, count);
      return Array.from({ length: count }, (_, i) => first + i);
    });
    const twice = values.find((value, i) => values.indexOf(value) < i);
    if (twice !== undefined) {
      throw new SettingError(flag, `${text} with ${twice} twice`, "each value once");
    }
    if (values.length > MOST_VALUES) throw tooMany(flag, text, values.length);
    return values.length === 1 ? values[0] : values;
  };
}

function tooMany(flag: string, text: string, count: number): SettingError {
  return new SettingError(flag, `${text}, ${count} values`, `at most ${MOST_VALUES}`);
}

/** Reads one of several words; throws SettingError, with the nearest word if one is near. */
export function oneOf<T extends string>(flag: string, text: string, words: readonly T[]): T {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  const near = closestMatch(text, words, { maxDistance: 3 });
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  throw new SettingError(flag, text, `one of ${words.join(", ")}${hint}`);
}

/** A setting's value in the recipes: " (default: 200; 50 in overfit; 800 in record)". */
function recipeValues(key: keyof SettingValues): string {
  const groups = new Map<string, string[]>();
  for (const name of recipeNames) {
    const value = valueText(valuesOf(recipes[name].settings)[key]);
    groups.set(value, [...(groups.get(value) ?? []), name]);
  }
  const texts = [...groups].map(([value, names], i) =>
    i === 0 ? `default: ${value}` : `${value} in ${names.join(", ")}`,
  );
  return ` (${texts.join("; ")})`;
}

/** The recipes that change a switch: " (on in accurate, record)". */
function recipesOn(key: keyof SettingValues): string {
  const on = settingsTable[key].default !== true;
  const names = recipeNames.filter((name) => valuesOf(recipes[name].settings)[key] === on);
  return names.length === 0 ? "" : ` (${on ? "on" : "off"} in ${names.join(", ")})`;
}
