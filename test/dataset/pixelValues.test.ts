import { describe, expect, it } from "vitest";
import {
  drawnIn,
  pixelValuesOf,
  pixelValuesOfMean,
  usualPixels,
} from "../../src/dataset/pixelValues.js";
import { meanImage } from "../../src/dataset/split.js";
import { mnist } from "../support/mnist.js";

describe("the intensities of images", () => {
  it("MNIST is light on black, and its inverse is dark on white", async () => {
    const { images } = (await mnist()).train;
    expect(pixelValuesOf(images, 784)).toEqual({ background: 0, least: 0, greatest: 255 });
    const inverted = images.map((value) => 255 - value);
    expect(pixelValuesOf(inverted, 784)).toEqual({ background: 255, least: 0, greatest: 255 });
  });

  it("the range is that of all images, not only of those that the background is judged by", () => {
    const images = new Uint8Array(5000 * 4).fill(90);
    images[4 * 4321 + 2] = 7;
    images[4 * 1234 + 1] = 201;
    expect(pixelValuesOf(images, 4)).toEqual({ background: 90, least: 7, greatest: 201 });
  });

  it("no images are taken for MNIST's", () => {
    expect(pixelValuesOf(new Uint8Array(), 784)).toEqual(usualPixels);
  });

  it("the mean image alone tells dark on light from light on dark", async () => {
    const { train } = await mnist();
    const mean = meanImage(train);
    expect(pixelValuesOfMean(mean, 28, 28)).toEqual(usualPixels);
    const inverted = mean.map((value) => 255 - value);
    expect(pixelValuesOfMean(inverted, 28, 28).background).toBe(255);
    expect(pixelValuesOfMean(new Float32Array(784), 28, 28)).toEqual(usualPixels);
  });

  it("a drawing goes from the background to the farther end of the range", () => {
    const ink = Uint8Array.of(0, 51, 255);
    expect([...drawnIn(ink, usualPixels)]).toEqual([...ink]);
    const darkOnLight = { background: 255, least: 0, greatest: 255 };
    expect([...drawnIn(ink, darkOnLight)]).toEqual([255, 204, 0]);
    const pale = { background: 20, least: 10, greatest: 120 };
    expect([...drawnIn(ink, pale)]).toEqual([20, 40, 120]);
  });
});
