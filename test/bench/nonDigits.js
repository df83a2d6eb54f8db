/*
 * Ink that is no digit: noise, dots, lines, scribbles, letters and pieces of clothing. Each function gives ink of
 * (side, side), 0 none to 255 full, and draws all chance from `random`.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { decodePng, loadImages } from "../../dist/index.js";

const fonts = join(
  dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json")),
  "ttf",
);
/** Letters that no digit looks like: no O or l, none like B and 8, Z and 2, y and 4. */
const LETTERS = "ACEFHKMNPRUVWXaehkmnpruvwx";
const faces = ["DejaVuSans", "DejaVuSans-ExtraLight", "DejaVuSerif-Italic", "DejaVuSansMono-Bold"];

const pick = (list, random) =>
  list[Math.min(list.length - 1, Math.floor(list.length * random.uniform()))];
const between = (least, most, random) => least + (most - least) * random.uniform();

/** SVG shapes as ink: what is black on white. */
function inkOf(side, shapes, fontFile) {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">` +
    `<rect width="${side}" height="${side}" fill="white"/>${shapes}</svg>`;
  const font = fontFile ? { fontFiles: [fontFile], loadSystemFonts: false } : {};
  const { grey } = decodePng(new Resvg(svg, { font }).render().asPng());
  return grey.map((value) => 255 - value);
}

const path = (points, width) =>
  `<path d="${points}" fill="none" stroke="black" stroke-width="${width}" stroke-linecap="round"/>`;
const pen = (side, random) => side * between(0.03, 0.07, random);

/** A smooth path through random places. */
function scribble(side, random) {
  const place = () => `${between(0.2, 0.8, random) * side} ${between(0.2, 0.8, random) * side}`;
  const turns = 4 + Math.floor(5 * random.uniform());
  return `M ${place()} C ${place()} ${place()} ${place()} ${Array.from({ length: turns }, () => `S ${place()} ${place()}`).join(" ")}`;
}

function letter(side, random) {
  const name = pick(faces, random);
  const size = between(0.35, 0.6, random) * side;
  const middle = side / 2;
  const turn = between(-10, 10, random);
  const text =
    `<text x="${middle}" y="${middle + size / 3}" text-anchor="middle" font-size="${size}" ` +
    `transform="rotate(${turn} ${middle} ${middle})">${pick(LETTERS, random)}</text>`;
  return inkOf(side, text, join(fonts, `${name}.ttf`));
}

/** The images of Fashion-MNIST, if a folder has them; null elsewhere. */
export async function clothesFrom(folder) {
  try {
    readFileSync(join(folder, "t10k-images-idx3-ubyte.gz"));
  } catch {
    return null;
  }
  return (await loadImages(join(folder, "t10k-images-idx3-ubyte.gz"))).images;
}

/** A function for each kind, `clothes` only where there are images of them. */
export function nonDigits(clothes) {
  const kinds = {
    noise: (side, random) =>
      Uint8Array.from({ length: side * side }, () => Math.round(255 * random.uniform())),
    "coarse noise"(side, random) {
      const cells = 8 + Math.floor(12 * random.uniform());
      const values = Array.from({ length: cells * cells }, () => 255 * random.uniform());
      const cell = (v) => Math.floor((v * cells) / side);
      return Uint8Array.from(
        { length: side * side },
        (_, i) => values[cell(Math.floor(i / side)) * cells + cell(i % side)],
      );
    },
    "a dot"(side, random) {
      const [x, y] = [between(0.3, 0.7, random) * side, between(0.3, 0.7, random) * side];
      const radius = between(0.02, 0.15, random) * side;
      return inkOf(side, `<circle cx="${x}" cy="${y}" r="${radius}"/>`);
    },
    "a level line"(side, random) {
      const [y, lean] = [between(0.3, 0.7, random) * side, between(-0.08, 0.08, random) * side];
      return inkOf(
        side,
        path(`M ${0.2 * side} ${y} L ${0.8 * side} ${y + lean}`, pen(side, random)),
      );
    },
    "a cross"(side, random) {
      const reach = between(0.15, 0.3, random) * side;
      const m = side / 2;
      const turn = between(0, 90, random);
      const lines = `M ${m - reach} ${m} H ${m + reach} M ${m} ${m - reach} V ${m + reach}`;
      return inkOf(
        side,
        `<g transform="rotate(${turn} ${m} ${m})">${path(lines, pen(side, random))}</g>`,
      );
    },
    scribbles: (side, random) => inkOf(side, path(scribble(side, random), pen(side, random))),
    letters: letter,
  };
  if (clothes === null) return kinds;
  return {
    ...kinds,
    clothes(side, random) {
      const n = Math.floor((clothes.length / 784) * random.uniform());
      const image = clothes.subarray(n * 784, (n + 1) * 784);
      const at = (v) => Math.floor(((v - side / 8) * 28 * 4) / (3 * side));
      return Uint8Array.from({ length: side * side }, (_, i) => {
        const [x, y] = [at(i % side), at(Math.floor(i / side))];
        return x < 0 || y < 0 || x > 27 || y > 27 ? 0 : image[y * 28 + x];
      });
    },
  };
}
