import type { Settings } from "./settings.js";

/** A loss before the first update from which the initial weights are to blame; guessing costs ln C, at most 6. */
const BROKEN_START = 100;
/** With a scale below this, pixels are small numbers, as He's initialization expects them. */
const SMALL_SCALE = 0.1;
/** The scale that brings pixels of 0 to 255 into 0 to 1, nearly. */
const INTO_ONE = 0.00392;
/** Rates at which the recipes train: those that scale pixels, with momentum, and the lesson, without. */
const RATE_OF_SMALL_PIXELS = 0.1;
const RATE_OF_PIXELS = 1e-3;
/** A rate up to this many times as large is not to blame for a strong L2 term. */
const LARGE_RATE = 10;
/** L2 turns each weight around, and lets it grow, from this share of it per update. */
const TURNED_AROUND = 2;

/**
 * What to try after a run has diverged, as the end of a sentence that begins with "try".
 *
 * @param start the mean loss before the first update in nats; null if it was not finite
 */
export function againstDivergence(settings: Settings, start: number | null): string {
  const { learningRate, std, scale, momentum, reg } = settings;
  const usual = scale < SMALL_SCALE ? RATE_OF_SMALL_PIXELS : RATE_OF_PIXELS * (1 - momentum);
  if (start === null || start > BROKEN_START) {
    if (std === null && scale >= SMALL_SCALE && learningRate > LARGE_RATE * usual) {
      return `small pixels, such as --scale ${INTO_ONE}: He's initial weights and the learning rate are made for them`;
    }
    const flag = std !== null && scale < SMALL_SCALE ? "--initialization he" : "--std 0.0001";
    const began = start === null ? "not finite" : `${rounded(start)} nats`;
    return `smaller initial weights, such as ${flag}: before the first update, the loss was ${began}`;
  }
  if (learningRate <= LARGE_RATE * usual && learningRate * reg > TURNED_AROUND) {
    const share = rounded(learningRate * reg);
    return `a smaller --reg than ${reg}: each update takes ${share} times its value from every weight`;
  }
  return (
    `a smaller learning rate than ${rounded(learningRate)}, ` +
    `such as --learning-rate ${rounded(Math.min(usual, learningRate / 10))}`
  );
}

function rounded(value: number): number {
  return Number(value.toPrecision(2));
}
