import { describe, expect, it } from "vitest";
import { readNumber, valueText } from "../../src/settings/entry.js";
import { recipes } from "../../src/settings/recipes.js";
import { valuesOf } from "../../src/settings/settings.js";

describe("valueText", () => {
  it.each([
    [1 / 255, "1/255"],
    [1 / 3, "1/3"],
    [0.001, "0.001"],
    [0.00001, "0.00001"],
    [1 / 784, "1/784"],
    [0.1, "0.1"],
    [200, "200"],
    [0, "0"],
    [1 / 20000, "0.00005"],
    [-1 / 3, "-0.3333333333333333"],
    [null, "none"],
    [true, "true"],
    ["one-cycle", "one-cycle"],
  ])("%s is written %s", (value, text) => {
    expect(valueText(value)).toBe(text);
  });

  it("what it writes of the recipes' numbers reads back to the same numbers", () => {
    const numbers = Object.values(recipes)
      .flatMap(({ settings }) => Object.values(valuesOf(settings)))
      .filter((value) => typeof value === "number");
    expect(numbers).toContain(1 / 255);
    for (const number of numbers) expect(readNumber(valueText(number))).toBe(number);
  });
});

describe("readNumber", () => {
  it("reads fractions", () => {
    expect(readNumber("1/255")).toBe(1 / 255);
    expect(readNumber("2.5/1e1")).toBe(0.25);
  });

  it.each(["", "1/", "/2", "1/2/3", "1 / 2", "0x10", "1,5", "1/x"])("%j is no number", (text) => {
    expect(readNumber(text)).toBeNaN();
  });
});
