import { open, stat } from "node:fs/promises";
import { isGzip } from "../../dataset/gunzip.js";
import { loadImages } from "../../dataset/source.js";
import { readDigit } from "../../digits/picture.js";
import { isPng, mostPngBytes } from "../../digits/png.js";
import { InputError } from "../../errors.js";

/** Bytes at the start of a file that tell what it is. */
const BEGINNING = 16;

/** The images of one file. */
export interface FileOfImages {
  /** (N, rows · columns) intensity 0..255, as a net takes them. */
  readonly images: Uint8Array;
  /** Whether the file is a picture of one digit, and no file of many. */
  readonly isPicture: boolean;
}

/**
 * Reads a picture of a digit (PNG) or a file of images (IDX, raw or gzipped); the content tells which.
 *
 * @param rows    height of the images that the model takes
 * @param columns their width
 * @throws {InputError} when it is neither, cannot be read, is damaged, or does not fit
 */
export async function readImages(
  path: string,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Promise<FileOfImages> {
  const { start, size } = await readStart(path);
  if (isPng(start)) {
    if (size > mostPngBytes) {
      throw new InputError(
        `${path}: ${size} bytes, expected at most ${mostPngBytes}; save a smaller picture`,
      );
    }
    const bytes = await readWhole(path, size);
    return { images: readDigit(bytes, rows, columns, path), isPicture: true };
  }
  if (!isGzip(start) && (start[0] !== 0 || start[1] !== 0 || size < 4)) {
    throw new InputError(
      `${path}: ${kindOf(start)}, expected a PNG picture or an IDX file of images; ` +
        "save the digit as a PNG",
    );
  }
  const file = await loadImages(path);
  if (file.rows !== rows || file.columns !== columns) {
    throw new InputError(
      `${path}: images of ${file.rows} x ${file.columns}, expected ${rows} x ${columns} as the ` +
        "model takes; choose other images, or another model with --model",
    );
  }
  return { images: file.images, isPicture: false };
}

async function readStart(path: string): Promise<{ start: Uint8Array; size: number }> {
  const unreadable = (error: NodeJS.ErrnoException) => rejectUnreadable(path, error);
  const there = await stat(path).catch(unreadable); // opening a pipe would wait for its writer
  if (!there.isFile()) {
    const found = there.isDirectory() ? "a directory" : "not a regular file";
    throw new InputError(
      `${path}: ${found}, expected a PNG picture or an IDX file of images; name the file itself`,
    );
  }
  return { start: await readWhole(path, BEGINNING), size: there.size };
}

/** The bytes of a file, and no more of them than told. */
async function readWhole(path: string, most: number): Promise<Uint8Array> {
  const unreadable = (error: NodeJS.ErrnoException) => rejectUnreadable(path, error);
  const handle = await open(path).catch(unreadable);
  try {
    const bytes = new Uint8Array(most);
    let filled = 0;
    while (filled < most) {
      const { bytesRead } = await handle.read(bytes, filled, most - filled).catch(unreadable);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await handle.close();
  }
}

function rejectUnreadable(path: string, { code, message }: NodeJS.ErrnoException): never {
  throw new InputError(
    `${path}: cannot be read (${code ?? message}), expected a PNG picture or an IDX file of ` +
      "images; check the path and its permissions",
  );
}

/** What a file that is no picture and no file of images seems to be. */
function kindOf(start: Uint8Array): string {
  if (start.length === 0) return "the file is empty";
  const text = String.fromCharCode(...start);
  const kinds: readonly (readonly [begins: RegExp, kind: string])[] = [
    [/^\xff\xd8\xff/, "a JPEG picture"],
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
