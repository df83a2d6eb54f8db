import { refuse } from "../../errors.js";
import { quoted } from "../document.js";

/*
 * Numbers as the files of others hold them, of several types.
 */

/** Numbers of a file, not yet converted. */
export interface StoredArray {
  readonly shape: readonly number[];
  /** Row by row; float16 and bfloat16 as float32, which holds them exactly. */
  readonly read: () => Float32Array | Float64Array;
}

/** The types of numbers that are taken. */
export const numberTypes = {
  float16: {
    bytes: 2,
    get: (view: DataView, at: number, le: boolean) => half(view.getUint16(at, le)),
  },
  bfloat16: {
    bytes: 2,
    get: (view: DataView, at: number, le: boolean) => fromBits(view.getUint16(at, le) * 2 ** 16),
  },
  float32: { bytes: 4, get: (view: DataView, at: number, le: boolean) => view.getFloat32(at, le) },
  float64: { bytes: 8, get: (view: DataView, at: number, le: boolean) => view.getFloat64(at, le) },
} as const;

export type NumberType = keyof typeof numberTypes;

/** The numbers in bytes of a known type and order. */
export function numbersIn(
  bytes: Uint8Array,
  type: NumberType,
  littleEndian = true,
): Float32Array | Float64Array {
  const { bytes: size, get } = numberTypes[type];
  const count = bytes.length / size;
  const values = type === "float64" ? new Float64Array(count) : new Float32Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) values[i] = get(view, i * size, littleEndian);
  return values;
}

const scratch = new DataView(new ArrayBuffer(4));

function fromBits(bits: number): number {
  scratch.setUint32(0, bits);
  return scratch.getFloat32(0);
}

/** A float16: 1 bit of sign, 5 of exponent, 10 of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return (sign * fraction) / 2 ** 14;
  return sign * (1 + fraction) * powerOf2(exponent - 15);
}

/** 2 to a whole power from -14 to 16, exactly. */
function powerOf2(power: number): number {
  return power < 0 ? 1 / (1 << -power) : 1 << power;
}

/** Refuses numbers of another type, by the name that the file has for it. */
export function refuseType(file: string, array: string, type: string): never {
  const expected = `one of ${Object.keys(numberTypes).join(", ")}`;
  return refuse(
    file,
    `${quoted(array)} is of type ${quoted(type)}`,
    expected,
    "convert it to float32",
  );
}

/** Numbers in a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
