import { describe, expect, it } from "vitest";
import { heldImages } from "../../src/report/heldImages.js";

/** Images of two classes, every tenth answered wrong, surer the later they come. */
const lines = Array.from({ length: 1000 }, (_, index) => ({
  index,
  label: index % 2,
  prediction: index % 10 === 0 ? 1 - (index % 2) : index % 2,
  probability: 0.5 + index / 2000,
}));

describe("heldImages", () => {
  it("takes the surest of each cell, in the order of the set", () => {
    const { images, mostInCell } = heldImages(lines, 784);
    const cell = images.filter(({ label, prediction }) => label === 0 && prediction === 1);
    expect(cell).toHaveLength(mostInCell);
    expect(cell.at(-1)?.index).toBe(990);
    expect(cell[0].index).toBe(990 - 10 * (mostInCell - 1));
    const places = images.map(({ index }) => index);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it("takes fewer of each where images are large, and one at least", () => {
    const large = heldImages(lines, 100_000);
    expect(large.mostInCell).toBeLessThan(24);
    expect(large.images.length * 100_000).toBeLessThanOrEqual(2_000_000);
    expect(heldImages(lines, 5_000_000).images).toHaveLength(1);
  });

  it("counts what is said of each image, where images are tiny and classes many", () => {
    const many = Array.from({ length: 200_000 }, (_, index) => ({
      index,
      label: index % 250,
      prediction: Math.floor(index / 250) % 250,
      probability: 0.1 + 1 / (index + 2),
    }));
    const { images } = heldImages(many, 4);
    expect(JSON.stringify(images).length).toBeLessThan(2_000_000);
  });

  it("has nothing where there is nothing", () => {
    expect(heldImages([], 784).images).toEqual([]);
  });
});
