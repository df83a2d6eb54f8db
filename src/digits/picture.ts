import { usualPixels } from "../dataset/pixelValues.js";
import { digitOf, inkOf, linesOf, type ReadPicture, scaledOf } from "./digitImages.js";
import { decodeJpeg, isJpeg } from "./jpeg.js";
import type { DrawnDigit } from "./paper.js";
import type { Pixels } from "./pixels.js";
import { decodePng, mostPngBytes } from "./png.js";

/*
 * A picture file of digits, PNG or JPEG, to images for a net. Nothing here opens a file.
 */

/** The most bytes of a picture's file. */
export const mostPictureBytes = mostPngBytes;

/**
 * PNG or JPEG bytes to pixels, as their first bytes tell.
 *
 * @param bytes a whole file
 * @param name  names the picture in errors, such as a path
 * @throws {InputError} when it is neither, is damaged, or exceeds the limits
 */
export function decodePicture(bytes: Uint8Array, name = "the picture"): Pixels {
  return isJpeg(bytes) ? decodeJpeg(bytes, name) : decodePng(bytes, name);
}

/**
 * The ink of a picture of one digit: dark on light or light on dark, in colours or gray, on paper or on
 * a transparent background, lit unevenly, ruled or framed. Of a coloured one, the channel is taken that shows the ink best.
 *
 * The digit needs some room around it. The strongest ink becomes 255; what differs from the paper no more than
 * its grain does becomes 0, and so does all that is no part of the digit. A large picture is shrunk to 320 pixels.
 *
 * @param bytes a whole PNG or JPEG file
 * @param name  names the picture in errors, such as a path
 * @throws {InputError} when it is neither, is damaged, exceeds the limits, or nothing is drawn on it
 */
export function readInk(bytes: Uint8Array, name = "the picture"): DrawnDigit {
  return inkOf(decodePicture(bytes, name), name);
}

/**
 * A picture of one digit as an image for a net: its ink, fitted as the digits of MNIST were, in the
 * intensities of the images that the net learned from. A picture that looks like one of these, of exactly
 * their size and with their background all around, is taken as it is.
 *
 * @param bytes   a whole PNG or JPEG file
 * @param rows    height of the image in pixels
 * @param columns width of the image in pixels
 * @param name    names the picture in errors, such as a path
 * @param pixels  intensities of the images that the net learned from
 * @returns       (rows, columns) intensity 0..255
 * @throws {InputError} as `readInk` does
 */
export function readDigit(
  bytes: Uint8Array,
  rows: number,
  columns: number,
  name = "the picture",
  pixels = usualPixels,
): Uint8Array {
  return readPicture(bytes, rows, columns, name, pixels).image;
}

/** As `readDigit`, and counts the digits. */
export function readPicture(
  bytes: Uint8Array,
  rows: number,
  columns: number,
  name = "the picture",
  pixels = usualPixels,
): ReadPicture {
  return digitOf(decodePicture(bytes, name), rows, columns, name, pixels);
}

/**
 * A picture of several digits as images for a net, by lines from top to bottom, in each from left to right. Digits
 * that touch each other are taken as one.
 *
 * @param bytes   a whole PNG or JPEG file
 * @param rows    height of an image in pixels
 * @param columns width of an image in pixels
 * @param name    names the picture in errors, such as a path
 * @param pixels  intensities of the images that the net learned from
 * @returns       images of (rows, columns) intensity 0..255, one line with one at least
 * @throws {InputError} as `readInk` does
 */
export function readDigits(
  bytes: Uint8Array,
  rows: number,
  columns: number,
  name = "the picture",
  pixels = usualPixels,
): Uint8Array[][] {
  return linesOf(decodePicture(bytes, name), rows, columns, name, pixels);
}

/**
 * A picture of anything as an image for a net: its brightness, scaled to the size. The aspect ratio is kept; margins
 * are black or white, whichever is nearer to most of the border. What is transparent is black.
 *
 * A picture of exactly that size keeps its pixels.
 *
 * @param bytes   a whole PNG or JPEG file
 * @param rows    height of the image in pixels
 * @param columns width of the image in pixels
 * @param name    names the picture in errors, such as a path
 * @returns       (rows, columns) intensity 0..255
 * @throws {InputError} when it is neither, is damaged, or exceeds the limits
 */
export function readScaled(
  bytes: Uint8Array,
  rows: number,
  columns: number,
  name = "the picture",
): Uint8Array {
  return scaledOf(decodePicture(bytes, name), rows, columns);
}
