import { describe, expect, it } from "vitest";
import { deskew } from "../../src/dataset/deskew.js";
import { meanImage } from "../../src/dataset/split.js";
import { simdPixelWork } from "../../src/engine/simd/pixelWork.js";
import { Random } from "../../src/random.js";
import { mnist } from "../support/mnist.js";

/** Random images with ink here and there, on some background. */
function randomImages(N: number, rows: number, columns: number, background: number) {
  const random = Random.fromSeed(rows * columns + background);
  const images = Uint8Array.from({ length: N * rows * columns }, () =>
    random.below(4) === 0 ? random.below(256) : background,
  );
  return { images, labels: new Uint8Array(N), rows, columns };
}

describe("the kernels for all pixels of a data set", () => {
  it("deskew MNIST to the bytes of the plain function, dark on light as well", async () => {
    const { test } = await mnist();
    const work = await simdPixelWork();
    for (const background of [0, 255]) {
      const images = test.images.map((value) => Math.abs(background - value));
      const expected = images.slice();
      deskew(expected, test, background);
      work.deskew(images, test, background);
      expect(Buffer.compare(images, expected)).toBe(0);
    }
  });

  it.each([
    [1, 16],
    [3, 17],
    [28, 31],
    [9, 32],
    [5, 100],
    [100, 16],
    [200, 17],
    [300, 20],
    [7, 15], // too narrow for the kernels
    [1, 3],
  ])(
    "deskew and add up images of %d x %d pixels as the plain functions do",
    async (rows, columns) => {
      const work = await simdPixelWork();
      for (const background of [0, 77, 255]) {
        const all = randomImages(300, rows, columns, background);
        const expected = all.images.slice();
        deskew(expected, all, background);
        work.deskew(all.images, all, background);
        expect(Buffer.compare(all.images, expected)).toBe(0);
        expect(work.meanImage(all)).toEqual(meanImage(all));
      }
    },
  );

  it("add up MNIST to the plain mean image, bit for bit", async () => {
    const { train } = await mnist();
    expect((await simdPixelWork()).meanImage(train)).toEqual(meanImage(train));
  });

  it("add up white images of any number without an overflow", async () => {
    const work = await simdPixelWork();
    for (const N of [1, 255, 256, 257, 1000]) {
      const images = new Uint8Array(N * 20 * 20).fill(255);
      const all = { images, labels: new Uint8Array(N), rows: 20, columns: 20 };
      expect(new Set(work.meanImage(all))).toEqual(new Set([255]));
    }
  });
});
