import { deflateSync } from "node:zlib";
import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { decodePng, mostPngBytes, mostPngPixels } from "../../src/digits/png.js";
import { Random } from "../../src/random.js";
import { headerOf, type PngParts, pngOf, wholePng } from "../support/png.js";

const random = Random.fromSeed(1);
const bytes = (count: number, most = 255) =>
  Array.from({ length: count }, () => Math.floor(random.uniform() * (most + 1)));
const luma = (r: number, g: number, b: number) => Math.round(0.299 * r + 0.587 * g + 0.114 * b);

/** A picture of 11 x 9 pixels, so that lines end within a byte and passes within a step. */
const size = { width: 11, height: 9 } as const;
const N = size.width * size.height;

describe.each([false, true])("decodePng reads pictures, interlaced: %s,", (interlaced) => {
  const picture = (parts: Omit<PngParts, "width" | "height">) =>
    decodePng(pngOf({ ...size, interlaced, ...parts }));

  const depths = interlaced ? ([8, 16] as const) : ([1, 2, 4, 8, 16] as const);

  it.each(depths)("in grey of %i bits", (depth) => {
    const most = 2 ** depth - 1;
    const samples = bytes(N, most);
    const { width, height, grey, alpha } = picture({ depth, colourType: 0, samples });
    expect({ width, height, alpha }).toEqual({ ...size, alpha: null });
    expect([...grey]).toEqual(samples.map((v) => Math.round((255 * v) / most)));
  });

  it.each([8, 16] as const)("in colours of %i bits", (depth) => {
    const most = 2 ** depth - 1;
    const samples = bytes(3 * N, most);
    const { grey } = picture({ depth, colourType: 2, samples });
    for (let i = 0; i < N; i++) {
      const [r, g, b] = samples.slice(3 * i, 3 * i + 3).map((v) => (255 * v) / most);
      expect(Math.abs(grey[i] - luma(r, g, b))).toBeLessThanOrEqual(1);
    }
  });

  it.each([8, 16] as const)("in grey or colours with alpha, of %i bits", (depth) => {
    const to255 = 255 / (2 ** depth - 1);
    for (const [colourType, channels] of [
      [4, 2],
      [6, 4],
    ] as const) {
      const samples = bytes(channels * N, 2 ** depth - 1);
      const { alpha } = picture({ depth, colourType, samples });
      const expected = samples.filter((_, i) => i % channels === channels - 1);
      expect([...alpha!]).toEqual(expected.map((v) => Math.round(v * to255)));
    }
  });

  it.each(depths.filter((depth) => depth <= 8))(
    "with a palette of %i bits, some of it clear",
    (depth) => {
      const colours = 2 ** depth;
      const palette = bytes(3 * colours);
      const samples = bytes(N, colours - 1);
      const { grey, alpha } = picture({ depth, colourType: 3, samples, palette, clear: [7] });
      expect([...grey]).toEqual(
        samples.map((n) => luma(palette[3 * n], palette[3 * n + 1], palette[3 * n + 2])),
      );
      expect([...alpha!]).toEqual(samples.map((n) => (n === 0 ? 7 : 255)));
    },
  );

  it("with one colour that is clear", () => {
    const samples = bytes(N, 3);
    const grey = picture({
      depth: depths[interlaced ? 0 : 1],
      colourType: 0,
      samples,
      clear: [0, 2],
    });
    expect([...grey.alpha!]).toEqual(samples.map((v) => (v === 2 ? 0 : 255)));
    const coloured = samples.flatMap((v) => [v, v, 9]);
    const { alpha } = picture({
      ...{ depth: 8, colourType: 2, samples: coloured },
      clear: [0, 2, 0, 2, 0, 9],
    });
    expect([...alpha!]).toEqual(samples.map((v) => (v === 2 ? 0 : 255)));
  });
});

describe("decodePng", () => {
  it("reads what another writer filters, line by line", () => {
    for (const [channels, depth] of [
      [1, 8],
      [3, 8],
      [4, 8],
      [1, 16],
    ] as const) {
      const count = 40 * 30 * channels;
      const smooth = Array.from({ length: count }, (_, i) => (i * i) >> 7).map((v) => v & 255);
      const data = depth === 16 ? Uint16Array.from(smooth) : Uint8Array.from(smooth);
      const plain = pngOf({
        ...{ width: 40, height: 30, depth, samples: smooth },
        colourType: ({ 1: 0, 3: 2, 4: 6 } as const)[channels],
      });
      const filtered = encode({ width: 40, height: 30, channels, depth, data });
      expect(decodePng(filtered)).toEqual(decodePng(plain));
    }
  });

  it("takes pixels that lie in many pieces, and passes over what it does not need", () => {
    const packed = deflateSync(Uint8Array.of(0, 1, 2, 0, 3, 4));
    const none = new Uint8Array(0);
    const png = wholePng([
      ["IHDR", headerOf(2, 2, 8, 0)],
      ["tEXt", Buffer.from("Comment\0__proto__")],
      ["IDAT", packed.subarray(0, 3)],
      ["IDAT", none],
      ["IDAT", packed.subarray(3)],
      ["IEND", none],
    ]);
    expect([...decodePng(png).grey]).toEqual([1, 2, 3, 4]);
  });
});

describe("decodePng refuses on one line", () => {
  const none = new Uint8Array(0);
  const file = (header: Uint8Array, raw: Uint8Array, ...more: [string, Uint8Array][]) =>
    wholePng([["IHDR", header], ...more, ["IDAT", deflateSync(raw)], ["IEND", none]]);
  const flat = (length: number) => new Uint8Array(length);
  const good = file(headerOf(2, 2, 8, 0), flat(6));
  const damaged = Uint8Array.from(good);
  damaged[30] ^= 1; // in the checksum of the header

  it.each<[title: string, bytes: Uint8Array, says: RegExp]>([
    ["nothing", none, /no PNG signature, expected a PNG picture; save it as a PNG$/],
    ["a wrong checksum", damaged, /CRC mismatch for chunk IHDR.*, expected .*; .* save it again$/],
    ["another first chunk", wholePng([["IDAT", none]]), /IDAT first, expected the chunk IHDR;/],
    [
      "two headers",
      wholePng([
        ["IHDR", headerOf(1, 1, 8, 0)],
        ["IHDR", headerOf(1, 1, 8, 0)],
      ]),
      /a second chunk IHDR, expected one;/,
    ],
    ["no pixels at all", file(headerOf(0, 2, 8, 0), flat(0)), /0 x 2 pixels, expected at least/],
    [
      "more pixels than may be, before it unpacks them",
      file(headerOf(1e5, 1e5, 1, 0), flat(0)),
      /100000 x 100000 pixels, expected at most 16777216 in all; save a smaller picture$/,
    ],
    ["3 bits", file(headerOf(2, 2, 3, 0), flat(6)), /colour type 0 in 3 bits, expected/],
    ["colour type 5", file(headerOf(2, 2, 8, 5), flat(6)), /colour type 5 in 8 bits, expected/],
    ["too few pixels", file(headerOf(2, 3, 8, 0), flat(6)), /6 bytes of pixels, expected 9;/],
    ["too many", file(headerOf(2, 1, 8, 0), flat(6)), /more pixels than the header promises/],
    [
      "a few bytes that would be megabytes",
      file(headerOf(4000, 4000, 8, 0), flat(6)),
      /6 bytes of pixels, expected 16004000;/,
    ],
    [
      "few bits, interlaced",
      pngOf({ width: 1, height: 1, depth: 4, colourType: 0, samples: [3], interlaced: true }),
      /interlaced pixels of 4 bits, expected 8 or 16; save it without interlacing$/,
    ],
    [
      "filter 5",
      file(headerOf(2, 1, 8, 0), Uint8Array.of(5, 0, 0)),
      /filter: 5, expected pixels as PNG stores them;/,
    ],
    [
      "pixels that are not packed",
      wholePng([
        ["IHDR", headerOf(2, 2, 8, 0)],
        ["IDAT", flat(9)],
        ["IEND", none],
      ]),
      /pixels that cannot be unpacked \(.+\), expected deflated ones;/,
    ],
    [
      "a colour outside the palette",
      file(headerOf(1, 1, 8, 3), Uint8Array.of(0, 2), ["PLTE", flat(6)]),
      /index of palette color, expected pixels as PNG stores them;/,
    ],
    [
      "a chunk that must be understood",
      file(headerOf(2, 2, 8, 0), flat(6), ["ABCD", none]),
      /a chunk ABCD, expected chunks that PNG knows;/,
    ],
    ["a cut", good.subarray(0, 50), /the picture ends after 50 bytes, expected a chunk named IEND/],
  ])("%s", (_, bytes, says) => {
    expect(() => decodePng(bytes, "a.png")).toThrow(says);
    expect(() => decodePng(bytes, "a.png")).toThrow(/^a\.png: [^\n]+$/);
  });

  it("a file of more bytes than may be", () => {
    const large = new Uint8Array(mostPngBytes + 1); // never touched, so it takes no memory
    large.set(good);
    expect(() => decodePng(large, "a.png")).toThrow(/134217729 bytes, expected at most 134217728;/);
  });

  it("nothing that is as large as may be", { timeout: 60_000 }, () => {
    const side = Math.sqrt(mostPngPixels);
    const png = file(headerOf(side, side, 1, 0), flat(side * (1 + side / 8)));
    expect(decodePng(png).grey).toHaveLength(mostPngPixels);
  });
});
