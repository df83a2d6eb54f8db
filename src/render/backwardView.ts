import type { Answered, BackwardPass } from "../inspect/backward.js";
import { backwardSteps, type LessonStep } from "./lessonSteps.js";
import { ofAnySize, short } from "./numbers.js";
import { cut } from "./sheet.js";

/*
 * The way back of one image as phrases and tables. terminal/backwardText.ts shows it as text,
 * svg/backwardSvg.ts draws it.
 */

/** The most characters of the name of a class. */
const NAME = 7;

/** What is shown. */
export interface BackwardView {
  readonly backward: BackwardPass;
  /** After a step of SGD on the image alone. */
  readonly after: Answered;
  /** The same where the image is one of a batch, and the others change nothing; null if its size is unknown. */
  readonly afterShare: Answered | null;
  readonly learningRate: number;
  /** Of the run; null if unknown. */
  readonly batchSize: number | null;
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

/** A step of the way back, and phrases about what it comes to. */
export type StepWithOutcome = readonly [step: LessonStep, ...outcome: string[]];

/**
 * Every step with its outcome for the image, in phrases.
 *
 * @param signs how the picture shows that a weight goes up, and down
 */
export function stepsWithOutcomes(view: BackwardView, signs: string): StepWithOutcome[] {
  const { backward, after, afterShare, learningRate, batchSize, stopped } = view;
  const { loss, label, hidden } = backward;
  const share =
    afterShare !== null && batchSize !== null && batchSize > 1
      ? [`in a batch of ${batchSize}: ${lossText(afterShare, loss)}`]
      : [];
  const { secondLayer, relu, firstLayer, update } = backwardSteps;
  return [
    [backwardSteps.loss, `loss = -ln p[${nameOf(view, label)}] = ${ofAnySize(loss)} nats`],
    [secondLayer],
    [relu, `stops ${stopped.length} of ${hidden.length}`],
    [firstLayer, `picture: W1 ${signs}`],
    [
      { ...update, formulas: [`w -= ${short(learningRate)}·dw`] },
      `loss ${ofAnySize(loss)} -> ${lossText(after, loss)}`,
      ...share,
    ],
  ];
}

function lossText({ loss }: Answered, before: number): string {
  return [ofAnySize(loss), remarkOn(loss, before)].filter((text) => text !== "").join(", ");
}

/** What there is to say of a loss after a step that made it worse; else "". */
export function remarkOn(after: number, before: number): string {
  if (!Number.isFinite(after)) return "the step is far too long";
  return after > before ? "the step is too long" : "";
}

/** A head, and the numbers of each class, or of those with the largest |dscores| where there is no room for all. */
export function classRows(view: BackwardView, most: number): string[][] {
  const { backward, after, unit } = view;
  const { probabilities, label, dscores, gradients } = backward;
  const C = dscores.length;
  const bySize = [...dscores.keys()].sort((a, b) => Math.abs(dscores[b]) - Math.abs(dscores[a]));
  const shown = bySize.slice(0, most).sort((a, b) => a - b);
  const rows = shown.map((c) => [
    nameOf(view, c),
    ofAnySize(probabilities[c]),
    c === label ? "1" : "0",
    ofAnySize(dscores[c]),
    ofAnySize(gradients.W2.data[unit * C + c]),
    ofAnySize(after.probabilities[c]),
  ]);
  return [["class", "p", "y", "dscores", `dW2[${unit}]`, "p after"], ...rows];
}

/** A head, what reaches hidden units, and what the ReLU lets through: first that of the picture. */
export function unitRows({ backward, unit, passed, stopped }: BackwardView, most: number) {
  const { hidden, dhidden, dsums } = backward;
  const others = [stopped, passed].map((list) => list.filter((h) => h !== unit));
  const inTurn = Array.from(hidden, (_, i) => others.map((list) => list[i])).flat();
  const units = [unit, ...inTurn.filter((h) => h !== undefined)];
  const rows = units
    .slice(0, most)
    .map((h) => [
      String(h),
      ofAnySize(hidden[h]),
      ofAnySize(dhidden[h]),
      hidden[h] > 0 ? ofAnySize(dsums[h]) : "stopped",
    ]);
  return [["unit", "hidden", "dhidden", "dsums"], ...rows];
}

function nameOf({ classNames }: BackwardView, c: number): string {
  return cut(classNames[c], NAME, "…", (text) => text.length);
}
