import { deflateSync } from "node:zlib";

/** What a PNG is to hold; pixels as the samples of its lines, without filters. */
export interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly depth: 1 | 2 | 4 | 8 | 16;
  /** 0 grey, 2 colours, 3 palette, 4 grey and alpha, 6 colours and alpha. */
  readonly colourType: 0 | 2 | 3 | 4 | 6;
  /** (height, width, channels) */
  readonly samples: ArrayLike<number>;
  readonly interlaced?: boolean;
  readonly palette?: readonly number[];
  readonly clear?: readonly number[];
}

/** Makes a PNG of every kind, some of which the package that writes pictures does not. */
export function pngOf(parts: PngParts): Uint8Array {
  const { width, height, depth, colourType, interlaced, palette, clear } = parts;
  return wholePng([
    ["IHDR", headerOf(width, height, depth, colourType, interlaced)],
    ...(palette === undefined ? [] : [["PLTE", Uint8Array.from(palette)] as const]),
    ...(clear === undefined ? [] : [["tRNS", Uint8Array.from(clear)] as const]),
    ["IDAT", deflateSync(linesOf(parts))],
    ["IEND", new Uint8Array(0)],
  ]);
}

/** A grey picture in 8 bits. */
export function greyPng(width: number, height: number, samples: ArrayLike<number>): Uint8Array {
  return pngOf({ width, height, depth: 8, colourType: 0, samples });
}

export function headerOf(
  width: number,
  height: number,
  depth: number,
  colourType: number,
  interlaced = false,
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, Number(interlaced)], 8);
  return header;
}

/** Chunks with the signature before them, each with its length and checksum. */
export function wholePng(chunks: readonly (readonly [type: string, data: Uint8Array])[]): Buffer {
  const pieces: Uint8Array[] = [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10)];
  for (const [type, data] of chunks) {
    const chunk = Buffer.alloc(12 + data.length);
    chunk.writeUInt32BE(data.length, 0);
    chunk.write(type, 4, "latin1");
    chunk.set(data, 8);
    chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
    pieces.push(chunk);
  }
  return Buffer.concat(pieces);
}

/** The lines of a picture, or of its seven passes, each behind the byte of filter 0. */
function linesOf({ width, height, depth, colourType, samples, interlaced }: PngParts): Uint8Array {
  const channels = [1, 0, 3, 1, 2, 0, 4][colourType];
  const starts = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
  ];
  const passes = interlaced ? [...starts, [1, 0, 2, 2], [0, 1, 1, 2]] : [[0, 0, 1, 1]];
  const bytes: number[] = [];
  for (const [left, top, stepX, stepY] of passes) {
    if (left >= width) continue;
    for (let y = top; y < height; y += stepY) {
      let bits = "";
      for (let x = left; x < width; x += stepX) {
        for (let c = 0; c < channels; c++) {
          bits += samples[(y * width + x) * channels + c].toString(2).padStart(depth, "0");
        }
      }
      bytes.push(0);
      for (let i = 0; i < bits.length; i += 8) {
        bytes.push(Number.parseInt(bits.slice(i, i + 8).padEnd(8, "0"), 2));
      }
    }
  }
  return Uint8Array.from(bytes);
}

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
