import { beforeAll, describe, expect, it } from "vitest";
import { usualPixels } from "../../../src/dataset/pixelValues.js";
import { encodeNet } from "../../../src/documents/formats/exportNet.js";
import { decodeNet, type GivenPreprocessing } from "../../../src/documents/formats/importNet.js";
import { decodeNpy, encodeNpy } from "../../../src/documents/formats/npy.js";
import {
  decodeSafetensors,
  encodeSafetensors,
} from "../../../src/documents/formats/safetensors.js";
import { numbersIn } from "../../../src/documents/formats/storedArray.js";
import { encodeZip } from "../../../src/documents/formats/zip.js";
import type { UsableNet } from "../../../src/documents/model.js";
import { InputError } from "../../../src/errors.js";
import { shortModel } from "../../support/mnist.js";

let net: UsableNet;
beforeAll(async () => {
  const model = await shortModel(7);
  const preprocessing = {
    ...model.preprocessing,
    pixels: { background: 3, least: 1, greatest: 250 },
  };
  net = { ...model, preprocessing, classNames: ["zero", "¿1?", "👍", ..."3456789"] };
});

const array = (
  name: string,
  shape: number[],
  values = new Float32Array(shape.reduce((a, b) => a * b, 1)),
) => ({
  name,
  shape,
  values,
});
/** D = 4, H = 3, C = 2, in PyTorch's layout. */
const torch = [
  array(
    "0.weight",
    [3, 4],
    Float32Array.from({ length: 12 }, (_, i) => i),
  ),
  array("0.bias", [3]),
  array(
    "2.weight",
    [2, 3],
    Float32Array.from({ length: 6 }, (_, i) => 10 * i),
  ),
  array("2.bias", [2]),
];
const given: GivenPreprocessing = { mean: 33, scale: 0.5 };
const read = (arrays: ReturnType<typeof array>[], beside = given) =>
  decodeNet(encodeSafetensors(arrays, {}), "safetensors", "a file", beside);
const npz = (files: [string, Uint8Array][], beside = given) =>
  decodeNet(encodeZip(files), "npz", "a file", beside);

describe.each(["safetensors", "npz"] as const)("a net as %s", (format) => {
  it.each(["plain", "torch"] as const)("comes back whole from the %s layout", (layout) => {
    const bytes = encodeNet(net, format, { layout });
    expect(encodeNet(net, format, { layout })).toEqual(bytes);
    const { training, settings, figures, data, ...back } = decodeNet(bytes, format, "a file");
    expect([training, settings, figures, data]).toEqual([null, null, null, null]);
    expect(back).toEqual(net);
  });

  it("with mean and scale of its own takes none beside them", () => {
    const bytes = encodeNet(net, format);
    const both = () => decodeNet(bytes, format, "a file", { scale: 1 });
    expect(both).toThrow("a file: has a scale, expected no --scale; leave the flag out");
  });
});

describe("a net from elsewhere", () => {
  it("has its sizes from the shapes, its classes numbered, and its weights turned", () => {
    const { parameters, preprocessing, classNames } = read(torch);
    expect(parameters.W1.shape).toEqual([4, 3]);
    expect([...parameters.W1.data]).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    expect([...parameters.W2.data]).toEqual([0, 30, 10, 40, 20, 50]);
    expect(preprocessing).toEqual({
      ...{ rows: 2, columns: 2, scale: 0.5, meanImage: new Float32Array(4).fill(33) },
      pixels: usualPixels,
    });
    expect(classNames).toEqual(["0", "1"]);
  });

  it("may name its layers in any way, and hold them in any order", () => {
    const renamed = (first: string, second: string) =>
      torch
        .map(({ name, ...rest }) => ({
          ...rest,
          name: name.replace(/^0/, first).replace(/^2/, second),
        }))
        .reverse();
    const { parameters } = read(torch);
    for (const [first, second] of [
      ["fc1", "fc2"],
      ["9", "10"],
      ["out", "hidden"],
    ]) {
      expect(read(renamed(first, second)).parameters).toEqual(parameters);
    }
  });

  it("says in one line what is missing, in the way, or does not fit", () => {
    const [w1, b1, w2, b2] = torch;
    const cases: [() => unknown, RegExp][] = [
      [() => read([w1, b1, w2]), /no "2.bias", expected W1, b1, W2, b2, or weight and bias/],
      [() => read([]), /: 0 layers, expected/],
      [() => read([...torch, array("4.weight", [1])]), /: 3 layers, expected/],
      [() => read([...torch, array("W1", [4, 3])]), /both W1 and "0" layers/],
      [() => read([...torch, array("steps", [1])]), /"steps", of no use in a two-layer net/],
      [
        () => read([w1, b1, w2, array("2.bias", [5])]),
        /"2.weight" of shape "2 x 3", expected 5|"2.bias" of shape "5", expected 2/,
      ],
      [() => read([w1, array("0.bias", [2]), w2, b2]), /"0.bias" of shape "2", expected 3/],
      [() => read(torch, {}), /no mean_image and no scale, expected .* --mean and --scale/],
      [
        () => read(torch, { mean: 0 }),
        /no scale, expected it in the file, or --scale; add --scale/,
      ],
      [() => read(torch, { mean: 0, scale: -1 }), /scale is -1, expected/],
      [
        () => read(torch, { scale: 1, mean: { shape: [3], read: () => new Float32Array(3) } }),
        /mean_image has length 3, expected 4/,
      ],
      [
        () => read([array("0.weight", [3, 5]), b1, w2, b2]),
        /5 inputs, of no square image, expected a mean_image of shape rows x columns/,
      ],
      [
        () => read([array("0.weight", [3, 4], new Float32Array(12).fill(Number.NaN)), b1, w2, b2]),
        /0.weight.0 is NaN, expected a finite float32/,
      ],
    ];
    for (const [f, message] of cases) {
      expect(f).toThrow(InputError);
      expect(f).toThrow(message);
    }
  });
});

describe("numbers of other types", () => {
  it("float16 and bfloat16 keep their values, float64 is rounded, others are refused by name", () => {
    const bits = (...words: number[]) => new Uint8Array(Uint16Array.from(words).buffer);
    expect([...numbersIn(bits(0x3c00, 0xc000, 0x0001, 0x7bff, 0x3555), "float16")]).toEqual([
      ...[1, -2, 2 ** -24, 65504, 0.333251953125],
    ]);
    expect([...numbersIn(bits(0x3f80, 0xc000, 0x0001), "bfloat16")]).toEqual([1, -2, 2 ** -133]);
    const npy = encodeNpy({ shape: [2], values: Float64Array.of(0.1, 2) });
    expect(decodeNpy(npy, "a file", "b").read()).toEqual(Float64Array.of(0.1, 2));
    const text = Buffer.from(npy).toString("latin1");
    const as = (type: string) => Buffer.from(text.replace("<f8", type), "latin1");
    expect(() => decodeNpy(as("<i8"), "a file", "b").read()).toThrow(
      'a file: "b" is of type "<i8", expected one of float16, bfloat16, float32, float64; convert it to float32',
    );
    expect(() => decodeNpy(as("constructor"), "a file", "b").read()).toThrow(
      '"b" is of type "const',
    );
    expect(() => decodeNpy(as("|O8"), "a file", "b").read()).toThrow('"b" is of type "|O8"');
  });

  it("Fortran's order and the other order of bytes are taken", () => {
    const npy = encodeNpy({ shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) });
    const text = Buffer.from(npy).toString("latin1");
    const fortran = Buffer.from(text.replace("False, ", "True,  "), "latin1");
    expect([...decodeNpy(fortran, "a file", "b").read()]).toEqual([1, 3, 5, 2, 4, 6]);
    const big = Buffer.from(text.replace("<f4", ">f4"), "latin1");
    big.subarray(big.length - 24).swap32();
    expect([...decodeNpy(big, "a file", "b").read()]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe("a safetensors header that lies", () => {
  const file = (header: unknown, data = 16, length?: number) => {
    const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
    const start = Buffer.alloc(8);
    start.writeBigUInt64LE(BigInt(length ?? text.length));
    return Buffer.concat([start, text, Buffer.alloc(data)]);
  };
  const tensor = (begin: number, end: number, shape = [(end - begin) / 4], dtype = "F32") => ({
    ...{ dtype, shape, data_offsets: [begin, end] },
  });
  const open = (bytes: Uint8Array) => () => {
    for (const { read } of decodeSafetensors(bytes, "a file").arrays.values()) read();
  };

  it.each<[string, Uint8Array, RegExp]>([
    [
      "a length of 2 GB",
      file("{}", 16, 2 ** 31),
      /header of 2147483648 bytes, expected at most the 18/,
    ],
    ["no JSON", file("{]"), /a header that is not JSON/],
    ["nesting", file("[".repeat(20)), /nested more than 8 deep, expected a header of a net/],
    ["a list", file("[1]"), /a header that is no object/],
    ["overlap", file({ a: tensor(0, 12), b: tensor(8, 16) }), /"b" at bytes 8 to 16 overlaps/],
    [
      "beyond the end",
      file({ a: tensor(0, 20) }),
      /"a" at bytes 0 to 20, expected a place within 16/,
    ],
    ["backwards", file({ a: tensor(8, 0) }), /cannot be|at bytes 8 to 0/],
    ["a gap", file({ a: tensor(0, 4), b: tensor(8, 16) }), /"b" at bytes 8 to 16 behind a gap/],
    ["bytes of no array", file({ a: tensor(0, 8) }), /8 bytes of no array/],
    ["another shape", file({ a: tensor(0, 16, [5]) }), /"a" has 16 bytes, expected 20/],
    ["integers", file({ a: tensor(0, 16, [4], "I32") }), /"a" is of type "I32", expected one of/],
    [
      "a type of every object",
      file({ a: tensor(0, 16, [4], "constructor") }),
      /"a" is of type "constructor", expected one of/,
    ],
    ["no offsets", file({ a: { dtype: "F32", shape: [4] } }), /data_offsets of "a" cannot be/],
    [
      "one name twice",
      file(
        '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}',
      ),
      /behind a gap/,
    ],
  ])("is refused: %s", (_, bytes, message) => {
    expect(open(bytes)).toThrow(InputError);
    expect(open(bytes)).toThrow(message);
  });
});

describe("an npz file that lies", () => {
  const npy = encodeNpy({ shape: [2], values: Float32Array.of(1, 2) });

  it("is refused: clashing names, a checksum, a pickle, what is no zip", () => {
    expect(() =>
      npz([
        ["W1.npy", npy],
        ["W1.npy", npy],
      ]),
    ).toThrow('a file: two entries "W1.npy"');
    expect(() => npz([["archive/data.pkl", npy]])).toThrow("a PyTorch file, which is a pickle");
    expect(() => decodeNet(npy, "npz", "a file")).toThrow("no directory at its end");
    const bytes = encodeNet(net, "npz");
    const at = Buffer.from(bytes).indexOf("b1.npy") + 140;
    const damaged = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 1 : byte));
    expect(() => decodeNet(damaged, "npz", "a file")).toThrow('"b1.npy" has checksum');
  });
});
