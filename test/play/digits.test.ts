import { describe, expect, it } from "vitest";
import { sliceImages } from "../../src/dataset/labelledImages.js";
import { packImages, unpackImages } from "../../src/play/digits.js";
import { mnist } from "../support/mnist.js";

describe("the images of the live page", () => {
  it("come back with 16 intensities to train on, and with every bit to test on", async () => {
    const { train, test } = await mnist();
    const given = { train: sliceImages(train, 0, 301), test: sliceImages(test, 0, 7) };
    const bytes = packImages(given);
    expect(bytes.length).toBeLessThan(301 * 393 + 8 * 785 + 20);
    const found = unpackImages(bytes);
    expect(found.train.labels).toEqual(given.train.labels.slice());
    expect(found.test).toEqual({
      ...given.test,
      images: given.test.images.slice(),
      labels: given.test.labels.slice(),
    });
    const apart = found.train.images.map((value, i) => Math.abs(value - given.train.images[i]));
    expect(apart.every((distance) => distance <= 8)).toBe(true);
    expect(new Set(found.train.images).size).toBe(16);
    expect(packImages(found)).toEqual(bytes);
  });

  it("may have an odd number of pixels", () => {
    const set = {
      images: Uint8Array.of(0, 255, 17),
      labels: Uint8Array.of(4),
      rows: 3,
      columns: 1,
    };
    expect(unpackImages(packImages({ train: set, test: set }))).toEqual({ train: set, test: set });
  });
});
