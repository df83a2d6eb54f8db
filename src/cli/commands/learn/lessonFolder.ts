import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { closestMatch } from "leven";
import { copyFileWhole, makeFolder, writeFileWhole } from "../../../documents/files.js";
import { InputError, refuse, UsageError } from "../../../errors.js";
import {
  fileNameOf,
  lessonFiles,
  type Piece,
  pieces,
  stubText,
  tensorText,
} from "../../../learn/index.js";

/*
 * The folder that a learner works in: a file for each piece, tensor.js, and two files of ours. lesson.json says
 * which pieces are left to the learner, and progress.txt how many hints were read. Both may be deleted: then all
 * pieces are the learner's, and hints begin anew. What is done is never read from a file, but checked.
 */

/** What `mnist-learn init` makes by default. */
export const defaultFolder = "mnist-lesson";

const LESSON = "lesson.json";
const PROGRESS = "progress.txt";

/** A folder with the files of a lesson. */
export interface Lesson {
  readonly path: string;
  /** The pieces to write, in order; the others came finished. */
  readonly pieces: readonly Piece[];
}

/** The file of a piece; a .mts file counts if there is no .mjs. */
export function pathOf({ path }: Lesson, piece: Piece): string {
  const file = join(path, fileNameOf(piece));
  const typed = file.replace(/mjs$/, "mts");
  return !existsSync(file) && existsSync(typed) ? typed : file;
}

/**
 * Makes a new folder with all files of a lesson.
 *
 * @param path   a folder that does not exist yet
 * @param chosen the pieces to write; the others come finished
 * @throws {InputError} if something is there already, or the folder cannot be made
 */
export async function createLesson(path: string, chosen: readonly Piece[]): Promise<Lesson> {
  if (existsSync(path)) {
    const remedy = `use another name, as in mnist-learn init ${path}-2, or go on in ${path}`;
    refuse(path, "is there already", "a folder that does not exist yet", remedy);
  }
  makeFolder(path);
  const listed = { pieces: chosen.map(({ name }) => name) };
  const files = [
    ...lessonFiles(chosen),
    { name: LESSON, text: `${JSON.stringify(listed, null, 2)}\n` },
  ];
  for (const { name, text } of files) await writeFileWhole(join(path, name), text);
  return { path, pieces: chosen };
}

/**
 * The lesson in the current folder, or else in ./mnist-lesson.
 *
 * @throws {InputError} if there is none, or its lesson.json cannot be read
 */
export function openLesson(path?: string): Lesson {
  const places = path === undefined ? [".", defaultFolder] : [path];
  const place = places.find(isLesson);
  if (place === undefined) {
    const found = path === undefined ? "this folder holds no lesson" : "holds no lesson";
    const expected = "a file for each piece, such as affine-forward.mjs";
    const remedy = "make one with mnist-learn init, then cd into it";
    refuse(path ?? ".", found, expected, remedy);
  }
  return { path: place, pieces: chosenPieces(join(place, LESSON)) };
}

function isLesson(path: string): boolean {
  return [LESSON, ...pieces.map(fileNameOf)].some((name) => existsSync(join(path, name)));
}

function chosenPieces(path: string): readonly Piece[] {
  if (!existsSync(path)) return pieces;
  let names: unknown;
  try {
    names = JSON.parse(readFileSync(path, "utf8")).pieces;
  } catch (error) {
    damaged((error as Error).message);
  }
  if (!Array.isArray(names) || names.length === 0) return damaged("has no list of pieces");
  const unknown = names.find((name) => !pieces.some((piece) => piece.name === name));
  if (unknown !== undefined) damaged(`names the piece ${JSON.stringify(unknown)}`);
  return pieces.filter(({ name }) => (names as unknown[]).includes(name));

  function damaged(found: string): never {
    const expected = '{"pieces": ["affine-forward", …]}';
    refuse(path, found, expected, "delete the file, and all pieces count");
  }
}

/**
 * The piece of a name, such as relu-backward.
 *
 * @param among the pieces to choose from, by default all
 * @throws {UsageError} if there is none, with the nearest name if one is near
 */
export function pieceNamed(name: string, among: readonly Piece[] = pieces): Piece {
  const wanted = name.replace(/\.[mc]?[jt]s$/, "");
  const found = among.find((piece, i) => piece.name === wanted || String(i + 1) === wanted);
  if (found !== undefined) return found;
  const names = among.map((piece) => piece.name);
  const near = closestMatch(wanted, names, { maxDistance: 4 });
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  throw new UsageError(`piece ${name}: expected one of ${names.join(", ")}${hint}`);
}

/**
 * Puts a file of the lesson back as it was at the start: the stub of a piece, or tensor.mjs. What is there is kept
 * under another name beside it.
 *
 * @returns the file, and where the old one is now; null if there was none
 */
export async function resetFile(
  lesson: Lesson,
  piece: Piece | "tensor",
): Promise<{ path: string; kept: string | null }> {
  const [path, text] =
    piece === "tensor"
      ? [join(lesson.path, "tensor.mjs"), tensorText]
      : [pathOf(lesson, piece), stubText(piece)];
  const kept = existsSync(path) ? freeName(path) : null;
  if (kept !== null) await copyFileWhole(path, kept);
  await writeFileWhole(path, text);
  return { path, kept };
}

/** A name beside a file that is free: relu-backward.old-1.mjs. */
function freeName(path: string): string {
  for (let n = 1; ; n++) {
    const name = path.replace(/(\.[^.]+)$/, `.old-${n}$1`);
    if (!existsSync(name)) return name;
  }
}

/** How many hints on a piece were read. */
export function hintsRead(lesson: Lesson, piece: Piece): number {
  return readProgress(lesson).get(piece.name) ?? 0;
}

/** Remembers that a hint was read, unless the folder cannot be written to: then it comes again. */
export async function countHint(lesson: Lesson, piece: Piece): Promise<void> {
  const progress = readProgress(lesson);
  progress.set(piece.name, (progress.get(piece.name) ?? 0) + 1);
  const lines = [...progress].map(([name, hints]) => `${name} ${hints} hints read\n`);
  try {
    await writeFileWhole(join(lesson.path, PROGRESS), lines.join(""));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
}

/** Lines that say something else are ignored. */
function readProgress({ path }: Lesson): Map<string, number> {
  const file = join(path, PROGRESS);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return new Map();
  const lines = readFileSync(file, "utf8").matchAll(/^([a-z-]+) (\d) hints read$/gm);
  return new Map([...lines].map(([, name, hints]) => [name, Number(hints)]));
}
