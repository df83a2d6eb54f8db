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
  it("takes the surest of each cell, in the order of the set", () => {
    const images = heldImages(lines, 784);
    const cell = images.filter(({ label, prediction }) => label === 0 && prediction === 1);
    expect(cell).toHaveLength(24);
    expect(cell.at(-1)?.index).toBe(990);
    expect(cell[0].index).toBe(990 - 10 * 23);
    const places = images.map(({ index }) => index);
    expect(places).toEqual([...places].sort((a, b) => a - b));
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
