import { refuse } from "../errors.js";

/*
 * IDX bytes to typed arrays and back. Nothing here opens a file.
 *
 * The format: two zero bytes, a type byte, a byte with the number of dimensions, the size of each
 * dimension as a big-endian 32-bit number, then the values in row-major order, big-endian.
 * Source: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database", section "The IDX file
 * format".
 */

/** The value types of IDX: code in the file, bytes of a value, and how JavaScript holds and moves it. */
const idxTypes = {
  u8: { code: 0x08, size: 1, Values: Uint8Array, get: "getUint8", set: "setUint8" },
  i8: { code: 0x09, size: 1, Values: Int8Array, get: "getInt8", set: "setInt8" },
  i16: { code: 0x0b, size: 2, Values: Int16Array, get: "getInt16", set: "setInt16" },
  i32: { code: 0x0c, size: 4, Values: Int32Array, get: "getInt32", set: "setInt32" },
  f32: { code: 0x0d, size: 4, Values: Float32Array, get: "getFloat32", set: "setFloat32" },
  f64: { code: 0x0e, size: 8, Values: Float64Array, get: "getFloat64", set: "setFloat64" },
} as const;
const types = Object.keys(idxTypes) as IdxType[];

/** A value type of IDX: unsigned or signed integers or floats, with their bits. */
export type IdxType = keyof typeof idxTypes;

/** The values of an IDX file, in the typed array of their type. */
export type IdxValues =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** The contents of an IDX file. */
export interface IdxArray {
  readonly type: IdxType;
  /** Size of each dimension; no dimensions at all means a single value. */
  readonly shape: readonly number[];
  /** As many values as the sizes multiply to, in row-major order. */
  readonly values: IdxValues;
}

/** What the header of an IDX file says of the whole file. */
export interface IdxHeader {
  readonly type: IdxType;
  readonly shape: readonly number[];
  /** Bytes before the first value. */
  readonly headerBytes: number;
  /** Bytes of the whole file, header included. */
  readonly totalBytes: number;
}

/** Bytes of the longest possible header: 4, and 255 sizes. */
export const longestIdxHeader = 4 + 4 * 255;

const CUT = "the file is cut short, fetch it again";

/**
 * Reads the header of an IDX file. It may lie, so no memory is allocated by its sizes.
 *
 * @param bytes the beginning of the file, at least its header
 * @param name  names the data in errors, such as a path
 * @throws {InputError} when this is no IDX header, or promises more than 2^53 bytes
 */
export function readIdxHeader(bytes: Uint8Array, name = "IDX data"): IdxHeader {
  if (bytes.length === 0) refuse(name, "the file is empty", "IDX data", "fetch it again");
  refuseHtml(bytes, name);
  if (bytes.length < 4) refuse(name, `${bytes.length} bytes`, "an IDX header of at least 4", CUT);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0) !== 0) {
    const remedy = "this is not an IDX file, fetch it again";
    refuse(name, `magic number ${view.getUint32(0)}`, "two zero bytes first", remedy);
  }
  const type = types.find((t) => idxTypes[t].code === bytes[2]);
  if (type === undefined) {
    const known = types.map((t) => `${hex(idxTypes[t].code)} (${t})`);
    const remedy = "this is not an IDX file or it is damaged, fetch it again";
    refuse(name, `type byte ${hex(bytes[2])}`, `one of ${known.join(", ")}`, remedy);
  }
  const headerBytes = 4 + 4 * bytes[3];
  if (bytes.length < headerBytes) {
    const expected = `a header of ${headerBytes} for ${bytes[3]} dimensions`;
    refuse(name, `${bytes.length} bytes`, expected, CUT);
  }
  const shape: number[] = [];
  for (let i = 4; i < headerBytes; i += 4) shape.push(view.getUint32(i));

  const values = shape.reduce((product, d) => product * BigInt(d), 1n);
  const totalBytes = BigInt(headerBytes) + values * BigInt(idxTypes[type].size);
  if (totalBytes > BigInt(Number.MAX_SAFE_INTEGER)) {
    const found = `the sizes ${shape.join(" x ")} multiply past 2^53 bytes`;
    const remedy = "the header is damaged, fetch the file again";
    refuse(name, found, "sizes that fit the file", remedy);
  }
  return { type, shape, headerBytes, totalBytes: Number(totalBytes) };
}

/**
 * Checks that a file is as long as its header promises.
 *
 * @throws {InputError} when it is cut short, or bytes follow its last value
 */
export function checkIdxLength(header: IdxHeader, actualBytes: number, name = "IDX data"): void {
  const { totalBytes, shape } = header;
  if (actualBytes === totalBytes) return;
  const expected = `${totalBytes} for sizes ${shape.join(" x ")}`;
  const more = `${actualBytes - totalBytes} bytes follow the last value, fetch the file again`;
  refuse(name, `${actualBytes} bytes`, expected, actualBytes < totalBytes ? CUT : more);
}

/**
 * IDX bytes to a typed array.
 *
 * @param bytes a whole file; values of one byte are a view of it, wider values are copied
 * @param name  names the data in errors, such as a path
 * @throws {InputError} when the bytes are not exactly one IDX array
 */
export function decodeIdx(bytes: Uint8Array, name = "IDX data"): IdxArray {
  const header = readIdxHeader(bytes, name);
  checkIdxLength(header, bytes.length, name);
  const { type, shape, headerBytes } = header;
  const { size, Values, get } = idxTypes[type];
  const count = (bytes.length - headerBytes) / size;
  if (size === 1) {
    const buffer = bytes.buffer as ArrayBuffer; // a SharedArrayBuffer works as well
    return { type, shape, values: new Values(buffer, bytes.byteOffset + headerBytes, count) };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + headerBytes);
  const values = new Values(count);
  for (let i = 0; i < count; i++) values[i] = view[get](i * size);
  return { type, shape, values };
}

/**
 * A typed array to IDX bytes; the type follows from the array.
 *
 * @param array values in row-major order, and the size of each dimension, at most 255; none at all for a single value
 * @returns     a whole file
 * @throws {RangeError} when the shape cannot be written, or does not fit the number of values
 */
export function encodeIdx({ values, shape }: Pick<IdxArray, "values" | "shape">): Uint8Array {
  if (shape.length > 255) throw new RangeError(`${shape.length} dimensions, expected at most 255`);
  for (const d of shape) {
    if (d !== d >>> 0) throw new RangeError(`size ${d}, expected a whole number below 2^32`);
  }
  const expected = shape.includes(0) ? 0 : shape.reduce((product, d) => product * d, 1);
  if (values.length !== expected) {
    throw new RangeError(`${values.length} values, expected ${expected} for ${shape.join(" x ")}`);
  }
  const type = types.find((t) => values instanceof idxTypes[t].Values);
  if (type === undefined) {
    throw new RangeError(`${values.constructor.name}, expected an array that IDX has a type for`);
  }
  const { code, size, set } = idxTypes[type];
  const headerBytes = 4 + 4 * shape.length;
  const bytes = new Uint8Array(headerBytes + values.length * size);
  const view = new DataView(bytes.buffer);
  bytes[2] = code;
  bytes[3] = shape.length;
  for (let i = 0; i < shape.length; i++) view.setUint32(4 + 4 * i, shape[i]);
  for (let i = 0; i < values.length; i++) view[set](headerBytes + i * size, values[i]);
  return bytes;
}

/** A failed download often leaves an error page under the name of the file. */
function refuseHtml(bytes: Uint8Array, name: string): void {
  const text = String.fromCharCode(...bytes.subarray(0, 256));
  const start = text.replace(/^\u00ef\u00bb\u00bf/, "").trimStart(); // a byte order mark in UTF-8
  if (!start.startsWith("<")) return;
  const found = `begins with "${start.slice(0, 15).replace(/\s+/g, " ")}"`;
  const remedy = "this is a web page, the download went wrong, fetch the file again";
  refuse(name, found, "IDX data", remedy);
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
