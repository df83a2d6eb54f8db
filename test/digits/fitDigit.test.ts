import { describe, expect, it } from "vitest";
import { fitDigit, type Ink } from "../../src/digits/fitDigit.js";
import { mnist } from "../support/mnist.js";

/** Paper with a filled rectangle on it. */
function rectangle(
  paper: { width: number; height: number },
  [left, top, right, bottom]: readonly [number, number, number, number],
): Ink {
  const data = new Uint8Array(paper.width * paper.height);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) data[y * paper.width + x] = 255;
  }
  return { ...paper, data };
}

/** The box around all pixels from a value on, and the centre of mass of all. */
function measure(image: Uint8Array, columns: number, least = 1) {
  let [left, right, top, bottom] = [columns, -1, image.length, -1];
  let [mass, x, y] = [0, 0, 0];
  image.forEach((value, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    mass += value;
    x += value * (column + 0.5);
    y += value * (row + 0.5);
    if (value < least) return;
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
  });
  return { width: right - left + 1, height: bottom - top + 1, x: x / mass, y: y / mass };
}

describe("fitDigit", () => {
  it("gives MNIST's own images back nearly as they were", async () => {
    const { images } = (await mnist()).train;
    let different = 0;
    for (let n = 0; n < 300; n++) {
      const image = images.subarray(n * 784, (n + 1) * 784);
      const fitted = fitDigit({ width: 28, height: 28, data: image }, 28, 28)!;
      if (fitted.some((value, i) => Math.abs(value - image[i]) > 4)) different++;
    }
    expect(different).toBeLessThanOrEqual(3); // those that faint ends make larger than they seem
  });

  it("gives an image that was put elsewhere on a larger paper back as it was", async () => {
    const { images } = (await mnist()).train;
    const image = images.subarray(0, 784);
    const data = new Uint8Array(100 * 90);
    for (let i = 0; i < 784; i++) data[(55 + Math.floor(i / 28)) * 100 + 71 + (i % 28)] = image[i];
    expect(fitDigit({ width: 100, height: 90, data }, 28, 28)).toEqual(
      fitDigit({ width: 28, height: 28, data: image }, 28, 28),
    );
  });

  it.each([
    ["high", [10, 10, 50, 210], 4, 20],
    ["wide", [10, 10, 210, 60], 20, 5],
    ["small", [3, 4, 5, 6], 20, 20],
    ["from edge to edge", [0, 0, 300, 250], 20, 17],
  ] as const)("scales what is %s to 20 pixels, its shape kept", (_, box, width, height) => {
    const fitted = measure(fitDigit(rectangle({ width: 300, height: 250 }, box), 28, 28)!, 28, 128);
    expect(Math.abs(fitted.width - width)).toBeLessThanOrEqual(1);
    expect(Math.abs(fitted.height - height)).toBeLessThanOrEqual(1);
  });

  it("puts the centre of mass where MNIST has it, in the pixel below the middle", () => {
    const paper = { width: 97, height: 120 };
    for (const [left, top] of [
      [0, 0],
      [13, 40],
      [40, 7],
    ]) {
      const ink = rectangle(paper, [left, top, left + 31, top + 44]);
      const data = ink.data as Uint8Array;
      for (let x = left; x < left + 57; x++) data[(top + 43) * 97 + x] = 255; // heavier at the right
      const { x, y } = measure(fitDigit(ink, 28, 28)!, 28);
      for (const middle of [x, y]) {
        expect(middle).toBeGreaterThanOrEqual(13.95);
        expect(middle).toBeLessThanOrEqual(15.05);
      }
    }
  });

  it("takes the mean of all that a pixel covers, so that edges come out grey", () => {
    const fitted = fitDigit(rectangle({ width: 90, height: 90 }, [20, 20, 70, 45]), 28, 28)!;
    const column = Array.from({ length: 28 }, (_, y) => fitted[y * 28 + 14]);
    expect(column.filter((value) => value > 0).length).toBe(10);
    const grey = fitDigit(rectangle({ width: 90, height: 90 }, [20, 20, 70, 47]), 28, 28)!;
    expect(new Set(grey).size).toBeGreaterThan(2);
  });

  it("has no stairs where a small drawing is enlarged", () => {
    const data = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255);
    const fitted = fitDigit({ width: 3, height: 3, data }, 28, 28)!;
    expect(new Set(fitted).size).toBeGreaterThan(20);
  });

  it.each([
    [28, 400, 1.5],
    [28, 2000, 1.5],
    [14, 400, 0.75],
    [120, 400, 6.4],
  ])("makes hairlines as thick as a pen and full of ink: %i pixels of %i", (side, paper, pen) => {
    const data = rectangle({ width: paper, height: paper }, [10, 10, 12, paper - 10])
      .data as Uint8Array;
    for (let x = 10; x < paper - 10; x++) data.fill(255, 10 * paper + x, 10 * paper + x + 1);
    const fitted = fitDigit({ width: paper, height: paper, data }, side, side)!;
    expect(Math.max(...fitted)).toBe(255);
    const row = fitted.subarray(Math.floor(side / 2) * side, (Math.floor(side / 2) + 1) * side);
    const width = row.reduce((sum, value) => sum + value, 0) / 255;
    expect(width).toBeGreaterThan(0.8 * pen);
    expect(width).toBeLessThan(1.7 * pen);
  });

  it("leaves the strokes of a pen as they are", () => {
    const fitted = fitDigit(rectangle({ width: 400, height: 400 }, [190, 10, 230, 390]), 28, 28)!;
    const row = fitted.subarray(14 * 28, 15 * 28);
    expect(row.reduce((sum, value) => sum + value, 0) / 255).toBeCloseTo((40 * 20) / 380, 1);
  });

  it("fits images of other sizes to the same share", () => {
    const ink = rectangle({ width: 50, height: 50 }, [5, 5, 45, 45]);
    expect(measure(fitDigit(ink, 14, 14)!, 14)).toMatchObject({ width: 10, height: 10 });
    const wide = fitDigit(ink, 14, 56)!;
    expect(wide).toHaveLength(14 * 56);
    expect(measure(wide, 56)).toMatchObject({ width: 10, height: 10 });
  });

  it("is null where there is no ink, or hardly any", () => {
    for (const shade of [0, 20]) {
      const data = new Uint8Array(100).fill(shade);
      expect(fitDigit({ width: 10, height: 10, data }, 28, 28)).toBeNull();
    }
    expect(fitDigit({ width: 0, height: 0, data: [] }, 28, 28)).toBeNull();
  });
});
