import { refuse } from "../../errors.js";
import { littleEndian } from "../base64.js";
import { quoted } from "../document.js";
import { type NamedArray, transposed } from "./namedArrays.js";
import {
  type NumberType,
  numbersIn,
  numberTypes,
  refuseType,
  type StoredArray,
  sizeOf,
} from "./storedArray.js";

/*
 * One array in NumPy's format .npy: a header that is a Python dictionary, then the numbers. Objects,
 * which NumPy stores as pickles, are neither written nor read.
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */

const MAGIC = Buffer.from("\x93NUMPY", "latin1");
/** The numbers begin at a multiple of this. */
const ALIGNMENT = 64;
/** Bytes of one character of a text. */
const CHARACTER = 4;

/** An array as bytes of an .npy file, float32 or float64 as it is. */
export function encodeNpy({ shape, values }: Omit<NamedArray, "name">): Uint8Array {
  return npy(`<f${values.BYTES_PER_ELEMENT}`, shape, littleEndian(values));
}

/** Texts as bytes of an .npy file, of shape (N). */
export function encodeNpyTexts(texts: readonly string[]): Uint8Array {
  const points = texts.map((text) => Array.from(text, (letter) => letter.codePointAt(0)!));
  const longest = Math.max(1, ...points.map(({ length }) => length));
  const codes = new Uint32Array(texts.length * longest);
  points.forEach((letters, i) => {
    codes.set(letters, i * longest);
  });
  return npy(`<U${longest}`, [texts.length], littleEndian(codes));
}

function npy(type: string, shape: readonly number[], data: Uint8Array): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const start = MAGIC.length + 4;
  const length = Math.ceil((start + header.length + 1) / ALIGNMENT) * ALIGNMENT - start;
  const head = Buffer.from([1, 0, length & 255, length >> 8]);
  return Buffer.concat([
    MAGIC,
    head,
    Buffer.from(`${header.padEnd(length - 1)}\n`, "latin1"),
    data,
  ]);
}

/** An array of a file: of numbers, or of texts. */
export interface NpyArray extends StoredArray {
  /** @throws {InputError} when it holds something else than texts */
  readonly texts: () => string[];
}

/**
 * Bytes of an .npy file to an array, not converted yet.
 *
 * @param name  names the bytes in errors, such as a path
 * @param array the name of the array
 * @throws {InputError} when the bytes are no such file
 */
export function decodeNpy(bytes: Uint8Array, name: string, array: string): NpyArray {
  const { header, data } = readHeader(bytes, name, array);
  const [, type] = /'descr': '([^']{1,20})'/.exec(header) ?? [];
  const [, order] = /'fortran_order': (True|False)/.exec(header) ?? [];
  const [, sizes] = /'shape': \(([\d, ]{0,200})\)/.exec(header) ?? [];
  if (type === undefined || order === undefined || sizes === undefined) {
    const expected = "descr, fortran_order and shape";
    return refuse(
      name,
      `${quoted(array)} has a header without them`,
      expected,
      "save it with numpy.save",
    );
  }
  const shape = sizes.split(",").flatMap((size) => (size.trim() === "" ? [] : [Number(size)]));
  const of = (unit: number) => {
    const expected = sizeOf(shape) * unit;
    if (expected === data.length) return data;
    const remedy = "the file is damaged, save it again";
    return refuse(
      name,
      `${quoted(array)} has ${data.length} bytes`,
      `${expected}, as its shape says`,
      remedy,
    );
  };
  return {
    shape,
    read: () => {
      const found = types.get(type.replace(/^[<>=]/, "")) ?? refuseType(name, array, type);
      const values = numbersIn(of(numberTypes[found].bytes), found, !type.startsWith(">"));
      if (order === "False" || shape.length < 2) return values;
      if (shape.length === 2) return transposed(values, shape[1], shape[0]);
      return refuse(name, `${quoted(array)} has ${shape.length} axes`, "at most 2", "reshape it");
    },
    texts: () => {
      const [, letters] = /^[<=|]U(\d{1,6})$/.exec(type) ?? [];
      if (letters !== undefined) return textsIn(of(CHARACTER * Number(letters)), Number(letters));
      return refuse(
        name,
        `${quoted(array)} is of type ${quoted(type)}`,
        "texts",
        "save an array of str",
      );
    },
  };
}

/** The types behind codes such as "<f4", without the order of their bytes. */
const types = new Map<string, NumberType>([
  ["f2", "float16"],
  ["f4", "float32"],
  ["f8", "float64"],
]);

function readHeader(bytes: Uint8Array, name: string, array: string) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[MAGIC.length];
  const start = MAGIC.length + (version === 1 ? 4 : 6);
  const isNpy = MAGIC.every((byte, i) => bytes[i] === byte) && version >= 1 && version <= 3;
  if (isNpy && bytes.length >= start) {
    const at = MAGIC.length + 2;
    const end = start + (version === 1 ? view.getUint16(at, true) : view.getUint32(at, true));
    if (end <= bytes.length) {
      const header = Buffer.from(bytes.subarray(start, end)).toString("latin1");
      return { header, data: bytes.subarray(end) };
    }
  }
  return refuse(
    name,
    `${quoted(array)} is cut short or no .npy`,
    "an array",
    "save it with numpy.save",
  );
}

/** Texts of a fixed number of characters, filled up with 0. */
function textsIn(bytes: Uint8Array, letters: number): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = letters === 0 ? 0 : bytes.length / (CHARACTER * letters);
  return Array.from({ length: count }, (_, n) => {
    let text = "";
    for (let i = 0; i < letters; i++) {
      const point = view.getUint32(CHARACTER * (n * letters + i), true);
      if (point === 0) break;
      text += point <= 0x10ffff ? String.fromCodePoint(point) : "\0"; // refused as a control character
    }
    return text;
  });
}
