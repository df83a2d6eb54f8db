import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { encodeIdx } from "../../src/dataset/idx.js";
import { encodeNpy, encodeNpyTexts } from "../../src/documents/formats/npy.js";
import { encodeZip } from "../../src/documents/formats/zip.js";
import { smallDataSet, writeDataFolder } from "../support/dataFolder.js";

/*
 * The most resident memory that reading a file takes, each file in a process of its own. The files are
 * of megabytes, and made to take as much as they can: those that are refused before they are parsed, and
 * those that just pass the scan of `checkStructure`.
 *
 * With FUZZ_SECONDS (npm run fuzz -- --seconds N) every value is tried in every place, not only the worst of
 * each sort in one, and files are 8 times as large.
 */

const MEGABYTE = 2 ** 20;
const isLong = Number(process.env.FUZZ_SECONDS ?? 0) > 0;
const SIZE = (isLong ? 32 : 4) * MEGABYTE;
/** As SECURITY.md says: so many times the size of the file, and so many megabytes, which V8 takes anyway. */
const [TIMES, AND] = [36, 40 * MEGABYTE];
/** The same for npz files, which deflate may pack 1032 times. */
const TIMES_NPZ = 8256;

const folder = mkdtempSync(join(tmpdir(), "mnist-train-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const fixture = (kind: string) => path(`../documents/fixtures/${kind}-fast.json`);

/** Pieces up to the size. */
function filled(piece: (i: number) => string): string {
  const pieces: string[] = [];
  for (let i = 0, length = 0; length < SIZE; i++) {
    pieces.push(piece(i));
    length += pieces[i].length;
  }
  return pieces.join("").replace(/,\s*$/, "");
}

const list = (piece: (i: number) => string) => `[${filled(piece)}]`;
const short = (i: number) => i.toString(36);

/** JSON values that take more memory than others of their length. */
const values = {
  "nested arrays": () => "[".repeat(SIZE / 2) + "]".repeat(SIZE / 2),
  "nested objects": () => `${'{"a":'.repeat(SIZE / 6)}1${"}".repeat(SIZE / 6)}`,
  "empty objects": () => list(() => "{},"),
  "empty arrays": () => list(() => "[],"),
  "empty arrays, far apart": () => list(() => "[],      "),
  "empty objects, far apart": () => list(() => "{},      "),
  "empty texts": () => list(() => '"",'),
  "short texts": () => list((i) => `"${short(i)}",`.padEnd(9)),
  "many keys": () => `{${filled((i) => `"${short(i)}":0,`)}}`,
  "many keys, far apart": () => `{${filled((i) => `"${short(i)}":0,`.padEnd(9))}}`,
  "objects with other keys": () => list((i) => `{"${short(i)}":0},`.padEnd(18)),
  measurements: () => list((i) => `{"iteration":${i + 1},"accuracy":0.1},`),
  zeros: () => list(() => "0,"),
  "short fractions": () => list(() => "0.1,"),
  "fractions after null": () => `[null,${filled(() => "0.1,")}]`,
  "large numbers": () => list(() => "1e9,"),
  "a text": () => `"${filled(() => "x")}"`,
  "a text of escapes": () => `"${filled(() => "\\u0416")}"`,
  "a text of quotes": () => `"${filled(() => '\\"')}"`,
  "a text of backslashes": () => `"${"\\\\".repeat(SIZE / 2)}"`,
  "a text without end": () => `"${'\\"'.repeat(SIZE / 2)}`,
  "two bytes a character": () => `["\u0416",${filled(() => "0,")}]`,
};

/** The worst of those that the scan refuses, and of those that pass it. */
const worst: readonly string[] = [
  "nested arrays",
  "many keys, far apart",
  "zeros",
  "a text of quotes",
];
const tried = Object.entries(values).filter(([name]) => isLong || worst.includes(name));

/** Where a value is put in a document: in a place that is checked, and in one that no schema knows. */
const places = {
  model: ['"values":', '"training": {"x":'],
  history: ['"loss":', '"validation":', '"settings":{"x":'],
  checkpoint: ['"values":', '"validation":', '"settings":{"x":'],
};

const cases = Object.entries(places).flatMap(([kind, keys]) =>
  (isLong ? keys : keys.slice(0, 1)).map((key) => [kind, key] as const),
);

/** The text of a document with another value behind a key. */
function documentWith(kind: string, key: string, value: string): string {
  const valid = readFileSync(fixture(kind), "utf8");
  if (key.includes("{")) {
    const [object] = key.split("{");
    return valid.replace(object, () => `"x": ${value}, ${object}`);
  }
  const old = new RegExp(`${key}\\s*("[^"]*"|\\[[^[\\]]*\\])`); // a setting may have the same name
  expect(valid).toMatch(old);
  return valid.replace(old, () => key + value);
}

/** Reads a file in a process of its own, and checks the most memory that it took, and how it was refused. */
async function expectBounded(kind: string, file: string, warmUp: string, times = TIMES) {
  const args = [path("peak.js"), kind, file, warmUp];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { size, taken, refused } = JSON.parse(stdout);
  if (process.env.SHOW_PEAKS) {
    const ratio = (taken / size).toFixed(1).padStart(5);
    const name = expect.getState().currentTestName;
    process.stderr.write(`${ratio} ${taken} ${name}: ${refused ?? "taken"}\n`);
  }
  expect(taken).toBeLessThanOrEqual(times * size + AND);
  expect(refused ?? "a, expected b").toMatch(/^[^\n]*, expected [^\n]*$/);
}

describe.each(cases)("a %s takes memory in proportion, whatever stands behind %s", (kind, key) => {
  it.each(tried)(
    "%s",
    async (_, value) => {
      const file = join(folder, `${kind}.json`);
      writeFileSync(file, documentWith(kind, key, value()));
      await expectBounded(kind, file, fixture(kind));
    },
    120_000,
  );
});

/** A folder with a data set of 160 MB, whose files `pack` writes in its own way. */
function dataFolder(name: string, pack: (bytes: Uint8Array) => Uint8Array): string {
  const count = 200_000;
  const image = new Uint8Array(800).map((_, i) => (i < 160 ? 5 * i : 0));
  const values = new Uint8Array(count * 800);
  for (let n = 0; n < count; n++) values.set(image, n * 800);
  const pair = (start: string, N: number) => {
    const [images, labels] = [values.subarray(0, N * 800), new Uint8Array(N)];
    const write = (file: string, bytes: Uint8Array) =>
      writeFileSync(join(place, file), pack(bytes));
    write(`${start}-images-idx3-ubyte`, encodeIdx({ values: images, shape: [N, 20, 40] }));
    write(`${start}-labels-idx1-ubyte`, encodeIdx({ values: labels, shape: [N] }));
  };
  const place = join(folder, name);
  mkdirSync(place);
  pair("train", count);
  pair("t10k", 1000);
  return place;
}

describe("a data set is in memory once, also if its images are shuffled,", () => {
  it.each([
    ["raw", (bytes: Uint8Array) => bytes],
    ["gzipped", (bytes: Uint8Array) => gzipSync(bytes, { level: 1 })],
  ])("%s", async (name, pack) => {
    const [small, large] = [writeDataFolder(smallDataSet({ train: 2000 })), dataFolder(name, pack)];
    const args = [path("peak.js"), "data", large, small];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    // What is unpacked on the way is not freed at once: on Node 24, some 80 MB of it. A copy would be 160 MB.
    expect(JSON.parse(stdout).taken).toBeLessThan(160.8e6 + 110e6);
  });
});

/** Bytes of a safetensors file. */
function safetensors(header: string, data = new Uint8Array(0)): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), data]);
}

/** A net of one type of numbers that fills the size. */
function netOf(dtype: string, bytes: number): Buffer {
  const H = Math.floor(SIZE / bytes / 788);
  const shapes = { W1: [784, H], b1: [H], W2: [H, 2], b2: [2] };
  let end = 0;
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const begin = end;
    end += bytes * shape.reduce((product, size) => product * size, 1);
    return `"${name}":{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${begin},${end}]}`;
  });
  const metadata = `"__metadata__":{"scale":"1","mean_image":"[${new Array(784).fill(0)}]"}`;
  return safetensors(`{${metadata},${entries}}`, new Uint8Array(end));
}

/** The worst of headers, or all of them. */
const ofHeaders = isLong ? (Object.keys(values) as (keyof typeof values)[]) : (["zeros"] as const);
/** Cases that take less than others. */
const unlessShort = <T>(cases: T[]): T[] => (isLong ? cases : []);

/** Files of nets from elsewhere: headers of every kind, numbers of every type, and archives that unpack to more. */
const foreign: [name: string, times: number, file: () => Uint8Array][] = [
  ...ofHeaders.flatMap((name): typeof foreign => {
    const value = () => values[name]();
    const text = () => JSON.stringify(value());
    return [
      [`m.safetensors with a header of ${name}`, TIMES, () => safetensors(`{"W1":${value()}}`)],
      [
        `m.safetensors with a mean image of ${name}`,
        TIMES,
        () => safetensors(`{"__metadata__":{"mean_image":${text()}}}`),
      ],
    ];
  }),
  ["m.safetensors of F16", TIMES, () => netOf("F16", 2)],
  [
    "m.npz of deflated zeros",
    TIMES_NPZ,
    () => encodeZip([["W1.npy", zeros(16 * SIZE)], ...small], deflateRawSync),
  ],
  ...unlessShort<(typeof foreign)[number]>([
    ["m.safetensors of F64", TIMES, () => netOf("F64", 8)],
    ["m.npz of stored numbers", TIMES, () => encodeZip([["W1.npy", zeros(SIZE)], ...small])],
  ]),
  [
    "m.npz of deflated class names",
    TIMES_NPZ,
    () =>
      encodeZip(
        [["class_names.npy", names(4 * SIZE)], ["W1.npy", zeros(4)], ...small],
        deflateRawSync,
      ),
  ],
];

const zeros = (bytes: number) => {
  const H = Math.floor(bytes / 4 / 784);
  return encodeNpy({ shape: [784, H], values: new Float32Array(784 * H) });
};
/** Class names of one letter each, of which the header knows the number. */
const names = (bytes: number) => {
  const one = Buffer.from(encodeNpyTexts(["a"]));
  const header = one.toString("latin1", 0, one.length - 4);
  const shape = `(${bytes / 4},), }`;
  const longer = header.replace(/\(1,\), \} */, (old) => shape.padEnd(old.length));
  return Buffer.concat([Buffer.from(longer, "latin1"), Buffer.alloc(bytes, one.subarray(-4))]);
};
const small = (["b1", "W2", "b2"] as const).map((name) => {
  const values = new Float32Array(2);
  return [`${name}.npy`, encodeNpy({ shape: name === "W2" ? [1, 2] : [2], values })] as const;
});

describe("a net from elsewhere takes memory in proportion", () => {
  it.each(foreign)(
    "%s",
    async (name, times, content) => {
      const file = join(folder, name.split(" ")[0]);
      writeFileSync(file, content());
      await expectBounded("model", file, fixture("model"), times);
    },
    120_000,
  );
});
