import { crc32, deflateSync } from "node:zlib";
import { decode } from "fast-png";

/*
 * Pictures of one size as an animation that every browser shows as it shows a PNG.
 * Source: W3C, "Portable Network Graphics (PNG) Specification, Third Edition", on animation
 */

/** Colors of a pixel: red, green, blue. */
const CHANNELS = 3;
/** Bits of a color that are set in all pixels: 16 steps look the same, and pack into half of the bytes. */
const COARSE = 0x0f;

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const sizes = Buffer.alloc(8);
  sizes.writeUInt32BE(data.length, 0);
  sizes.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([sizes.subarray(0, 4), body, sizes.subarray(4)]);
}

const uint32 = (...values) => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
};

/** Rows of pixels as a PNG packs them: each begins with its filter, "up", the difference to the row above. */
function packed({ width, height, channels, data }) {
  const row = 1 + CHANNELS * width;
  const rows = Buffer.alloc(row * height);
  const at = (x, y, c) => (y < 0 ? 0 : data[(y * width + x) * channels + c] | COARSE);
  for (let y = 0; y < height; y++) {
    rows[y * row] = 2;
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < CHANNELS; c++) {
        rows[y * row + 1 + x * CHANNELS + c] = at(x, y, c) - at(x, y - 1, c);
      }
    }
  }
  return deflateSync(rows, { level: 9 });
}

/**
 * @param pictures PNG files of one size, in color and 8 bits
 * @param seconds  how long each is shown
 * @returns        the bytes of an animated PNG, which begins again at its end
 */
export function animated(pictures, seconds) {
  const frames = pictures.map((bytes) => decode(bytes));
  const [{ width, height }] = frames;
  const parts = [
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", Buffer.concat([uint32(width, height), Buffer.from([8, 2, 0, 0, 0])])),
    chunk("acTL", uint32(frames.length, 0)),
  ];
  let number = 0;
  for (const [i, frame] of frames.entries()) {
    const delay = Buffer.alloc(6);
    delay.writeUInt16BE(Math.round(1000 * seconds[i]), 0);
    delay.writeUInt16BE(1000, 2);
    parts.push(chunk("fcTL", Buffer.concat([uint32(number++, width, height, 0, 0), delay])));
    const data = packed(frame);
    if (i === 0) parts.push(chunk("IDAT", data));
    else parts.push(chunk("fdAT", Buffer.concat([uint32(number++), data])));
  }
  return Buffer.concat([...parts, chunk("IEND", Buffer.alloc(0))]);
}
