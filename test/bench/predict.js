/*
 * How many digits are answered rightly that come as pictures rather than as MNIST's own bytes, and how often a model
 * says that it is not sure, by each model: `node test/bench/predict.js [model.json …]`.
 *
 * The first 1000 test images are drawn anew as a user's pictures might be: larger, anywhere on the page, dark on
 * light, clear, photographed, in shadow, on ruled paper, in frames, in colours, as JPEGs, several on one page. Every
 * picture goes through the bytes of a file. What is drawn is drawn by --seed, so another one makes other pictures.
 *
 * --validation takes the last training images instead, which is what the ways of fitting were chosen on; --images says
 * how many, --only takes the kinds with that text in their name.
 */
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { encode } from "fast-png";
import { digitOf, linesOf } from "../../dist/digits/digitImages.js";
import {
  decodeModel,
  decodePicture,
  loadDataSet,
  Random,
  sliceImages,
  TwoLayerNet,
} from "../../dist/index.js";
import { passThrough } from "../../dist/inspect/explain.js";
import { marginOf } from "../../dist/net/margin.js";
import { drawn, drawnLines, thinned } from "./drawings.js";
import { encodeJpeg, stored, withOrientation } from "./jpegs.js";
import { clothesFrom, nonDigits } from "./nonDigits.js";
import { coloured, papers } from "./papers.js";

const { values: flags, positionals } = parseArgs({
  options: {
    validation: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    images: { type: "string", default: "1000" },
    only: { type: "string", default: "" },
    fashion: { type: "string", default: "data/fashion-mnist" },
  },
  allowPositionals: true,
});
const paths = positionals.length === 0 ? ["model.json"] : positionals;
const models = paths.map((path) => {
  if (!existsSync(path)) {
    const remedy = "train one first with npx mnist-train, or name another";
    process.stderr.write(`error: ${path}: no such file, expected a model; ${remedy}\n`);
    process.exit(3);
  }
  const { parameters, preprocessing, figures } = decodeModel(readFileSync(path, "utf8"), path);
  return { net: new TwoLayerNet(parameters), preprocessing, least: figures.leastMargin };
});
const { rows, columns } = models[0].preprocessing;
const { train, test } = await loadDataSet();
const N = Number(flags.images);
const { images, labels } = flags.validation
  ? sliceImages(train, train.labels.length - N, train.labels.length)
  : sliceImages(test, 0, N);
const digitAt = (n) => images.subarray(n * 784, (n + 1) * 784);
const PAGE = 200;

/** Ink on a page, by how it is drawn: as large as may be, and how many pixels the page's side has. */
const page = (digit, random) => drawn(digit, PAGE, 3 + 4 * random.uniform(), random);
const drawings = {
  page: [PAGE, page],
  thin: [PAGE, (digit, random) => thinned(page(digit, random), PAGE, 3)],
  thick: [PAGE, (digit, random) => thinned(page(digit, random), PAGE, -4)],
  desk: [PAGE, (digit, random) => drawn(digit, PAGE, 3 + 2.5 * random.uniform(), random, 0.15)],
  small: [40, (digit, random) => drawn(digit, 40, 1 + 0.4 * random.uniform(), random)],
  tiny: [20, (digit, random) => drawn(digit, 20, 0.6 + 0.1 * random.uniform(), random)],
  large: [1400, (digit, random) => drawn(digit, 1400, 20 + 20 * random.uniform(), random)],
  itself: [28, (digit) => digit],
};

const shades = (shade) => (ink) => ({ channels: 1, data: Uint8Array.from(ink, shade) });
const darkOnLight = shades((v) => 255 - v);
const lightOnDark = shades((v) => v);
const clear = (shade) => (ink) => ({
  channels: 4,
  data: Uint8Array.from({ length: 4 * ink.length }, (_, i) => (i % 4 === 3 ? ink[i >> 2] : shade)),
});

/** Pencil on paper that one lamp lights from a corner, with the grain of a phone's camera. */
function photographed(ink, side, random) {
  const data = Uint8Array.from(ink, (v, i) => {
    const light = 0.75 + 0.25 * (1 - ((i % side) + Math.floor(i / side)) / (2 * side));
    const reflected = 215 - (155 * v) / 255;
    return Math.max(0, Math.min(255, Math.round(reflected * light + 4 * random.gaussian())));
  });
  return { channels: 1, data };
}

const png = (picture) => encode({ ...picture, depth: 8 }, { zlib: { level: 1 } });
const jpeg = (quality) => (picture) => encodeJpeg(picture, quality);
/** A photo whose file says at random how to turn it. */
function turned(picture, random) {
  const orientation = 1 + Math.floor(8 * random.uniform());
  return withOrientation(encodeJpeg(stored(picture, orientation), 85), orientation);
}

/** Each kind of picture: how it is drawn, what its pixels are made from the ink, and as which file. */
const kinds = {
  "dark on light": ["page", darkOnLight],
  "light on dark": ["page", lightOnDark],
  "black on clear": ["page", clear(0)],
  "white on clear": ["page", clear(255)],
  "hard edges": ["page", shades((v) => (v < 128 ? 255 : 0))],
  photographed: ["page", photographed],
  "thin strokes": ["thin", darkOnLight],
  "thick strokes": ["thick", darkOnLight],
  "20 x 20": ["tiny", darkOnLight],
  "40 x 40": ["small", darkOnLight],
  "1400 x 1400": ["large", darkOnLight],
  "28 x 28, light on dark": ["itself", lightOnDark],
  "28 x 28, dark on light": ["itself", darkOnLight],
  ...Object.fromEntries(
    Object.entries(papers).map(([name, photo]) => [
      name,
      ["desk", (ink, side, random) => ({ channels: 1, data: photo(ink, side, random) })],
    ]),
  ),
  ...Object.fromEntries(Object.entries(coloured).map(([name, photo]) => [name, ["desk", photo]])),
  "JPEG, quality 85": ["page", photographed, jpeg(85)],
  "JPEG, quality 60": ["page", photographed, jpeg(60)],
  "JPEG, turned by EXIF": ["page", photographed, turned],
  "JPEG, quality 60, red on green": ["desk", coloured["red on green"], jpeg(60)],
};

/** Adds an answer: a model is right or not, sure or not; null where it cannot say. */
const results = {};
function count(kind, image, label) {
  results[kind] ??= models.map(() => ({ all: 0, right: 0, doubted: 0 }));
  models.forEach(({ net, preprocessing, least }, i) => {
    const result = results[kind][i];
    result.all++;
    if (image === null) return;
    const { prediction, scores, x } = passThrough(net, image, preprocessing);
    if (prediction === label) result.right++;
    if (least !== null && marginOf(scores, x) < least) result.doubted++;
  });
}

const chosen = (kind) => kind.includes(flags.only);
/** One kind after the other, each with its own chance, so that more kinds leave the others as they are. */
const randomOf = (kind) =>
  Random.fromSeed(
    Number(flags.seed),
    [...kind].reduce((sum, c) => 31 * sum + c.charCodeAt(0), 7) >>> 0,
  );

/** Pictures of one digit that were taken for several. */
const several = {};
if (chosen("MNIST's own bytes")) {
  for (let n = 0; n < N; n++) count("MNIST's own bytes", digitAt(n), labels[n]);
}
for (const [kind, [drawing, pixels, file = png]] of Object.entries(kinds).filter(([k]) =>
  chosen(k),
)) {
  const random = randomOf(kind);
  const [side, draw] = drawings[drawing];
  for (let n = 0; n < N; n++) {
    const picture = {
      width: side,
      height: side,
      ...pixels(draw(digitAt(n), random), side, random),
    };
    const { image, digits } = digitOf(decodePicture(file(picture, random)), rows, columns);
    if (digits > 1) several[kind] = (several[kind] ?? 0) + 1;
    count(kind, image, labels[n]);
  }
  print(kind);
}
if (chosen("several digits")) {
  const kind = "several digits, --many";
  const random = randomOf(kind);
  for (let n = 0; n + 6 <= N; ) {
    const some = 2 + Math.floor(5 * random.uniform());
    const digits = Array.from({ length: some }, (_, i) => digitAt(n + i));
    const { ink, lines } = drawnLines(digits, 480, 200, random);
    const picture = { width: 480, height: 200, ...darkOnLight(ink) };
    const found = linesOf(decodePicture(jpeg(85)(picture)), rows, columns);
    const same = found.length === lines.length && found.every((l, i) => l.length === lines[i]);
    for (let i = 0; i < some; i++) count(kind, same ? found.flat()[i] : null, labels[n + i]);
    n += some;
  }
  print(kind);
}
const clothes = await clothesFrom(flags.fashion);
for (const [name, draw] of Object.entries(nonDigits(clothes))) {
  const kind = `no digit: ${name}`;
  if (!chosen(kind)) continue;
  const random = randomOf(kind);
  for (let n = 0; n < Math.min(N, 300); n++) {
    const picture = { width: PAGE, height: PAGE, ...darkOnLight(draw(PAGE, random)) };
    try {
      count(kind, digitOf(decodePicture(png(picture)), rows, columns).image, null);
    } catch (error) {
      if (error.name !== "InputError") throw error; // nothing is drawn: that is no answer either
    }
  }
  print(kind);
}
for (const [kind, pictures] of Object.entries(several)) {
  process.stdout.write(`${kind}: ${pictures} of ${N} pictures taken for several digits\n`);
}

/** A line for each kind: the share of right answers, and the share of answers in doubt. */
function print(kind) {
  const share = (part, all) => `${((100 * part) / all).toFixed(1)} %`.padStart(8);
  const figures = (results[kind] ?? []).map(({ all, right, doubted }) =>
    kind.startsWith("no digit")
      ? `        ${share(doubted, all)} in doubt`
      : `${share(right, all)}${share(doubted, all)} in doubt`,
  );
  process.stdout.write(`${kind.padEnd(34)}${figures.join("   ")}\n`);
}
