import type { Answered, BackwardPass } from "../../inspect/backward.js";
import { type BackwardStep, backwardSteps } from "../backwardSteps.js";
import { ofAnySize, short } from "../numbers.js";
import { largestSize } from "../palette.js";
import { cut } from "../sheet.js";
import { sheetText, type TerminalStyle } from "./imageSheet.js";
import { aligned } from "./tables.js";
import { ABOVE, BELOW } from "./terminalImage.js";

/*
 * The way back of one image as text: five lines of formulas, then the numbers of each class and of the hidden
 * units, and beside them a picture of what changes in W1. For MNIST, it fits 80 columns and 23 lines.
 */

/** What is shown. */
export interface BackwardView {
  readonly backward: BackwardPass;
  /** After a step of SGD on the image alone. */
  readonly after: Answered;
  /** The same where the image is one of a batch, and the others change nothing. */
  readonly afterShare: Answered;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly classNames: readonly string[];
  /** The hidden units to list, those that the gradient passes and those where the ReLU stops it. */
  readonly passed: readonly number[];
  readonly stopped: readonly number[];
  /** The hidden unit whose weights are shown. */
  readonly unit: number;
  /** (rows, columns) what the step adds to its weights. */
  readonly change: ArrayLike<number>;
  /** Of an image. */
  readonly rows: number;
  readonly columns: number;
}

/** The room on a terminal, in characters. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

const GAP = 2;
/** The most columns of the picture, of its titles, and of the name of a class. */
const PICTURE = 28;
const NAME = 7;
/** The most columns of the table of classes. */
const CLASS_TABLE = 50;
/** Classes that are always shown if there are as many; of more, only as many as there is room for. */
const CLASSES = 10;
/** Hidden units that are always listed, and the most. */
const UNITS = { least: 2, most: 20 };

/** The whole view; lines are no longer than the terminal, where that has at least 50 columns. */
export function backwardText(view: BackwardView, { width, height }: Room, style: TerminalStyle) {
  const formulas = formulaLines(view, width, style);
  const picture = pictureLines(view, style);
  const isWide = CLASS_TABLE + GAP + PICTURE <= width;
  // The caption, the formulas, blank lines, the heads of the tables and the prompt.
  const used = 1 + formulas.length + 1 + 1 + 1 + 1 + 1 + (isWide ? 0 : 1 + picture.length);
  const rows = classRows(view, Math.max(CLASSES, height - used - UNITS.least));
  const fitting = CLASS_TABLE <= width ? rows : rows.map((row) => row.toSpliced(4, 1));
  const units = unitRows(view, height - used - (rows.length - 1));
  const numbers = [...aligned(fitting).split("\n"), "", ...aligned(units).split("\n")];
  const left = Math.max(...numbers.map((line) => line.length));
  const body = isWide ? beside(numbers, picture, left + GAP) : [...numbers, "", ...picture];
  return [...formulas, "", ...body].map((line) => line.trimEnd()).join("\n");
}

/** The function, the formulas and the outcome of each step. */
function formulaLines(view: BackwardView, width: number, { paint }: TerminalStyle): string[] {
  const { backward, after, afterShare, learningRate, batchSize, classNames, stopped } = view;
  const { loss, label, hidden } = backward;
  const name = cut(classNames[label], NAME, "…", (text) => text.length);
  const signs =
    paint === null ? `up ${ABOVE.trim()}, down ${BELOW.trim()}` : "up in red, down in blue";
  const { secondLayer, relu, firstLayer, update } = backwardSteps;
  const outcomes: [BackwardStep, ...string[]][] = [
    [backwardSteps.loss, `loss = -ln p[${name}] = ${ofAnySize(loss)} nats`],
    [secondLayer],
    [relu, `stops ${stopped.length} of ${hidden.length}`],
    [firstLayer, `picture: W1 ${signs}`],
    [
      { ...update, formulas: [`w -= ${short(learningRate)}·dw`] },
      `loss ${ofAnySize(loss)} -> ${lossText(after, loss)}`,
      ...(batchSize > 1 ? [`in a batch of ${batchSize}: ${lossText(afterShare, loss)}`] : []),
    ],
  ];
  return outcomes.flatMap(([step, ...outcome]) => stepLines(step, outcome, width));
}

/** The loss after a step, with a remark where the step made it worse. */
function lossText({ loss }: Answered, before: number): string {
  if (!Number.isFinite(loss)) return "not finite, the step is far too long";
  return `${ofAnySize(loss)}${loss > before ? ", the step is too long" : ""}`;
}

/** The name of a function, and beside it formulas and outcome, on as many lines as they need. */
function stepLines({ name, formulas }: BackwardStep, outcome: string[], width: number): string[] {
  const indent = 2 + Math.max(...Object.values(backwardSteps).map((step) => step.name.length));
  const [first, ...others] = formulas;
  const lines: string[] = [first];
  for (const phrase of [
    ...others.map((text) => `, ${text}`),
    ...outcome.map((text) => `; ${text}`),
  ]) {
    const joined = lines.at(-1) + phrase;
    if (indent + joined.length <= width) lines[lines.length - 1] = joined;
    else lines.push(phrase.slice(2));
  }
  return lines.map((line, i) => (i === 0 ? name : "").padEnd(indent) + line);
}

/** The numbers of each class, or of those with the largest |dscores| where there is no room for all. */
function classRows(view: BackwardView, most: number): string[][] {
  const { backward, after, classNames, unit } = view;
  const { probabilities, label, dscores, gradients } = backward;
  const C = dscores.length;
  const bySize = [...dscores.keys()].sort((a, b) => Math.abs(dscores[b]) - Math.abs(dscores[a]));
  const shown = bySize.slice(0, most).sort((a, b) => a - b);
  const rows = shown.map((c) => [
    cut(classNames[c], NAME, "…", (text) => text.length),
    ofAnySize(probabilities[c]),
    c === label ? "1" : "0",
    ofAnySize(dscores[c]),
    ofAnySize(gradients.W2.data[unit * C + c]),
    ofAnySize(after.probabilities[c]),
  ]);
  return [["class", "p", "y", "dscores", `dW2[${unit}]`, "p after"], ...rows];
}

/** What reaches the hidden units, and what the ReLU lets through: first the one in the picture. */
function unitRows({ backward, unit, passed, stopped }: BackwardView, most: number): string[][] {
  const { hidden, dhidden, dsums } = backward;
  const count = Math.min(UNITS.most, Math.max(UNITS.least, most));
  const others = [stopped, passed].map((list) => list.filter((h) => h !== unit));
  const inTurn = Array.from(hidden, (_, i) => others.map((list) => list[i])).flat();
  const units = [unit, ...inTurn.filter((h) => h !== undefined)];
  const rows = units
    .slice(0, count)
    .map((h) => [
      String(h),
      ofAnySize(hidden[h]),
      ofAnySize(dhidden[h]),
      hidden[h] > 0 ? ofAnySize(dsums[h]) : "stopped",
    ]);
  return [["unit", "hidden", "dhidden", "dsums"], ...rows];
}

/** What the step adds to the weights into one hidden unit. */
function pictureLines(view: BackwardView, style: TerminalStyle): string[] {
  const { rows, columns, unit, change, stopped } = view;
  const most = stopped.includes(unit) ? "stopped" : `±${ofAnySize(largestSize(change))}`;
  const title = [[`W1 into unit ${unit}`, most]] as const;
  const sheet = { caption: "", rows, columns, kind: "signed", images: [{ values: change, title }] };
  return sheetText({ ...sheet, kind: "signed" }, PICTURE, 1, style).split("\n");
}

/** Lines of text, and others that begin in a column to their right. */
function beside(left: readonly string[], right: readonly string[], column: number): string[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) =>
    (left[i] ?? "").padEnd(column).concat(right[i] ?? ""),
  );
}
