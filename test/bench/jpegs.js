/*
 * Pictures as JPEG files, turned as cameras turn them.
 */
import jpeg from "jpeg-js";

/** Red, green, blue, (height, width, 3), or gray, (height, width), as a JPEG. */
export function encodeJpeg({ width, height, channels, data }, quality) {
  const at = (i, c) => data[i * channels + (channels >= 3 ? c : 0)];
  const rgba = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    rgba.set([at(i, 0), at(i, 1), at(i, 2), 255], 4 * i);
  }
  return jpeg.encode({ width, height, data: rgba }, quality).data;
}

/** The JPEG with an EXIF segment that says how to turn it: 1 to 8. */
export function withOrientation(file, orientation, isLittle = true) {
  const tiff = Buffer.alloc(26);
  const write = (bytes, value, at) =>
    isLittle ? tiff.writeUIntLE(value, at, bytes) : tiff.writeUIntBE(value, at, bytes);
  tiff.write(isLittle ? "II" : "MM", 0, "latin1");
  write(2, 42, 2);
  write(4, 8, 4); // where the directory is
  write(2, 1, 8); // entries in it
  write(2, 0x0112, 10);
  write(2, 3, 12); // a number of two bytes
  write(4, 1, 14);
  write(2, orientation, 18);
  const data = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, data.length + 2]);
  return Buffer.concat([file.subarray(0, 2), head, data, file.subarray(2)]);
}

/** A picture as a camera stores it whose file has that orientation: the one that is turned back to it. */
export function stored({ width, height, channels, data }, orientation) {
  const isTurned = orientation >= 5;
  const size = isTurned ? { width: height, height: width } : { width, height };
  const result = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // The corner of the file's first pixel and the direction of its rows, as the standard's table has them.
      const [u, v] = [
        [x, y],
        [width - 1 - x, y],
        [width - 1 - x, height - 1 - y],
        [x, height - 1 - y],
        [y, x],
        [y, width - 1 - x],
        [height - 1 - y, width - 1 - x],
        [height - 1 - y, x],
      ][orientation - 1];
      for (let c = 0; c < channels; c++) {
        result[(v * size.width + u) * channels + c] = data[(y * width + x) * channels + c];
      }
    }
  }
  return { ...size, channels, data: result };
}
