import { describe, expect, it } from "vitest";
import { classFigures } from "../../src/inspect/classFigures.js";
import { classTable, confusionTable } from "../../src/render/terminal/tables.js";

const confusion = [
  [8, 2, 0],
  [1, 9, 0],
  [5, 0, 0],
];
const names = ["cat", "dog", "owl"];

describe("classFigures", () => {
  it("precision, recall and F1 are as worked out by hand", () => {
    const [cat, dog] = classFigures(confusion, names);
    expect(cat).toEqual({
      name: "cat",
      count: 10,
      precision: 8 / 14,
      recall: 0.8,
      f1: 16 / 24,
    });
    expect(dog).toMatchObject({ precision: 9 / 11, recall: 0.9, f1: 18 / 21 });
  });

  it("a figure that divides by nothing is null, not NaN", () => {
    const owl = classFigures(confusion, names)[2];
    expect(owl).toEqual({ name: "owl", count: 5, precision: null, recall: 0, f1: 0 });
    expect(classFigures([[0]], ["none"])[0]).toMatchObject({
      precision: null,
      recall: null,
      f1: null,
    });
  });

  it("tables line up, with a dash where there is no figure and a dot for none", () => {
    expect(
      `${classTable(classFigures(confusion, names))}\n\n${confusionTable(confusion, names)}`,
    ).toMatchInlineSnapshot(`
      "class  images  precision  recall      F1
        cat      10     0.5714  0.8000  0.6667
        dog      10     0.8182  0.9000  0.8571
        owl       5          -  0.0000  0.0000

           cat  dog  owl
      cat    8    2    .
      dog    1    9    .
      owl    5    .    ."
    `);
  });
});
