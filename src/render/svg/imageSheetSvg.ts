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
} from "../terminal/imageSheet.js";
import { shrink } from "../terminal/shrink.js";
import { Markup } from "./svg.js";

const { element } = Markup;

/** Pixels that an image's longer side has, at least and at most. */
const LEAST_SIDE = 112;
const MOST_SIDE = 560;
/** The most pixels that titles make an image's place wider to. */
const WIDEST_TITLE = 224;
const FONT_SIZE = 13;
const LINE = 18;
/** Around the sheet and between its images. */
const GAP = 20;
/** Between the titles and their image. */
const TITLE_GAP = 4;

/** How big a picture of a sheet is. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Where things are in a picture of a sheet, in pixels. */
interface Layout extends PictureSize {
  /** Images side by side. */
  readonly across: number;
  readonly cell: PictureSize;
  readonly image: PictureSize;
  /** Height of the titles. */
  readonly titles: number;
}

/** The size of the picture of a sheet, so that who wants too big a one learns it before it is made. */
export function sheetSize(sheet: Sheet, across: number): PictureSize {
  const { width, height } = layOut(sheet, across);
  return { width, height };
}

function layOut({ rows, columns, images }: Sheet, most: number): Layout {
  const across = Math.min(most, images.length);
  const down = Math.ceil(images.length / across);
  const lines = images.flatMap((image) => markedTitle(image, marks));
  const widest = lines.reduce((width, [left, right]) => Math.max(width, lineWidth(left, right)), 0);
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
 * A sheet as an SVG picture, complete in itself.
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
    return element(
      "g",
      { transform: `translate(${x} ${y})` },
      ...cellParts(image, sheet, layout, most),
    );
  });
  const picture = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      ...{ width, height, viewBox: `0 0 ${width} ${height}`, role: "img" },
      ...{ "font-family": "DejaVu Sans, Verdana, sans-serif", "font-size": FONT_SIZE },
    },
    element("title", {}, sheet.caption),
    // Browsers take this for sharp pixels; resvg passes over it, and takes the attribute of the images.
    element("style", {}, "@supports (image-rendering:pixelated){image{image-rendering:pixelated}}"),
    element("rect", { width, height, fill: css(lightPalette.paper) }),
    ...images,
  );
  return `${picture.text}\n`;
}

/** Titles, image and frame of one image, its corner at 0, 0. */
function cellParts(
  image: SheetImage,
  { rows, columns, kind }: Sheet,
  { cell, image: size, titles }: Layout,
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
  const whole = lines.map(([left, right]) => `${left} ${right}`.trim()).join(", ");
  const small = size.width < columns || size.height < rows;
  const values = small
    ? shrink(image.values, rows, columns, size.height, size.width)
    : image.values;
  const [height, width] = small ? [size.height, size.width] : [rows, columns];
  const colours = coloursOf(values, kind, most, lightPalette);
  const bytes = encode({
    width,
    height,
    data: Uint8Array.from(colours.flat()),
    channels: 3,
    depth: 8,
  });
  return [
    element("title", {}, whole), // what is cut short above is here
    ...texts,
    element("image", {
      ...{ y: titles, ...size, "image-rendering": "optimizeSpeed", preserveAspectRatio: "none" },
      href: `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`,
    }),
    element("rect", {
      ...{ x: -0.5, y: titles - 0.5, width: size.width + 1, height: size.height + 1 },
      ...{ fill: "none", stroke: isWrong ? fill : FRAME, "stroke-width": isWrong ? 2 : 1 },
    }),
  ];
}

const FRAME = "#c8ccd2";

function css(colour: Rgb): string {
  return `rgb(${colour.join(",")})`;
}

function lineWidth(left: string, right: string): number {
  return pixelWidth(left) + (right === "" ? 0 : FONT_SIZE / 2 + pixelWidth(right));
}

/** The width of text in DejaVu Sans, a little generous: its widths by kind of character, in ems. */
function pixelWidth(text: string): number {
  let ems = 0;
  for (const character of text) {
    if (/[ijlIft.,:;'|!()[\]\- ]/.test(character)) ems += 0.41;
    else if (/[mwMW%@]/.test(character)) ems += 0.99;
    else if (/[A-Z✓✗…#]/.test(character)) ems += 0.84;
    else ems += /[\u0020-\u024F]/.test(character) ? 0.65 : 1;
  }
  return ems * FONT_SIZE;
}
