import { describe, expect, it } from "vitest";
import { fitDigit } from "../../src/digits/fitDigit.js";
import { readDigit, readInk } from "../../src/digits/picture.js";
import { InputError } from "../../src/errors.js";
import { Random } from "../../src/random.js";
import { mnist } from "../support/mnist.js";
import { greyPng, pngOf } from "../support/png.js";

/** A training image three times as large, on paper of 100 x 110. */
const width = 100;
const height = 110;
async function drawing(n = 0): Promise<Uint8Array> {
  const { images } = (await mnist()).train;
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [
      Math.floor(((i % width) - 8) / 3),
      Math.floor((Math.floor(i / width) - 17) / 3),
    ];
    return x >= 0 && x < 28 && y >= 0 && y < 28 ? images[n * 784 + y * 28 + x] : 0;
  });
}
const png = (data: Uint8Array, shade: (ink: number, i: number) => number) =>
  greyPng(width, height, data.map(shade));
const most = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));

describe("readInk finds the same ink", () => {
  it("dark on light and light on dark", async () => {
    const ink = await drawing();
    const light = readInk(png(ink, (v) => v));
    expect([light.width, light.height]).toEqual([width, height]);
    expect(most(light.data, ink)).toBeLessThan(4);
    expect(most(readInk(png(ink, (v) => 255 - v)).data, ink)).toBeLessThan(4);
  });

  it("on grey paper and with pale ink, the strongest at 255", async () => {
    const ink = await drawing();
    expect(most(readInk(png(ink, (v) => 180 - Math.round(v / 3))).data, ink)).toBeLessThan(5);
    expect(most(readInk(png(ink, (v) => 60 + Math.round(v / 3))).data, ink)).toBeLessThan(5);
  });

  it("in blue on yellow", async () => {
    const ink = await drawing();
    const samples = [...ink].flatMap((v) => [255 - v, 255 - v, v]);
    const { data } = readInk(pngOf({ width, height, depth: 8, colourType: 2, samples }));
    expect(most(data, ink)).toBeLessThan(4);
  });

  it.each([
    ["black", 0],
    ["white", 255],
    ["grey", 90],
  ])("in %s strokes on nothing", async (_, shade) => {
    const ink = await drawing();
    for (const hidden of [0, 255]) {
      const samples = [...ink].flatMap((v) => [v === 0 ? hidden : shade, v]);
      const { data } = readInk(pngOf({ width, height, depth: 8, colourType: 4, samples }));
      expect(most(data, ink)).toBeLessThan(4);
    }
  });

  it("on a card with clear corners, whatever its colour", async () => {
    const ink = await drawing();
    for (const shade of [(v: number) => v, (v: number) => 255 - v]) {
      const samples = [...ink].flatMap((v, i) => {
        const isCard = i % width > 5 && i % width < 95 && i > 5 * width && i < 105 * width;
        return isCard ? [shade(v), 255] : [0, 0];
      });
      const { data } = readInk(pngOf({ width, height, depth: 8, colourType: 4, samples }));
      expect(most(data, ink)).toBeLessThan(4);
    }
  });

  it("on a small card, whatever colour what is clear around it would have", () => {
    const within = (i: number, from: number, to: number) =>
      i % 40 >= from && i % 40 < to && i >= from * 40 && i < to * 40;
    const bar = Uint8Array.from({ length: 1600 }, (_, i) => (within(i, 17, 23) ? 255 : 0));
    for (const hidden of [0, 255]) {
      for (const shade of [(v: number) => v, (v: number) => 255 - v]) {
        const samples = [...bar].flatMap((v, i) =>
          within(i, 9, 31) ? [shade(v), 255] : [hidden, 0],
        );
        const picture = { width: 40, height: 40, depth: 8, colourType: 4, samples } as const;
        expect(readInk(pngOf(picture)).data).toEqual(bar);
      }
    }
  });

  it("in 16 bits, and of a palette", async () => {
    const ink = await drawing();
    const wide = pngOf({
      ...{ width, height, depth: 16, colourType: 0 },
      samples: [...ink].map((v) => 257 * v),
    });
    expect(most(readInk(wide).data, ink)).toBeLessThan(4);
    const palette = Array.from({ length: 256 }, (_, n) => [255 - n, 255 - n, 255 - n]).flat();
    const indexed = pngOf({ width, height, depth: 8, colourType: 3, samples: ink, palette });
    expect(most(readInk(indexed).data, ink)).toBeLessThan(4);
  });

  it("where a stroke leaves the picture", async () => {
    const ink = await drawing();
    for (let y = 0; y < 40; y++) ink.fill(255, y * width + 50, y * width + 60);
    expect(most(readInk(png(ink, (v) => 255 - v)).data, ink)).toBeLessThan(4);
  });

  it("without what touches the edge and is no part of the digit", async () => {
    const ink = await drawing();
    const thumb = ink.slice();
    for (let y = 0; y < 12; y++) thumb.fill(255, y * width + 40, y * width + 50);
    expect(most(readInk(png(thumb, (v) => 255 - v)).data, ink)).toBeLessThan(4);
  });
});

describe("readInk", () => {
  it("cuts the grain and the shades of a photo's paper to 0", async () => {
    const ink = await drawing();
    const random = Random.fromSeed(1);
    const photo = png(ink, (v, i) => {
      const light = 1 - 0.15 * (((i % width) + Math.floor(i / width)) / (width + height));
      return Math.round((200 - (140 * v) / 255) * light + 3 * random.gaussian());
    });
    const { data } = readInk(photo);
    const paper = Array.from(data).filter((_, i) => ink[i] === 0);
    expect(paper.filter((value) => value === 0).length / paper.length).toBeGreaterThan(0.98);
    expect(Math.max(...paper)).toBeLessThan(40);
  });

  it.each([
    ["white", 255, 0],
    ["black", 0, 0],
    ["grained", 120, 10],
  ])("says that nothing is drawn on %s paper", (_, shade, grain) => {
    const paper = Uint8Array.from({ length: 400 }, (_, i) => shade + ((i * 7) % (grain + 1)));
    expect(() => readInk(greyPng(20, 20, paper), "a.png")).toThrow(
      new InputError(
        "a.png: nothing is drawn, expected a digit lighter or darker than its paper; " +
          "draw one, or raise the contrast",
      ),
    );
  });

  it("says so too of what is clear all over", () => {
    const samples = new Array(2 * 100).fill(0);
    const clear = pngOf({ width: 10, height: 10, depth: 8, colourType: 4, samples });
    expect(() => readInk(clear, "a.png")).toThrow(/^a\.png: nothing is drawn, expected/);
  });
});

describe("readDigit", () => {
  it("takes a picture that looks like an image of MNIST as it is", async () => {
    const { images } = (await mnist()).train;
    for (let n = 0; n < 20; n++) {
      const image = images.subarray(n * 784, (n + 1) * 784);
      expect(readDigit(greyPng(28, 28, image), 28, 28)).toEqual(image);
    }
  });

  it("fits others: larger, dark on light, or with something at the edge", async () => {
    const ink = await drawing();
    const fitted = fitDigit({ width, height, data: ink }, 28, 28)!;
    const picture = png(ink, (v) => 255 - v);
    expect(most(readDigit(picture, 28, 28), fitted)).toBeLessThan(4);
    const bar = (i: number) => i % 28 >= 4 && i % 28 < 9 && i < 9 * 28;
    const corner = new Uint8Array(784).map((_, i) => (bar(i) ? 200 : 0));
    const centred = readDigit(greyPng(28, 28, corner), 28, 28);
    expect(centred[0]).toBe(0);
    expect(centred[14 * 28 + 14]).toBe(255);
    const { images } = (await mnist()).train;
    const dark = readDigit(
      greyPng(
        28,
        28,
        images.subarray(0, 784).map((v) => 255 - v),
      ),
      28,
      28,
    );
    expect(most(dark, images.subarray(0, 784))).toBeLessThan(4);
  });

  it("says that nothing is drawn on a picture of just the right size", () => {
    expect(() => readDigit(greyPng(28, 28, new Uint8Array(784)), 28, 28)).toThrow(
      /nothing is drawn/,
    );
  });
});
