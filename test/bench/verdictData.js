/*
 * The data sets of the recorded runs: MNIST, Fashion-MNIST, and subsets of MNIST with something odd about them.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeIdx, Random } from "../../dist/index.js";

/** Images of a subset; enough to learn from, few enough to be quick. */
const MOST = 6000;

/** What each odd data set keeps or changes of an image: its pixels and label, or null to leave it out. */
const kinds = {
  "two classes": (image) => (image.label < 2 ? image : null),
  /** One zero in a hundred images, the others ones. */
  "99 percent": (image, n) =>
    image.label === 1 || (image.label === 0 && n % 90 === 0) ? image : null,
  "one class": (image) => (image.label === 1 ? { ...image, label: 0 } : null),
  "equal images": (image) => ({ ...image, pixels: image.pixels.map((_, i) => i % 256) }),
  "dark on light": (image) => ({ ...image, pixels: image.pixels.map((pixel) => 255 - pixel) }),
  "pixels 0 to 16": (image) => ({ ...image, pixels: image.pixels.map((pixel) => pixel >> 4) }),
  "shuffled labels": (image, _, random) => ({ ...image, label: random.below(10) }),
  sorted: (image) => image,
};

/** The folder of a data set, made if need be; undefined for MNIST. */
export function dataFolder(kind, { mnist, fashion, folder }) {
  if (kind === "MNIST") return undefined;
  if (kind === "Fashion-MNIST") return fashion;
  if (kinds[kind] === undefined) throw new RangeError(`no data set ${kind}`);
  const path = join(folder, kind.replaceAll(" ", "-"));
  mkdirSync(path, { recursive: true });
  write(path, "train", subset(mnist.train, kind));
  write(path, "t10k", subset(mnist.test, kind));
  return path;
}

function subset({ images, labels, rows, columns }, kind) {
  const D = rows * columns;
  const generator = Random.fromSeed(1);

  const kept = [];
  for (let n = 0; n < labels.length && kept.length < MOST; n++) {
    const pixels = images.subarray(n * D, (n + 1) * D);
    const image = kinds[kind]({ pixels, label: labels[n] }, n, generator);
    if (image !== null) kept.push(image);
  }
  if (kind === "sorted") kept.sort((one, other) => one.label - other.label);
  return { kept, rows, columns };
}

function write(path, name, { kept, rows, columns }) {
  const D = rows * columns;
  const values = new Uint8Array(kept.length * D);
  kept.forEach(({ pixels }, n) => {
    values.set(pixels, n * D);
  });
  const labels = Uint8Array.from(kept, ({ label }) => label);
  writeFileSync(
    join(path, `${name}-images-idx3-ubyte`),
    encodeIdx({ values, shape: [kept.length, rows, columns] }),
  );
  writeFileSync(
    join(path, `${name}-labels-idx1-ubyte`),
    encodeIdx({ values: labels, shape: [kept.length] }),
  );
}
