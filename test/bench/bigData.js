/*
 * Data sets of any size, made from MNIST: each image is a distorted copy, and the copies of 62 classes are
 * also turned or mirrored. The same sizes give the same bytes.
 *
 * `node test/bench/bigData.js FOLDER IMAGES [CLASSES]` writes the four files.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { distort, loadDataSet, planDistortion, Random } from "../../dist/index.js";

const SIDE = 28;
const D = SIDE * SIDE;
/** Images that are written together. */
const PORTION = 10000;
const TEST_IMAGES = 10000;

/** Rotations, shifts and the like; an elastic distortion of two million images would take an hour. */
const distortion = planDistortion(
  { elasticAlpha: 0, elasticSigma: 1, rotation: 10, zoom: 0.1, shear: 0.2, shift: 2 },
  SIDE,
  SIDE,
);

/** Where each pixel of a turned or mirrored image comes from, of ten classes each. */
const turns = [
  (row, column) => [row, column],
  (row, column) => [column, row],
  (row, column) => [SIDE - 1 - row, column],
  (row, column) => [row, SIDE - 1 - column],
  (row, column) => [SIDE - 1 - row, SIDE - 1 - column],
  (row, column) => [SIDE - 1 - column, row],
  (row, column) => [column, SIDE - 1 - row],
].map((from) =>
  Uint16Array.from({ length: D }, (_, d) => {
    const [row, column] = from(Math.floor(d / SIDE), d % SIDE);
    return row * SIDE + column;
  }),
);

function header(...sizes) {
  const bytes = Buffer.alloc(4 + 4 * sizes.length);
  bytes[2] = 8;
  bytes[3] = sizes.length;
  sizes.forEach((size, i) => void bytes.writeUInt32BE(size, 4 + 4 * i));
  return bytes;
}

/** Writes images and labels of so many distorted copies, of at most 62 classes. */
function writePair(paths, source, count, classes, seed) {
  const random = Random.fromSeed(seed);
  const labels = new Uint8Array(count);
  const images = openSync(paths.images, "w");
  writeSync(images, header(count, SIDE, SIDE));
  const portion = new Uint8Array(PORTION * D);
  for (let n = 0; n < count; n++) {
    const index = random.below(source.labels.length);
    const digit = source.labels[index];
    const turn = turns[random.below(Math.ceil((classes - digit) / 10))];
    labels[n] = digit + 10 * turns.indexOf(turn);
    const image = source.images.subarray(index * D, (index + 1) * D);
    const copy = distort(image, distortion, random.below(2 ** 32));
    const start = (n % PORTION) * D;
    for (let d = 0; d < D; d++) portion[start + d] = copy[turn[d]];
    if ((n + 1) % PORTION === 0 || n + 1 === count) writeSync(images, portion, 0, start + D);
  }
  closeSync(images);
  writeFileSync(paths.labels, Buffer.concat([header(count), labels]));
}

/** Writes a data set of so many training images, and 10000 test images, into a folder. */
export async function writeBigData(folder, count, classes = 10) {
  mkdirSync(folder, { recursive: true });
  const { train, test } = await loadDataSet();
  const paths = (start) => ({
    images: join(folder, `${start}-images-idx3-ubyte`),
    labels: join(folder, `${start}-labels-idx1-ubyte`),
  });
  writePair(paths("train"), train, count, classes, 1);
  writePair(paths("t10k"), test, TEST_IMAGES, classes, 2);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, count, classes = 10] = process.argv.slice(2);
  await writeBigData(folder, Number(count), Number(classes));
}
