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

/** Codes as of a terminal with 256 colours. */
const coloured = (text: string, place: number) => `\u001b[38;5;${20 + place}m${text}\u001b[39m`;
const box = { colour: null, braille: false };
const braille = { colour: null, braille: true };

const widest = (text: string) =>
  Math.max(...text.split("\n").map((line) => stripVTControlCharacters(line).length));

describe.each([
  ["lines of boxes", box],
  ["braille", braille],
])("terminalCurves in %s", (_, style) => {
  it.each([80, 120])("draws loss beside accuracy in %i columns", (columns) => {
    expect(`\n${terminalCurves(history(20), { columns, style })}\n`).toMatchSnapshot();
  });

  it.each([80, 120])("with colours says the same in %i columns", (columns) => {
    const colours = { ...style, colour: coloured };
    const text = terminalCurves(history(20), { columns, style: colours });
    expect(stripVTControlCharacters(text)).toBe(terminalCurves(history(20), { columns, style }));
    const codes = new Set(text.split("\u001b[38;5;").map((part) => part.slice(0, 3)));
    expect(codes).toEqual(new Set(["   ", "20m", "21m"]));
  });

  it("keeps to its lines, down to 7, or 14 where charts are stacked, with fewer marks", () => {
    for (const [columns, least] of [
      [80, 7],
      [60, 14],
    ]) {
      for (const most of [least, least + 3, 40]) {
        const lines = terminalCurves(history(20), { columns, most, style }).split("\n");
        expect(lines.length, `${columns} columns`).toBeLessThanOrEqual(most);
      }
    }
    const low = terminalCurves(history(20), { columns: 80, most: 7, style });
    expect(`\n${low}\n`).toMatchSnapshot();
  });

  it("uses the lines that there are, until a chart is as high as wide", () => {
    const heightIn = (most: number, columns = 100) =>
      terminalCurves(history(20), { columns, most, style }).split("\n").length;
    for (const most of [10, 15, 24]) expect(most - heightIn(most)).toBeLessThanOrEqual(1);
    expect(heightIn(100)).toBeLessThan(30);
    expect(heightIn(100, 160)).toBeGreaterThan(30);
  });

  it("keeps to its columns, and stacks charts where they would be narrow", () => {
    for (const columns of [44, 45, 75, 76, 79, 80, 81, 100, 120, 200, 400]) {
      for (const epochs of [1, 2, 3, 20, 300]) {
        for (const validated of [true, false]) {
          const text = terminalCurves(history(epochs, validated), { columns, style });
          expect(widest(text), `${columns} columns, ${epochs} epochs`).toBeLessThanOrEqual(columns);
        }
      }
    }
    const linesIn = (columns: number) =>
      terminalCurves(history(20), { columns, style }).split("\n");
    expect(linesIn(60).length).toBeGreaterThan(20);
    expect(linesIn(80).length).toBeLessThan(14);
  });

  it("says where nothing was validated, and shows loss alone before the second epoch", () => {
    const room = { columns: 80, style };
    expect(terminalCurves(history(3, false), room)).toContain("training (no validation)");
    expect(terminalCurves(history(3, false), room)).not.toContain("●");
    expect(terminalCurves(history(1), room)).not.toContain("accuracy");
  });

  it("is empty where there is no curve, or no room for one", () => {
    expect(terminalCurves(history(20), { columns: 43, style })).toBe("");
    for (const loss of [[], [2.3]]) {
      expect(terminalCurves({ loss, epochs: [] }, { columns: 80, style })).toBe("");
    }
  });

  it("stands losses of 0 and perfect accuracy", () => {
    const epochs = [1, 2].map((epoch) => ({ epoch, trainingAccuracy: 1, validationAccuracy: 1 }));
    const text = terminalCurves({ loss: [0, 0, 0], epochs }, { columns: 80, style });
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
    expect(text).toContain("100┤");
  });

  it("has no more marks than there is room for, over however many powers of ten", () => {
    const loss = Array.from({ length: 30 }, (_, i) => 10 ** (i + 1));
    const failure = { iteration: 30, found: "loss NaN" };
    for (const most of [10, 30]) {
      const text = terminalCurves({ loss, epochs: [], failure }, { columns: 80, most, style });
      expect(text.match(/┤/g)?.length).toBeLessThanOrEqual(6);
      expect(text).toContain("×");
    }
  });
});

describe("the curves of a run that is still going", () => {
  const { loss, epochs } = history(2) as CurveHistory & { loss: number[] };
  const until = { iterations: 2000, epochs: 20 };
  const drawn = (style: typeof braille) =>
    terminalCurves({ loss, epochs }, { columns: 80, style, until }).split("\n");

  it("leave room for what is to come, as the axes of the whole run", () => {
    const lines = drawn(braille);
    expect(lines.at(-1)).toMatch(/^ +1 +500 +1000 +1500 +2000 +5 +10 +15 +20$/);
    for (const line of lines.slice(1, -2)) expect(line.slice(10, 34).trim()).toBe("");
    expect(drawn(box).at(-1)).not.toContain("2000");
  });

  it("have both charts from the first epoch on", () => {
    const early = { loss: loss.slice(0, 50), epochs: [] };
    const lines = terminalCurves(early, { columns: 80, style: braille, until }).split("\n");
    expect(lines).toHaveLength(drawn(braille).length);
    expect(lines[0]).toContain("accuracy, %");
    expect(lines.join("")).not.toMatch(/NaN|Infinity|undefined/);
  });
});
