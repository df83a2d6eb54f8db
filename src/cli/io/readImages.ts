import { open, readFile, stat } from "node:fs/promises";
import { isGzip } from "../../dataset/gunzip.js";
import type { Preprocessing } from "../../dataset/preprocessing.js";
import { loadImages } from "../../dataset/source.js";
import { isJpeg } from "../../digits/jpeg.js";
import { mostPictureBytes, readDigits, readPicture } from "../../digits/picture.js";
import { isPng } from "../../digits/png.js";
import { InputError, refuse } from "../../errors.js";

const expected = "expected a PNG or JPEG picture or an IDX file of images";

const isPicture = (start: Uint8Array) => isPng(start) || isJpeg(start);

/** The images of one file. */
export interface FileOfImages {
  /** (N, rows · columns) intensity 0..255, as a net takes them. */
  readonly images: Uint8Array;
  /** Whether the file is a picture, rather than a file of many images. */
  readonly isPicture: boolean;
  /** How many digits stand apart from each other on a picture, which is read as one; 1 for other files. */
  readonly digits: number;
  /** How many digits each line of a picture has, if each is read. */
  readonly lines?: readonly number[];
}

/**
 * Reads the bytes of a PNG or JPEG picture.
 *
 * @throws {InputError} when it is none by its first bytes, or cannot be read
 */
export async function readPictureFile(path: string): Promise<Uint8Array> {
  const expected = "a PNG or JPEG picture";
  const unreadable = ({ code, message }: NodeJS.ErrnoException) =>
    refuse(path, `cannot be read (${code ?? message})`, expected, "check the permissions");
  const found = await stat(path).catch(unreadable); // opening a pipe would wait for its writer
  if (found.isDirectory()) refuse(path, "a folder", expected, "move its pictures one level up");
  if (!found.isFile()) refuse(path, "not a regular file", expected, "move it out of the way");
  if (found.size > mostPictureBytes) {
    refuse(path, `${found.size} bytes`, `at most ${mostPictureBytes}`, "save a smaller picture");
  }
  const bytes = await readFile(path).catch(unreadable);
  if (isPicture(bytes)) return bytes;
  const remedy = "save it as a PNG or JPEG, or move it out of the way";
  return refuse(path, kindOf(bytes.subarray(0, 16)), expected, remedy);
}

/**
 * Reads a picture of a digit or a file of images (IDX, raw or gzipped), as its content tells.
 *
 * @param preprocessing of the model: the size and the intensities of the images that it takes
 * @param many          reads each digit of a picture as an image of its own
 * @throws {InputError} when it is none of these, cannot be read, is damaged, or does not fit
 */
export async function readImages(
  path: string,
  { rows, columns, pixels }: Pick<Preprocessing, "rows" | "columns" | "pixels">,
  many = false,
): Promise<FileOfImages> {
  const unreadable = ({ code, message }: NodeJS.ErrnoException): never => {
    throw new InputError(
      `${path}: cannot be read (${code ?? message}), ${expected}; ` +
        "check the path and its permissions",
    );
  };
  const found = await stat(path).catch(unreadable); // opening a pipe would wait for its writer
  if (!found.isFile()) {
    const kind = found.isDirectory() ? "a directory" : "not a regular file";
    throw new InputError(`${path}: ${kind}, ${expected}; name the file itself`);
  }
  const start = await readStart(path).catch(unreadable);
  if (isPicture(start)) {
    if (found.size > mostPictureBytes) {
      throw new InputError(
        `${path}: ${found.size} bytes, expected at most ${mostPictureBytes}; save a smaller picture`,
      );
    }
    const bytes = await readFile(path).catch(unreadable);
    if (many) {
      const lines = readDigits(bytes, rows, columns, path, pixels);
      const images = Buffer.concat(lines.flat());
      return { images, isPicture: true, digits: 1, lines: lines.map(({ length }) => length) };
    }
    const { image, digits } = readPicture(bytes, rows, columns, path, pixels);
    return { images: image, isPicture: true, digits };
  }
  if (!isGzip(start) && (start[0] !== 0 || start[1] !== 0 || found.size < 4)) {
    throw new InputError(`${path}: ${kindOf(start)}, ${expected}; save the digit as a PNG or JPEG`);
  }
  const file = await loadImages(path);
  if (file.rows !== rows || file.columns !== columns) {
    throw new InputError(
      `${path}: images of ${file.rows} x ${file.columns}, expected ${rows} x ${columns} as the ` +
        "model takes; choose other images, or another model with --model",
    );
  }
  return { images: file.images, isPicture: false, digits: 1 };
}

/** The first 16 bytes of a file, which tell its kind, or fewer if there are fewer. */
async function readStart(path: string): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(16), 0, 16, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** What a file that is none of these seems to be. */
function kindOf(start: Uint8Array): string {
  if (start.length === 0) return "the file is empty";
  const text = String.fromCharCode(...start);
  const kinds: readonly (readonly [begins: RegExp, kind: string])[] = [
    [/^GIF8/, "a GIF picture"],
    [/^BM/, "a BMP picture"],
    [/^RIFF.{4}WEBP/s, "a WebP picture"],
    [/^.{4}ftyp(hei|mif|avif)/s, "a HEIC or AVIF picture"],
    [/^(II\*\0|MM\0\*)/, "a TIFF picture"],
    [/^%PDF/, "a PDF document"],
    [/^\x89P/, "a PNG signature that is damaged"],
    [/^[\t\n\r\x20-\x7e]+$/, `a text that begins with "${text.replace(/\s+/g, " ").trim()}"`],
  ];
  return kinds.find(([begins]) => begins.test(text))?.[1] ?? "bytes of an unknown kind";
}
