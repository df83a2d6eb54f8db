import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, writeFileWhole } from "../../../documents/files.js";
import { exitCodes } from "../../../errors.js";
import { checkPiece, type Puzzle, puzzles, tensorText } from "../../../learn/index.js";
import { Random, shuffle } from "../../../random.js";
import { checkText } from "../../../render/terminal/checkResult.js";
import { note, print, terminalWidth, wrapped } from "../../io/terminal.js";
import type { Lesson } from "./lessonFolder.js";

/** Where puzzles are, in the folder of the lesson. */
const FOLDER = "bugs";

/** Puzzles come in the same order for everybody, so that a class can talk about the third one. */
const ORDER = 1;

/** A puzzle in its place. */
interface PlacedPuzzle extends Puzzle {
  /** From 1, in the order of the puzzles. */
  readonly number: number;
  readonly path: string;
}

/** `mnist-learn bugs`: finished code with one thing wrong, one file after another. */
export async function bugs(lesson: Lesson, { giveUp }: { giveUp?: true }): Promise<number> {
  const folder = join(lesson.path, FOLDER);
  const puzzle = currentPuzzle(folder);
  if (puzzle === null) {
    makeFolder(folder);
    return announce(await writePuzzle(folder, 1));
  }
  const result = await checkPiece(puzzle.piece, puzzle.path);
  if (result.state !== "right" && !giveUp) {
    const plain = { ...result, diagnosis: null };
    print(checkText(plain, terminalWidth(process.stdout)));
    note(`\n${puzzle.path} is still wrong; --give-up tells what it is`);
    return exitCodes.notYet;
  }
  print(`${wrapped(answer(puzzle, result.state === "right"), terminalWidth(process.stdout))}\n`);
  if (puzzle.number < ordered.length) {
    return announce(await writePuzzle(folder, puzzle.number + 1));
  }
  print("That was the last one.");
  return exitCodes.done;
}

function answer({ mutant, lines: [line] }: PlacedPuzzle, isFound: boolean): string {
  const { name, words, source } = mutant;
  const head = isFound ? `Found: ${name}.` : `It was ${name}, line ${line}.`;
  return `${head} ${words} ${"seen" in source ? `Seen in ${source.seen}` : `Why it happens: ${source.ours}`}.`;
}

/** All mistakes, in the order of the puzzles. */
const ordered = shuffled(puzzles());

function shuffled<T>(items: readonly T[]): T[] {
  const order = Uint32Array.from(items.keys());
  shuffle(order, Random.fromSeed(ORDER));
  return [...order].map((i) => items[i]);
}

/** The last puzzle that was written; null if there is none. */
function currentPuzzle(folder: string): PlacedPuzzle | null {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const numbers = names.flatMap((name) => {
    const number = Number(/^(\d+)-[a-z-]+\.mjs$/.exec(name)?.[1]);
    return ordered[number - 1] === undefined ? [] : [number];
  });
  return numbers.length === 0 ? null : placed(folder, Math.max(...numbers));
}

function placed(folder: string, number: number): PlacedPuzzle {
  const puzzle = ordered[number - 1];
  const name = `${String(number).padStart(2, "0")}-${puzzle.piece.name}.mjs`;
  return { ...puzzle, number, path: join(folder, name) };
}

/** Writes a puzzle; two lines of ours take the place of the first two, so that line numbers stay. */
async function writePuzzle(folder: string, number: number): Promise<PlacedPuzzle> {
  const puzzle = placed(folder, number);
  const [, , ...code] = puzzle.text.split("\n");
  const head = [
    `// Puzzle ${number} of ${ordered.length}: one thing is wrong here.`,
    "// Fix it, then: npx mnist-learn bugs",
  ];
  await writeFileWhole(puzzle.path, [...head, ...code].join("\n"));
  await writeFileWhole(join(folder, "tensor.mjs"), tensorText);
  return puzzle;
}

function announce({ number, path, piece }: PlacedPuzzle): number {
  print(
    `Puzzle ${number} of ${ordered.length}: ${path}\n` +
      `${piece.title}, finished, but one thing in it is wrong. Fix it and run mnist-learn bugs again.`,
  );
  return exitCodes.done;
}
