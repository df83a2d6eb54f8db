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
const [QUOTE, COMMA, OPEN, CLOSE] = [...'",{}'].map((character) => character.charCodeAt(0));
const BACKSLASH = 92;
/** The bit in which `[` and `]` differ from `{` and `}`. */
const BRACE = 32;

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
  const { deepest, things, numbers } = countStructure(text, most);
  if (deepest > DEEPEST) {
    const found = `objects or arrays nested more than ${DEEPEST} deep`;
    refuse(name, found, `a ${noun}`, ifOther);
  }
  if (things > most) {
    const found = `more than ${most} objects, arrays and texts in ${text.length} characters`;
    refuse(name, found, `a ${noun}`, ifOther);
  }
  checkHeap(BYTES_EACH * things + BYTES_PER_NUMBER * numbers + 2 * text.length, name, noun);
}

/** What a text holds, counted until one of the limits is passed; syntax is left to the parser. */
function countStructure(text: string, most: number) {
  let [depth, deepest, things, numbers] = [0, 0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === COMMA) numbers++;
    else if (code === QUOTE) {
      things++;
      i = endOfText(text, i);
    } else if ((code | BRACE) === OPEN) {
      things++;
      if (++depth > deepest) deepest = depth;
      if (deepest > DEEPEST) break;
    } else if ((code | BRACE) === CLOSE) depth--;
    if (things > most) break;
  }
  return { deepest, things, numbers };
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

/** @throws {InputError} when so many bytes are more than V8 can still have, which would end the process */
function checkHeap(bytes: number, name: string, noun: string): void {
  const { heap_size_limit, used_heap_size } = getHeapStatistics();
  if (bytes <= heap_size_limit - used_heap_size) return;
  const needed = Math.ceil((bytes + used_heap_size) / MB);
  const found = `reading it takes up to ${needed} MB of memory`;
  const expected = `a ${noun} that fits the ${Math.floor(heap_size_limit / MB)} MB that Node may use`;
  refuse(name, found, expected, `set NODE_OPTIONS=--max-old-space-size=${needed}`);
}
