import { type Functions, type Mutant, mutantText, type Piece, solutionText } from "./piece.js";
import { pieces } from "./pieces/index.js";
import { tensorText } from "./tensorText.js";

/*
 * Texts to running code. Our own texts become modules by data: addresses; a learner's files are imported from
 * where they are. Nothing else in the project runs code from a text or from a file.
 */

/** The piece of a name; null when there is none. */
export function pieceOf(name: string): Piece | null {
  return pieces.find((piece) => piece.name === name) ?? null;
}

/** A mutant and the piece that it belongs to; null when there is none of that name. */
export function mutantOf(name: string): { piece: Piece; mutant: Mutant } | null {
  for (const piece of pieces) {
    const mutant = piece.mutants.find((other) => other.name === name);
    if (mutant !== undefined) return { piece, mutant };
  }
  return null;
}

/** Base64, since addresses are nested in each other: it grows by a third a level, and percent signs by much more. */
const addressOf = (text: string) =>
  `data:text/javascript;base64,${Buffer.from(text).toString("base64")}`;

/** The text with every import of a piece, or of tensor.mjs, replaced by the address of a module. */
function linked(text: string, address: (name: string) => string): string {
  return text.replace(/from "\.\/([\w-]+)\.mjs"/g, (_, name) => `from "${address(name)}"`);
}

/**
 * The address of each finished piece as a module of its own, with imports of the others.
 *
 * @param changed the text of a piece that differs from its solution, which all others then import
 */
function addresses(
  changed?: { readonly piece: Piece; readonly text: string },
  replaced: Readonly<Record<string, string>> = {},
): (name: string) => string {
  const known = new Map([["tensor", addressOf(tensorText)], ...Object.entries(replaced)]);
  if (changed !== undefined) known.delete(changed.piece.name);
  const address = (name: string): string => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const piece = pieceOf(name);
    if (piece === null) throw new RangeError(`no piece is called ${name}`);
    const text = changed?.piece === piece ? changed.text : solutionText(piece);
    const made = addressOf(linked(text, address));
    known.set(name, made);
    return made;
  };
  return address;
}

/** The address of the finished module of a piece, for the loader that checks a learner's file. */
export const solutionAddress: (name: string) => string = addresses();

const load = (address: string): Promise<Functions> => import(/* @vite-ignore */ address);

/** The functions of a finished piece. */
export function loadSolution(piece: Piece): Promise<Functions> {
  return load(solutionAddress(piece.name));
}

let loads = 0;

/**
 * The functions of a piece from another text, with the finished other pieces. Each call gives a new module, so
 * that nothing is left in it from an earlier use.
 */
export function loadText(piece: Piece, text: string): Promise<Functions> {
  loads++;
  return load(addresses({ piece, text: `${text}// ${loads}\n` })(piece.name));
}

/** The functions of a mutant, with the finished other pieces. */
export function loadMutant(piece: Piece, mutant: Mutant): Promise<Functions> {
  return loadText(piece, mutantText(piece, mutant));
}

/**
 * All functions of the finished lesson.
 *
 * @param bug      the name of a mutant to plant in it
 * @param replaced addresses of other modules for some pieces, such as src/layers once it is built; the piece
 *                 with the bug stays
 * @throws {RangeError} when no mutant has that name
 */
export async function loadLesson(
  bug?: string,
  replaced: Readonly<Record<string, string>> = {},
): Promise<Functions> {
  const found = bug === undefined ? null : mutantOf(bug);
  if (bug !== undefined && found === null) throw new RangeError(`no mistake is called ${bug}`);
  const changed =
    found === null ? undefined : { ...found, text: mutantText(found.piece, found.mutant) };
  const address = addresses(changed, replaced);
  const modules = await Promise.all(pieces.map(({ name }) => load(address(name))));
  return Object.assign({}, ...modules);
}

/** The module of a learner's file, by its address; it runs that code. */
export const loadFile: (address: string) => Promise<Functions> = load;
