import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkIdxLength,
  decodeIdx,
  encodeIdx,
  type IdxType,
  type IdxValues,
  longestIdxHeader,
  readIdxHeader,
} from "../../src/dataset/idx.js";
import { InputError } from "../../src/errors.js";

/** Bytes from hexadecimal digits, with spaces where they help the eye. */
function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

/** The bytes behind a typed array, as they lie in memory. */
function bitsOf(values: IdxValues): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** What a call threw; fails when it threw nothing. */
function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

/** Rows for `it.each`, whose %s is the title. */
function byTitle<T extends { title: string }>(rows: readonly T[]): [string, T][] {
  return rows.map((row) => [row.title, row]);
}

/** Typed arrays of every type with a shape that fits; floats with NaN, -0 and the infinities. */
const arrays = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 })
  .chain((shape): fc.Arbitrary<{ type: IdxType; shape: number[]; values: IdxValues }> => {
    const length = shape.reduce((product, d) => product * d, 1);
    const exactly = { minLength: length, maxLength: length };
    return fc.oneof(
      fc.uint8Array(exactly).map((values) => ({ type: "u8" as const, shape, values })),
      fc.int8Array(exactly).map((values) => ({ type: "i8" as const, shape, values })),
      fc.int16Array(exactly).map((values) => ({ type: "i16" as const, shape, values })),
      fc.int32Array(exactly).map((values) => ({ type: "i32" as const, shape, values })),
      fc.float32Array(exactly).map((values) => ({ type: "f32" as const, shape, values })),
      fc.float64Array(exactly).map((values) => ({ type: "f64" as const, shape, values })),
    );
  });

const examples: { title: string; hex: string; type: IdxType; shape: number[]; is: IdxValues }[] = [
  {
    title: "three labels",
    hex: "00000801 00000003 05 00 ff",
    type: "u8",
    shape: [3],
    is: Uint8Array.of(5, 0, 255),
  },
  {
    title: "a 2 x 3 matrix, row by row",
    hex: "00000802 00000002 00000003 01 02 03 04 05 06",
    type: "u8",
    shape: [2, 3],
    is: Uint8Array.of(1, 2, 3, 4, 5, 6),
  },
  {
    title: "signed bytes",
    hex: "00000901 00000003 ff 80 7f",
    type: "i8",
    shape: [3],
    is: Int8Array.of(-1, -128, 127),
  },
  {
    title: "big-endian 16-bit numbers",
    hex: "00000b01 00000003 0102 fffe 8000",
    type: "i16",
    shape: [3],
    is: Int16Array.of(258, -2, -32768),
  },
  {
    title: "big-endian 32-bit numbers",
    hex: "00000c01 00000003 0001e240 ffffffff 80000000",
    type: "i32",
    shape: [3],
    is: Int32Array.of(123456, -1, -2147483648),
  },
  {
    title: "float32 numbers, -0 and infinity among them",
    hex: "00000d01 00000004 3fc00000 c0490fdb 80000000 7f800000",
    type: "f32",
    shape: [4],
    is: Float32Array.of(1.5, -Math.PI, -0, Number.POSITIVE_INFINITY),
  },
  {
    title: "float64 numbers, -0 and infinity among them",
    hex: "00000e01 00000003 400921fb54442d18 8000000000000000 fff0000000000000",
    type: "f64",
    shape: [3],
    is: Float64Array.of(Math.PI, -0, Number.NEGATIVE_INFINITY),
  },
  {
    title: "a single value, which has no dimensions",
    hex: "00000800 2a",
    type: "u8",
    shape: [],
    is: Uint8Array.of(42),
  },
  {
    title: "no values at all, where a size is 0",
    hex: "00000c02 00000000 00000005",
    type: "i32",
    shape: [0, 5],
    is: Int32Array.of(),
  },
];

describe("decodeIdx and encodeIdx", () => {
  it.each(byTitle(examples))("read and write %s", (_, { hex, type, shape, is }) => {
    const decoded = decodeIdx(bytesOf(hex));
    expect(decoded.type).toBe(type);
    expect(decoded.shape).toEqual(shape);
    expect(decoded.values.constructor).toBe(is.constructor);
    expect(bitsOf(decoded.values)).toEqual(bitsOf(is));
    expect(encodeIdx({ values: is, shape })).toEqual(bytesOf(hex));
  });

  it("give every bit back, whatever the type and up to five dimensions", () => {
    fc.assert(
      fc.property(arrays, ({ type, shape, values }) => {
        const decoded = decodeIdx(encodeIdx({ values, shape }));
        expect(decoded.type).toBe(type);
        expect(decoded.shape).toEqual(shape);
        expect(decoded.values.constructor).toBe(values.constructor);
        expect(bitsOf(decoded.values)).toEqual(bitsOf(values));
      }),
      { numRuns: 300 },
    );
  });

  it("decode a file wherever it begins in a larger buffer", () => {
    fc.assert(
      fc.property(arrays, fc.integer({ min: 0, max: 9 }), ({ shape, values }, offset) => {
        const file = encodeIdx({ values, shape });
        const larger = new Uint8Array(offset + file.length + 3).fill(0xaa);
        larger.set(file, offset);
        const decoded = decodeIdx(larger.subarray(offset, offset + file.length));
        expect(bitsOf(decoded.values)).toEqual(bitsOf(values));
      }),
      { numRuns: 200 },
    );
  });

  it.each(["u8", "i8"] as const)(
    "decode %s values as a view of the file, nothing is copied",
    (type) => {
      const values = type === "u8" ? Uint8Array.of(1, 2, 3) : Int8Array.of(1, 2, 3);
      const file = encodeIdx({ values, shape: [3] });
      const decoded = decodeIdx(file);
      expect(decoded.values.buffer).toBe(file.buffer);
      file[8] = 77;
      expect(decoded.values[0]).toBe(77);
    },
  );

  it("encode a view, not the whole buffer behind it", () => {
    const all = Int16Array.of(1, 2, 3, 4);
    expect(encodeIdx({ values: all.subarray(1, 3), shape: [2] })).toEqual(
      bytesOf("00000b01 00000002 0002 0003"),
    );
  });

  it("write and read 255 dimensions, the most there can be", () => {
    const shape = new Array<number>(255).fill(1);
    const file = encodeIdx({ values: Uint8Array.of(9), shape });
    expect(file.length).toBe(longestIdxHeader + 1);
    expect(decodeIdx(file)).toEqual({ type: "u8", shape, values: Uint8Array.of(9) });
  });

  it("write and read an empty array whose other sizes multiply past every float64", () => {
    const shape = [...new Array<number>(40).fill(0xffffffff), 0];
    const file = encodeIdx({ values: new Uint8Array(0), shape });
    expect(decodeIdx(file).shape).toEqual(shape);
  });

  it("turn any bytes into an array that encodes to the same bytes, or into an InputError", () => {
    const typeByte = fc.constantFrom(0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e);
    const likeIdx = fc
      .tuple(typeByte, fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }), fc.uint8Array())
      .map(([type, sizes, rest]) =>
        Uint8Array.of(0, 0, type, sizes.length, ...sizes.flatMap((d) => [0, 0, 0, d]), ...rest),
      );
    let decodedCount = 0;
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), likeIdx), (bytes) => {
        let decoded: ReturnType<typeof decodeIdx>;
        try {
          decoded = decodeIdx(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect((error as Error).message).not.toContain("\n");
          return;
        }
        decodedCount++;
        // the language leaves open which of its many bit patterns a NaN gets
        if (decoded.values.some((value) => Number.isNaN(value))) return;
        expect(encodeIdx(decoded)).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
    expect(decodedCount).toBeGreaterThan(0);
  });
});

describe("readIdxHeader", () => {
  it("reads the header of MNIST's training images before the rest is there", () => {
    const header = bytesOf("00000803 0000ea60 0000001c 0000001c");
    expect(readIdxHeader(header)).toEqual({
      type: "u8",
      shape: [60000, 28, 28],
      headerBytes: 16,
      totalBytes: 47040016,
    });
  });

  it("allocates nothing for the sizes it reads, 32 GiB among them", () => {
    const header = bytesOf("00000e01 ffffffff"); // no typed array is that long
    expect(readIdxHeader(header).totalBytes).toBe(8 + 8 * 0xffffffff);
  });

  it("takes sizes that multiply to 0, however large the others are", () => {
    const header = bytesOf("00000803 ffffffff ffffffff 00000000");
    expect(readIdxHeader(header).totalBytes).toBe(16);
  });
});

describe("bad IDX data", () => {
  const rejected: { title: string; bytes: Uint8Array; says: string }[] = [
    {
      title: "an empty file",
      bytes: new Uint8Array(0),
      says: "f: the file is empty, expected IDX data; fetch it again",
    },
    {
      title: "three bytes",
      bytes: bytesOf("000008"),
      says:
        "f: 3 bytes, expected an IDX header of at least 4; " +
        "the file is cut short, fetch it again",
    },
    {
      title: "a web page",
      bytes: Buffer.from("<!DOCTYPE html><title>404</title>"),
      says:
        'f: begins with "<!DOCTYPE html>", expected IDX data; ' +
        "this is a web page, the download went wrong, fetch the file again",
    },
    {
      title: "a web page behind a byte order mark and line breaks",
      bytes: Buffer.from("\ufeff<html\n>\r\n<body>Not Found"),
      says:
        'f: begins with "<html > <body>", expected IDX data; ' +
        "this is a web page, the download went wrong, fetch the file again",
    },
    {
      title: "a web page of one byte so far",
      bytes: Buffer.from("<"),
      says:
        'f: begins with "<", expected IDX data; ' +
        "this is a web page, the download went wrong, fetch the file again",
    },
    {
      title: "a gzip file, which begins with 529205256",
      bytes: bytesOf("1f8b0808 00000000"),
      says:
        "f: magic number 529205256, expected two zero bytes first; " +
        "this is not an IDX file, fetch it again",
    },
    {
      title: "a second byte that is not zero",
      bytes: bytesOf("00010801 00000001 05"),
      says:
        "f: magic number 67585, expected two zero bytes first; " +
        "this is not an IDX file, fetch it again",
    },
    {
      title: "a type byte that IDX does not know",
      bytes: bytesOf("00000a01 00000001 05"),
      says:
        "f: type byte 0x0a, expected one of 0x08 (u8), 0x09 (i8), 0x0b (i16), 0x0c (i32), " +
        "0x0d (f32), 0x0e (f64); this is not an IDX file or it is damaged, fetch it again",
    },
    {
      title: "a header that is cut",
      bytes: bytesOf("00000803 0000ea60 0000"),
      says:
        "f: 10 bytes, expected a header of 16 for 3 dimensions; " +
        "the file is cut short, fetch it again",
    },
    {
      title: "255 dimensions with no sizes behind them",
      bytes: bytesOf("000008ff"),
      says:
        "f: 4 bytes, expected a header of 1024 for 255 dimensions; " +
        "the file is cut short, fetch it again",
    },
    {
      title: "a size of 4294967295 and one value",
      bytes: bytesOf("00000e01 ffffffff 0000000000000000"),
      says:
        "f: 16 bytes, expected 34359738368 for sizes 4294967295; " +
        "the file is cut short, fetch it again",
    },
    {
      title: "sizes that multiply past 2^53",
      bytes: bytesOf("00000802 ffffffff ffffffff 00"),
      says:
        "f: the sizes 4294967295 x 4294967295 multiply past 2^53 bytes, expected sizes that fit " +
        "the file; the header is damaged, fetch the file again",
    },
    {
      title: "sizes whose bytes, not values, pass 2^53",
      bytes: bytesOf("00000e02 04000000 10000000 00"), // 2^26 · 2^28 values of 8 bytes
      says:
        "f: the sizes 67108864 x 268435456 multiply past 2^53 bytes, expected sizes that fit " +
        "the file; the header is damaged, fetch the file again",
    },
    {
      title: "bytes behind the last value",
      bytes: bytesOf("00000801 00000002 05 06 07 08 09"),
      says:
        "f: 13 bytes, expected 10 for sizes 2; " +
        "3 bytes follow the last value, fetch the file again",
    },
    {
      title: "half a value at the end",
      bytes: bytesOf("00000b01 00000002 0001 00"),
      says: "f: 11 bytes, expected 12 for sizes 2; the file is cut short, fetch it again",
    },
  ];

  it.each(byTitle(rejected))("%s: rejected, with what to do", (_, { bytes, says }) => {
    const error = thrownBy(() => decodeIdx(bytes, "f"));
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toBe(says);
  });

  it.each([
    ["u8", new Uint8Array(12).fill(1)],
    ["f64", new Float64Array(12).fill(1)],
  ] as const)("a %s file cut at any byte is rejected, and says so", (_, values) => {
    const file = encodeIdx({ values, shape: [2, 3, 2] });
    for (let length = 0; length < file.length; length++) {
      const error = thrownBy(() => decodeIdx(file.subarray(0, length), "cut"));
      expect(error, `${length} bytes`).toBeInstanceOf(InputError);
      expect(error.message).toMatch(
        length === 0 ? /^cut: the file is empty/ : /^cut: \d+ bytes, expected .*; .*cut short/,
      );
    }
    expect(decodeIdx(file).values).toEqual(values);
  });

  it("a length that is not the promised one is rejected before the bytes are there", () => {
    const header = readIdxHeader(bytesOf("00000803 0000ea60 0000001c 0000001c"));
    expect(() => checkIdxLength(header, 47040016, "images")).not.toThrow();
    expect(() => checkIdxLength(header, 47040015, "images")).toThrow(
      "images: 47040015 bytes, expected 47040016 for sizes 60000 x 28 x 28; the file is cut short",
    );
    expect(() => checkIdxLength(header, 47040017, "images")).toThrow("1 bytes follow");
  });

  it("is called IDX data where no name is given", () => {
    expect(() => decodeIdx(new Uint8Array(0))).toThrow("IDX data: the file is empty");
  });
});

describe("encodeIdx refuses", () => {
  const one = Uint8Array.of(1);

  it.each(
    byTitle([
      { title: "more values than the shape holds", shape: [2, 3], values: new Uint8Array(7) },
      { title: "fewer values than the shape holds", shape: [2, 3], values: new Uint8Array(5) },
      { title: "no values for a shape without dimensions", shape: [], values: new Uint8Array(0) },
    ]),
  )("%s", (_, { shape, values }) => {
    const error = thrownBy(() => encodeIdx({ shape, values }));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(`${values.length} values, expected ${shape.length ? 6 : 1} for`);
  });

  it.each([-1, 0.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY])("a size of %d", (size) => {
    const error = thrownBy(() => encodeIdx({ values: one, shape: [size] }));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe(`size ${size}, expected a whole number below 2^32`);
  });

  it("256 dimensions", () => {
    const shape = new Array<number>(256).fill(1);
    expect(() => encodeIdx({ values: one, shape })).toThrow(
      new RangeError("256 dimensions, expected at most 255"),
    );
  });

  it("an array that IDX has no type for", () => {
    const values = Uint16Array.of(1) as unknown as IdxValues;
    expect(() => encodeIdx({ values, shape: [1] })).toThrow(
      new RangeError("Uint16Array, expected an array that IDX has a type for"),
    );
  });
});
