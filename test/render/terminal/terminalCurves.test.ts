import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { CurveHistory } from "../../../src/render/curves.js";
import { terminalCurves } from "../../../src/render/terminal/terminalCurves.js";

const history = (epochs: number, validated = true): CurveHistory => ({
  loss: Array.from({ length: 100 * epochs }, (_, i) => 2.3 / (1 + i / 40) + (i % 5) / 100),
  epochs: Array.from({ length: epochs }, (_, i) => ({
    epoch: i + 1,
    trainingAccuracy: 1 - 0.1 / (i + 1),
    validationAccuracy: validated ? 0.98 - 0.08 / (i + 1) : null,
  })),
});

const widest = (text: string) =>
  Math.max(...text.split("\n").map((line) => stripVTControlCharacters(line).length));

describe("terminalCurves", () => {
  it.each([80, 120])("draws loss beside accuracy in %i columns", (columns) => {
    expect(`\n${terminalCurves(history(20), columns)}\n`).toMatchSnapshot();
  });

  it.each([80, 120])("with colours says the same in %i columns", (columns) => {
    const coloured = terminalCurves(history(20), columns, true);
    expect(coloured).toMatchSnapshot();
    expect(stripVTControlCharacters(coloured)).toBe(terminalCurves(history(20), columns));
  });

  it("keeps to its lines, down to 7, or 14 where charts are stacked, with fewer marks", () => {
    for (const [columns, least] of [
      [80, 7],
      [60, 14],
    ]) {
      for (const most of [least, least + 3, 40]) {
        const lines = terminalCurves(history(20), columns, false, most).split("\n");
        expect(lines.length, `${columns} columns`).toBeLessThanOrEqual(most);
      }
    }
    expect(`\n${terminalCurves(history(20), 80, false, 7)}\n`).toMatchSnapshot();
  });

  it("keeps to its columns, and stacks charts where they would be narrow", () => {
    for (const columns of [44, 45, 75, 76, 79, 80, 81, 100, 120, 200, 400]) {
      for (const epochs of [1, 2, 3, 20, 300]) {
        for (const validated of [true, false]) {
          const text = terminalCurves(history(epochs, validated), columns);
          expect(widest(text), `${columns} columns, ${epochs} epochs`).toBeLessThanOrEqual(columns);
        }
      }
    }
    expect(terminalCurves(history(20), 60).split("\n").length).toBeGreaterThan(20);
    expect(terminalCurves(history(20), 80).split("\n").length).toBeLessThan(14);
  });

  it("says where nothing was validated, and shows loss alone before the second epoch", () => {
    expect(terminalCurves(history(3, false), 80)).toContain("training (no validation)");
    expect(terminalCurves(history(3, false), 80)).not.toContain("●");
    expect(terminalCurves(history(1), 80)).not.toContain("accuracy");
  });

  it("is empty where there is no curve, or no room for one", () => {
    expect(terminalCurves(history(20), 43)).toBe("");
    for (const loss of [[], [2.3]]) expect(terminalCurves({ loss, epochs: [] }, 80)).toBe("");
  });

  it("stands losses of 0 and perfect accuracy", () => {
    const epochs = [1, 2].map((epoch) => ({ epoch, trainingAccuracy: 1, validationAccuracy: 1 }));
    const text = terminalCurves({ loss: [0, 0, 0], epochs }, 80);
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
    expect(text).toContain("100┤");
  });
});
