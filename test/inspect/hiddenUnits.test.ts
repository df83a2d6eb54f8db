import { describe, expect, it } from "vitest";
import { activationsOf, unitStrengths, weightsInto } from "../../src/inspect/hiddenUnits.js";
import { tensor } from "../../src/layers/tensor.js";

describe("hidden units", () => {
  const W1 = tensor(Float32Array.of(3, 1, 4, 0, 0, 2), 3, 2); // (D, H)
  const W2 = tensor(Float32Array.of(0, 2, 3, 4), 2, 2); // (H, C)
  const biases = { b1: tensor(new Float32Array(2), 2), b2: tensor(new Float32Array(2), 2) };

  it("are as strong as their weights in times their weights out", () => {
    expect([...unitStrengths({ W1, W2, ...biases })]).toEqual([10, 5 * Math.sqrt(5)]);
  });

  it("are as strong when weights move from one layer to the other", () => {
    const doubled = tensor(W1.data.map((w) => 2 * w) as Float32Array, 3, 2);
    const halved = tensor(W2.data.map((w) => w / 2) as Float32Array, 2, 2);
    const moved = unitStrengths({ W1: doubled, W2: halved, ...biases });
    expect([...moved]).toEqual([...unitStrengths({ W1, W2, ...biases })]);
  });

  it("take their weights from a column of W1", () => {
    expect([...weightsInto(W1, 1)]).toEqual([1, 0, 2]);
  });

  it("are as active as the first layer makes them, and never below 0", () => {
    const b1 = tensor(Float32Array.of(1, -8), 2);
    const preprocessing = { rows: 3, columns: 1, scale: 0.5, meanImage: Float32Array.of(2, 0, 4) };
    const images = [Uint8Array.of(4, 2, 8), Uint8Array.of(2, 0, 4), Uint8Array.of(0, 0, 24)];
    const net = { W1, W2, b1, b2: biases.b2 };
    // Centered and scaled: (1, 1, 2), (0, 0, 0), (-1, 0, 10).
    expect([...activationsOf(net, 0, images, preprocessing)]).toEqual([1 + 3 + 4, 1, 0]);
    expect([...activationsOf(net, 1, images, preprocessing)]).toEqual([0, 0, 11]);
  });
});
