import type { Pixels } from "./pixels.js";

/*
 * Which way up a photo is: a camera stores what its sensor saw, and beside it how to turn that.
 */

/** The number of the tag "Orientation". */
const ORIENTATION = 0x0112;
const SHORT = 3;

/**
 * The orientation in an EXIF segment of a JPEG: 1 as stored, 2 to 8 turned or mirrored.
 *
 * Source: CIPA DC-008, "Exchangeable image file format for digital still cameras: Exif", 4.6 and table 4
 *
 * @param segment what stands behind the length of an APP1 segment
 * @returns       1 where it says nothing, or nothing that can be read
 */
export function orientationIn(segment: Uint8Array): number {
  const tiff = segment.subarray(6); // after "Exif" and two zeros
  if (String.fromCharCode(...segment.subarray(0, 6)) !== "Exif\0\0" || tiff.length < 8) return 1;
  const order = String.fromCharCode(tiff[0], tiff[1]);
  if (order !== "II" && order !== "MM") return 1;
  const isLittle = order === "II";
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > tiff.length) return 1;
  const count = view.getUint16(directory, isLittle);
  for (let at = directory + 2, i = 0; i < count && at + 12 <= tiff.length; at += 12, i++) {
    if (view.getUint16(at, isLittle) !== ORIENTATION) continue;
    const value = view.getUint16(at + 8, isLittle);
    return view.getUint16(at + 2, isLittle) === SHORT && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** The picture the right way up, given its EXIF orientation: 1 to 8. */
export function upright(pixels: Pixels, orientation: number): Pixels {
  if (orientation === 1) return pixels;
  const { width, height, grey, colours, alpha } = pixels;
  const isTurned = orientation >= 5; // rows become columns
  const mirrorsX = [2, 3, 7, 8].includes(orientation); // where a row of the file ends up reversed
  const mirrorsY = [3, 4, 6, 7].includes(orientation);
  const size = isTurned ? { width: height, height: width } : { width, height };
  const turned = (plane: Uint8Array) => {
    const result = new Uint8Array(plane.length);
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        const [across, down] = isTurned ? [y, x] : [x, y];
        const u = mirrorsX ? width - 1 - across : across;
        const v = mirrorsY ? height - 1 - down : down;
        result[y * size.width + x] = plane[v * width + u];
      }
    }
    return result;
  };
  return {
    ...size,
    grey: turned(grey),
    colours: colours && [turned(colours[0]), turned(colours[1]), turned(colours[2])],
    alpha: alpha && turned(alpha),
  };
}
