import { describe, expect, it } from "vitest";
import { decodeJpeg } from "../../src/digits/jpeg.js";
import { decodePicture } from "../../src/digits/picture.js";
import { InputError } from "../../src/errors.js";
import { encodeJpeg, stored, withOrientation } from "../bench/jpegs.js";
import { cmyk, progressive, subsampled } from "../support/jpegFiles.js";

/** A picture of 20 x 12: red left, green right, a dark corner at the upper left. */
const [width, height] = [20, 12];
const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
  const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
  if (x < 4 && y < 4) return 20;
  return [x < width / 2 ? 210 : 30, x < width / 2 ? 30 : 190, 60][i % 3];
});
const picture = { width, height, channels: 3, data };
const file = encodeJpeg(picture, 95);

/** The greatest difference between samples of two pictures of the same size. */
function difference(a: ReturnType<typeof decodeJpeg>, samples: ArrayLike<number>): number {
  let most = 0;
  a.colours?.forEach((plane, c) => {
    plane.forEach((value, i) => {
      most = Math.max(most, Math.abs(value - samples[3 * i + c]));
    });
  });
  return a.colours === null ? 255 : most;
}

describe("decodeJpeg", () => {
  it("gives size and colours", () => {
    const pixels = decodeJpeg(file);
    expect([pixels.width, pixels.height, pixels.alpha]).toEqual([width, height, null]);
    expect(difference(pixels, data)).toBeLessThan(60); // JPEG rings at hard edges
    expect(decodePicture(file).grey).toEqual(pixels.grey);
  });

  it("gives a gray picture no colours", () => {
    const grey = { width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(90) };
    const pixels = decodeJpeg(encodeJpeg(grey, 90));
    expect(pixels.colours).toBeNull();
    expect(Math.abs(pixels.grey[20] - 90)).toBeLessThan(3);
  });

  it.each([
    ["a progressive file", progressive],
    ["CMYK of Adobe", cmyk],
    ["colours at half the resolution, with restart markers", subsampled],
  ])("decodes %s", (_, bytes) => {
    const { width, height, grey } = decodeJpeg(bytes);
    expect([width, height]).toEqual([16, 16]);
    expect(grey[0]).toBeGreaterThan(200);
    expect(grey[8 * 16 + 8]).toBeLessThan(60);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("turns orientation %i upright", (orientation) => {
    for (const isLittle of [true, false]) {
      const turned = encodeJpeg(stored(picture, orientation), 95);
      const pixels = decodeJpeg(withOrientation(turned, orientation, isLittle));
      expect([pixels.width, pixels.height]).toEqual([width, height]);
      expect(difference(pixels, data)).toBeLessThan(80);
    }
  });

  it("takes a file as it is stored where EXIF says nothing that can be read", () => {
    for (const orientation of [0, 9, 65535]) {
      expect(decodeJpeg(withOrientation(file, orientation)).grey).toEqual(decodeJpeg(file).grey);
    }
  });
});

/** The file with some bytes of its header of pixels, the frame, replaced. */
function withFrame(change: (frame: Uint8Array) => void): Uint8Array {
  const copy = Uint8Array.from(file);
  const at = copy.findIndex((byte, i) => byte === 0xff && copy[i + 1] === 0xc0);
  change(copy.subarray(at));
  return copy;
}
const sized = (rows: number, columns: number) =>
  withFrame((frame) => frame.set([rows >> 8, rows & 255, columns >> 8, columns & 255], 5));
const scanAt = file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xda);
/** Its scan a hundred times. */
function manyScans(): Uint8Array {
  const scan = file.subarray(scanAt, -2);
  const scans = Array.from({ length: 100 }, () => scan);
  return Buffer.concat([file.subarray(0, scanAt), ...scans, file.subarray(-2)]);
}

const scanBytes = file.length - 2 - scanAt;

describe("decodeJpeg refuses", () => {
  it.each([
    ["what is no JPEG", new Uint8Array(20), "no JPEG signature"],
    ["a file cut short", file.subarray(0, -2), "the picture ends after"],
    ["more pixels than it may take", sized(60000, 60000), "60000 x 60000 pixels"],
    ["more samples than it may take", sized(5000, 6000), "6000 x 5000 pixels of 90"],
    ["no pixels", sized(0, 20), "20 x 0 pixels"],
    ["more pixels than so few bytes can hold", sized(4000, 4000), `${scanBytes} bytes of pixels`],
    ["lossless pixels", withFrame((frame) => frame.set([0xc3], 1)), "lossless"],
    ["arithmetic coding", withFrame((frame) => frame.set([0xc9], 1)), "arithmetic coding"],
    ["12 bits", withFrame((frame) => frame.set([12], 4)), "12 bits a sample"],
    ["odd components", withFrame((frame) => frame.set([0x33], 11)), "components of other sizes"],
    ["so many scans that it would take hours", manyScans(), "100 scans"],
  ])("%s", (_, bytes, found) => {
    expect(() => decodeJpeg(bytes, "a.jpg")).toThrow(InputError);
    expect(() => decodeJpeg(bytes, "a.jpg")).toThrow(`a.jpg: ${found}`);
  });
});
