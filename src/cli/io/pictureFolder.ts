import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkClassNames } from "../../dataset/classNames.js";
import { InputError, refuse } from "../../errors.js";

/*
 * Folders of pictures, one folder for each class.
 */

/** A picture of a class. */
export interface LabelledPicture {
  readonly path: string;
  /** Its name without the folder. */
  readonly file: string;
  readonly label: number;
}

/** The pictures of a folder, by class. */
export interface PictureFolder {
  /** (C) the names of the folders of the classes, in order. */
  readonly classNames: readonly string[];
  /** Pictures without a part, or those to train on. */
  readonly train: readonly LabelledPicture[];
  /** Those to test on; null if the folder does not tell. */
  readonly test: readonly LabelledPicture[] | null;
  /** Files that are in no folder of a class. */
  readonly strays: readonly string[];
}

/** Names that systems put into folders by themselves. */
const ofSystems = /^(\.|Thumbs\.db$|desktop\.ini$|__MACOSX$)/i;

const LAYOUT = "pictures/CLASS/*.png or *.jpg";
const REMEDY = "make a folder for each class, and put its pictures there";

/**
 * Finds the pictures of a folder: FOLDER/CLASS/FILE or, where it has just the folders train and test,
 * FOLDER/train/CLASS/FILE and FOLDER/test/CLASS/FILE. Nothing is opened.
 *
 * @throws {InputError} when it cannot be read, or has fewer than two classes, or a class without pictures
 */
export function findPictures(folder: string): PictureFolder {
  const { folders, files } = entriesOf(folder);
  const isSplit =
    folders.length === 2 &&
    ["test", "train"].every((part) => folders.includes(part)) &&
    folders.every((part) => entriesOf(join(folder, part)).folders.length > 0);
  const parts = isSplit ? ["train", "test"].map((part) => join(folder, part)) : [folder];
  const inParts = parts.map((part) => ({ part, ...entriesOf(part) }));
  const names = [...new Set(inParts.flatMap(({ folders }) => folders))].sort(naturalOrder);
  if (names.length === 0) refuse(folder, "no folder of pictures", LAYOUT, REMEDY);
  const classNames = names.map((name) => name.normalize("NFC").trim());
  checkClassNames(classNames, folder);
  const [train, test = null] = inParts.map(({ part, folders }) => picturesOf(part, folders, names));
  if (names.length === 1) {
    refuse(folder, `one class, ${names[0]}`, "at least two to tell apart", REMEDY);
  }
  const strays = isSplit
    ? inParts.flatMap(({ part, files }) => files.map((f) => join(part, f)))
    : [];
  return { classNames, train, test, strays: [...files.map((f) => join(folder, f)), ...strays] };
}

/** The pictures of a folder of classes, in the order of their file names, across classes. */
function picturesOf(folder: string, folders: string[], names: string[]): LabelledPicture[] {
  return folders
    .flatMap((name) => {
      const { files, folders: inner } = entriesOf(join(folder, name));
      if (files.length + inner.length === 0) {
        const remedy = "add some, or remove the folder";
        refuse(join(folder, name), "no pictures", `at least one in ${LAYOUT}`, remedy);
      }
      const label = names.indexOf(name);
      return [...files, ...inner].map((file) => ({ path: join(folder, name, file), file, label }));
    })
    .sort((a, b) => naturalOrder(a.file, b.file) || a.label - b.label);
}

/** What is in a folder, without what systems put there; links count as what they lead to. */
function entriesOf(path: string): { readonly folders: string[]; readonly files: string[] } {
  let entries: Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return refuse(path, `cannot be read (${code ?? message})`, "a folder", "check the path");
  }
  const own = entries.filter(({ name }) => !ofSystems.test(name));
  const isFolder = (entry: Dirent) =>
    entry.isSymbolicLink() ? leadsToFolder(join(path, entry.name)) : entry.isDirectory();
  const folders = own.filter(isFolder).map(({ name }) => name);
  return { folders, files: own.map(({ name }) => name).filter((n) => !folders.includes(n)) };
}

/** Whether a link leads to a folder; one that leads nowhere is refused when it is read as a picture. */
function leadsToFolder(link: string): boolean {
  try {
    return statSync(link).isDirectory();
  } catch {
    return false;
  }
}

/** Compares names part by part, numbers by their value: 2 before 10, a2 before a10. */
export function naturalOrder(a: string, b: string): number {
  const [partsOfA, partsOfB] = [a, b].map((name) => name.match(/\d+|\D+/g) ?? []);
  for (let i = 0; i < Math.min(partsOfA.length, partsOfB.length); i++) {
    const [one, other] = [partsOfA[i], partsOfB[i]];
    if (one === other) continue;
    const [x, y] = [one, other].map((part) => (/^\d/.test(part) ? BigInt(part) : null));
    if (x !== null && y !== null && x !== y) return x < y ? -1 : 1;
    if ((x === null) !== (y === null)) return x === null ? 1 : -1;
    return one < other ? -1 : 1;
  }
  return partsOfA.length - partsOfB.length;
}

/**
 * Does something with each picture; what cannot be used is named, and the others are looked at all the same.
 *
 * @returns what was wrong, a line each
 */
export async function forEachPicture(
  pictures: readonly LabelledPicture[],
  use: (picture: LabelledPicture, n: number) => Promise<void>,
): Promise<string[]> {
  const problems: string[] = [];
  for (const [n, picture] of pictures.entries()) {
    try {
      await use(picture, n);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(error.message);
    }
  }
  return problems;
}
