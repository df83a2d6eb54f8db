import jpeg from "jpeg-js";
import { refuse } from "../errors.js";
import { orientationIn, upright } from "./orientation.js";
import { mostPhotoPixels, type Pixels, pixelsOf } from "./pixels.js";

/*
 * JPEG bytes to pixels. Nothing here opens a file.
 *
 * jpeg-js trusts what a file says of itself. So the functions here go through its segments first: they refuse what
 * is too large or of a kind that it cannot decode, and pass on only the segments that make pixels.
 * Source: ITU-T T.81, "Digital compression and coding of continuous-tone still images", annex B
 */

/** The most samples of all its components. Colour at half the resolution, as cameras store it, has 1.5 a pixel. */
const MOST_SAMPLES = 1.5 * mostPhotoPixels;
/** The most times that a file may go through its pixels; a progressive one takes about ten. */
const MOST_SCANS = 64;
/** What jpeg-js may allocate, by its own count; MOST_SAMPLES keep it below. */
const MOST_MEGABYTES = 1024;

/** Second bytes of the markers, of which the first is 0xff. */
const marker = {
  ...{ baseline: 0xc0, extended: 0xc1, progressive: 0xc2, huffman: 0xc4, arithmetic: 0xcc },
  ...{ start: 0xd8, end: 0xd9, scan: 0xda, quantization: 0xdb, restart: 0xdd },
  ...{ exif: 0xe1, adobe: 0xee },
};
const NEEDED: readonly number[] = [
  ...[marker.huffman, marker.quantization, marker.restart, marker.scan],
];

/** Whether a file is a JPEG, by its first bytes. */
export function isJpeg(start: Uint8Array): boolean {
  return start[0] === 0xff && start[1] === marker.start && start[2] === 0xff;
}

/**
 * JPEG bytes to pixels, the right way up: baseline or progressive, gray, colours or CMYK as Adobe writes it.
 *
 * @param bytes a whole file
 * @param name  names the data in errors, such as a path
 * @throws {InputError} when it is no JPEG, is damaged or cut short, of another kind, or exceeds the limits
 */
export function decodeJpeg(bytes: Uint8Array, name = "JPEG data"): Pixels {
  if (!isJpeg(bytes)) refuse(name, "no JPEG signature", "a JPEG picture", "save it as a JPEG");
  const segments = readSegments(bytes, name);
  const { width, height, components, samples: coded } = readFrame(segments, name);
  checkScans(segments, coded, name);
  const find = (kind: number) => segments.find((segment) => segment.kind === kind)?.data;
  const adobe = find(marker.adobe);
  const file = Buffer.concat([
    bytes.subarray(0, 2),
    ...segments.filter(isNeeded).map(({ whole }) => whole),
    Uint8Array.of(0xff, marker.end),
  ]);
  const options = {
    ...({ useTArray: true, formatAsRGBA: false, tolerantDecoding: false } as const),
    ...{ maxResolutionInMP: mostPhotoPixels / 1e6, maxMemoryUsageInMB: MOST_MEGABYTES },
    // Three components are brightness and two differences, unless Adobe's segment says or their names spell RGB.
    ...(components.length === 3 && isRgb(components, adobe) ? { colorTransform: false } : {}),
  };
  let samples: Uint8Array;
  try {
    samples = jpeg.decode(file, options).data;
  } catch {
    return refuse(name, "pixels that cannot be decoded", "what JPEG stores", DAMAGED);
  }
  const exif = segments.find(({ kind, data }) => kind === marker.exif && isExif(data))?.data;
  return upright(pixelsOf(width, height, samples, 3), exif === undefined ? 1 : orientationIn(exif));
}

const DAMAGED = "the picture is damaged or cut short, save it again";
const SAVE_AGAIN = "save it as a usual JPEG or as a PNG";

/** A segment of the file, a scan with the pixels that follow it. */
interface Segment {
  /** The second byte of its marker. */
  readonly kind: number;
  /** What stands behind its length. */
  readonly data: Uint8Array;
  /** With its marker and its length and, of a scan, its pixels. */
  readonly whole: Uint8Array;
}

const isFrame = ({ kind }: Segment) =>
  kind >= marker.baseline &&
  kind <= 0xcf &&
  ![marker.huffman, 0xc8, marker.arithmetic].includes(kind);
const isExif = (data: Uint8Array) => String.fromCharCode(...data.subarray(0, 4)) === "Exif";
const isNeeded = (segment: Segment) =>
  isFrame(segment) || NEEDED.includes(segment.kind) || isAdobe(segment);
const isAdobe = ({ kind, data }: Segment) =>
  kind === marker.adobe &&
  data.length >= 12 &&
  String.fromCharCode(...data.subarray(0, 5)) === "Adobe";

/** All segments from the start of the picture to its end. */
function readSegments(bytes: Uint8Array, name: string): Segment[] {
  const segments: Segment[] = [];
  let at = 2;
  while (true) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++; // fill bytes
    const kind = bytes[at + 1];
    if (at + 2 <= bytes.length && bytes[at] !== 0xff) {
      refuse(name, `no marker at byte ${at}`, "one that begins a segment", DAMAGED);
    }
    if (kind === marker.end) return segments;
    const length = (bytes[at + 2] << 8) | bytes[at + 3];
    let end = at + 2 + length;
    if (at + 4 > bytes.length || end > bytes.length) refuseEnd(bytes, name);
    if (length < 2 || kind < marker.baseline) {
      refuse(name, `a segment of ${length} bytes at byte ${at}`, "one that JPEG knows", DAMAGED);
    }
    const data = bytes.subarray(at + 4, end);
    if (kind === marker.scan) end = endOfScan(bytes, end, name);
    segments.push({ kind, data, whole: bytes.subarray(at, end) });
    at = end;
  }
}

/** Where the pixels of a scan end: at the next marker that is none of its own. */
function endOfScan(bytes: Uint8Array, from: number, name: string): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    const isWithin = next === 0 || next === 0xff || (next >= 0xd0 && next <= 0xd7);
    if (next !== undefined && !isWithin) return at;
  }
  return refuseEnd(bytes, name);
}

function refuseEnd(bytes: Uint8Array, name: string): never {
  const found = `the picture ends after ${bytes.length} bytes`;
  return refuse(name, found, "a marker at its end", DAMAGED);
}

/** A component: brightness, or one of the colours. */
interface JpegComponent {
  readonly id: number;
  readonly across: number;
  readonly down: number;
}

/** Reads the size and the kind of the pixels. It may lie, so no memory is allocated by them. */
function readFrame(segments: readonly Segment[], name: string) {
  const frames = segments.filter(isFrame);
  if (frames.length !== 1) refuse(name, `${frames.length} headers of pixels`, "one", DAMAGED);
  const { kind, data } = frames[0];
  if (kind > marker.progressive) {
    const found = kind > 0xc8 ? "arithmetic coding" : "lossless or hierarchical pixels";
    refuse(name, found, "baseline or progressive ones", SAVE_AGAIN);
  }
  const count = data[5];
  if (data.length < 6 || data.length !== 6 + 3 * count) {
    refuse(name, `a header of ${data.length} bytes`, "one with three for each component", DAMAGED);
  }
  if (data[0] !== 8) refuse(name, `${data[0]} bits a sample`, "8", SAVE_AGAIN);
  if (![1, 3, 4].includes(count)) refuse(name, `${count} components`, "1, 3 or 4", SAVE_AGAIN);
  if (count === 4 && !segments.some(isAdobe)) {
    refuse(
      name,
      "four components without Adobe's segment",
      "gray, RGB or Adobe's CMYK",
      SAVE_AGAIN,
    );
  }
  const [height, width] = [(data[1] << 8) | data[2], (data[3] << 8) | data[4]];
  const components: JpegComponent[] = Array.from({ length: count }, (_, i) => {
    const [id, sampling] = data.subarray(6 + 3 * i);
    return { id, across: sampling >> 4, down: sampling & 15 };
  });
  const isUsual = components.every(
    ({ id, across, down }, i) =>
      [1, 2, 4].includes(across) &&
      [1, 2, 4].includes(down) &&
      components.findIndex((other) => other.id === id) === i,
  );
  if (!isUsual) refuse(name, "components of other sizes", "1, 2 or 4 to one", SAVE_AGAIN);
  const samples = checkSize(width, height, components, name);
  return { width, height, components, samples };
}

/** Refuses what is too large; returns the samples of all components. */
function checkSize(
  width: number,
  height: number,
  components: readonly JpegComponent[],
  name: string,
): number {
  const pixels = `${width} x ${height} pixels`;
  if (width * height === 0) refuse(name, pixels, "at least one", DAMAGED);
  const most = (of: (component: JpegComponent) => number) => Math.max(...components.map(of));
  const [across, down] = [most((c) => c.across), most((c) => c.down)];
  // Pixels are coded in blocks of 8 x 8 samples, as many of each component as it has to one of another.
  const padded = (size: number, factor: number) => 8 * factor * Math.ceil(size / (8 * factor));
  const units = (padded(width, across) * padded(height, down)) / (across * down);
  const samples = components.reduce((sum, c) => sum + units * c.across * c.down, 0);
  if (width * height > mostPhotoPixels) {
    refuse(name, pixels, `at most ${mostPhotoPixels} in all`, "save a smaller picture");
  }
  if (samples > MOST_SAMPLES) {
    refuse(
      name,
      `${pixels} of ${samples} samples`,
      `at most ${MOST_SAMPLES}`,
      "save a smaller picture",
    );
  }
  return samples;
}

/** Checks that there are scans of the pixels, neither too many nor too short for so many samples. */
function checkScans(segments: readonly Segment[], samples: number, name: string): void {
  const parts = segments.filter(({ kind }) => kind === marker.scan);
  const scans = parts.length;
  if (scans === 0) refuse(name, "no pixels", "at least one scan of them", DAMAGED);
  if (scans > MOST_SCANS) refuse(name, `${scans} scans`, `at most ${MOST_SCANS}`, SAVE_AGAIN);
  const bytes = parts.reduce((sum, { whole }) => sum + whole.length, 0);
  const least = Math.floor(samples / 64 / 8); // a block of 64 takes a bit, so memory is in proportion to the file
  if (bytes < least) refuse(name, `${bytes} bytes of pixels`, `at least ${least}`, DAMAGED);
  const order = segments.filter((segment) => isFrame(segment) || segment.kind === marker.scan);
  if (!isFrame(order[0])) refuse(name, "pixels before their header", "them after it", DAMAGED);
}

/** Whether three components are red, green and blue. */
function isRgb(components: readonly JpegComponent[], adobe: Uint8Array | undefined): boolean {
  const named = String.fromCharCode(...components.map(({ id }) => id));
  return adobe === undefined || adobe.length < 12 ? named === "RGB" : adobe[11] === 0;
}
