import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asTaken, deskew } from "../../src/dataset/deskew.js";
import { mnist } from "../support/mnist.js";

const size = { rows: 28, columns: 28 };
const D = 28 * 28;

/** An image with a stroke from top to bottom that moves so many columns to the right in a row. */
function stroke(slant: number): Uint8Array {
  const image = new Uint8Array(D);
  for (let r = 4; r < 24; r++) image[r * 28 + Math.round(14 + slant * (r - 13.5))] = 200;
  return image;
}

/** Columns to the right from row to row, by the formula of the page that the function cites. */
function slantOf(image: Uint8Array): number {
  const at = [...image].map((ink, d) => ({ ink, r: Math.floor(d / 28), c: d % 28 }));
  const mass = at.reduce((sum, { ink }) => sum + ink, 0);
  const mean = (of: (p: { r: number; c: number }) => number) =>
    at.reduce((sum, p) => sum + p.ink * of(p), 0) / mass;
  const [r, c] = [mean((p) => p.r), mean((p) => p.c)];
  return mean((p) => (p.r - r) * (p.c - c)) / mean((p) => (p.r - r) ** 2);
}

/** The deskewed copy of an image. */
function upright(image: Uint8Array, background = 0): Uint8Array {
  const copy = image.slice();
  deskew(copy, size, background);
  return copy;
}

describe("deskew", () => {
  it.each([-0.8, -0.3, 0.15, 0.6])("makes a stroke with slant %d upright", (slant) => {
    expect(slantOf(stroke(slant))).toBeCloseTo(slant, 1);
    expect(Math.abs(slantOf(upright(stroke(slant))))).toBeLessThan(0.02);
  });

  it("leaves an upright stroke, a level one, a dot and an empty image as they are", () => {
    const level = new Uint8Array(D).fill(180, 14 * 28 + 5, 14 * 28 + 20);
    const dot = new Uint8Array(D).fill(90, 300, 301);
    for (const image of [stroke(0), level, dot, new Uint8Array(D)]) {
      expect(upright(image)).toEqual(image);
    }
  });

  it("takes off at most one column a row", () => {
    expect(slantOf(upright(stroke(0.9)))).toBeCloseTo(0, 1);
    const steep = new Uint8Array(D);
    for (let r = 12; r < 16; r++) steep.fill(200, r * 28 + 5 * (r - 11), r * 28 + 5 * (r - 10));
    const found = slantOf(steep);
    expect(found).toBeCloseTo(5, 5);
    expect(slantOf(upright(steep))).toBeCloseTo(found - 1, 1);
  });

  it("makes the test images of MNIST upright: slants were 0.26 apart, and are 0.01", async () => {
    const { test } = await mnist();
    const images = Array.from({ length: 1000 }, (_, n) => test.images.slice(n * D, (n + 1) * D));
    const deviation = (slants: number[]) =>
      Math.sqrt(slants.reduce((sum, slant) => sum + slant * slant, 0) / slants.length);
    const before = deviation(images.map(slantOf));
    expect(before).toBeGreaterThan(0.2);
    expect(deviation(images.map((image) => slantOf(upright(image))))).toBeLessThan(before / 10);
  });

  it("gives these very bytes, on any machine", async () => {
    const { test } = await mnist();
    const copy = test.images.slice();
    deskew(copy, size);
    expect(createHash("sha256").update(copy).digest("hex")).toMatchInlineSnapshot(
      `"1ace167e886f85269d6271e32f787b58885ab9bea03d389c6048b819621b7c42"`,
    );
  });

  it("treats dark on light as light on dark, to the last bit of rounding", async () => {
    const { test } = await mnist();
    const image = test.images.slice(0, D);
    const turned = upright(
      image.map((value) => 255 - value),
      255,
    );
    const difference = upright(image).map((value, d) => Math.abs(255 - value - turned[d]));
    expect(Math.max(...difference)).toBeLessThanOrEqual(1);
  });

  it("neither fails nor leaves the range on any image of any size", () => {
    const sizes = fc.record({ rows: fc.nat(9), columns: fc.nat(9) });
    const images = sizes.chain(({ rows, columns }) => {
      const length = (rows + 1) * (columns + 1);
      return fc.record({
        size: fc.constant({ rows: rows + 1, columns: columns + 1 }),
        image: fc.uint8Array({ minLength: length, maxLength: length }),
        background: fc.nat(255),
      });
    });
    fc.assert(
      fc.property(images, ({ size, image, background }) => {
        const low = Math.min(background, ...image);
        const high = Math.max(background, ...image);
        deskew(image, size, background);
        expect(Math.min(...image)).toBeGreaterThanOrEqual(low);
        expect(Math.max(...image)).toBeLessThanOrEqual(high);
      }),
    );
  });
});

describe("asTaken", () => {
  it("copies and deskews for a net that takes deskewed images, else it gives the images themselves", () => {
    const image = stroke(0.4);
    const kept = image.slice();
    expect(asTaken(image, size)).toBe(image);
    expect(asTaken(image, { ...size, deskew: true })).toEqual(upright(image));
    expect(image).toEqual(kept);
  });
});
