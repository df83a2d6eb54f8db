import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { encodePng, imageGrid } from "../../../src/render/svg/imageGrid.js";

describe("imageGrid", () => {
  const images = [1, 2, 3, 4].map((level) => new Uint8Array(6).fill(60 * level));

  it("shows every image, enlarged alike, the first of a row set apart", () => {
    const { width, height, data } = imageGrid([images.slice(0, 2), images.slice(2)], 2, 3);
    const zoom = 19; // 3 columns become at least 56 pixels
    expect([width, height]).toEqual([2 + 2 * (3 * zoom + 2) + 8, 2 + 2 * (2 * zoom + 2)]);
    const counts = new Map<number, number>();
    for (const pixel of data) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    for (const level of [60, 120, 180, 240]) expect(counts.get(level)).toBe(6 * zoom * zoom);
    expect(data[2 * width + 2]).toBe(60);
    expect(data[2 * width + 2 + 3 * zoom + 9]).toBe(144);
    expect(data[2 * width + 2 + 3 * zoom + 10]).toBe(120);
  });

  it("large images keep their size", () => {
    const { width, height } = imageGrid([[new Uint8Array(100 * 90)]], 100, 90);
    expect([width, height]).toEqual([94, 104]);
  });

  it("becomes a PNG that reads back to the same pixels", () => {
    const picture = imageGrid([images], 2, 3);
    const { width, height, data, channels } = decode(encodePng(picture));
    expect({ width, height, channels }).toEqual({
      width: picture.width,
      height: picture.height,
      channels: 1,
    });
    expect([...data]).toEqual([...picture.data]);
  });
});
