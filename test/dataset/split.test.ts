import { describe, expect, it } from "vitest";
import { meanImage, splitImages } from "../../src/dataset/split.js";
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
});
