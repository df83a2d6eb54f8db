import { describe, expect, it } from "vitest";
import { heldImages } from "../../../src/render/page/heldImages.js";

/** Images of two classes, every tenth answered wrong, surer the later they come. */
const lines = Array.from({ length: 1000 }, (_, index) => ({
  index,
  label: index % 2,
  prediction: index % 10 === 0 ? 1 - (index % 2) : index % 2,
  probability: 0.5 + index / 2000,
}));

describe("heldImages", () => {
  const cellOf = (label: number, prediction: number, images = heldImages(lines, 784)) =>
    images.filter((at) => at.label === label && at.prediction === prediction);

  it("takes the surest mistakes and the least sure right answers, in the order of the set", () => {
    const wrong = cellOf(0, 1).filter(({ index }) => index % 10 === 0);
    expect(wrong.slice(-24).map(({ index }) => index)).toEqual(
      Array.from({ length: 24 }, (_, n) => 990 - 10 * (23 - n)),
    );
    const right = cellOf(1, 1).map(({ index }) => index);
    expect(right.slice(0, 24)).toEqual(Array.from({ length: 24 }, (_, n) => 2 * n + 1));
    const places = heldImages(lines, 784).map(({ index }) => index);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it("takes a sample of the whole set besides, each image once", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ ...lines[index % 1000], index }));
    const images = heldImages(many, 784);
    expect(images.length).toBeGreaterThan(500);
    expect(images.length).toBeLessThanOrEqual(500 + 4 * 24);
    expect(new Set(images.map(({ index }) => index)).size).toBe(images.length);
    for (let from = 0; from < 10_000; from += 1000) {
      const here = images.filter(({ index }) => index >= from && index < from + 1000);
      expect(here.length, `images ${from} to ${from + 999}`).toBeGreaterThanOrEqual(45);
    }
  });

  it("takes fewer of each where images are large, and one at least", () => {
    const large = heldImages(lines, 100_000);
    expect(large.length).toBeLessThan(heldImages(lines, 784).length);
    expect(large.length * 100_000).toBeLessThanOrEqual(2_000_000);
    expect(heldImages(lines, 5_000_000)).toHaveLength(1);
  });

  it("takes mistakes before all else where there is no room for one of each cell", () => {
    const [only, ...others] = heldImages(lines, 1_500_000);
    expect(only.label).not.toBe(only.prediction);
    expect(others).toEqual([]);
  });

  it("counts what is said of each image, where images are tiny and classes many", () => {
    const many = Array.from({ length: 200_000 }, (_, index) => ({
      index,
      label: index % 250,
      prediction: Math.floor(index / 250) % 250,
      probability: 0.1 + 1 / (index + 2),
    }));
    expect(JSON.stringify(heldImages(many, 4)).length).toBeLessThan(2_000_000);
  });

  it("has nothing where there is nothing", () => {
    expect(heldImages([], 784)).toEqual([]);
  });
});
