import { describe, expect, it } from "vitest";
import { againstDivergence } from "../../src/settings/againstDivergence.js";
import { recipes } from "../../src/settings/recipes.js";
import { shortRun } from "../support/mnist.js";

describe("againstDivergence", () => {
  it("suggests the lesson's rate on plain pixels, a larger one on small ones, never the one given", () => {
    expect(againstDivergence(shortRun({ learningRate: 1e3 }), 2.3)).toBe(
      "a smaller learning rate than 1000, such as --learning-rate 0.001",
    );
    expect(againstDivergence(shortRun({ learningRate: 2e-3 }), 2.3)).toContain("rate 0.0002");
    const fast = { ...recipes.fast.settings, learningRate: 60 };
    expect(againstDivergence(fast, 2.34)).toContain("--learning-rate 0.1");
  });

  it("blames initial weights whose loss is far above guessing", () => {
    expect(againstDivergence(shortRun({ std: 10 }), 4.24e37)).toBe(
      "smaller initial weights, such as --std 0.0001: before the first update, the loss was 4.2e+37 nats",
    );
    const small = { ...recipes.fast.settings, std: 100 };
    expect(againstDivergence(small, null)).toMatch(/--initialization he: .* not finite$/);
  });

  it("blames an L2 term that takes more than each weight in one update", () => {
    expect(againstDivergence({ ...recipes.fast.settings, reg: 10, learningRate: 0.4 }, 2.3)).toBe(
      "a smaller --reg than 10: each update takes 4 times its value from every weight",
    );
    // Not where the rate itself is out of all proportion.
    expect(againstDivergence(shortRun({ learningRate: 1e3 }), 2.3)).not.toContain("--reg");
  });
});
