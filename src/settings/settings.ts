import { SettingError } from "../errors.js";
import { allows, describeValues, type Entry, number, type ValueOf, whole } from "./entry.js";
import * as schedules from "./schedules.js";
import { settingsTable } from "./table.js";

type Table = typeof settingsTable;

/** Settings as plain values: one for each flag, and for each field of a file. */
export type SettingValues = { readonly [K in keyof Table]: ValueOf<Table[K]> };

/** Plain values that are no settings: a schedule holds its fields, and `std` says how weights start. */
const notSettings = ["initialization", "decay", "stepEpochs"] as const;

/** Everything that decides a training run, except the data and the seed. */
export interface Settings extends Omit<SettingValues, (typeof notSettings)[number] | "schedule"> {
  readonly schedule: schedules.Schedule;
}

/** How batches are drawn. */
export type Sampling = Settings["sampling"];

/** What an error calls a setting, such as its flag. */
type NameOf = (setting: string) => string;
const itself: NameOf = (setting) => setting;

/** Every plain value, in the order of files. */
export const valueNames = Object.keys(settingsTable) as (keyof SettingValues)[];

export const seedRange = whole(0, Number.MAX_SAFE_INTEGER);

/** The plain values of settings. */
export function valuesOf(settings: Settings): SettingValues {
  const initialization = settings.std === null ? "he" : "normal";
  const schedule = schedules.scheduleValues(settings.schedule);
  return pick({ ...settings, initialization, ...schedule }, valueNames) as SettingValues;
}

/**
 * The settings of plain values, such as those of a file.
 *
 * @throws {SettingError} if they contradict each other or are out of range
 */
export function settingsFrom(values: SettingValues, nameOf = itself): Settings {
  const { initialization, std } = values;
  if ((initialization === "normal") === (std === null)) {
    const expected = `a ${nameOf("std")} for normal, and none for he, which has its own`;
    const found = `${initialization} with ${nameOf("std")} ${std}`;
    throw new SettingError(nameOf("initialization"), found, expected);
  }
  const names = valueNames.filter((name) => !notSettings.some((other) => other === name));
  const held = { ...values, schedule: schedules.scheduleFrom(values) };
  const settings = pick(held, names) as unknown as Settings;
  check(settings, nameOf);
  return settings;
}

/** Some values of an object, in the order of their names. */
function pick<T extends object, K extends keyof T>(values: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, values[name]])) as Pick<T, K>;
}

/** The default settings: the lesson's long run. */
export const defaults = settingsFrom(
  Object.fromEntries(
    valueNames.map((name) => [name, settingsTable[name].default]),
  ) as unknown as SettingValues,
);

/**
 * Settings with some of them replaced, and those that depend on a replaced one set to what goes with it.
 *
 * @param given  new values; what is no setting is ignored
 * @param nameOf what an error calls a setting, by default its own name
 * @throws {SettingError} if a value is out of range, contradicts another or has no effect
 */
export function changeSettings(
  settings: Settings,
  given: Partial<SettingValues>,
  nameOf = itself,
): Settings {
  const named = valueNames.filter((name) => given[name] !== undefined);
  for (const name of named) checkValue(nameOf(name), given[name], settingsTable[name]);
  checkLength(given, nameOf);
  const values = changeValues(valuesOf(settings), pick(given, named));
  const useless = named.find((name) => !hasEffect(name, values));
  if (useless === undefined) return settingsFrom(values, nameOf);
  const [setting = "", ...value] = settingsTable[useless].needs ?? [];
  const needed = [nameOf(setting), ...value].join(" ");
  const sentence = `${nameOf(useless)} has no effect without ${needed}`;
  throw new SettingError(nameOf(useless), String(given[useless]), needed, sentence);
}

/** Values with some of them replaced, and those set that go with a replaced one; checks nothing. */
export function changeValues(values: SettingValues, given: Partial<SettingValues>): SettingValues {
  const { schedule, initialization } = given;
  const startsAnew = initialization !== undefined && initialization !== values.initialization;
  return {
    ...values,
    ...(given.epochs !== undefined && { iterations: null }),
    ...(given.iterations !== undefined && { epochs: null }),
    ...(schedule !== undefined && schedule !== values.schedule && schedules.valuesOfKind(schedule)),
    ...(startsAnew && { std: initialization === "he" ? null : settingsTable.std.default }),
    ...(given.momentum === 0 && { nesterov: false }),
    ...(given.validation === 0 && { keepBest: false }),
    ...given,
  };
}

/** Whether a setting has an effect beside others; a rotation without distortions has none. */
export function hasEffect(name: keyof SettingValues, values: SettingValues): boolean {
  const [needed, value] = settingsTable[name].needs ?? [];
  if (needed === undefined) return true;
  const found = values[needed as keyof SettingValues];
  return value === undefined ? Boolean(found) : found === value;
}

/** @throws {SettingError} if values give the length of a run twice */
export function checkLength(given: Partial<SettingValues>, nameOf: NameOf = itself): void {
  const { iterations, epochs } = given;
  if (iterations === undefined || epochs === undefined) return;
  const found = `${iterations} and ${nameOf("epochs")} ${epochs}`;
  throw new SettingError(nameOf("iterations"), found, "one of the two");
}

/**
 * Checks settings and seed.
 *
 * @throws {SettingError} naming the setting, what was found and what was expected
 */
export function checkSettings(settings: Settings, seed: number): void {
  checkValue("seed", seed, number(seedRange, 1, "random seed"));
  check(settings, itself);
}

function check(settings: Settings, nameOf: NameOf): void {
  schedules.checkSchedule(settings.schedule, settings.warmUp, nameOf);
  const values = valuesOf(settings);
  for (const name of valueNames) checkValue(nameOf(name), values[name], settingsTable[name]);

  const { iterations, epochs, nesterov, momentum, patience, keepBest, validation } = settings;
  const refuse = (setting: string, found: string, expected: string) => {
    throw new SettingError(nameOf(setting), found, expected);
  };
  if ((iterations === null) === (epochs === null)) {
    const found = `${iterations}, ${nameOf("epochs")} ${epochs}`;
    refuse("iterations", found, "one of the two, and null for the other");
  }
  if (nesterov && momentum === 0) {
    refuse("nesterov", `with ${nameOf("momentum")} 0`, "a momentum above 0 to look ahead by");
  }
  if (validation === 0 && (patience !== null || keepBest)) {
    const found = `with ${nameOf("validation")} 0`;
    if (keepBest) refuse("keepBest", found, "validation images to judge by");
    refuse("patience", `${patience} ${found}`, "validation images to judge by");
  }
}

function checkValue(name: string, value: unknown, entry: Entry): void {
  if (!allows(entry, value)) throw new SettingError(name, String(value), describeValues(entry));
}
