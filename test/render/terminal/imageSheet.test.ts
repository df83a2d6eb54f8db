import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import type { Rgb } from "../../../src/render/palette.js";
import { lightPalette } from "../../../src/render/palette.js";
import type { Sheet } from "../../../src/render/sheet.js";
import { shrink } from "../../../src/render/shrink.js";
import { sheetSize, sheetSvg } from "../../../src/render/svg/imageSheetSvg.js";
import { rasterize } from "../../../src/render/svg/rasterize.js";
import { imagesAcross, sheetText } from "../../../src/render/terminal/imageSheet.js";
import type { Paint, PixelColour } from "../../../src/render/terminal/terminalImage.js";

const font = "node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf";

/** Codes as a terminal with 24-bit colours takes them, with a visible sign for ESC. */
const code = (colour: PixelColour) =>
  typeof colour === "number" ? `5;${colour}` : `2;${colour.join(";")}`;
const paint: Paint = (text, colour, background) =>
  `^[38;${code(colour)};48;${code(background)}m${text}^[0m`;
const colours = { paint, wrong: (text: string) => `^[31m${text}^[0m` };
const plain = { paint: null, wrong: (text: string) => `<${text}>` };

/** A bright stroke that grows with n, on 6 x 8 pixels. */
const stroke = (n: number) =>
  Uint8Array.from({ length: 48 }, (_, i) => (i % 8 <= n && i % 3 === 0 ? 255 - 20 * n : 0));

const answers: Sheet = {
  caption: "five images",
  ...{ rows: 6, columns: 8, kind: "ink" },
  images: [0, 1, 2, 3, 4].map((n) => ({
    values: stroke(n),
    title: [
      [n === 2 ? "Sneaker" : "Ankle boot", "99.12 %"],
      ["label Ankle boot", `#${n}`],
    ],
    answer: n === 2 ? "wrong" : "right",
  })),
};
const units: Sheet = {
  caption: "two units",
  ...{ rows: 3, columns: 4, kind: "signed" },
  images: [1, -0.5].map((most, n) => ({
    values: Float64Array.from({ length: 12 }, (_, i) => (most * (i - 6)) / 6),
    title: [[`unit ${n}`, "0.71"]],
  })),
};

/** A sheet of images that are so many pixels wide and high, without titles. */
const bare = (
  rows: number,
  columns: number,
  count: number,
  values = new Uint8Array(rows * columns),
) =>
  ({
    ...{ caption: "", rows, columns, kind: "ink" },
    images: Array.from({ length: count }, () => ({ values, title: [["", ""]] })),
  }) satisfies Sheet;

describe("a sheet in a terminal", () => {
  it.each([80, 120])("answers at %i columns, in colours and without", (width) => {
    expect(sheetText(answers, width, 10, colours)).toMatchSnapshot("colours");
    expect(sheetText(answers, width, 10, plain)).toMatchSnapshot("plain");
  });

  it.each([80, 120])("weights at %i columns, in colours and without", (width) => {
    expect(sheetText(units, width, 10, colours)).toMatchSnapshot("colours");
    expect(sheetText(units, width, 10, plain)).toMatchSnapshot("plain");
  });

  it("shows as many images side by side as the terminal has room for, and never more than asked", () => {
    const many = bare(28, 28, 20);
    expect([27, 28, 57, 58, 80, 120].map((width) => imagesAcross(many, width))).toEqual([
      ...[1, 1, 1, 2, 2, 4],
    ]);
    const lines = (across: number) => sheetText(many, 80, across, plain).split("\n").length;
    expect(lines(1)).toBeGreaterThan(lines(2));
    expect(lines(9)).toBe(lines(2));
  });

  it.each([1, 5, 12, 40, 80])("no line is wider than a terminal of %i columns", (width) => {
    const wide = bare(200, 300, 2, new Uint8Array(60000).fill(255));
    for (const sheet of [answers, wide]) {
      for (const line of sheetText(sheet, width, 3, { ...plain, wrong: (text) => text }).split(
        "\n",
      )) {
        expect(line.length).toBeLessThanOrEqual(width);
      }
    }
  });

  it("an image wider than the terminal becomes the mean of its areas, and keeps its proportions", () => {
    const halves = Uint8Array.from({ length: 200 * 200 }, (_, i) => (i % 200 < 100 ? 255 : 0));
    const lines = sheetText(bare(200, 200, 1, halves), 40, 1, plain).split("\n");
    expect(lines.slice(1)).toEqual(Array.from({ length: 20 }, () => "@".repeat(20)));
  });

  it("wrong answers are marked by a sign of their own, not by colour alone", () => {
    const count = (style: typeof plain | typeof colours, start: string) =>
      sheetText(answers, 120, 10, { ...style, wrong: (text) => text }).split(start).length - 1;
    expect(count(plain, "x  Sneaker")).toBe(1);
    expect(count(plain, "ok Ankle boot")).toBe(4);
    expect(count(colours, "✗ Sneaker")).toBe(1);
    expect(count(colours, "✓ Ankle boot")).toBe(4);
  });

  it("titles without room are cut short, those in wide characters where they really end", () => {
    const named = (name: string): Sheet => ({
      ...bare(2, 10, 1),
      images: [{ values: new Uint8Array(20), title: [[name, "#7"]] }],
    });
    const title = (name: string, style: typeof plain | typeof colours) =>
      sheetText(named(name), 12, 1, style).split("\n")[0];
    expect(title("Ankle boots", plain)).toBe("Ankle b.. #7");
    expect(title("Ankle boots", colours)).toBe("Ankle bo… #7");
    expect(title("お着物お着", plain)).toBe("お着物..  #7");
  });
});

describe("a sheet as SVG", () => {
  const svg = sheetSvg(answers, 3);

  it("has each title as text, each image as a PNG with the very pixels", () => {
    expect(svg.match(/>label Ankle boot</g)).toHaveLength(5);
    expect(svg.match(/>✗ Sneaker</g)).toHaveLength(1);
    const embedded = [...svg.matchAll(/href="data:image\/png;base64,([^"]+)"/g)];
    expect(embedded).toHaveLength(5);
    const { width, height, data } = decode(Buffer.from(embedded[4][1], "base64"));
    expect([width, height]).toEqual([8, 6]);
    const isInk = Array.from(stroke(4), (value) => value > 0);
    const paper = lightPalette.paper[0];
    expect(isInk.map((_, i) => data[3 * i] !== paper)).toEqual(isInk);
  });

  it("text from outside stays text", async () => {
    const name = `</text><script>alert("1")</script>&amp;'\u0000\ud800`;
    const image = { values: stroke(1), title: [[name, ""]] as const };
    const markup = sheetSvg({ ...answers, caption: name, images: [image] }, 1);
    expect(markup).not.toContain("<script");
    expect(markup).toContain(
      "<title>&lt;/text&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;&#39;\ufffd\ufffd</title>",
    );
    await expect(rasterize(markup, font, 1)).resolves.toBeDefined();
  });

  it("becomes a PNG of the size that was told, with sharp pixels and the frame of a wrong answer", async () => {
    const { width, height } = sheetSize(answers, 3);
    const picture = decode(await rasterize(svg, font, 2));
    expect([picture.width, picture.height]).toEqual([2 * width, 2 * height]);
    const pixels = new Map<string, number>();
    for (let i = 0; i < picture.data.length; i += 4) {
      const key = picture.data.slice(i, i + 3).join();
      pixels.set(key, (pixels.get(key) ?? 0) + 1);
    }
    const count = (colour: Rgb) => pixels.get(colour.join()) ?? 0;
    expect(count(lightPalette.positive)).toBeGreaterThan(1000);
    // Every image pixel is one area of its own colour: none is blurred into its neighbours.
    const [, , inkOfLast] = [0, 2, 4].map((n) => 255 - 20 * n);
    const strokePixels = stroke(4).filter((value) => value === inkOfLast).length;
    const share = (i: number) => Math.round(255 + (lightPalette.ink[i] - 255) * (inkOfLast / 255));
    const zoom = Number(/<image[^>]* width="(\d+)"/.exec(svg)?.[1]) / 8;
    expect(count([share(0), share(1), share(2)])).toBeGreaterThanOrEqual(
      strokePixels * (2 * zoom - 2) ** 2,
    );
  });
});

describe("shrink", () => {
  it("takes the mean of each area, parts of pixels included", () => {
    expect([...shrink([1, 3, 5, 7], 2, 2, 1, 1)]).toEqual([4]);
    expect([...shrink([0, 6, 9], 1, 3, 1, 2)].map((x) => Math.round(1e9 * x) / 1e9)).toEqual([
      2, 8,
    ]);
    expect([...shrink([1, 2, 3, 4, 5, 6], 2, 3, 2, 3)]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
