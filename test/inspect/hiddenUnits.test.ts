import { describe, expect, it } from "vitest";
import { unitStrengths, weightsInto } from "../../src/inspect/hiddenUnits.js";
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
});
