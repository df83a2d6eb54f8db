import type { Tensor } from "../layers/tensor.js";
import type { Random } from "../random.js";

/*
 * What a piece of the lesson is: a function or two for a learner to write, as text, with everything that is
 * needed to explain, check and break it. The texts are plain JavaScript, the learner's language; src/learn/
 * modules.ts runs them.
 */

/** What a function of a piece takes: numbers with a shape, a list of numbers, or one number. */
export type Input = Tensor | Uint8Array | number;

/** The inputs of one case, by name. */
export type Inputs = Readonly<Record<string, Input>>;

/** The functions of a module, by name. */
// biome-ignore lint/suspicious/noExplicitAny: a learner's function may take and return anything
export type Functions = Readonly<Record<string, (...args: any[]) => unknown>>;

/** One thing that a function returns. */
export interface Output {
  /** As a learner reads it, such as "dx". */
  readonly name: string;
  /** The function that returns it, as its result or as a field of its result. */
  readonly from: string;
  readonly field?: string;
  /** A tensor, one number, or a list of numbers. */
  readonly kind: "tensor" | "number" | "list";
  /** The input of the same shape that a message may cite: "there x is -2". */
  readonly cites?: string;
  /** Places where more than one value is right, such as the gradient of ReLU at exactly 0. */
  readonly eitherIsRight?: (inputs: Inputs, i: number) => boolean;
  /** Only its shape counts, since its numbers are random. */
  readonly shapeOnly?: boolean;
}

/** One function of a piece, as text. */
export interface FunctionText {
  readonly name: string;
  /** Names of its parameters, as in `function name(parameters)`. */
  readonly parameters: string;
  /** Lines of its doc comment, without the stars. */
  readonly doc: string;
  /** One line: what is left to do, in the stub. */
  readonly todo: string;
  /** The lines of its body, indented by two spaces. */
  readonly body: string;
}

/** Where a mistake comes from: published code or a question about it; or, if none was found, why it is likely. */
export type Source = { readonly seen: string } | { readonly ours: string };

/** A small wrong version of a piece: its solution with one thing changed. */
export interface Mutant {
  /** Unique among all pieces, such as "relu-not-masked". */
  readonly name: string;
  /** What is wrong and where to look, in two sentences, said to the learner. */
  readonly words: string;
  readonly source: Source;
  /** Replacements in the text of the solution, each of a text that occurs there once. */
  readonly edits: readonly (readonly [from: string, to: string])[];
}

/** An example that can be computed by hand. */
export interface ByHand {
  readonly inputs: Inputs;
  /** Numbers of each output, row by row; outputs whose numbers are random are left out. */
  readonly expected: Readonly<Record<string, readonly number[]>>;
}

/** The numbers of each output, row by row. */
export type OutputNumbers = Readonly<Record<string, ArrayLike<number>>>;

/** A piece of the lesson. */
export interface Piece {
  /** Also the name of its file: "relu-backward" is in relu-backward.mjs. */
  readonly name: string;
  readonly title: string;
  /** Names that its text takes from tensor.mjs. */
  readonly helpers: readonly string[];
  /** Names that its text takes from earlier pieces, by the name of the piece. */
  readonly imports?: Readonly<Record<string, readonly string[]>>;
  readonly functions: readonly FunctionText[];
  /** The idea, the formula, almost the code. */
  readonly hints: readonly [idea: string, formula: string, code: string];
  /** A word on why the solution is as it is. */
  readonly why: string;
  readonly outputs: readonly Output[];
  /** What the check calls the comparison on random inputs. */
  readonly compared: "numbers" | "gradient";
  readonly byHand: ByHand;
  /** At least two random cases, which tell every pair of mutants apart. */
  readonly cases: (random: Random) => readonly Inputs[];
  /** Calls the functions; the result of each by its name. It runs beside the learner's code. */
  readonly call: (functions: Functions, inputs: Inputs) => Readonly<Record<string, unknown>>;
  /** Σ|terms| of outputs, the measure of their rounding errors; by default their largest number. */
  readonly terms?: (inputs: Inputs) => Readonly<Record<string, ArrayLike<number>>>;
  /** Rounding that is no mistake, as a share of Σ|terms|; 1e-9 by default. */
  readonly tolerance?: number;
  /** The usual mistakes. */
  readonly mutants: readonly Mutant[];
  /** What only this piece can check, in words; null when all is right. */
  readonly alsoWrong?: (outputs: OutputNumbers, inputs: Inputs) => string | null;
  /** What is worth knowing about code that is right; null for nothing. */
  readonly remark?: (outputs: OutputNumbers, inputs: Inputs) => string | null;
}

/** The types of tensor.mjs that doc comments may name. */
const types = ["Tensor", "Parameters", "Images", "Random"];

/** The text before the first function: what the file takes from elsewhere. */
function headOf({ name, title, helpers, imports = {}, functions }: Piece): string {
  const docs = functions.map(({ doc }) => doc).join("\n");
  const used = types.filter((type) => new RegExp(`\\{[^}]*\\b${type}\\b`).test(docs));

  const named = (names: readonly string[], file: string) =>
    `import { ${names.join(", ")} } from "./${file}.mjs";`;
  const lines = Object.entries(imports).map(([piece, names]) => named(names, piece));
  if (helpers.length > 0) lines.push(named(helpers, "tensor"));
  return [
    "// @ts-check",
    `// ${title}. To check it: npx mnist-learn check ${name}`,
    ...(lines.length > 0 ? ["", ...lines] : []),
    "",
    ...used.map((type) => `/** @typedef {import("./tensor.mjs").${type}} ${type} */`),
    "",
  ].join("\n");
}

function functionText({ name, parameters, doc }: FunctionText, body: string): string {
  const comment = doc
    .trim()
    .split("\n")
    .map((line) => ` * ${line}`.trimEnd());
  return [
    "/**",
    ...comment,
    " */",
    `export function ${name}(${parameters}) {`,
    body.replace(/^\n+|\s+$/g, ""),
    "}",
    "",
  ].join("\n");
}

/** The beginning of the message of a function that is still to be written. */
export const UNWRITTEN = "not written yet";

/** The file that a learner begins with. */
export function stubText(piece: Piece): string {
  const parts = piece.functions.map((f) =>
    functionText(f, `  // TODO: ${f.todo}\n  throw new Error("${UNWRITTEN}: ${f.name}");`),
  );
  return `${headOf(piece)}\n${parts.join("\n")}`;
}

/** The finished file. */
export function solutionText(piece: Piece): string {
  const parts = piece.functions.map((f) => functionText(f, f.body));
  return `${headOf(piece)}\n${parts.join("\n")}`;
}

/**
 * The finished file with the mistake of a mutant in it.
 *
 * @throws {RangeError} when the text that an edit replaces does not occur exactly once
 */
export function mutantText(piece: Piece, { name, edits }: Mutant): string {
  return edits.reduce((text, [from, to]) => {
    const parts = text.split(from);
    if (parts.length !== 2) {
      throw new RangeError(
        `${name}: "${from}" occurs ${parts.length - 1} times in ${piece.name}, expected once`,
      );
    }
    return parts.join(to);
  }, solutionText(piece));
}
