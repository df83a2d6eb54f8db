import { SettingError } from "../errors.js";
import { allows, describeValues, readNumber, type Value, valueText } from "../settings/entry.js";
import { flagOf } from "../settings/flagName.js";
import { type RecipeName, recipeNames, recipes } from "../settings/recipes.js";
import {
  changeSettings,
  hasEffect,
  type Settings,
  type SettingValues,
  valueNames,
  valuesOf,
} from "../settings/settings.js";
import { settingsTable } from "../settings/table.js";
import { type PresetName, presetNames } from "./presets.js";

/*
 * An experiment, and its form as the fragment of an address: settings by the names of their flags, so a link is
 * also a command line. What is not named has its value in the recipe.
 */

/** What decides a run in the page. */
export interface Experiment {
  readonly recipe: RecipeName;
  readonly settings: Settings;
  readonly seed: number;
}

/** What a link holds. */
export interface Link extends Experiment {
  /** The question that the experiment belongs to. */
  readonly preset: PresetName | null;
  /** Whether the controls are left out, so that a class looks at the same run. */
  readonly hidesControls: boolean;
}

/** The most hidden units of a net in the page. */
export const MOST_HIDDEN = 400;

/** How the page differs from the command line: it holds fewer images, and shows more of the way. */
const ofPage = { validation: 2000, every: 50 };

/** The settings of a recipe in the page. */
export function pageSettings(recipe: RecipeName): Settings {
  return { ...recipes[recipe].settings, ...ofPage };
}

/** The experiment that the page begins with. */
export const firstLink: Link = {
  recipe: "notebook",
  settings: pageSettings("notebook"),
  seed: 1,
  preset: null,
  hidesControls: false,
};

/** The name of a setting in a fragment: that of its flag. */
const nameOf = (key: string) => flagOf(key).replace("--", "");

/** A link as a fragment, without its "#": only what differs from the first one. */
export function fragmentOf({ recipe, settings, seed, preset, hidesControls }: Link): string {
  const [values, base] = [valuesOf(settings), valuesOf(pageSettings(recipe))];
  const differs = (key: keyof SettingValues) =>
    values[key] !== base[key] && hasEffect(key, values) && !isOtherLength(key, values);
  const parts = valueNames
    .filter(differs)
    .map((key) => `${nameOf(key)}=${encodeURIComponent(textOf(values[key]))}`);
  if (recipe !== firstLink.recipe) parts.unshift(`recipe=${recipe}`);
  if (seed !== firstLink.seed) parts.push(`seed=${seed}`);
  if (preset !== null) parts.push(`preset=${preset}`);
  if (hidesControls) parts.push("controls=off");
  return parts.join("&");
}

/** Whether a key is the length of a run that another key gives. */
function isOtherLength(key: keyof SettingValues, values: SettingValues): boolean {
  return (key === "iterations" || key === "epochs") && values[key] === null;
}

function textOf(value: Value): string {
  return typeof value === "boolean" ? (value ? "on" : "off") : valueText(value);
}

/** What a fragment holds, and a sentence for each part of it that cannot be used. */
export interface ReadLink {
  readonly link: Link;
  readonly problems: readonly string[];
}

/**
 * Reads a fragment; parts that cannot be used are left out.
 *
 * @param fragment with or without its "#"
 */
export function readFragment(fragment: string): ReadLink {
  const problems: string[] = [];
  const given = new Map<string, string>();
  for (const part of fragment.replace(/^#/, "").split("&")) {
    const [name, text] = partOf(part);
    if (name !== "") given.set(name, text);
  }
  const take = (name: string) => {
    const text = given.get(name);
    given.delete(name);
    return text;
  };
  const oneOf = <T extends string>(name: string, names: readonly T[]): T | undefined => {
    const text = take(name);
    const found = names.find((known) => known === text);
    if (text !== undefined && found === undefined) {
      problems.push(problem(`${name}=${text}`, `one of ${names.join(", ")}`));
    }
    return found;
  };
  const recipe = oneOf("recipe", recipeNames) ?? firstLink.recipe;
  const preset = oneOf("preset", presetNames) ?? null;
  const hidesControls = oneOf("controls", ["on", "off"] as const) === "off";
  const seedText = take("seed");
  const seed = readNumber(seedText ?? String(firstLink.seed));
  const seedIsRight = Number.isSafeInteger(seed) && seed >= 0;
  if (!seedIsRight) problems.push(problem(`seed=${seedText}`, "a whole number from 0 to 2^53 - 1"));
  const settings = settingsOf(pageSettings(recipe), given, problems);
  const link = { recipe, settings, seed: seedIsRight ? seed : firstLink.seed };
  return { link: { ...link, preset, hidesControls }, problems };
}

function problem(found: string, expected: string): string {
  return `The address says ${found}, expected ${expected}; that part is left out.`;
}

function partOf(part: string): [name: string, text: string] {
  const [name, ...rest] = part.split("=");
  try {
    return [name, decodeURIComponent(rest.join("="))];
  } catch {
    return [name, rest.join("=")];
  }
}

function settingsOf(base: Settings, given: Map<string, string>, problems: string[]): Settings {
  const values: Partial<Record<keyof SettingValues, Value>> = {};
  for (const [name, text] of given) {
    const key = valueNames.find((known) => nameOf(known) === name);
    if (key === undefined) {
      problems.push(problem(name, "the name of a setting, such as hidden or learning-rate"));
      continue;
    }
    const value = valueFrom(text, key);
    const expected = refusalOf(key, value);
    if (expected === null) values[key] = value;
    else problems.push(problem(`${name}=${text}`, expected));
  }
  try {
    return changeSettings(base, values as Partial<SettingValues>, nameOf);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    problems.push(`The settings in the address contradict each other: ${error.message}.`);
    return base;
  }
}

/** What is expected of a setting that has another value; null if the value is allowed. */
export function refusalOf(key: keyof SettingValues, value: Value): string | null {
  if (key === "hidden" && !(Number(value) <= MOST_HIDDEN)) {
    return `a whole number from 1 to ${MOST_HIDDEN}`;
  }
  return allows(settingsTable[key], value) ? null : describeValues(settingsTable[key]);
}

function valueFrom(text: string, key: keyof SettingValues): Value {
  if (text === "none") return null;
  if (text === "on" || text === "off") return text === "on";
  return settingsTable[key].range === undefined ? text : readNumber(text);
}
