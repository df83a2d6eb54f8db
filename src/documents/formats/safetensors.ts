import * as v from "valibot";
import { InputError, refuse } from "../../errors.js";
import { littleEndian } from "../base64.js";
import { quoted } from "../document.js";
import * as s from "../schemas.js";
import { checkStructure } from "../structure.js";
import type { NamedArray } from "./namedArrays.js";
import {
  type NumberType,
  numbersIn,
  numberTypes,
  refuseType,
  type StoredArray,
  sizeOf,
} from "./storedArray.js";

/*
 * Arrays in the format of safetensors: the length of a header, the header as JSON, then the numbers.
 * Source: https://github.com/huggingface/safetensors#format
 */

const LENGTH_BYTES = 8;
/** Where the numbers begin is a multiple of this, so that readers can map them into memory. */
const ALIGNMENT = 8;

/**
 * Arrays as bytes of a safetensors file; the same arrays give the same bytes.
 *
 * @param arrays   written as float32
 * @param metadata texts by name
 */
export function encodeSafetensors(
  arrays: readonly NamedArray[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, shape, values } of arrays) {
    const begin = end;
    end += 4 * values.length;
    header[name] = { dtype: "F32", shape, data_offsets: [begin, end] };
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const bytes = Buffer.alloc(LENGTH_BYTES + length + end, " ");
  bytes.writeBigUInt64LE(BigInt(length));
  text.copy(bytes, LENGTH_BYTES);
  let at = LENGTH_BYTES + length;
  for (const { values } of arrays) {
    bytes.set(littleEndian(Float32Array.from(values)), at);
    at += 4 * values.length;
  }
  return bytes;
}

const types = new Map<string, NumberType>([
  ["F16", "float16"],
  ["BF16", "bfloat16"],
  ["F32", "float32"],
  ["F64", "float64"],
]);

const tensorSchema = v.object({
  dtype: v.string(),
  shape: v.array(s.count),
  data_offsets: v.tuple([s.count, s.count]),
});

const metadataSchema = v.record(v.string(), v.string());

/** Arrays and texts by their names. */
export interface Safetensors {
  readonly arrays: ReadonlyMap<string, StoredArray>;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Bytes of a safetensors file to its arrays, none of them converted yet.
 *
 * @param name names the bytes in errors, such as a path
 * @throws {InputError} when the header lies: about its own length, or where the numbers are
 */
export function decodeSafetensors(bytes: Uint8Array, name: string): Safetensors {
  const { entries, data } = readHeader(bytes, name);
  const arrays = new Map<string, StoredArray>();
  const places: { key: string; begin: number; end: number }[] = [];
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [key, value] of entries) {
    if (key === "__metadata__") {
      const result = v.safeParse(metadataSchema, value, { abortEarly: true });
      if (!result.success) damaged(name, "__metadata__ is no object of texts", "texts by name");
      metadata = new Map(Object.entries(result.output));
      continue;
    }
    const result = v.safeParse(tensorSchema, value, { abortEarly: true });
    if (!result.success) {
      const field = v.getDotPath(result.issues[0]) ?? "all of it";
      damaged(name, `${field} of ${quoted(key)} cannot be`, "dtype, shape and data_offsets");
    }
    const { dtype, shape, data_offsets } = result.output;
    const [begin, end] = data_offsets;
    places.push({ key, begin, end });
    const read = () => {
      const type = types.get(dtype) ?? refuseType(name, key, dtype);
      const size = sizeOf(shape) * numberTypes[type].bytes;
      if (size === end - begin) return numbersIn(data.subarray(begin, end), type);
      return damaged(name, `${quoted(key)} has ${end - begin} bytes`, `${size}, as its shape says`);
    };
    arrays.set(key, { shape, read });
  }
  checkPlaces(places, data.length, name);
  return { arrays, metadata };
}

/**
 * JSON text of a header to a value, in memory in proportion.
 *
 * @throws {InputError} when it holds more than the header of a net can
 * @throws {SyntaxError} when it is not JSON
 */
export function parseBounded(text: string, name: string): unknown {
  const noun = "header of a net";
  checkStructure(text, name, { noun, ifOther: "save the four parameters alone", hasLists: false });
  return JSON.parse(text);
}

/** The header's entries, and the bytes behind it. */
function readHeader(bytes: Uint8Array, name: string) {
  const most = bytes.length - LENGTH_BYTES;
  if (most < 2) damaged(name, `${bytes.length} bytes`, "a header and numbers");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(most)) {
    damaged(name, `a header of ${length} bytes`, `at most the ${most} that follow`);
  }
  const start = LENGTH_BYTES + Number(length);
  let header: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true });
    header = parseBounded(text.decode(bytes.subarray(LENGTH_BYTES, start)), name);
  } catch (error) {
    if (error instanceof InputError) throw error;
    return damaged(name, "a header that is not JSON", "the names of the arrays as JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    return damaged(name, "a header that is no object", "the names of the arrays as JSON");
  }
  return { entries: Object.entries(header), data: bytes.subarray(start) };
}

/** Checks that the arrays cover all bytes, and none of them twice. */
function checkPlaces(
  places: { key: string; begin: number; end: number }[],
  length: number,
  name: string,
): void {
  places.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let before = 0;
  for (const { key, begin, end } of places) {
    const where = `${quoted(key)} at bytes ${begin} to ${end}`;
    if (end < begin || end > length) damaged(name, where, `a place within ${length} bytes`);
    if (begin < before) damaged(name, `${where} overlaps another array`, `it from byte ${before}`);
    if (begin > before) damaged(name, `${where} behind a gap`, `it from byte ${before}`);
    before = end;
  }
  if (before < length) damaged(name, `${length - before} bytes of no array`, "none");
}

function damaged(name: string, found: string, expected: string): never {
  return refuse(name, found, expected, "the file is damaged, save it again");
}
