import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { writeFileWhole } from "../../../documents/files.js";
import { exitCodes } from "../../../errors.js";
import {
  checkPiece,
  lessonFiles,
  type Mutant,
  mutantText,
  type Piece,
  pieces,
} from "../../../learn/index.js";
import { Random, shuffle } from "../../../random.js";
import { checkText } from "../../../render/terminal/checkResult.js";
import { note, print, terminalWidth, wrapped } from "../../io/terminal.js";
import type { Lesson } from "./lessonFolder.js";

/** Where puzzles are, in the folder of the lesson. */
const FOLDER = "bugs";

/** Puzzles come in the same order for everybody, so that a class can talk about the third one. */
const ORDER = 1;

interface Puzzle {
  readonly number: number;
  readonly path: string;
  readonly piece: Piece;
  readonly mutant: Mutant;
}

/** `mnist-learn bugs`: finished code with one thing wrong, one file after another. */
export async function bugs(lesson: Lesson, { giveUp }: { giveUp?: true }): Promise<number> {
  const folder = join(lesson.path, FOLDER);
  const puzzle = currentPuzzle(folder);
  if (puzzle === null) {
    mkdirSync(folder, { recursive: true });
    return announce(await writePuzzle(folder, 1));
  }
  const result = await checkPiece(puzzle.piece, puzzle.path);
  if (result.state !== "right" && !giveUp) {
    const plain = { ...result, diagnosis: null };
    print(checkText(plain, terminalWidth(process.stdout)));
    note(`\n${puzzle.path} is still wrong; --give-up tells what it is`);
    return exitCodes.notYet;
  }
  const { mutant, number } = puzzle;
  const found = result.state === "right" ? "Found" : "It was";
  const text = `${found}: ${mutant.name}. ${mutant.words} Seen in ${mutant.source}.`;
  print(`${wrapped(text, terminalWidth(process.stdout))}\n`);
  if (number < puzzles.length) return announce(await writePuzzle(folder, number + 1));
  print("That was the last one.");
  return exitCodes.done;
}

/** All mistakes, in the order of the puzzles. */
const puzzles = shuffled(
  pieces.flatMap((piece) => piece.mutants.map((mutant) => ({ piece, mutant }))),
);

function shuffled<T>(items: readonly T[]): T[] {
  const order = Uint32Array.from(items.keys());
  shuffle(order, Random.fromSeed(ORDER));
  return [...order].map((i) => items[i]);
}

/** The last puzzle that was written; null if there is none. */
function currentPuzzle(folder: string): Puzzle | null {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const numbers = names.flatMap((name) => {
    const number = Number(/^(\d+)-[a-z-]+\.mjs$/.exec(name)?.[1]);
    return puzzles[number - 1] === undefined ? [] : [number];
  });
  return numbers.length === 0 ? null : puzzleOf(folder, Math.max(...numbers));
}

function puzzleOf(folder: string, number: number): Puzzle {
  const { piece, mutant } = puzzles[number - 1];
  const name = `${String(number).padStart(2, "0")}-${piece.name}.mjs`;
  return { number, path: join(folder, name), piece, mutant };
}

async function writePuzzle(folder: string, number: number): Promise<Puzzle> {
  const puzzle = puzzleOf(folder, number);
  const [, ...code] = mutantText(puzzle.piece, puzzle.mutant).split("\n// ");
  const [, ...rest] = code.join("\n// ").split("\n");
  const head = `// Puzzle ${number} of ${puzzles.length}: one thing is wrong here. Mend it, then: npx mnist-learn bugs`;
  await writeFileWhole(puzzle.path, [head, ...rest].join("\n"));
  const shared = lessonFiles().filter(({ name }) => name === "tensor.mjs");
  for (const { name, text } of shared) await writeFileWhole(join(folder, name), text);
  return puzzle;
}

function announce({ number, path, piece }: Puzzle): number {
  print(
    `Puzzle ${number} of ${puzzles.length}: ${path}\n` +
      `${piece.title}, finished, but one thing in it is wrong. Mend it and run mnist-learn bugs again.`,
  );
  return exitCodes.done;
}
