import { SettingError } from "../errors.js";
import { type Tensor, tensor } from "../layers/tensor.js";
import type { TwoLayerParameters } from "../net/twoLayerNet.js";
import { type Settings, type SettingValues, settingsFrom } from "../settings/settings.js";
import type { Damage } from "./document.js";

/*
 * What decoding the project's files has in common: each function refuses what contradicts itself.
 */

/**
 * The settings that a document holds.
 *
 * @param field their place in the document
 * @throws {InputError} if they contradict each other
 */
export function readSettings(values: SettingValues, field: string, damaged: Damage): Settings {
  try {
    return settingsFrom(values);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    throw damaged(`${field}: ${error.setting} ${error.found}`, error.expected);
  }
}

/**
 * Checks that the numbers of a document are all there and finite.
 *
 * @param field   their place in the document
 * @param values  null if they do not make up whole numbers
 * @param written as they are in the document, if that is not how they are now
 * @throws {InputError} naming the first one that is wrong
 */
export function checkNumbers<T extends Float32Array | Float64Array>(
  field: string,
  values: T | null,
  length: number,
  damaged: Damage,
  written: ArrayLike<number> | null = values,
): T {
  if (values === null) throw damaged(`${field} ends within a number`, `${length} numbers`);
  if (values.length !== length) throw damaged(`${field} has length ${values.length}`, `${length}`);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return values;
  const expected = `a finite float${8 * values.BYTES_PER_ELEMENT}`;
  throw damaged(`${field}.${wrong} is ${written?.[wrong]}`, expected);
}

/** Parameters as a document holds them, their numbers written in some way. */
type Stored<T> = Readonly<
  Record<keyof TwoLayerParameters, { readonly shape: readonly number[]; readonly values: T }>
>;

/**
 * Reads the parameters of a net of D inputs, H hidden units and C classes.
 *
 * @param read makes the numbers of a field, as many as `length`
 * @throws {InputError} naming the first shape that is wrong
 */
export function readParameters<T>(
  field: string,
  stored: Stored<T>,
  [D, H, C]: readonly [D: number, H: number, C: number],
  read: (field: string, values: T, length: number) => Float32Array,
  damaged: Damage,
): TwoLayerParameters {
  const readTensor = (key: keyof TwoLayerParameters, ...expected: number[]): Tensor => {
    const { shape, values } = stored[key];
    if (shape.join() !== expected.join()) {
      throw damaged(`${field}.${key}.shape is ${shape.join(" x ")}`, expected.join(" x "));
    }
    const length = expected.reduce((product, d) => product * d, 1);
    return tensor(read(`${field}.${key}.values`, values, length), ...expected);
  };
  return {
    W1: readTensor("W1", D, H),
    b1: readTensor("b1", H),
    W2: readTensor("W2", H, C),
    b2: readTensor("b2", C),
  };
}
