import { SettingError } from "../errors.js";
import { type Allowed, allows, describeValues, type Entry, type ValueOf, whole } from "./entry.js";
import {
  checkSchedule,
  defaultsOf,
  type Schedule,
  type ScheduleValues,
  scheduleFrom,
  scheduleValues,
} from "./schedules.js";
import { settingsTable } from "./table.js";

type Table = typeof settingsTable;

/** Settings as plain values: one for each flag, and for each field of a file. */
export type SettingValues = { readonly [K in keyof Table]: ValueOf<Table[K]> };

/** Everything that decides a training run, except the data and the seed. */
export interface Settings extends Omit<SettingValues, keyof ScheduleValues | "initialization"> {
  readonly schedule: Schedule;
}

/** How batches are drawn. */
export type Sampling = Settings["sampling"];

/** What an error calls a setting, such as its flag. */
type NameOf = (setting: string) => string;
const itself: NameOf = (setting) => setting;

/** Every plain value, in the order of files. */
export const valueNames = Object.keys(settingsTable) as (keyof SettingValues)[];

/** The entry of a plain value. */
export function entryOf(name: keyof SettingValues): Entry {
  return settingsTable[name];
}

export const seedRange = whole(0, Number.MAX_SAFE_INTEGER);

/** The plain values of settings. */
export function valuesOf(settings: Settings): SettingValues {
  const initialization = settings.std === null ? "he" : "normal";
  const values = { ...settings, initialization, ...scheduleValues(settings.schedule) };
  return pick(values, valueNames) as unknown as SettingValues;
}

/**
 * The settings of plain values, such as those of a file.
 *
 * @throws {SettingError} if they contradict each other or are out of range
 */
export function settingsFrom(values: SettingValues, nameOf = itself): Settings {
  const { initialization, std } = values;
  if ((initialization === "normal") === (std === null)) {
    const expected = `a ${nameOf("std")} for normal, and null for he, which has its own`;
    const found = `${initialization} with ${nameOf("std")} ${std}`;
    throw new SettingError(nameOf("initialization"), found, expected);
  }
  const held = { ...values, schedule: scheduleFrom(values) };
  const names = valueNames.filter(
    (key) => !["initialization", "decay", "stepEpochs"].includes(key),
  );
  const settings = pick(held, names) as unknown as Settings;
  check(settings, nameOf);
  return settings;
}

function pick(values: object, names: readonly string[]): Record<string, unknown> {
  const all = values as Record<string, unknown>;
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}

/** The default settings: the lesson's long run. */
export const defaults = settingsFrom(
  Object.fromEntries(
    Object.entries(settingsTable).map(([name, entry]) => [name, entry.default]),
  ) as unknown as SettingValues,
);

/**
 * Settings with some of them replaced, and those that depend on a replaced one set to what goes with it.
 *
 * @param given  new values; what is no setting is ignored
 * @param nameOf what an error calls a setting, by default its own name
 * @throws {SettingError} if the result contradicts itself, or a given value has no effect
 */
export function changeSettings(
  settings: Settings,
  given: Partial<SettingValues>,
  nameOf = itself,
): Settings {
  checkLength(given, nameOf);
  const values = changeValues(valuesOf(settings), given);
  for (const key of valueNames) {
    if (given[key] === undefined || hasEffect(key, values)) continue;
    const [needed, value] = entryOf(key).needs ?? [];
    const expected = [nameOf(String(needed)), value].join(" ").trimEnd();
    const sentence = `${nameOf(key)} has no effect without ${expected}`;
    throw new SettingError(nameOf(key), String(given[key]), expected, sentence);
  }
  return settingsFrom(values, nameOf);
}

/** Values with some of them replaced, and those set that go with a replaced one; checks nothing. */
export function changeValues(values: SettingValues, given: Partial<SettingValues>): SettingValues {
  const { schedule, initialization } = given;
  const implied: { -readonly [K in keyof SettingValues]?: SettingValues[K] } = {};
  if (given.epochs !== undefined) implied.iterations = null;
  if (given.iterations !== undefined) implied.epochs = null;
  if (schedule !== undefined && schedule !== values.schedule) {
    Object.assign(implied, defaultsOf(schedule));
  }
  if (initialization !== undefined && initialization !== values.initialization) {
    implied.std = initialization === "he" ? null : settingsTable.std.default;
  }
  if (given.momentum === 0) implied.nesterov = false;
  if (given.validation === 0) implied.keepBest = false;
  const named = valueNames.filter((key) => given[key] !== undefined);
  return { ...values, ...implied, ...pick(given, named) };
}

/** Whether a setting has an effect beside others; such as a rotation without distortions has none. */
export function hasEffect(key: keyof SettingValues, values: SettingValues): boolean {
  const [needed, expected] = entryOf(key).needs ?? [];
  if (needed === undefined) return true;
  const found = values[needed as keyof SettingValues];
  return expected === undefined ? Boolean(found) : found === expected;
}

/** @throws {SettingError} if values give the length of a run twice */
export function checkLength(
  { iterations, epochs }: Partial<SettingValues>,
  nameOf: NameOf = itself,
): void {
  if (iterations === undefined || epochs === undefined) return;
  const found = `${iterations} and ${nameOf("epochs")} ${epochs}`;
  throw new SettingError(nameOf("iterations"), found, "one of the two");
}

/**
 * Checks settings and seed.
 *
 * @throws {SettingError} naming the setting, its value and what was expected
 */
export function checkSettings(settings: Settings, seed: number): void {
  checkValue("seed", seed, { range: seedRange });
  check(settings, itself);
}

function check(settings: Settings, nameOf: NameOf): void {
  checkSchedule(settings.schedule, settings.warmUp, nameOf);
  const values = valuesOf(settings);
  for (const key of valueNames) checkValue(nameOf(key), values[key], entryOf(key));

  const { iterations, epochs, nesterov, momentum, patience, keepBest, validation } = settings;
  const refuse = (wrong: boolean, setting: string, found: string, expected: string) => {
    if (wrong) throw new SettingError(nameOf(setting), found, expected);
  };
  refuse(
    (iterations === null) === (epochs === null),
    "iterations",
    `${iterations}, ${nameOf("epochs")} ${epochs}`,
    "one of the two, and null for the other",
  );
  const noMomentum = `with ${nameOf("momentum")} 0`;
  refuse(nesterov && momentum === 0, "nesterov", noMomentum, "a momentum above 0 to look ahead by");
  const judging = patience === null ? "" : `${patience} `;
  refuse(
    (patience !== null || keepBest) && validation === 0,
    patience === null ? "keepBest" : "patience",
    `${judging}with ${nameOf("validation")} 0`,
    "validation images to judge by",
  );
}

function checkValue(name: string, value: unknown, entry: Allowed): void {
  if (!allows(entry, value)) throw new SettingError(name, String(value), describeValues(entry));
}
