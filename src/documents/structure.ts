import { getHeapStatistics } from "node:v8";
import { refuse } from "../errors.js";

/*
 * What JSON text would take to parse, found out before it is parsed: `JSON.parse` makes 50 bytes of memory
 * out of each byte of `[[[…]]]`, and V8 ends the process if that is more than it may have.
 */

/** How deep objects and arrays may nest; the deepest file is a checkpoint, with 6. */
const DEEPEST = 8;

/** Objects, arrays and texts in a file whose arrays hold numbers only, with room for unknown fields. */
const FIXED = 2000;

/** Characters for each object, array or text of a list of measurements: `{"iteration":1,"accuracy":1},` */
const CHARACTERS_EACH = 9;

/** Bytes that an object, an array or a text takes at most while it is parsed and checked, its characters aside. */
const BYTES_EACH = 150;

/** Bytes that a number takes at most. */
const BYTES_PER_NUMBER = 60;

const MB = 2 ** 20;
/** What the scan looks for: the search for one character is much faster than a look at each. */
const MARKS = ['"', "[", "{", "]", "}"] as const;
const BACKSLASH = "\\".charCodeAt(0);
const COMMA = ",".charCodeAt(0);

/** The kind of document that a text should be, for limits and errors. */
export interface ExpectedStructure {
  /** Such as "model file". */
  readonly noun: string;
  /** What to do if a file is of another kind. */
  readonly ifOther: string;
  /** Whether it lists measurements, an object for each; else its lists hold numbers only. */
  readonly hasLists: boolean;
}

/**
 * Checks in one pass over JSON text that parsing it takes memory in proportion, and less than Node may use.
 *
 * @param name names the text in errors, such as a path
 * @throws {InputError} when it nests deeper or holds more objects, arrays and texts than such a document
 *   of its length can, or takes more memory than there is
 */
export function checkStructure(text: string, name: string, kind: ExpectedStructure): void {
  const { noun, ifOther, hasLists } = kind;
  const most = FIXED + (hasLists ? Math.floor(text.length / CHARACTERS_EACH) : 0);
  const { deepest, things } = countStructure(text, most);
  if (deepest > DEEPEST) {
    const found = `objects or arrays nested more than ${DEEPEST} deep`;
    refuse(name, found, `a ${noun}`, ifOther);
  }
  if (things > most) {
    const found = `more than ${most} objects, arrays and texts in ${text.length} characters`;
    refuse(name, found, `a ${noun}`, ifOther);
  }
  checkHeap(text, things, name, noun);
}

/** What a text holds, counted until one of the limits is passed; syntax is left to the parser. */
function countStructure(text: string, most: number): { deepest: number; things: number } {
  let [depth, deepest, things] = [0, 0, 0];
  const next = MARKS.map(() => -1); // the next place of each mark
  for (let i = 0; deepest <= DEEPEST && things <= most; ) {
    let found = 0;
    for (let m = 0; m < MARKS.length; m++) {
      if (next[m] < i) next[m] = placeOf(MARKS[m], text, i);
      if (next[m] < next[found]) found = m;
    }
    if (next[found] === text.length) break;
    i = next[found] + 1;
    const mark = MARKS[found];
    if (mark === "]" || mark === "}") depth--;
    else things++;
    if (mark === '"') i = endOfText(text, i - 1) + 1;
    if (mark === "[" || mark === "{") deepest = Math.max(deepest, ++depth);
  }
  return { deepest, things };
}

/** The first place of a character from there on; the length of the text if there is none. */
function placeOf(character: string, text: string, from: number): number {
  const place = text.indexOf(character, from);
  return place < 0 ? text.length : place;
}

/** The place of the quote that ends a text; the end of everything if there is none. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((end - before) % 2 === 1) return end; // an even number of backslashes escape each other
  }
  return text.length;
}

/** @throws {InputError} when reading takes more than V8 can still have, which would end the process */
function checkHeap(text: string, things: number, name: string, noun: string): void {
  const { heap_size_limit, used_heap_size } = getHeapStatistics();
  const bytes = (numbers: number) =>
    used_heap_size + 2 * text.length + BYTES_EACH * things + BYTES_PER_NUMBER * numbers;
  // A number and its comma are two characters at least; they are counted only where that matters.
  if (bytes(text.length / 2) <= heap_size_limit) return;
  const needed = Math.ceil(bytes(countCommas(text)) / MB);
  const limit = Math.floor(heap_size_limit / MB);
  if (needed <= limit) return;
  const found = `reading it takes up to ${needed} MB of memory`;
  const expected = `a ${noun} that fits the ${limit} MB that Node may use`;
  refuse(name, found, expected, `set NODE_OPTIONS=--max-old-space-size=${needed}`);
}

function countCommas(text: string): number {
  let commas = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === COMMA) commas++;
  return commas;
}
