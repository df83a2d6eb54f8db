import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Augmentation, copyKey, distort, planDistortion } from "../../src/dataset/augment.js";
import { Random } from "../../src/random.js";
import { mnist } from "../support/mnist.js";

const still: Augmentation = {
  elasticAlpha: 0,
  elasticSigma: 4,
  rotation: 0,
  zoom: 0,
  shear: 0,
  shift: 0,
};
const lively = { ...still, elasticAlpha: 30, rotation: 10, zoom: 0.1, shear: 0.1, shift: 1.5 };

function noise(rows: number, columns: number, seed: number): Uint8Array {
  const random = Random.fromSeed(seed);
  return Uint8Array.from({ length: rows * columns }, () => random.below(256));
}

/** Where the weight of an image lies, in pixels from its middle. */
function centreOf(image: Uint8Array, columns: number): { x: number; y: number; mass: number } {
  let [x, y, mass] = [0, 0, 0];
  image.forEach((pixel, i) => {
    x += pixel * (i % columns);
    y += pixel * Math.floor(i / columns);
    mass += pixel;
  });
  const rows = image.length / columns;
  return { x: x / mass - (columns - 1) / 2, y: y / mass - (rows - 1) / 2, mass };
}

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 30 }),
  columns: fc.integer({ min: 1, max: 30 }),
});

describe("distort", () => {
  it("gives the image back where every amount is 0", () => {
    fc.assert(
      fc.property(sizes, fc.nat(), ({ rows, columns }, seed) => {
        const image = noise(rows, columns, seed);
        expect(distort(image, planDistortion(still, rows, columns), seed)).toEqual(image);
      }),
    );
  });

  it("distorts dark on light as it does light on dark", async () => {
    const image = (await mnist()).train.images.subarray(0, 784);
    const inverted = (values: Uint8Array) => values.map((value) => 255 - value);
    for (let key = 0; key < 20; key++) {
      const light = distort(image, planDistortion(lively, 28, 28), key);
      const dark = distort(inverted(image), planDistortion(lively, 28, 28, 255), key);
      // A value halfway between two whole ones is rounded up in both.
      inverted(dark).forEach((value, i) => {
        expect(Math.abs(value - light[i])).toBeLessThanOrEqual(1);
      });
    }
  });

  it("the same key gives the same copy, another key another one", async () => {
    const { images } = (await mnist()).train;
    const image = images.subarray(0, 784);
    const plan = planDistortion(lively, 28, 28);
    const copies = new Set<string>();
    for (let key = 0; key < 50; key++) {
      const copy = distort(image, plan, key);
      expect(distort(image, plan, key)).toEqual(copy);
      copies.add(copy.join());
    }
    expect(copies.size).toBe(50);
  });

  it("black stays black, and an image whose pixels are alike shows them nowhere brighter", () => {
    const plan = planDistortion(lively, 13, 17);
    for (let key = 0; key < 20; key++) {
      expect(distort(new Uint8Array(221), plan, key).every((pixel) => pixel === 0)).toBe(true);
      const flat = distort(new Uint8Array(221).fill(200), plan, key);
      expect(flat.every((pixel) => pixel <= 200)).toBe(true);
      expect(flat[6 * 17 + 8]).toBe(200);
    }
  });

  it("a shift moves the weight by up to its amount, both ways, and keeps the mass", async () => {
    const { images } = (await mnist()).train;
    const image = images.subarray(0, 784);
    const before = centreOf(image, 28);
    const plan = planDistortion({ ...still, shift: 3 }, 28, 28);
    const moves = Array.from({ length: 200 }, (_, key) => {
      const { x, y, mass } = centreOf(distort(image, plan, key), 28);
      expect(Math.abs(mass / before.mass - 1)).toBeLessThan(0.02);
      return [x - before.x, y - before.y];
    }).flat();
    expect(Math.max(...moves)).toBeLessThan(3.1);
    expect(Math.max(...moves)).toBeGreaterThan(2.7);
    expect(Math.min(...moves)).toBeGreaterThan(-3.1);
    expect(Math.min(...moves)).toBeLessThan(-2.7);
  });

  it("an image twice as large is distorted in proportion", async () => {
    const { images } = (await mnist()).train;
    const small = images.subarray(0, 784);
    const large = Uint8Array.from({ length: 56 * 56 }, (_, i) => {
      return small[Math.floor(i / 112) * 28 + Math.floor((i % 56) / 2)];
    });
    const shift = { ...still, shift: 3, rotation: 20, zoom: 0.1, shear: 0.1 };
    for (let key = 0; key < 10; key++) {
      const a = centreOf(distort(small, planDistortion(shift, 28, 28), key), 28);
      const b = centreOf(distort(large, planDistortion(shift, 56, 56), key), 56);
      expect(b.x / 2).toBeCloseTo(a.x, 0.7);
      expect(b.y / 2).toBeCloseTo(a.y, 0.7);
    }
  });

  it("an elastic field bends the image, smoothly: neighbours move together", async () => {
    const plan = planDistortion({ ...still, elasticAlpha: 34 }, 28, 28);
    // a ramp along the columns shows where each pixel came from
    const ramp = Uint8Array.from({ length: 784 }, (_, i) => 9 * (i % 28));
    let [bent, rough] = [0, 0];
    for (let key = 0; key < 20; key++) {
      const copy = distort(ramp, plan, key);
      for (let row = 8; row < 20; row++) {
        for (let column = 8; column < 20; column++) {
          const i = row * 28 + column;
          bent = Math.max(bent, Math.abs(copy[i] - ramp[i]) / 9);
          rough = Math.max(rough, Math.abs(copy[i] - copy[i - 28]) / 9);
        }
      }
    }
    expect(bent).toBeGreaterThan(1);
    expect(rough).toBeLessThan(1);
  });

  it("a larger image bends as far in proportion", () => {
    const bendOf = (side: number) => {
      const plan = planDistortion({ ...still, elasticAlpha: 34 }, side, side);
      const ramp = Uint8Array.from({ length: side * side }, (_, i) => (i % side) * (252 / side));
      let sum = 0;
      for (let key = 0; key < 30; key++) {
        const copy = distort(ramp, plan, key);
        // One row through the middle, from a quarter to three quarters of the image.
        for (let column = side / 4; column < (3 * side) / 4; column++) {
          const i = Math.floor((side / 2) * side + column);
          sum += Math.abs(copy[i] - ramp[i]) / side;
        }
      }
      return sum; // in shares of the side, since the ramp spans it
    };
    for (const side of [14, 56, 84]) {
      expect(bendOf(side) / bendOf(28)).toBeGreaterThan(0.75);
      expect(bendOf(side) / bendOf(28)).toBeLessThan(1.25);
    }
  });

  it("these copies never change, on any machine", async () => {
    const { images } = (await mnist()).train;
    const plan = planDistortion(lively, 28, 28);
    const copy = distort(images.subarray(0, 784), plan, copyKey(12345, 0));
    expect([...copy.subarray(14 * 28, 15 * 28)].join(" ")).toMatchInlineSnapshot(
      `"0 0 0 0 0 0 0 0 8 53 130 203 224 253 209 140 65 8 0 0 0 0 0 0 0 0 0 0"`,
    );
  });
});
