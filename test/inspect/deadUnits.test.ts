import { describe, expect, it } from "vitest";
import { countDeadUnits } from "../../src/inspect/deadUnits.js";
import { passThrough } from "../../src/inspect/explain.js";
import { tensor, zeros } from "../../src/layers/tensor.js";
import { TwoLayerNet } from "../../src/net/twoLayerNet.js";
import { freshNet, preprocessingOf, smallSplit } from "../support/mnist.js";

describe("countDeadUnits", () => {
  const preprocessing = { rows: 1, columns: 2, scale: 1, meanImage: Float32Array.of(10, 10) };
  const images = Uint8Array.of(10, 10, 0, 20, 255, 0);

  it("counts the units that no image turns on; exactly 0 is off", () => {
    // Units: always on, never on, on for the last image alone, exactly 0 for the first and off for the second.
    const W1 = tensor(Float32Array.of(0, 0, 1, 0, 0, 0, 0, -1), 2, 4);
    const b1 = tensor(Float32Array.of(1, -1, -200, 0), 4);
    const net = new TwoLayerNet({ W1, b1, W2: zeros(4, 3), b2: zeros(3) });
    expect(countDeadUnits(net, images, preprocessing)).toBe(1);
    expect(countDeadUnits(net, images.subarray(0, 4), preprocessing)).toBe(3);
    expect(countDeadUnits(net, images.subarray(4), preprocessing)).toBe(1);
    expect(countDeadUnits(net, images.subarray(0, 2), preprocessing)).toBe(3);
    expect(countDeadUnits(net, images.subarray(0, 0), preprocessing)).toBeNull();
  });

  it("samples at random: classes that cycle hide none of their images", () => {
    // Ten units, each on for the images of one class alone; of 20000 images in turn, 2000 are checked.
    const net = new TwoLayerNet({
      W1: tensor(
        Float32Array.from({ length: 100 }, (_, i) => Number(i % 11 === 0)),
        10,
        10,
      ),
      b1: zeros(10),
      W2: zeros(10, 3),
      b2: zeros(3),
    });
    const images = new Uint8Array(20000 * 10);
    for (let n = 0; n < 20000; n++) images[10 * n + (n % 10)] = 255;
    const small = { rows: 1, columns: 10, scale: 1, meanImage: new Float32Array(10) };
    expect(countDeadUnits(net, images, small)).toBe(0);
  });

  it("agrees with the activations of a net on real images", async () => {
    const split = await smallSplit(60, 1);
    const preprocessing = preprocessingOf(split, 1);
    const { train } = split;
    const net = freshNet({ hidden: 30, std: 0.01 });
    const { b1 } = net.parameters;
    for (let h = 0; h < 30; h++) b1.data[h] = -3 * h;
    const seen = new Set<number>();
    for (let n = 0; n < 60; n++) {
      const pixels = train.images.subarray(n * 784, (n + 1) * 784);
      passThrough(net, pixels, preprocessing).hidden.forEach((activation, h) => {
        if (activation > 0) seen.add(h);
      });
    }
    expect(seen.size).toBeGreaterThan(3);
    expect(seen.size).toBeLessThan(27);
    const dead = countDeadUnits(net, train.images, preprocessing);
    expect(dead).toBe(30 - seen.size);
  });
});
