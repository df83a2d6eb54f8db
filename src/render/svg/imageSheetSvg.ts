import { encode } from "fast-png";
import { largestSize, lightPalette, type Rgb } from "../palette.js";
import {
  coloursOf,
  cut,
  markedTitle,
  marks,
  type Sheet,
  type SheetImage,
  strongest,
  type TitleLine,
} from "../sheet.js";
import { shrink } from "../shrink.js";
import { Markup } from "./svg.js";

const { element } = Markup;

/** Pixels of the longer side of an image, at least and at most. */
const LEAST_SIDE = 112;
const MOST_SIDE = 560;
/** Titles widen the place of an image up to so many pixels. */
const WIDEST_TITLE = 224;
export const FONT_SIZE = 13;
export const LINE = 18;
/** Space around the sheet and between its images. */
export const GAP = 20;
/** Space between the titles and their image. */
export const TITLE_GAP = 4;

/** A size in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** The size of the picture of a sheet, known before any of it is drawn. */
export function sheetSize(sheet: Sheet, across: number): PictureSize {
  const { width, height } = layOut(sheet, across);
  return { width, height };
}

/** The sizes in pixels of an image with its titles, of the image, and the height of the titles. */
export interface CellLayout {
  readonly cell: PictureSize;
  readonly image: PictureSize;
  readonly titles: number;
}

/** Images side by side, and the sizes in pixels of a cell, an image, its titles and the whole. */
function layOut({ rows, columns, images }: Sheet, most: number) {
  const across = Math.min(most, images.length);
  const down = Math.ceil(images.length / across);
  const lines = images.flatMap((image) => markedTitle(image, marks));
  const widest = largestSize(lines.map(lineWidth));
  const room = Math.max(LEAST_SIDE, Math.min(WIDEST_TITLE, widest));
  const longer = Math.max(rows, columns);
  const zoom = longer > MOST_SIDE ? MOST_SIDE / longer : Math.ceil(room / longer);
  const image = { width: Math.ceil(columns * zoom), height: Math.ceil(rows * zoom) };
  const titles = LINE * largestSize(images.map(({ title }) => title.length)) + TITLE_GAP;
  const cell = {
    width: Math.max(image.width, Math.ceil(Math.min(WIDEST_TITLE, widest))),
    height: titles + image.height,
  };
  const width = GAP + across * (cell.width + GAP);
  const height = GAP + down * (cell.height + GAP);
  return { across, cell, image, titles, width, height };
}

/**
 * A sheet as a self-contained SVG picture.
 *
 * @param across images side by side
 */
export function sheetSvg(sheet: Sheet, across: number): string {
  const layout = layOut(sheet, across);
  const { width, height, cell } = layout;
  const most = strongest(sheet);
  const images = sheet.images.map((image, n) => {
    const x = GAP + (n % layout.across) * (cell.width + GAP);
    const y = GAP + Math.floor(n / layout.across) * (cell.height + GAP);
    const place = { transform: `translate(${x} ${y})` };
    return element("g", place, ...cellParts(image, sheet, layout, most));
  });
  return svgPicture(sheet.caption, { width, height }, images);
}

/** A picture on paper as a self-contained SVG file. */
export function svgPicture(title: string, { width, height }: PictureSize, parts: Markup[]): string {
  const picture = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "font-family": "DejaVu Sans, Verdana, sans-serif",
      "font-size": FONT_SIZE,
    },
    element("title", {}, title),
    // For sharp pixels browsers need this style; resvg ignores it and needs the attribute of the images.
    element("style", {}, "@supports (image-rendering:pixelated){image{image-rendering:pixelated}}"),
    element("rect", { width, height, fill: css(lightPalette.paper) }),
    ...parts,
  );
  return `${picture.text}\n`;
}

/** Titles, image and frame of one image, its corner at 0, 0. */
export function cellParts(
  image: SheetImage,
  sheet: Omit<Sheet, "caption" | "images">,
  { cell, image: size, titles }: CellLayout,
  most: number,
): Markup[] {
  const isWrong = image.answer === "wrong";
  const fill = css(isWrong ? lightPalette.positive : lightPalette.ink);
  const lines = markedTitle(image, marks);
  const texts = lines.flatMap(([left, right], line) => {
    const y = LINE * line + FONT_SIZE;
    const room = cell.width - (right === "" ? 0 : pixelWidth(right) + FONT_SIZE / 2);
    const start = element("text", { x: 0, y, fill }, cut(left, room, "…", pixelWidth));
    if (right === "") return [start];
    return [start, element("text", { x: cell.width, y, fill, "text-anchor": "end" }, right)];
  });
  const uncut = lines.map(([left, right]) => `${left} ${right}`.trim()).join(", ");
  return [
    element("title", {}, uncut),
    ...texts,
    element("image", {
      y: titles,
      width: size.width,
      height: size.height,
      "image-rendering": "optimizeSpeed",
      preserveAspectRatio: "none",
      href: pngUrl(image.values, sheet, size, most),
    }),
    element("rect", {
      x: -0.5,
      y: titles - 0.5,
      width: size.width + 1,
      height: size.height + 1,
      fill: "none",
      stroke: isWrong ? fill : FRAME,
      "stroke-width": isWrong ? 2 : 1,
    }),
  ];
}

/** An image as a PNG inside an address, in no more pixels than it has room for. */
function pngUrl(
  values: SheetImage["values"],
  { rows, columns, kind }: Omit<Sheet, "caption" | "images">,
  room: PictureSize,
  most: number,
): string {
  const [height, width] = [Math.min(rows, room.height), Math.min(columns, room.width)];
  const pixels = shrink(values, rows, columns, height, width);
  const data = Uint8Array.from(coloursOf(pixels, kind, most, lightPalette).flat());
  const png = encode({ width, height, data, channels: 3, depth: 8 });
  return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}

const FRAME = "#c8ccd2";

export function css(colour: Rgb): string {
  return `rgb(${colour.join(",")})`;
}

function lineWidth([left, right]: TitleLine): number {
  return pixelWidth(left) + (right === "" ? 0 : FONT_SIZE / 2 + pixelWidth(right));
}

/** The width of text in DejaVu Sans, slightly overestimated, by kinds of characters. */
export function pixelWidth(text: string): number {
  let ems = 0;
  for (const character of text) {
    if (/[ijlIft.,:;'|!()[\]\- ]/.test(character)) ems += 0.41;
    else if (/[mwMW%@]/.test(character)) ems += 0.99;
    else if (/[A-Z✓✗…#]/.test(character)) ems += 0.84;
    else ems += /[\u0020-\u024F]/.test(character) ? 0.65 : 1;
  }
  return ems * FONT_SIZE;
}
