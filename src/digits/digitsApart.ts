import { type Box, boxAround, type Component } from "./morphology.js";

/*
 * Pieces of ink to digits: which pieces make one, and in which order they are read. Nothing here needs Node.
 */

/** Groups of pieces count as digits of their own if their heights are at least this share of the greatest. */
const AS_HIGH = 0.6;
/** In a picture of several digits, those as small as this share count as well. */
const HIGH_AMONG_MANY = 0.45;
/** Pieces above each other are one digit if the gap is at most this share of the highest piece … */
const GAP = 0.2;
/** … or this share, where both are about as high as a digit is. */
const GAP_BETWEEN_LINES = 0.1;
/** Pieces beside each other are one digit if they are as near as this share. */
const TOUCHING = 0.04;
/** A stroke of a digit's own is as near to it as this share; what is small and farther away is a hole or a blot. */
const NEAR = 0.25;

/**
 * The pieces of each digit, by lines from top to bottom, in each from left to right. Pieces above each other or about
 * touching are one digit; what is too small for one belongs to the nearest, or to none where that is far.
 */
export function linesOfDigits(pieces: readonly Component[]): Component[][][] {
  const groups = joined(pieces);
  const highest = groups.reduce((most, group) => Math.max(most, heightOf(boxAround(group))), 0);
  const highFrom = (share: number) =>
    groups.filter((group) => heightOf(boxAround(group)) >= share * highest);
  const high = highFrom(AS_HIGH);
  const whole = high.length > 1 ? highFrom(HIGH_AMONG_MANY) : high;
  const digits = whole.map((group) => [...group]);
  for (const group of groups) {
    if (whole.includes(group)) continue;
    const box = boxAround(group);
    const nearest = whole.reduce((a, b) => (distance(b, box) < distance(a, box) ? b : a));
    if (distance(nearest, box) <= NEAR * highest) digits[whole.indexOf(nearest)].push(...group);
  }
  return linesOf(digits);
}

const heightOf = ({ top, bottom }: Box) => bottom - top + 1;

/** Pieces put together where they are one digit. */
function joined(pieces: readonly Component[]): Component[][] {
  const highest = pieces.reduce((most, piece) => Math.max(most, heightOf(piece)), 0);
  const groups: Component[][] = [];
  for (const piece of pieces) {
    const same = groups.filter((group) => group.some((other) => areOne(other, piece, highest)));
    for (const group of same) groups.splice(groups.indexOf(group), 1);
    groups.push([...same.flat(), piece]);
  }
  return groups;
}

function areOne(a: Box, b: Box, highest: number): boolean {
  const across = Math.max(a.left - b.right, b.left - a.right);
  const down = Math.max(a.top - b.bottom, b.top - a.bottom);
  const areHigh = Math.min(heightOf(a), heightOf(b)) >= AS_HIGH * highest;
  const gap = areHigh ? GAP_BETWEEN_LINES : GAP;
  return across <= 0 ? down <= gap * highest : Math.max(across, down) <= TOUCHING * highest;
}

/** The distance between the boxes of a digit and a piece, in pixels. */
function distance(digit: readonly Component[], piece: Box): number {
  const { left, right, top, bottom } = boxAround(digit);
  const across = Math.max(0, piece.left - right, left - piece.right);
  const down = Math.max(0, piece.top - bottom, top - piece.bottom);
  return Math.max(across, down);
}

/** Digits are on one line with the last if the middle of one lies within the height of the other. */
function linesOf(digits: readonly Component[][]): Component[][][] {
  const placed = digits.map((digit) => ({ digit, box: boxAround(digit) }));
  placed.sort((a, b) => a.box.top + a.box.bottom - b.box.top - b.box.bottom);
  const lines: (typeof placed)[] = [];
  for (const each of placed) {
    const line = lines.at(-1);
    const before = line && boxAround(line.map(({ box }) => box));
    const middle = (each.box.top + each.box.bottom) / 2;
    if (line !== undefined && before !== undefined && middle <= before.bottom) line.push(each);
    else lines.push([each]);
  }
  return lines.map((line) =>
    line.sort((a, b) => a.box.left - b.box.left).map(({ digit }) => digit),
  );
}
