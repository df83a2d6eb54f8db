import { constants as buffers } from "node:buffer";
import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { chmod, chown, open, readFile, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { InputError, refuse } from "../errors.js";

/** Bytes that the check of an output writes: a block, which a full disk does not take. */
const BLOCK = 4096;

/**
 * Writes a file whole or not at all: a temporary file beside it, fsync, rename.
 *
 * @param path     a new file, or one to replace, which keeps its mode and owner; if it is a link, the
 *                 file behind it
 * @param contents text, written as UTF-8, or bytes
 * @throws {InputError} if the file cannot be written; an older file stays as it was
 */
export async function writeFileWhole(path: string, contents: string | Uint8Array): Promise<void> {
  await replaceWhole(path, () => contents);
}

/**
 * Copies a file as `writeFileWhole` writes one.
 *
 * @param path a new file, or one to replace
 * @throws {InputError} if the file cannot be read, or the copy cannot be written
 */
export async function copyFileWhole(from: string, path: string): Promise<void> {
  await replaceWhole(path, () => readFile(from));
}

async function replaceWhole(
  path: string,
  contentsOf: () => string | Uint8Array | Promise<Uint8Array>,
): Promise<void> {
  const { real, older } = findTarget(path);
  const temporary = temporaryBeside(real);
  const remove = () => rmSync(temporary, { force: true });
  process.once("exit", remove); // as when a second Ctrl-C ends the process during the write
  try {
    const contents = await contentsOf();
    // Made at once and then only opened, so that a write which outlives `remove` does not make it again.
    writeFileSync(temporary, "", { flag: "wx", mode: older?.mode });
    await writeFile(temporary, contents, { flag: "r+" });
    await syncToDisk(temporary);
    if (older !== null) await keepOwner(temporary, older);
    await rename(temporary, real);
  } catch (error) {
    remove();
    rejectUnwritable(path, error as NodeJS.ErrnoException);
  } finally {
    process.off("exit", remove);
  }
}

async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gives a file the mode and the owner of the one that it replaces, as far as this user may. */
async function keepOwner(path: string, { mode, uid, gid }: Stats): Promise<void> {
  await chown(path, uid, gid).catch(() => {});
  await chmod(path, mode).catch(() => {});
}

/**
 * Checks before hours of work that a file can be written afterwards: writes, renames and deletes a
 * temporary file in its folder, and asks whether an older file may be replaced.
 *
 * @throws {InputError} if the path is not that of a file, or its folder is missing or does not let the
 *   file be written
 */
export function checkWritable(path: string): void {
  const { real, older } = findTarget(path);
  if (older !== null) checkReplaceable(path, real);
  const [written, renamed] = [temporaryBeside(real), temporaryBeside(real)];
  try {
    writeFileSync(written, " ".repeat(BLOCK), { flag: "wx" });
    renameSync(written, renamed);
    rmSync(renamed);
  } catch (error) {
    const left = [written, renamed].filter((file) => !removed(file));
    const also = left.length > 0 ? `; its check left ${left.join(", ")} behind` : "";
    rejectUnwritable(path, error as NodeJS.ErrnoException, also);
  }
}

/** Removes a file; returns whether it is gone. */
function removed(path: string): boolean {
  try {
    rmSync(path, { force: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * Checks that the system would let a file be replaced, which no permission bit tells: in a sticky folder
 * only its owner may, and an append-only folder or file lets nobody.
 */
function checkReplaceable(path: string, real: string): void {
  try {
    // The removal of a directory of that name never succeeds, for it is a file. The system says so only
    // after it has found that the name may be removed.
    rmdirSync(real);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EPERM" && code !== "EACCES") return;
    if (process.platform === "win32") return; // says it of every file
    const expected = "one that this user may replace, in a folder that allows it";
    refuse(path, `there is a file that cannot be replaced (${code})`, expected, CHOOSE);
  }
}

/**
 * The file that a path leads to.
 *
 * @returns its path, behind all links, and what is known of the older file there, if there is one
 * @throws {InputError} if it cannot be the name of a file to write
 */
function findTarget(path: string): { real: string; older: Stats | null } {
  if (path === "") {
    refuse('""', "an empty path", "the name of a file to write", "give it one");
  }
  try {
    const there = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    const real = there ? realpathSync(path) : path; // fails if a link leads nowhere
    const older = there ? statSync(real) : null;
    if (older !== null) {
      if (!older.isFile()) {
        // a rename onto a device or a pipe would put a file in its place
        const found = older.isDirectory() ? "a directory" : "not a regular file";
        refuse(path, found, "the name of a file to write", CHOOSE);
      }
      accessSync(real, constants.W_OK);
    }
    accessSync(dirname(real), constants.W_OK);
    return { real, older };
  } catch (error) {
    if (error instanceof InputError) throw error;
    return rejectUnwritable(path, error as NodeJS.ErrnoException);
  }
}

/**
 * Checks before hours of work that files can be written into a folder afterwards; it may still be missing.
 *
 * @throws {InputError} if it is no folder, cannot be written to, or cannot be made
 */
export function checkFolder(path: string): void {
  if (path === "") refuse('""', "an empty path", "the name of a folder", "give it one");
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() === false) {
      refuse(path, "not a folder", "the name of a folder to write to", "choose another path");
    }
    accessSync(stat === undefined ? dirname(resolve(path)) : path, constants.W_OK);
  } catch (error) {
    if (error instanceof InputError) throw error;
    rejectUnwritable(path, error as NodeJS.ErrnoException);
  }
}

/**
 * Checks before any work that a new folder can be written; it may exist if it is empty.
 *
 * @throws {InputError} if files are in it, it is no folder, cannot be written to, or cannot be made
 */
export function checkNewFolder(path: string): void {
  checkFolder(path);
  const first = existsSync(path) ? readdirSync(path)[0] : undefined;
  if (first === undefined) return;
  refuse(path, `the folder has files in it, such as ${first}`, "a new or an empty folder", CHOOSE);
}

/** Waits until all writes have ended, well or not, so that none of them makes a file again afterwards. */
async function allWritten(writing: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(writing)).find(({ status }) => status === "rejected");
  if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
}

/** Files written at a time: the disk confirms many as fast as one. */
const AT_A_TIME = 64;

/**
 * Writes a new folder whole or not at all: files under temporary names first, then renames.
 *
 * @param path  a folder that does not exist, or is empty
 * @param files the name of each file, which may have folders in it, and its contents
 * @throws {InputError} if it cannot be written; nothing of it is left then
 */
export async function writeFolderWhole(
  path: string,
  files: Iterable<readonly [name: string, contents: string | Uint8Array]>,
): Promise<void> {
  const whole = resolve(path);
  const isNew = !existsSync(whole);
  const temporary = temporaryBeside(isNew ? whole : join(whole, "files"));
  const moved: string[] = [];
  const remove = () => {
    for (const made of [temporary, ...moved]) rmSync(made, { recursive: true, force: true });
  };
  process.once("exit", remove);
  try {
    mkdirSync(temporary);
    let writing: Promise<void>[] = [];
    for (const [name, contents] of files) {
      const file = join(temporary, name);
      mkdirSync(dirname(file), { recursive: true });
      writing.push(writeFile(file, contents, { flag: "wx" }).then(() => syncToDisk(file)));
      if (writing.length < AT_A_TIME) continue;
      await allWritten(writing);
      writing = [];
    }
    await allWritten(writing);
    if (isNew) renameSync(temporary, whole);
    else {
      for (const name of readdirSync(temporary)) {
        const place = join(whole, name);
        renameSync(join(temporary, name), place);
        moved.push(place);
      }
      rmdirSync(temporary);
    }
  } catch (error) {
    remove();
    rejectUnwritable(path, error as NodeJS.ErrnoException);
  } finally {
    process.off("exit", remove);
  }
}

/**
 * Makes a folder, unless it exists.
 *
 * @throws {InputError} if it cannot be made
 */
export function makeFolder(path: string): void {
  if (path === "") refuse('""', "an empty path", "the name of a folder", "give it one");
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const found = `cannot be made (${code ?? message})`;
    refuse(path, found, "a folder to make or to write to", remedies[`${code}`] ?? CHOOSE);
  }
}

/** Uses a new folder for temporary files, and removes it with all that is in it. */
export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "mnist-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A new name in the folder of a file, short, so that it fits wherever the file's own does. */
function temporaryBeside(path: string): string {
  return join(dirname(path), `mnist-${randomBytes(4).toString("hex")}.tmp`);
}

const CHOOSE = "choose another path";

/** What to do about a path, by the code of the error; else another one is needed. */
const remedies: Readonly<Record<string, string>> = {
  ENAMETOOLONG: "choose a shorter name",
  ERR_ACCESS_DENIED: "start Node with --allow-fs-write for that folder, or choose another path",
};

function rejectUnwritable(path: string, error: NodeJS.ErrnoException, also = ""): never {
  const { code, message, syscall } = error;
  const verb = syscall === "rename" ? "renamed" : syscall === "unlink" ? "deleted" : null;
  const reason = verb === null ? `${code ?? message}` : `${code}, as a new file cannot be ${verb}`;
  const expected = "a file in a folder that exists and may be written to";
  refuse(path, `cannot be written (${reason})`, expected, (remedies[`${code}`] ?? CHOOSE) + also);
}

/** A kind of file that is read, in the words of errors. */
export interface FileToRead {
  /** What the file should be: "a model file". */
  readonly expected: string;
  /** The command that saves such files. */
  readonly command: string;
}

/** Bytes of the longest text of Node. */
const longestText = buffers.MAX_STRING_LENGTH;
/** The most bytes that Node reads at once. */
const mostRead = 2 ** 31 - 1;

/**
 * Reads the bytes of a file.
 *
 * @param most bytes that it may have
 * @throws {InputError} when it is not a regular file (opening a pipe would wait for its writer), too long,
 *   or cannot be read
 */
export async function readFileWhole(
  path: string,
  about: FileToRead,
  most = mostRead,
): Promise<Uint8Array> {
  const { expected, command } = about;
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() === false) {
      refuse(path, "not a regular file", expected, `name one that ${command} saved`);
    }
    if (found !== undefined && found.size > most) refuseLength(path, found.size, about, most);
    return await readFile(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const remedy = code === "ENOENT" ? `run ${command} first, or check the path` : "check the path";
    return refuse(path, `cannot be read (${code ?? message})`, expected, remedy);
  }
}

/** Reads a file as text; see `readFileWhole` and `textOf`. */
export async function readText(path: string, about: FileToRead): Promise<string> {
  return textOf(await readFileWhole(path, about, longestText), path, about);
}

/**
 * The text that bytes of a file are in UTF-8.
 *
 * @throws {InputError} when it is longer than a text can be, or UTF-16
 */
export function textOf(bytes: Uint8Array, path: string, about: FileToRead): string {
  if (bytes.length > longestText) refuseLength(path, bytes.length, about, longestText);
  if (isUtf16(bytes)) {
    refuse(path, "UTF-16 text", `${about.expected} in UTF-8`, "save it as UTF-8");
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

function refuseLength(
  path: string,
  length: number,
  { expected, command }: FileToRead,
  most: number,
): never {
  const why = most === longestText ? ", the longest text of Node" : "";
  const limit = `${expected} of at most ${most}${why}`;
  refuse(path, `${length} bytes`, limit, `name one that ${command} saved`);
}

/** Whether JSON is written with two bytes a character, after a byte order mark or not. */
function isUtf16([first, second]: Uint8Array): boolean {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const begins = (byte: number) => "{ \t\r\n".includes(String.fromCharCode(byte));
  return (first === 0 && begins(second)) || (second === 0 && begins(first));
}
