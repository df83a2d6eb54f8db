import {
  type BackwardView,
  classRows,
  type StepWithOutcome,
  stepsWithOutcomes,
  unitRows,
} from "../backwardView.js";
import { backwardSteps } from "../lessonSteps.js";
import { ofAnySize } from "../numbers.js";
import { largestSize } from "../palette.js";
import { sheetText, type TerminalStyle } from "./imageSheet.js";
import { aligned } from "./tables.js";
import { ABOVE, BELOW } from "./terminalImage.js";

/*
 * The way back of one image as text: five lines of formulas, then the numbers of each class and of the hidden
 * units, and beside them a picture of what changes in W1. For MNIST, it fits 80 columns and 23 lines.
 */

/** The room on a terminal, in characters. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

const GAP = 2;
/** The most columns of the picture and of its title. */
const PICTURE = 28;
/** The most columns of the table of classes. */
const CLASS_TABLE = 50;
/** Classes that are always shown if there are as many; of more, only as many as there is room for. */
const CLASSES = 10;
/** Hidden units that are always listed, and the most. */
const UNITS = { least: 2, most: 20 };

/** The whole view; lines are no longer than the terminal, where that has at least 42 columns. */
export function backwardText(view: BackwardView, { width, height }: Room, style: TerminalStyle) {
  const signs = style.paint === null ? `up ${ABOVE}, down ${BELOW}` : "up in red, down in blue";
  const formulas = stepsWithOutcomes(view, signs).flatMap((step) => stepLines(step, width));
  const picture = pictureLines(view, style);
  const isWide = CLASS_TABLE + GAP + PICTURE <= width;
  // The caption, the formulas, blank lines, the heads of the tables and the prompt.
  const used = 1 + formulas.length + 1 + 1 + 1 + 1 + 1 + (isWide ? 0 : 1 + picture.length);
  const rows = classRows(view, Math.max(CLASSES, height - used - UNITS.least));
  const fitting = CLASS_TABLE <= width ? rows : rows.map((row) => row.toSpliced(4, 1));
  const room = height - used - (rows.length - 1);
  const units = unitRows(view, Math.min(UNITS.most, Math.max(UNITS.least, room)));
  const numbers = [...aligned(fitting).split("\n"), "", ...aligned(units).split("\n")];
  const left = Math.max(...numbers.map((line) => line.length));
  const body = isWide ? beside(numbers, picture, left + GAP) : [...numbers, "", ...picture];
  return [...formulas, "", ...body].map((line) => line.trimEnd()).join("\n");
}

/** The name of a function, and beside it formulas and outcome, on as many lines as they need. */
function stepLines([{ name, formulas }, ...outcome]: StepWithOutcome, width: number): string[] {
  const indent = 2 + Math.max(...Object.values(backwardSteps).map((step) => step.name.length));
  const phrases = [
    ...formulas.map((text) => ({ text, before: ", " })),
    ...outcome.map((text) => ({ text, before: "; " })),
  ].flatMap(({ text, before }) =>
    indent + text.length <= width
      ? { text, before }
      : text.split(" ").map((word, i) => ({ text: word, before: i === 0 ? before : " " })),
  );
  const lines: string[] = [];
  for (const { text, before } of phrases) {
    const joined = `${lines.at(-1)}${before}${text}`;
    if (lines.length > 0 && indent + joined.length <= width) lines[lines.length - 1] = joined;
    else lines.push(text);
  }
  return lines.map((line, i) => (i === 0 ? name : "").padEnd(indent) + line);
}

/** What the step adds to the weights into one hidden unit. */
function pictureLines(view: BackwardView, style: TerminalStyle): string[] {
  const { rows, columns, unit, change, stopped } = view;
  const most = stopped.includes(unit) ? "stopped" : `±${ofAnySize(largestSize(change))}`;
  const images = [{ values: change, title: [[`W1 into unit ${unit}`, most]] as const }];
  const sheet = { caption: "", rows, columns, kind: "signed" as const, images };
  return sheetText(sheet, PICTURE, 1, style).split("\n");
}

/** Lines of text, and others that begin in a column to their right. */
function beside(left: readonly string[], right: readonly string[], column: number): string[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) =>
    (left[i] ?? "").padEnd(column).concat(right[i] ?? ""),
  );
}
