import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { imageOf, type Stroke } from "../../../src/render/page/app/strokes.js";

const written: Record<string, [number, number][][]> = JSON.parse(
  readFileSync(new URL("../../browser/strokes.json", import.meta.url), "utf8"),
);
const strokesOf = (digit: string, zoom = 1, move = 0): Stroke[] =>
  written[digit].map((stroke) =>
    stroke.map(([x, y]) => ({ x: x * zoom + move, y: y * zoom + move })),
  );

/** First and last row and column with ink, and where its mass lies. */
function extent(image: Uint8Array, columns: number) {
  let [top, bottom, left, right] = [Infinity, -Infinity, Infinity, -Infinity];
  let [mass, massX, massY] = [0, 0, 0];
  image.forEach((value, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    mass += value;
    massX += value * (x + 0.5);
    massY += value * (y + 0.5);
    if (value < 128) return;
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
  });
  return { height: bottom - top + 1, width: right - left + 1, x: massX / mass, y: massY / mass };
}

describe("imageOf", () => {
  it("is null where nothing is drawn", () => {
    expect(imageOf([], 28, 28)).toBeNull();
  });

  it.each(Object.keys(written))("fits a %s to 20 of 28 pixels, its mass in the middle", (digit) => {
    const { height, width, x, y } = extent(imageOf(strokesOf(digit), 28, 28)!, 28);
    expect(Math.max(height, width)).toBeGreaterThanOrEqual(19);
    expect(Math.max(height, width)).toBeLessThanOrEqual(20);
    for (const centre of [x, y]) {
      expect(centre).toBeGreaterThan(13.9); // MNIST's centres lie in the pixel right below the middle
      expect(centre).toBeLessThan(15.1);
    }
  });

  it("does not mind how large or where it was drawn", () => {
    const image = imageOf(strokesOf("3"), 28, 28)!;
    const small = imageOf(strokesOf("3", 0.25, 50), 28, 28)!;
    const most = image.reduce((far, value, i) => Math.max(far, Math.abs(value - small[i])), 0);
    expect(most).toBeLessThan(30);
  });

  it("makes a dot of a touch, not nothing", () => {
    const { height, width } = extent(imageOf([[{ x: 9, y: 9 }]], 28, 28)!, 28);
    expect(Math.min(height, width)).toBeGreaterThan(0);
  });

  it("fits other sizes too", () => {
    const { height, width } = extent(imageOf(strokesOf("1"), 40, 20)!, 20);
    expect(Math.abs(height - (20 / 28) * 40)).toBeLessThan(1.5);
    expect(width, "the pen is as wide as 20 columns want it").toBeLessThanOrEqual(4);
  });
});
