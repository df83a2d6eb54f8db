import { inflateSync } from "node:zlib";
import { convertIndexedToRgb, type DecodedPng, decode } from "fast-png";
import { refuse } from "../errors.js";
import { greyOf, type Pixels } from "./pixels.js";

/*
 * PNG bytes to pixels. Nothing here opens a file.
 *
 * fast-png unpacks whatever a file holds, so a small file could fill the memory. The functions here go
 * through the chunks first: they refuse what is too large, check that no more is packed than the header
 * promises, and pass on only the chunks that make pixels.
 * Source: W3C, "Portable Network Graphics (PNG) Specification, Third Edition"
 */

/** The most pixels of a picture: 4096 x 4096, more than most phone cameras take. */
export const mostPngPixels = 2 ** 24;
/** The most bytes of a file: so many pixels at four channels of 16 bits. */
export const mostPngBytes = 2 ** 27;

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Channels of each colour type, and the bits that each of them may have. */
const colourTypes = new Map([
  [0, { channels: 1, depths: [1, 2, 4, 8, 16] }], // gray
  [2, { channels: 3, depths: [8, 16] }], // red, green, blue
  [3, { channels: 1, depths: [1, 2, 4, 8] }], // an index of the palette
  [4, { channels: 2, depths: [8, 16] }], // gray, alpha
  [6, { channels: 4, depths: [8, 16] }], // red, green, blue, alpha
]);
const INDEXED = 3;

/** Whether a file is a PNG, by its first bytes. */
export function isPng(start: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => start[i] === byte);
}

/**
 * PNG bytes to pixels: every colour type and depth, transparent or not, interlaced or not (from 8 bits on).
 *
 * @param bytes a whole file
 * @param name  names the data in errors, such as a path
 * @throws {InputError} when it is no PNG, is damaged or cut short, or exceeds the limits
 */
export function decodePng(bytes: Uint8Array, name = "PNG data"): Pixels {
  if (!isPng(bytes)) refuse(name, "no PNG signature", "a PNG picture", "save it as a PNG");
  if (bytes.length > mostPngBytes) {
    refuse(name, `${bytes.length} bytes`, `at most ${mostPngBytes}`, "save a smaller picture");
  }
  const chunks = readChunks(bytes, name);
  const header = readHeader(chunks[0].data, name);
  const packed = chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data);
  checkPacked(Buffer.concat(packed), header, name);
  const needed = chunks.filter(
    ({ type }) => type !== "PLTE" || header.colourType === INDEXED, // else it is a mere suggestion
  );
  try {
    const file = Buffer.concat([SIGNATURE, ...needed.map(({ whole }) => whole)]);
    return toPixels(decode(file, { checkCrc: true }), header);
  } catch (error) {
    return refuse(name, (error as Error).message, "pixels as PNG stores them", DAMAGED);
  }
}

const DAMAGED = "the picture is damaged or cut short, save it again";

/** A chunk that is needed for pixels. */
interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** With its length, type and checksum. */
  readonly whole: Uint8Array;
}

/** Bytes of the length, type and checksum of a chunk, four each. */
const AROUND = 12;

/** The chunks that are needed for pixels, up to the last one; text, profiles and the like are left out. */
function readChunks(bytes: Uint8Array, name: string): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; chunks.at(-1)?.type !== "IEND"; ) {
    const left = bytes.length - at;
    const length = left < AROUND ? 0 : view.getUint32(at);
    if (left < AROUND + length) {
      const found = `the picture ends after ${bytes.length} bytes`;
      refuse(name, found, "a chunk named IEND at its end", DAMAGED);
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) {
      refuse(name, `no chunk at byte ${at}`, "one with a name of four letters", DAMAGED);
    }
    if (chunks.length === 0 && type !== "IHDR") {
      refuse(name, `${type} first`, "the chunk IHDR", DAMAGED);
    }
    if (["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].includes(type)) {
      if (type !== "IDAT" && chunks.some((chunk) => chunk.type === type)) {
        refuse(name, `a second chunk ${type}`, "one", DAMAGED);
      }
      const data = bytes.subarray(at + 8, at + 8 + length);
      chunks.push({ type, data, whole: bytes.subarray(at, at + AROUND + length) });
    } else if (type[0] < "a") {
      // A capital: the chunk must not be skipped.
      refuse(name, `a chunk ${type}`, "chunks that PNG knows", DAMAGED);
    }
    at += AROUND + length;
  }
  return chunks;
}

/** Reads the size and the kind of the pixels. It may lie, so no memory is allocated by them. */
function readHeader(data: Uint8Array, name: string) {
  if (data.length !== 13) refuse(name, `a header of ${data.length} bytes`, "13", DAMAGED);
  const view = new DataView(data.buffer, data.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colourType, , , interlace] = data.subarray(8);
  const pixels = `${width} x ${height} pixels`;
  if (width * height === 0) refuse(name, pixels, "at least one", DAMAGED);
  if (width * height > mostPngPixels) {
    refuse(name, pixels, `at most ${mostPngPixels} in all`, "save a smaller picture");
  }
  const kind = colourTypes.get(colourType);
  if (!kind?.depths.includes(depth)) {
    const found = `colour type ${colourType} in ${depth} bits`;
    return refuse(name, found, "a kind of pixel that PNG knows", DAMAGED);
  }
  const interlaced = interlace !== 0;
  if (interlaced && depth < 8) {
    refuse(name, `interlaced pixels of ${depth} bits`, "8 or 16", "save it without interlacing");
  }
  return { width, height, depth, colourType, channels: kind.channels, interlaced };
}

type Header = ReturnType<typeof readHeader>;

/** Checks that exactly as many pixels are packed as the header promises. */
function checkPacked(packed: Uint8Array, header: Header, name: string): void {
  const { width, height, depth, channels, interlaced } = header;
  const lineBytes = Math.ceil((width * channels * depth) / 8);
  const least = height * (1 + lineBytes); // the first byte of each line is its filter
  const most = interlaced ? least + height + 8 : least; // seven passes have more lines
  let length = 0;
  try {
    length = inflateSync(packed, { maxOutputLength: most }).length;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      refuse(name, "more pixels than the header promises", `${width} x ${height}`, DAMAGED);
    }
    if (!code?.startsWith("Z_")) throw error;
    refuse(name, `pixels that cannot be unpacked (${message})`, "deflated ones", DAMAGED);
  }
  if (length < least) refuse(name, `${length} bytes of pixels`, `${least}`, DAMAGED);
}

/** The samples as bytes; colours that are all gray are none. */
function toPixels(png: DecodedPng, { width, height, depth, colourType }: Header): Pixels {
  const indexed = colourType === INDEXED;
  const samples = indexed ? convertIndexedToRgb(png) : depth < 8 ? unpacked(png) : png.data;
  const channels = indexed ? (png.palette?.[0].length ?? 3) : png.channels;
  const to255 = indexed ? 1 : 255 / ((1 << depth) - 1);
  const [coloured, hasAlpha] = [channels >= 3, channels % 2 === 0];
  const clear = indexed ? undefined : png.transparency; // the one transparent colour
  const N = width * height;
  const plane = () => new Uint8Array(N);
  const grey = plane();
  const colours = coloured ? ([plane(), plane(), plane()] as const) : null;
  const alpha = hasAlpha || clear !== undefined ? plane().fill(255) : null;
  for (let i = 0, at = 0; i < N; i++, at += channels) {
    const red = samples[at];
    if (colours === null) grey[i] = Math.round(red * to255);
    else {
      for (let c = 0; c < 3; c++) colours[c][i] = Math.round(samples[at + c] * to255);
      grey[i] = greyOf(red * to255, samples[at + 1] * to255, samples[at + 2] * to255);
    }
    if (alpha === null) continue;
    if (hasAlpha) alpha[i] = Math.round(samples[at + channels - 1] * to255);
    else if (clear?.every((value, c) => c >= channels || value === samples[at + c])) alpha[i] = 0;
  }
  const isGrey = colours?.every((samples) => samples.every((value, i) => value === grey[i]));
  return { width, height, grey, colours: isGrey ? null : colours, alpha };
}

/** Gray samples of less than 8 bits: several in a byte, and each line begins a new byte. */
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
