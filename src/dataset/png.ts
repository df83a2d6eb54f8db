import { inflateSync } from "node:zlib";
import { InputError } from "../errors.js";

/*
 * PNG bytes to grey pixels. Nothing here opens a file.
 *
 * The package that writes our pictures could read as well, but it unpacks whatever a file holds, so that
 * a small one could fill the memory. This reader takes the size from the header, refuses what is too
 * large, and unpacks no more than the header promises.
 * Source: W3C, "Portable Network Graphics (PNG) Specification, Third Edition"
 */

/** A picture in grey. */
export interface PngPixels {
  readonly width: number;
  readonly height: number;
  /** (height, width) 0 black to 255 white. */
  readonly grey: Uint8Array;
  /** (height, width) 0 clear to 255 solid; null where everything is solid. */
  readonly alpha: Uint8Array | null;
}

/** The most pixels of a picture: more than a camera of 30 megapixels gives. */
export const mostPngPixels = 2 ** 25;
/** The most bytes of a file: more than any such picture needs that is packed at all. */
export const mostPngBytes = 2 ** 28;

/** Deflate packs at most 1032 bytes into one (zlib's technical notes, "Maximum Compression Factor"). */
const DENSEST = 1032;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** What the colour types of PNG hold for each pixel, and in how many bits each they may hold it. */
const colourTypes = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] }, // grey
  2: { channels: 3, depths: [8, 16] }, // red, green, blue
  3: { channels: 1, depths: [1, 2, 4, 8] }, // a place in the palette
  4: { channels: 2, depths: [8, 16] }, // grey, alpha
  6: { channels: 4, depths: [8, 16] }, // red, green, blue, alpha
} as const;

type ColourType = keyof typeof colourTypes;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: ColourType;
  readonly channels: number;
  readonly interlaced: boolean;
}

/** A part of a picture that is stored by itself: all of it, or one of the seven that interlacing makes. */
interface Pass {
  readonly firstColumn: number;
  readonly firstRow: number;
  readonly columnStep: number;
  readonly rowStep: number;
  readonly width: number;
  readonly height: number;
}

/** Whether a file is a PNG, told by its first bytes. */
export function isPng(start: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => start[i] === byte);
}

/**
 * PNG bytes to grey pixels: every colour type and depth, with or without transparency, interlaced or not.
 * Colours become grey as the eye weighs them (ITU-R BT.601).
 *
 * @param bytes a whole file
 * @param name  names the data in errors, such as a path
 * @throws {InputError} when it is no PNG, is damaged or cut short, or is larger than the limits
 */
export function decodePng(bytes: Uint8Array, name = "PNG data"): PngPixels {
  if (!isPng(bytes)) {
    throw new InputError(`${name}: no PNG signature, expected a PNG picture; save it as a PNG`);
  }
  if (bytes.length > mostPngBytes) {
    throw new InputError(
      `${name}: ${bytes.length} bytes, expected at most ${mostPngBytes}; save a smaller picture`,
    );
  }
  const contents = readContents(bytes, name);
  const header = readHeader(contents.header, name);
  const passes = passesOf(header);
  const raw = inflate(contents.packed, header, passes, name);
  const picture = emptyPicture(header, contents);
  const keepLine = lineReader(header, contents, picture, name);
  let at = 0;
  for (const pass of passes) {
    const lineBytes = bytesOfLine(header, pass.width);
    const end = at + pass.height * (1 + lineBytes);
    unfilter(raw.subarray(at, end), lineBytes, Math.max(1, bitsOfPixel(header) >> 3), name);
    for (let y = 0; y < pass.height; y++) {
      const line = at + y * (1 + lineBytes) + 1;
      const first = (pass.firstRow + y * pass.rowStep) * header.width + pass.firstColumn;
      keepLine(raw.subarray(line, line + lineBytes), pass.width, first, pass.columnStep);
    }
    at = end;
  }
  return picture;
}

/** What a file holds that pixels are made of. */
interface Contents {
  readonly header: Uint8Array;
  /** Three bytes a colour. */
  readonly palette: Uint8Array | null;
  /** The alpha of the palette's colours, or the one colour that is clear. */
  readonly clear: Uint8Array | null;
  /** The pixels, deflated. */
  readonly packed: Uint8Array;
}

/** Goes from chunk to chunk until the last; each must be as long as it says and pass its checksum. */
function readContents(bytes: Uint8Array, name: string): Contents {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<string, Uint8Array>();
  const packed = new Uint8Array(bytes.length); // room for all pieces, however many there are
  let filled = 0;
  for (let at = SIGNATURE.length; !found.has("IEND"); ) {
    const left = bytes.length - at;
    const length = left < 12 ? 0 : view.getUint32(at); // length, type and checksum take 4 bytes each
    if (left < 12 + length) {
      reject(name, `the picture ends after ${bytes.length} bytes`, "a chunk named IEND at its end");
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) {
      reject(name, `no chunk at byte ${at}`, "one with a name of four letters");
    }
    if (found.size === 0 && type !== "IHDR") reject(name, `${type} first`, "the chunk IHDR");
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) {
      reject(name, `chunk ${type} fails its checksum`, "the bytes that were saved");
    }
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IDAT") {
      packed.set(data, filled);
      filled += length;
    } else if (["IHDR", "PLTE", "tRNS", "IEND"].includes(type)) {
      if (found.has(type)) reject(name, `a second chunk ${type}`, "one");
      found.set(type, data);
    } else if (type[0] < "a") {
      reject(name, `a chunk ${type}`, "chunks that PNG knows"); // a small letter: may be passed over
    }
    at += 12 + length;
  }
  return {
    header: found.get("IHDR")!,
    palette: found.get("PLTE") ?? null,
    clear: found.get("tRNS") ?? null,
    packed: packed.subarray(0, filled),
  };
}

/** Reads the size and the kind of the pixels, and trusts none of it: nothing is allocated by what it says. */
function readHeader(data: Uint8Array, name: string): Header {
  if (data.length !== 13) reject(name, `a header of ${data.length} bytes`, "13");
  const view = new DataView(data.buffer, data.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, type, compression, filter, interlace] = data.subarray(8);
  if (width * height === 0) reject(name, `${width} x ${height} pixels`, "at least one");
  if (width * height > mostPngPixels) {
    throw new InputError(
      `${name}: ${width} x ${height} pixels, expected at most ${mostPngPixels} in all; ` +
        "save a smaller picture",
    );
  }
  const kind = (colourTypes as Record<number, (typeof colourTypes)[ColourType] | undefined>)[type];
  if (kind === undefined || !(kind.depths as readonly number[]).includes(depth)) {
    reject(name, `colour type ${type} in ${depth} bits`, "a kind of pixel that PNG knows");
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    const found = `methods ${compression}, ${filter}, ${interlace}`;
    reject(name, found, "0, 0 and 0 or 1, all that PNG knows");
  }
  const { channels } = kind;
  const colourType = type as ColourType;
  return { width, height, depth, colourType, channels, interlaced: interlace === 1 };
}

/** Where each pass of Adam7 begins, and the steps between its pixels. */
const ADAM7 = [
  { firstColumn: 0, firstRow: 0, columnStep: 8, rowStep: 8 },
  { firstColumn: 4, firstRow: 0, columnStep: 8, rowStep: 8 },
  { firstColumn: 0, firstRow: 4, columnStep: 4, rowStep: 8 },
  { firstColumn: 2, firstRow: 0, columnStep: 4, rowStep: 4 },
  { firstColumn: 0, firstRow: 2, columnStep: 2, rowStep: 4 },
  { firstColumn: 1, firstRow: 0, columnStep: 2, rowStep: 2 },
  { firstColumn: 0, firstRow: 1, columnStep: 1, rowStep: 2 },
];

function passesOf({ width, height, interlaced }: Header): Pass[] {
  const whole = { firstColumn: 0, firstRow: 0, columnStep: 1, rowStep: 1 };
  return (interlaced ? ADAM7 : [whole])
    .map((pass) => ({
      ...pass,
      width: Math.ceil((width - pass.firstColumn) / pass.columnStep),
      height: Math.ceil((height - pass.firstRow) / pass.rowStep),
    }))
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

function bitsOfPixel({ channels, depth }: Header): number {
  return channels * depth;
}

/** Bytes of a line of so many pixels, without the one in front of it that names its filter. */
function bytesOfLine(header: Header, width: number): number {
  return Math.ceil((width * bitsOfPixel(header)) / 8);
}

/** Unpacks the pixels, and no more than the header promises. */
function inflate(
  packed: Uint8Array,
  header: Header,
  passes: readonly Pass[],
  name: string,
): Uint8Array {
  let expected = 0;
  for (const { width, height } of passes) expected += height * (1 + bytesOfLine(header, width));
  if (expected > DENSEST * packed.length) {
    const found = `${packed.length} packed bytes for ${header.width} x ${header.height} pixels`;
    reject(name, found, `at least ${Math.ceil(expected / DENSEST)}`);
  }
  let raw: Uint8Array;
  try {
    // One piece that is never full, so that zlib need not put pieces together.
    const chunkSize = Math.max(64, expected + 1);
    raw = inflateSync(packed, { maxOutputLength: expected, chunkSize });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      reject(name, "more pixels than the header promises", `${header.width} x ${header.height}`);
    }
    if (!code?.startsWith("Z_")) throw error;
    reject(name, `pixels that cannot be unpacked (${message})`, "deflated ones");
  }
  if (raw.length < expected) reject(name, `${raw.length} bytes of pixels`, `${expected}`);
  return raw;
}

/** Turns what each line stores, its difference from what lies left and above, into its bytes; in place. */
function unfilter(lines: Uint8Array, lineBytes: number, pixelBytes: number, name: string): void {
  const stride = 1 + lineBytes;
  for (let start = 0; start < lines.length; start += stride) {
    const filter = lines[start];
    if (filter > 4) reject(name, `a line with filter ${filter}`, "0 to 4");
    if (filter === 0) continue;
    for (let i = 1; i <= lineBytes; i++) {
      const inside = i > pixelBytes;
      const left = inside ? lines[start + i - pixelBytes] : 0;
      const above = start > 0 ? lines[start + i - stride] : 0;
      const corner = inside && start > 0 ? lines[start + i - stride - pixelBytes] : 0;
      let guess = left;
      if (filter === 2) guess = above;
      if (filter === 3) guess = (left + above) >> 1;
      if (filter === 4) guess = paeth(left, above, corner);
      lines[start + i] += guess; // modulo 256, as the format has it
    }
  }
}

/** Whichever of the three is nearest to left + above - corner. */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

function emptyPicture({ width, height, channels }: Header, { clear }: Contents): PngPixels {
  const canBeClear = channels % 2 === 0 || clear !== null;
  const size = width * height;
  return {
    ...{ width, height, grey: new Uint8Array(size) },
    alpha: canBeClear ? new Uint8Array(size).fill(255) : null,
  };
}

/** Puts the pixels of a line into the picture: `count` of them, from place `first` on, `step` apart. */
type LineReader = (line: Uint8Array, count: number, first: number, step: number) => void;

function lineReader(
  { depth, colourType, channels }: Header,
  { palette, clear }: Contents,
  { grey, alpha }: PngPixels,
  name: string,
): LineReader {
  const most = (1 << depth) - 1;
  const sample = (line: Uint8Array, n: number): number => {
    if (depth === 8) return line[n];
    if (depth === 16) return 256 * line[2 * n] + line[2 * n + 1];
    const bit = n * depth;
    return (line[bit >> 3] >> (8 - depth - (bit & 7))) & most;
  };
  if (colourType === 3) {
    const colours = palette === null ? 0 : Math.floor(palette.length / 3);
    return (line, count, first, step) => {
      for (let x = 0, to = first; x < count; x++, to += step) {
        const n = sample(line, x);
        if (palette === null || n >= colours) {
          reject(name, `colour ${n} of a palette of ${colours}`, "one of its colours");
        }
        grey[to] = Math.round(luma(palette[3 * n], palette[3 * n + 1], palette[3 * n + 2]));
        if (alpha !== null) alpha[to] = clear?.[n] ?? 255;
      }
    };
  }
  const coloured = channels >= 3;
  const hasAlpha = channels % 2 === 0;
  if (clear !== null && (hasAlpha || clear.length !== 2 * channels)) {
    reject(name, `a clear colour of ${clear.length} bytes`, hasAlpha ? "none" : `${2 * channels}`);
  }
  // The one colour that is clear, where alpha is not stored for each pixel.
  const keyOf = (n: number) => (clear === null ? -1 : 256 * clear[2 * n] + clear[2 * n + 1]);
  const key = coloured ? [keyOf(0), keyOf(1), keyOf(2)] : [keyOf(0)];
  const to255 = 255 / most;
  return (line, count, first, step) => {
    for (let x = 0, to = first; x < count; x++, to += step) {
      const n = x * channels;
      const a = sample(line, n);
      const b = coloured ? sample(line, n + 1) : a;
      const c = coloured ? sample(line, n + 2) : a;
      grey[to] = Math.round(luma(a, b, c) * to255);
      if (alpha === null) continue;
      if (hasAlpha) alpha[to] = Math.round(sample(line, n + channels - 1) * to255);
      else if (a === key[0] && (!coloured || (b === key[1] && c === key[2]))) alpha[to] = 0;
    }
  };
}

/** Brightness as the eye weighs colours (ITU-R BT.601, made for values such as those of pictures). */
function luma(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** The remainders of the checksum for each byte; PNG, annex D. */
const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let remainder = n;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  }
  return remainder;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = crcTable[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function reject(name: string, found: string, expected: string): never {
  throw new InputError(
    `${name}: ${found}, expected ${expected}; the picture is damaged or cut short, save it again`,
  );
}
