import { inflateSync } from "node:zlib";
import { convertIndexedToRgb, type DecodedPng, decode } from "fast-png";
import { InputError } from "../errors.js";

/*
 * PNG bytes to grey pixels. Nothing here opens a file.
 *
 * The package that reads them unpacks whatever a file holds, so that a small one could fill the memory.
 * What is here goes through the chunks first: it refuses what is too large, makes sure that no more is
 * packed than the header promises, and hands on nothing but what pixels are made of.
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

/** The most pixels of a picture: 4096 x 4096, more than most phones' cameras give. */
export const mostPngPixels = 2 ** 24;
/** The most bytes of a file: as many as such pixels take at 16 bits for each of four channels. */
export const mostPngBytes = 2 ** 27;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** What the colour types hold for each pixel, and in how many bits each they may hold it. */
const colourTypes: Readonly<
  Record<number, { readonly channels: number; readonly depths: readonly number[] } | undefined>
> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] }, // grey
  2: { channels: 3, depths: [8, 16] }, // red, green, blue
  3: { channels: 1, depths: [1, 2, 4, 8] }, // a place in the palette
  4: { channels: 2, depths: [8, 16] }, // grey, alpha
  6: { channels: 4, depths: [8, 16] }, // red, green, blue, alpha
};
const INDEXED = 3;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: number;
  readonly channels: number;
  readonly interlaced: boolean;
}

/** Whether a file is a PNG, told by its first bytes. */
export function isPng(start: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => start[i] === byte);
}

/**
 * PNG bytes to grey pixels: every colour type and depth, with or without transparency, interlaced or not
 * (but for less than 8 bits). Colours become grey as the eye weighs them (ITU-R BT.601).
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
  const chunks = readChunks(bytes, name);
  const header = readHeader(chunks[0].data, name);
  const ofPixels = chunks.filter(
    ({ type }) => type !== "PLTE" || header.colourType === INDEXED, // elsewhere it is a mere suggestion
  );
  checkPacked(
    joined(chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data)),
    header,
    name,
  );
  try {
    const file = joined([Uint8Array.from(SIGNATURE), ...ofPixels.map(({ whole }) => whole)]);
    return toGrey(decode(file, { checkCrc: true }), header);
  } catch (error) {
    return reject(name, (error as Error).message, "pixels as PNG stores them");
  }
}

/** A chunk that pixels are made of. */
interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** With its length, type and checksum. */
  readonly whole: Uint8Array;
}

/** Bytes of a chunk's length, type and checksum, each four. */
const AROUND = 12;

/** Goes from chunk to chunk until the last; text, profiles and all else that makes no pixel is left out. */
function readChunks(bytes: Uint8Array, name: string): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; chunks.at(-1)?.type !== "IEND"; ) {
    const left = bytes.length - at;
    const length = left < AROUND ? 0 : view.getUint32(at);
    if (left < AROUND + length) {
      reject(name, `the picture ends after ${bytes.length} bytes`, "a chunk named IEND at its end");
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) {
      reject(name, `no chunk at byte ${at}`, "one with a name of four letters");
    }
    if (chunks.length === 0 && type !== "IHDR") reject(name, `${type} first`, "the chunk IHDR");
    if (["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].includes(type)) {
      if (type !== "IDAT" && chunks.some((chunk) => chunk.type === type)) {
        reject(name, `a second chunk ${type}`, "one");
      }
      const data = bytes.subarray(at + 8, at + 8 + length);
      chunks.push({ type, data, whole: bytes.subarray(at, at + AROUND + length) });
    } else if (type[0] < "a") {
      reject(name, `a chunk ${type}`, "chunks that PNG knows"); // a small letter: may be passed over
    }
    at += AROUND + length;
  }
  return chunks;
}

/** Reads the size and the kind of the pixels; nothing is allocated by what it says. */
function readHeader(data: Uint8Array, name: string): Header {
  if (data.length !== 13) reject(name, `a header of ${data.length} bytes`, "13");
  const view = new DataView(data.buffer, data.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colourType, , , interlace] = data.subarray(8);
  if (width * height === 0) reject(name, `${width} x ${height} pixels`, "at least one");
  if (width * height > mostPngPixels) {
    throw new InputError(
      `${name}: ${width} x ${height} pixels, expected at most ${mostPngPixels} in all; ` +
        "save a smaller picture",
    );
  }
  const kind = colourTypes[colourType];
  if (kind === undefined || !kind.depths.includes(depth)) {
    reject(name, `colour type ${colourType} in ${depth} bits`, "a kind of pixel that PNG knows");
  }
  const interlaced = interlace !== 0;
  if (interlaced && depth < 8) {
    throw new InputError(
      `${name}: interlaced pixels of ${depth} bits, expected 8 or 16; save it without interlacing`,
    );
  }
  return { width, height, depth, colourType, channels: kind.channels, interlaced };
}

/** Makes sure that the packed pixels are as many as the header promises, and no more. */
function checkPacked(packed: Uint8Array, header: Header, name: string): void {
  const { width, height, depth, channels, interlaced } = header;
  const lineBytes = Math.ceil((width * channels * depth) / 8);
  const least = height * (1 + lineBytes); // a byte before each line names its filter
  const most = interlaced ? least + height + 8 : least; // whose seven passes have more lines
  let length = 0;
  try {
    length = inflateSync(packed, { maxOutputLength: most }).length;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      reject(name, "more pixels than the header promises", `${width} x ${height}`);
    }
    if (!code?.startsWith("Z_")) throw error;
    reject(name, `pixels that cannot be unpacked (${message})`, "deflated ones");
  }
  if (length < least) reject(name, `${length} bytes of pixels`, `${least}`);
}

function toGrey(png: DecodedPng, { width, height, depth, colourType }: Header): PngPixels {
  const indexed = colourType === INDEXED;
  const samples = indexed ? convertIndexedToRgb(png) : depth < 8 ? unpacked(png) : png.data;
  const channels = indexed ? (png.palette?.[0].length ?? 3) : png.channels;
  const to255 = indexed ? 1 : 255 / ((1 << depth) - 1);
  const [coloured, hasAlpha] = [channels >= 3, channels % 2 === 0];
  const clear = indexed ? undefined : png.transparency; // the one colour that cannot be seen
  const N = width * height;
  const grey = new Uint8Array(N);
  const alpha = hasAlpha || clear !== undefined ? new Uint8Array(N).fill(255) : null;
  for (let i = 0, at = 0; i < N; i++, at += channels) {
    const red = samples[at];
    const green = coloured ? samples[at + 1] : red;
    const blue = coloured ? samples[at + 2] : red;
    grey[i] = Math.round((0.299 * red + 0.587 * green + 0.114 * blue) * to255);
    if (alpha === null) continue;
    if (hasAlpha) alpha[i] = Math.round(samples[at + channels - 1] * to255);
    else if (red === clear?.[0] && (!coloured || (green === clear[1] && blue === clear[2]))) {
      alpha[i] = 0;
    }
  }
  return { width, height, grey, alpha };
}

/** Grey samples of less than 8 bits, of which a byte holds several and each line begins a new one. */
function unpacked({ width, height, depth, data }: DecodedPng): Uint8Array {
  const samples = new Uint8Array(width * height);
  const lineBytes = Math.ceil((width * depth) / 8);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const byte = data[y * lineBytes + (bit >> 3)];
      samples[y * width + x] = (byte >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
    }
  }
  return samples;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function reject(name: string, found: string, expected: string): never {
  throw new InputError(
    `${name}: ${found}, expected ${expected}; the picture is damaged or cut short, save it again`,
  );
}
