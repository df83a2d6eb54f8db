import { describe, expect, it } from "vitest";
import { deskew } from "../../src/dataset/deskew.js";
import { type LabelledImages, sliceImages } from "../../src/dataset/labelledImages.js";
import { meanImage, splitImages, splitInPlace } from "../../src/dataset/split.js";
import { UsageError } from "../../src/errors.js";
import { mnist } from "../support/mnist.js";

const tiny = {
  images: Uint8Array.of(0, 10, 255, 20, 255, 31, 1, 2),
  labels: Uint8Array.of(0, 1, 2, 3),
  rows: 1,
  columns: 2,
};

describe("splitImages", () => {
  it("takes validation from the end and training from the start", () => {
    const { train, validation } = splitImages(tiny, { validation: 1, limit: 2 });
    expect([...train.labels]).toEqual([0, 1]);
    expect([...train.images]).toEqual([0, 10, 255, 20]);
    expect([...validation.labels]).toEqual([3]);
    expect([...validation.images]).toEqual([1, 2]);
  });

  it("subtracts nothing without centring", () => {
    const { meanImage } = splitImages(tiny, { validation: 1, limit: null, centring: false });
    expect([...meanImage]).toEqual([0, 0]);
  });

  it("deskews both sets, and centers by the mean of deskewed images", async () => {
    const { train: all } = await mnist();
    const some = sliceImages(all, 0, 300);
    const kept = some.images.slice();
    const plain = splitImages(some, { validation: 100, limit: null });
    const upright = splitImages(some, { validation: 100, limit: null, deskew: true });
    expect(some.images).toEqual(kept);
    for (const set of ["train", "validation"] as const) {
      const images = plain[set].images.slice();
      deskew(images, some);
      expect(upright[set].images).toEqual(images);
    }
    expect(upright.meanImage).toEqual(meanImage(upright.train));
    expect(upright.meanImage).not.toEqual(plain.meanImage);
    const inPlace = { ...some, images: kept };
    expect(splitInPlace(inPlace, { validation: 100, limit: null, deskew: true })).toEqual(upright);
    expect(Buffer.concat([upright.train.images, upright.validation.images]).equals(kept)).toBe(
      true,
    );
  });

  it("splits MNIST into 50000 and 10000, keeping every pixel a byte", async () => {
    const { train: all } = await mnist();
    const { train, validation } = splitImages(all, { validation: 10000, limit: null });
    expect(train.labels).toHaveLength(50000);
    expect(validation.images).toHaveLength(10000 * 784);
    expect(validation.images).toBeInstanceOf(Uint8Array);
    expect(validation.labels[9999]).toBe(all.labels[59999]);
  });

  it("the mean image is that of the images trained on, and of no others", () => {
    const { meanImage: mean } = splitImages(tiny, { validation: 1, limit: null });
    expect([...mean]).toEqual([...Float32Array.of(510 / 3, 61 / 3)]);
    expect([...splitImages(tiny, { validation: 1, limit: 2 }).meanImage]).toEqual([127.5, 15]);
  });

  it("the mean image does not overflow, as 8-bit sums would", async () => {
    const { train } = await mnist();
    const mean = meanImage(train);
    let [sum, total] = [0, 0];
    for (const m of mean) sum += m;
    for (const pixel of train.images) total += pixel;
    expect(sum / 784).toBeCloseTo(total / train.images.length, 3);
    expect(sum / 784).toBeCloseTo(33.318, 2); // 0.1307 of 255, the figure that everybody knows
  });

  it("no validation images are allowed, no training images are not", () => {
    expect(splitImages(tiny, { validation: 0, limit: null }).validation.labels).toHaveLength(0);
    for (const validation of [4, 5, -1, 1.5]) {
      expect(() => splitImages(tiny, { validation, limit: null })).toThrow(UsageError);
    }
    for (const limit of [0, 4, 1.5]) {
      expect(() => splitImages(tiny, { validation: 1, limit })).toThrow(UsageError);
    }
  });

  it("a shuffled split takes each image once, and the same ones every time", async () => {
    const { train: all } = await mnist();
    const small = sliceImages(all, 0, 600);
    const labels = small.labels.slice().sort();
    const settings = { validation: 100, limit: null, split: "shuffled" } as const;
    const { train, validation, meanImage: mean } = splitImages({ ...small, labels }, settings);
    expect([...train.labels, ...validation.labels].sort()).toEqual([...labels]);
    expect(new Set(validation.labels).size).toBe(10);
    expect(mean).toEqual(meanImage(train));
    const digest = ({ images }: LabelledImages) => Buffer.from(images).toString("latin1");
    const again = splitImages({ ...small, labels }, { ...settings, limit: 50 });
    expect(digest(again.validation) === digest(validation)).toBe(true);
    expect(digest(again.train) === digest(sliceImages(train, 0, 50))).toBe(true);
  });

  it("a shuffled split keeps images and labels together", () => {
    const images = Uint8Array.from({ length: 200 }, (_, n) => n);
    const all = { images, labels: images, rows: 1, columns: 1 };
    const { train, validation } = splitImages(all, {
      validation: 40,
      limit: null,
      split: "shuffled",
    });
    expect(train.images).toEqual(train.labels);
    expect(validation.images).toEqual(validation.labels);
    // The order is part of what a model file means, so it never changes.
    expect([...validation.labels.subarray(0, 5)]).toMatchInlineSnapshot(`
      [
        57,
        193,
        58,
        130,
        74,
      ]
    `);
  });
});

describe("splitInPlace", () => {
  /** Images of 2 x 3 pixels, each told from the others. */
  const images = (count: number): LabelledImages => ({
    images: Uint8Array.from({ length: 6 * count }, (_, i) => (i * 7 + Math.floor(i / 6)) % 251),
    labels: Uint8Array.from({ length: count }, (_, n) => n % 10),
    rows: 2,
    columns: 3,
  });

  it.each([
    [1, 0, null],
    [2, 1, null],
    [7, 2, 3],
    [200, 50, null],
    [200, 0, 1],
  ])("of %i images gives the split of splitImages, in order and shuffled", (...row) => {
    const [count, validation, limit] = row;
    for (const split of ["end", "shuffled"] as const) {
      const settings = { validation, limit, split };
      expect(splitInPlace(images(count), settings)).toEqual(splitImages(images(count), settings));
    }
  });

  it("makes no second copy of the pixels, and leaves labels in the order of the file", () => {
    const all = images(200);
    const settings = { validation: 50, limit: null, split: "shuffled" } as const;
    const { train, validation } = splitInPlace(all, settings);
    expect(train.images.buffer).toBe(all.images.buffer);
    expect(validation.images.buffer).toBe(all.images.buffer);
    expect(all.labels).toEqual(images(200).labels);
  });

  it("refuses a split that the file cannot give before it moves an image", () => {
    const all = images(20);
    const settings = { validation: 20, limit: null, split: "shuffled" } as const;
    expect(() => splitInPlace(all, settings)).toThrow(UsageError);
    expect(all).toEqual(images(20));
  });
});
