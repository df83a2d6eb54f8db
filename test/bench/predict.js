/*
 * How many digits are answered rightly that come as pictures rather than as MNIST's own bytes, by each model:
 * `node test/bench/predict.js [model.json …]`.
 *
 * The first 1000 test images are drawn anew as a user's pictures might be: larger, anywhere on the page,
 * dark on light, clear, photographed, in shadow, on ruled paper, in frames. Every picture goes through PNG bytes. --validation takes the last
 * 1000 training images instead, which is what the ways of fitting were chosen on.
 */
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { encode } from "fast-png";
import {
  decodeModel,
  loadDataSet,
  Random,
  readDigit,
  sliceImages,
  TwoLayerNet,
} from "../../dist/index.js";
import { passThrough } from "../../dist/inspect/explain.js";
import { papers } from "./papers.js";

const { values, positionals } = parseArgs({
  options: { validation: { type: "boolean", default: false } },
  allowPositionals: true,
});
const paths = positionals.length === 0 ? ["model.json"] : positionals;
const models = paths.map((path) => {
  if (!existsSync(path)) {
    const remedy = "train one first with npx mnist-train, or name another";
    process.stderr.write(`error: ${path}: no such file, expected a model; ${remedy}\n`);
    process.exit(3);
  }
  const { parameters, preprocessing } = decodeModel(readFileSync(path, "utf8"), path);
  return { net: new TwoLayerNet(parameters), preprocessing };
});
const { rows, columns } = models[0].preprocessing;
const { train, test } = await loadDataSet();
const { images, labels } = values.validation
  ? sliceImages(train, train.labels.length - 1000, train.labels.length)
  : sliceImages(test, 0, 1000);
const PAGE = 200;
const random = Random.fromSeed(1);

/** Ink on a page, by how it is drawn: as large as may be, and how many pixels the page's side has. */
const drawings = {
  page: [PAGE, (digit, random) => drawn(digit, PAGE, 3 + 4 * random.uniform(), random)],
  thin: [
    PAGE,
    (digit, random) => thinned(drawn(digit, PAGE, 3 + 4 * random.uniform(), random), PAGE, 3),
  ],
  desk: [PAGE, (digit, random) => drawn(digit, PAGE, 3 + 2.5 * random.uniform(), random, 0.15)],
  small: [40, (digit, random) => drawn(digit, 40, 1 + 0.4 * random.uniform(), random)],
  itself: [28, (digit) => digit],
};

const shades = (shade) => (ink) => ({ channels: 1, data: Uint8Array.from(ink, shade) });
const darkOnLight = shades((v) => 255 - v);
const lightOnDark = shades((v) => v);
const clear = (shade) => (ink) => ({
  channels: 4,
  data: Uint8Array.from({ length: 4 * ink.length }, (_, i) => (i % 4 === 3 ? ink[i >> 2] : shade)),
});

/** Each kind of picture: how it is drawn, and what its pixels are made from the ink. */
const kinds = {
  "200 x 200, dark on light": ["page", darkOnLight],
  "200 x 200, light on dark": ["page", lightOnDark],
  "200 x 200, black on clear": ["page", clear(0)],
  "200 x 200, white on clear": ["page", clear(255)],
  "200 x 200, hard edges": ["page", shades((v) => (v < 128 ? 255 : 0))],
  "200 x 200, photographed": ["page", photographed],
  "200 x 200, thin strokes": ["thin", darkOnLight],
  "40 x 40, dark on light": ["small", darkOnLight],
  "28 x 28, light on dark": ["itself", lightOnDark],
  "28 x 28, dark on light": ["itself", darkOnLight],
  ...Object.fromEntries(
    Object.entries(papers).map(([name, photo]) => [
      `200 x 200, ${name}`,
      ["desk", (ink, side) => ({ channels: 1, data: photo(ink, side, random) })],
    ]),
  ),
};

const right = {};
/** Counts the models that answer rightly. */
function count(kind, image, n) {
  right[kind] ??= models.map(() => 0);
  models.forEach(({ net, preprocessing }, i) => {
    if (passThrough(net, image, preprocessing).prediction === labels[n]) right[kind][i]++;
  });
}
for (let n = 0; n < labels.length; n++) {
  const digit = images.subarray(n * 784, (n + 1) * 784);
  count("MNIST's own bytes", digit, n);
  const inks = Object.fromEntries(
    Object.entries(drawings).map(([name, [side, draw]]) => [name, [side, draw(digit, random)]]),
  );
  for (const [name, [drawing, pixels]] of Object.entries(kinds)) {
    const [side, ink] = inks[drawing];
    const { channels, data } = pixels(ink, side);
    const picture = { width: side, height: side, depth: 8, channels, data };
    const png = encode(picture, { zlib: { level: 1 } });
    count(name, readDigit(png, rows, columns, `image ${n}`), n);
  }
}
for (const [name, counts] of Object.entries(right)) {
  const shares = counts.map((n) => `${((100 * n) / labels.length).toFixed(1)} %`);
  process.stdout.write(`${name.padEnd(30)}${shares.join("   ")}\n`);
}

/** A digit enlarged smoothly, somewhere on an empty square page, a share of its room away from the edges. */
function drawn(digit, page, zoom, random, away = 0) {
  const most = page - 28 * zoom;
  const place = () => most * (away + (1 - 2 * away) * random.uniform());
  const [left, top] = [place(), place()];
  const at = (x, y) => (x < 0 || y < 0 || x > 27 || y > 27 ? 0 : digit[y * 28 + x]);
  return Uint8Array.from({ length: page * page }, (_, i) => {
    const x = ((i % page) + 0.5 - left) / zoom - 0.5;
    const y = (Math.floor(i / page) + 0.5 - top) / zoom - 0.5;
    const [u, v] = [Math.floor(x), Math.floor(y)];
    const between = (a, b, share) => a + (b - a) * share;
    const upper = between(at(u, v), at(u + 1, v), x - u);
    return Math.round(between(upper, between(at(u, v + 1), at(u + 1, v + 1), x - u), y - v));
  });
}

/** Strokes with so many pixels taken off on every side. */
function thinned(ink, page, by) {
  let from = ink;
  for (let round = 0; round < by; round++) {
    const before = from;
    from = before.map((v, i) =>
      Math.min(
        v,
        before[i - 1] ?? 0,
        before[i + 1] ?? 0,
        before[i - page] ?? 0,
        before[i + page] ?? 0,
      ),
    );
  }
  return from;
}

/** Pencil on paper that one lamp lights from a corner, with the grain of a phone's camera. */
function photographed(ink, side) {
  const data = Uint8Array.from(ink, (v, i) => {
    const light = 0.75 + 0.25 * (1 - ((i % side) + Math.floor(i / side)) / (2 * side));
    const reflected = 215 - (155 * v) / 255;
    return Math.max(0, Math.min(255, Math.round(reflected * light + 4 * random.gaussian())));
  });
  return { channels: 1, data };
}
