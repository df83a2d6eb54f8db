import { basename } from "node:path";
import { fitSplit } from "../dataset/fitSplit.js";
import type { LabelledImages } from "../dataset/labelledImages.js";
import { defaultEngine } from "../engine/createEngine.js";
import { valueText } from "../settings/entry.js";
import { flagOf } from "../settings/flagName.js";
import { recipeNames, recipes } from "../settings/recipes.js";
import {
  changeValues,
  hasEffect,
  type Settings,
  type SettingValues,
  valueNames,
  valuesOf,
} from "../settings/settings.js";
import { isSwitch } from "./flags.js";

/*
 * What sets a run apart: from its recipe, and from other runs.
 */

/** What is known about a run; null for what is not. */
export interface DescribedRun {
  readonly recipe: string | null;
  readonly seed: number | null;
  readonly engine: string | null;
  readonly settings: Settings | null;
}

/** The flags of a run by their keys, with their values; true and false for switches. */
export type RunFlags = ReadonlyMap<string, string | boolean>;

/**
 * The flags that give a run: its recipe, seed and engine, and each setting that differs from the recipe.
 *
 * @param train the training file, to which a run fits its split; null if it is not available
 */
export function flagsOf(
  { recipe: name, seed, engine, settings }: DescribedRun,
  train: LabelledImages | null = null,
): RunFlags {
  const flags = new Map<string, string | boolean>();
  const recipe = recipeNames.find((known) => known === name) ?? "notebook";
  if (recipe !== "notebook") flags.set("recipe", recipe);
  if (seed !== null && seed !== 1) flags.set("seed", String(seed));
  if (engine !== null && engine !== defaultEngine) flags.set("engine", engine);
  if (settings === null) return flags;
  const wanted = valuesOf(settings);
  let values = valuesOf(recipes[recipe].settings);
  let given: Partial<SettingValues> = {};
  for (const key of valueNames) {
    const value = wanted[key];
    const fitted = train === null ? values : { ...values, ...fitSplit(train, values, given) };
    if (value === fitted[key] || value === null || !hasEffect(key, wanted)) continue;
    given = { ...given, [key]: value };
    values = changeValues(values, { [key]: value }); // what else the flag changes follows in the table
    flags.set(key, isSwitch(key) ? value === true : valueText(value));
  }
  return flags;
}

/** The name of a run among others. */
export interface RunName {
  /** Such as "learning-rate 0.01, seed 2"; no other run has it. */
  readonly name: string;
  /** The same without the seed, if more than the seeds differ. */
  readonly line: string;
}

/** A run, and where it was read. */
export interface FoundRun extends DescribedRun {
  readonly path: string;
  /** Its number in a file of several runs, counted from 1; null in a file of one. */
  readonly number: number | null;
}

/** The most letters of a name. */
const LONGEST = 72;

/** Names runs by the settings in which they differ; by their files, where that does not tell them apart. */
export function runNames(runs: readonly FoundRun[]): RunName[] {
  return namesBySettings(runs) ?? namesByFile(runs);
}

/** Names runs by the settings in which they differ; null if that does not tell them apart in a few words. */
export function namesBySettings(runs: readonly DescribedRun[]): RunName[] | null {
  if (runs.some(({ settings, seed }) => settings === null || seed === null)) return null;
  const flags = runs.map((run) => flagsOf(run));
  const keys = ["recipe", "engine", ...valueNames, "seed"].filter((key) => key !== "epochs");
  const differing = keys.filter((key) =>
    flags.some((of) => givenIn(of, key) !== givenIn(flags[0], key)),
  );
  const settings = differing.filter((key) => key !== "seed");
  if (differing.length === 0) return null;
  const names = runs.map((run, i) => {
    const all = differing.map((key) => wordOf(key, run, flags[i], differing.includes("recipe")));
    const isTold = all.some((word) => word !== null && !word.endsWith(NONE));
    const words = (names: readonly string[]) =>
      all
        .filter((word, k) => word !== null && names.includes(differing[k]))
        .filter((word) => !isTold || !word?.endsWith(NONE))
        .join(", ");
    const seed = differing.includes("seed") ? ["seed"] : [];
    const line = settings.length > 0 ? settings : seed;
    return { name: words([...settings, ...seed]), line: words(line) };
  });
  if (names.some(({ name }) => name.length > LONGEST)) return null;
  return new Set(names.map(({ name }) => name)).size === runs.length ? names : null;
}

/** The value of a setting that a run does without, such as --limit. */
const NONE = " none";

/** What the flags of a run say of a setting; its length has two flags. */
function givenIn(flags: RunFlags, key: string): string | boolean | undefined {
  const epochs = flags.get("epochs");
  return key === "iterations" && epochs !== undefined ? `${epochs} epochs` : flags.get(key);
}

/** A value of a run as words, such as "hidden 50"; beside other recipes, only where it is not its recipe's. */
function wordOf(key: string, run: DescribedRun, flags: RunFlags, beside: boolean): string | null {
  const flag = (on: boolean) => flagOf(key, on).replace("--", "");
  const given = givenIn(flags, key);
  if (given === undefined && beside && key !== "recipe" && key !== "seed") return null;
  const settings: Readonly<Record<string, unknown>> = run.settings ? valuesOf(run.settings) : {};
  const others = { recipe: run.recipe, seed: run.seed, engine: run.engine };
  if (key === "iterations" && settings.iterations === null) return `epochs ${settings.epochs}`;
  const value = { ...settings, ...others }[key];
  if (value === null || value === undefined) return flag(true) + NONE;
  return typeof value === "boolean" ? flag(value) : `${flag(true)} ${value}`;
}

/** Names runs by their files, without folder and ending where that tells them apart. */
function namesByFile(runs: readonly FoundRun[]): RunName[] {
  const short = runs.map(({ path }) => basename(path).replace(/\.json$/i, ""));
  const paths = new Set(runs.map(({ path }) => path));
  const isClear = new Set(short).size === paths.size;
  const seen = new Map<string, number>();
  return runs.map(({ path, number }, i) => {
    const file = isClear ? short[i] : path;
    const name = number === null ? file : `${file} ${number}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    const own = times === 1 ? name : `${name} (${times})`; // the same file, named twice
    return { name: own, line: own };
  });
}
